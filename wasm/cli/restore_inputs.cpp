#include "cli/restore_inputs.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "cli/image_io.h"
#include "cli/model_files.h"
#include "core/error.h"
#include "ops/blur_kernel.h"

namespace priorlab {
namespace {

bool has(const auto& specs, const std::string& name) {
  return std::any_of(specs.begin(), specs.end(), [&](const auto& spec) { return spec.name == name; });
}

std::string text_of(const std::string& file) {
  const auto bytes = read_bytes(file);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Tensor mask_from(const std::string& file) {
  const Image image = read_image(file);
  Tensor mask(DType::f32, {image.height(), image.width()});
  for (int c = 0; c < image.channels(); ++c)
    for (std::size_t i = 0; i < image.pixels(); ++i)
      mask.as<float>()[i] = std::max(mask.as<float>()[i], image.plane(c)[i]);
  return mask;
}

Tensor kernel_in(const std::string& file) {
  try {
    const BlurKernel kernel = kernel_from(text_of(file));
    return Tensor::from<float>({kernel.height, kernel.width}, std::span<const float>(kernel.weights));
  } catch (const std::invalid_argument& e) {
    invalid(file, ": ", e.what());
  }
}

Tensor path_in(const std::string& file) {
  std::string text = text_of(file);
  std::replace(text.begin(), text.end(), ',', ' ');
  std::vector<float> values;
  const char* at = text.c_str();
  for (char* end = nullptr;; at = end) {
    const double value = std::strtod(at, &end);
    if (end == at) break;
    values.push_back(static_cast<float>(value));
  }
  const bool rest = std::string(at).find_first_not_of(" \t\r\n") != std::string::npos;
  if (rest || values.empty() || values.size() % 2 != 0)
    invalid(file, " holds no path: it must be two numbers a line, x and y in pixels.");
  return Tensor::from<float>({static_cast<std::int64_t>(values.size() / 2), 2},
                             std::span<const float>(values));
}

}  // namespace

RestoreInputs restore_inputs(Args& args, const TaskInfo& info, nlohmann::json& params) {
  RestoreInputs inputs;
  ParamSpecs specs = info.params;
  std::optional<std::string> kernel;
  if (has(info.inputs, "mask")) {
    inputs.mask = args.required("mask", "a picture, bright where pixels are missing");
    inputs.tensors["mask"] = mask_from(inputs.mask);
  }
  if (has(info.inputs, "path"))
    if (const auto path = args.option("path")) {
      inputs.tensors["path"] = path_in(*path);
      kernel = "path";
    }
  if (has(info.inputs, "kernel")) {
    const auto spec =
        std::find_if(specs.begin(), specs.end(), [](const auto& s) { return s.name == "kernel"; });
    PRIORLAB_CHECK(spec != specs.end());
    if (const auto word = args.option("kernel")) {
      if (kernel && *word != "path")
        invalid("--path and --kernel ", *word, " are two kernels: one is asked for.");
      std::string words;
      bool own = false;
      for (const Choice& choice : spec->choices) {
        if (choice.value == "given") continue;
        own = own || choice.value == *word;
        words += choice.value + ", ";
      }
      if (!own && !std::filesystem::exists(*word))
        invalid("--kernel must be ", words, "or a text file with a kernel; \"", *word, "\" came.");
      kernel = own ? *word : "given";
      if (!own) inputs.tensors["kernel"] = kernel_in(*word);
    }
    specs.erase(spec);
  }
  params = args.params(specs).to_json();
  if (kernel) params["kernel"] = *kernel;
  return inputs;
}

}  // namespace priorlab
