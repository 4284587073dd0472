#include "models/autoregressive/nade.h"

#include "core/error.h"

namespace priorlab {

NadeModel::NadeModel(Frame frame, Activation activation, Weights weights)
    : OrderedPixels(frame.height, frame.width, std::move(frame.order)),
      activation_(activation),
      weights_(std::move(weights)) {
  const std::size_t n = static_cast<std::size_t>(pixels()), units = weights_.c.size();
  if (units < 1 || units > 16384) invalid("A NADE has 1 to 16384 hidden units; ", units, " came.");
  if (weights_.b.size() != n || weights_.W.size() != n * units || weights_.V.size() != n * units)
    invalid("A NADE of ", n, " pixels and ", units, " hidden units has ", n, " biases and twice ", n * units,
            " weights; ", weights_.b.size(), ", ", weights_.W.size(), " and ", weights_.V.size(), " came.");
}

NadeModel NadeModel::from(const Safetensors& file) {
  Frame frame = frame_from(file, "nade");
  const std::int64_t n = frame.height * frame.width;
  const std::string kind = "nade";
  Weights w;
  w.c = weights_from(file, kind, "c", {-1});
  const std::int64_t units = static_cast<std::int64_t>(w.c.size());
  w.W = weights_from(file, kind, "W", {n, units});
  w.V = weights_from(file, kind, "V", {n, units});
  w.b = weights_from(file, kind, "b", {n});
  return NadeModel(std::move(frame), activation_from(file), std::move(w));
}

std::int64_t NadeModel::parameters() const {
  const Weights& w = weights_;
  return static_cast<std::int64_t>(w.W.size() + w.c.size() + w.V.size() + w.b.size());
}

double NadeModel::log_odds_plain(int t, std::span<const std::uint8_t> before) const {
  const Weights& w = weights_;
  const std::size_t units = w.c.size(), at = static_cast<std::size_t>(t);
  double sum = static_cast<double>(w.b[at]);
  for (std::size_t k = 0; k < units; ++k) {
    double input = static_cast<double>(w.c[k]);
    for (std::size_t s = 0; s < at; ++s)
      if (before[s]) input += static_cast<double>(w.W[s * units + k]);
    sum += static_cast<double>(w.V[at * units + k]) * activate_plain(activation_, input);
  }
  return sum;
}

Safetensors NadeModel::to_file(const std::map<std::string, std::string>& notes) const {
  Safetensors file = start_file(notes);
  file.metadata["activation"] = name_of(activation_);
  const std::int64_t n = pixels(), units = hidden();
  file.tensors.emplace("W", half_tensor("W", {n, units}, weights_.W));
  file.tensors.emplace("c", half_tensor("c", {units}, weights_.c));
  file.tensors.emplace("V", half_tensor("V", {n, units}, weights_.V));
  file.tensors.emplace("b", half_tensor("b", {n}, weights_.b));
  return file;
}

}  // namespace priorlab
