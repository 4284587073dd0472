#include "models/autoregressive/independent.h"

#include "core/error.h"

namespace priorlab {

IndependentModel::IndependentModel(Frame frame, std::vector<float> bias)
    : OrderedPixels(frame.height, frame.width, std::move(frame.order)), bias_(std::move(bias)) {
  if (static_cast<int>(bias_.size()) != pixels())
    invalid("A model of ", pixels(), " independent pixels has as many log-odds; ", bias_.size(), " came.");
}

IndependentModel IndependentModel::from(const Safetensors& file) {
  Frame frame = frame_from(file, "independent");
  const std::int64_t n = frame.height * frame.width;
  return IndependentModel(std::move(frame), weights_from(file, "independent", "bias", {n}));
}

double IndependentModel::log_odds_plain(int t, std::span<const std::uint8_t>) const {
  return static_cast<double>(bias_[static_cast<std::size_t>(t)]);
}

Safetensors IndependentModel::to_file(const std::map<std::string, std::string>& notes) const {
  Safetensors file = start_file(notes);
  file.tensors.emplace("bias", half_tensor("bias", {pixels()}, bias_));
  return file;
}

}  // namespace priorlab
