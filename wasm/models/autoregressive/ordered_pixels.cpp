#include "models/autoregressive/ordered_pixels.h"

#include <cmath>
#include <numeric>

#include "core/error.h"

namespace priorlab {
namespace {

constexpr int kLargestSide = 64;

std::string note(const Safetensors& file, const std::string& key, const std::string& kind) {
  const auto found = file.metadata.find(key);
  if (found == file.metadata.end())
    invalid("This file has no \"", key, "\" in its metadata, so it is no ", kind, " model of images; `",
            rebuild_command(kind), "` makes one.");
  return found->second;
}

void expect(const Safetensors& file, const std::string& key, const std::string& value,
            const std::string& kind) {
  const std::string got = note(file, key, kind);
  if (got != value)
    invalid("A ", kind, " model of images has ", key, " \"", value, "\"; this file says \"", got, "\". `",
            rebuild_command(kind), "` makes one.");
}

int side_from(const Safetensors& file, const std::string& key, const std::string& kind) {
  const std::string text = note(file, key, kind);
  const int side = text.size() <= 2 ? std::atoi(text.c_str()) : 0;
  if (side < 1 || side > kLargestSide)
    invalid("The ", key, " of a model's images must be from 1 to ", kLargestSide,
            " pixels; this file says \"", text, "\".");
  return side;
}

}  // namespace

OrderedPixels::OrderedPixels(int height, int width, std::vector<int> order)
    : height_(height), width_(width), order_(std::move(order)) {
  if (height < 1 || width < 1 || height > kLargestSide || width > kLargestSide)
    invalid("The images of a model must be from 1x1 to ", kLargestSide, "x", kLargestSide, " pixels; ",
            height, "x", width, " came.");
  const int n = height * width;
  if (order_.empty()) {
    order_.resize(static_cast<std::size_t>(n));
    std::iota(order_.begin(), order_.end(), 0);
    return;
  }
  if (static_cast<int>(order_.size()) != n)
    invalid("The order of ", height, "x", width, " pixels has ", n, " entries; ", order_.size(), " came.");
  std::vector<bool> seen(static_cast<std::size_t>(n));
  for (const int i : order_) {
    if (i < 0 || i >= n || seen[static_cast<std::size_t>(i)])
      invalid("The order must name each of the ", n, " pixels once; ", i,
              i < 0 || i >= n ? " is none of them." : " comes twice.");
    seen[static_cast<std::size_t>(i)] = true;
  }
}

bool OrderedPixels::is_raster() const {
  for (std::size_t t = 0; t < order_.size(); ++t)
    if (order_[t] != static_cast<int>(t)) return false;
  return true;
}

OrderedPixels::Frame OrderedPixels::frame_from(const Safetensors& file, const std::string& kind) {
  expect(file, "family", family, kind);
  expect(file, "version", "1", kind);
  expect(file, "kind", kind, kind);
  Frame frame{side_from(file, "height", kind), side_from(file, "width", kind), {}};
  const auto found = file.tensors.find("order");
  if (found != file.tensors.end()) {
    const Tensor& order = found->second;
    if (order.dtype() != DType::i32 || order.shape() != Shape{frame.height * frame.width})
      invalid("The tensor \"order\" must be i32 of shape (", frame.height * frame.width, "); ",
              name_of(order.dtype()), " of shape ", to_text(order.shape()), " came.");
    frame.order.assign(order.as<std::int32_t>().begin(), order.as<std::int32_t>().end());
  }
  return frame;
}

Safetensors OrderedPixels::start_file(const std::map<std::string, std::string>& notes) const {
  Safetensors file;
  file.metadata = notes;
  file.metadata["family"] = family;
  file.metadata["version"] = "1";
  file.metadata["kind"] = kind();
  file.metadata["height"] = std::to_string(height_);
  file.metadata["width"] = std::to_string(width_);
  if (!is_raster()) {
    const std::vector<std::int32_t> order(order_.begin(), order_.end());
    file.tensors.emplace("order",
                         Tensor::from<std::int32_t>({pixels()}, std::span<const std::int32_t>(order)));
  }
  return file;
}

std::string rebuild_command(const std::string& kind) {
  return "priorlab train " + kind + " --data mnist --out " + kind + ".safetensors";
}

Tensor half_tensor(const std::string& name, Shape shape, std::span<const float> values) {
  try {
    return to_f16(Tensor::from<float>(std::move(shape), values));
  } catch (const std::invalid_argument& e) {
    invalid("The tensor \"", name, "\" cannot be stored. ", e.what());
  }
}

std::vector<float> weights_from(const Safetensors& file, const std::string& kind, const std::string& name,
                                const Shape& shape) {
  const Tensor tensor = take_f32(file, name, shape, rebuild_command(kind));
  return {tensor.as<float>().begin(), tensor.as<float>().end()};
}

std::string name_of(Activation activation) { return activation == Activation::relu ? "relu" : "sigmoid"; }

Activation activation_from(const Safetensors& file) {
  const auto found = file.metadata.find("activation");
  if (found == file.metadata.end() || found->second == "sigmoid") return Activation::sigmoid;
  if (found->second == "relu") return Activation::relu;
  invalid("The activation of hidden units is sigmoid or relu; this file says \"", found->second, "\".");
}

double activate_plain(Activation activation, double input) {
  if (activation == Activation::relu) return input > 0.0 ? input : 0.0;
  return 1.0 / (1.0 + std::exp(-input));
}

}  // namespace priorlab
