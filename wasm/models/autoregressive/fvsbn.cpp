#include "models/autoregressive/fvsbn.h"

#include "core/error.h"

namespace priorlab {

FvsbnModel::FvsbnModel(Frame frame, std::vector<float> bias, std::vector<float> weight)
    : OrderedPixels(frame.height, frame.width, std::move(frame.order)),
      bias_(std::move(bias)),
      weight_(std::move(weight)) {
  const std::size_t n = static_cast<std::size_t>(pixels());
  if (bias_.size() != n || weight_.size() != row(pixels()))
    invalid("An FVSBN of ", n, " pixels has ", n, " biases and ", row(pixels()), " weights; ", bias_.size(),
            " and ", weight_.size(), " came.");
}

FvsbnModel FvsbnModel::from(const Safetensors& file) {
  Frame frame = frame_from(file, "fvsbn");
  const std::int64_t n = frame.height * frame.width;
  std::vector<float> bias = weights_from(file, "fvsbn", "bias", {n});
  return FvsbnModel(std::move(frame), std::move(bias),
                    weights_from(file, "fvsbn", "weight", {n * (n - 1) / 2}));
}

double FvsbnModel::log_odds_plain(int t, std::span<const std::uint8_t> before) const {
  double sum = static_cast<double>(bias_[static_cast<std::size_t>(t)]);
  for (int s = 0; s < t; ++s)
    if (before[static_cast<std::size_t>(s)])
      sum += static_cast<double>(weight_[row(t) + static_cast<std::size_t>(s)]);
  return sum;
}

Safetensors FvsbnModel::to_file(const std::map<std::string, std::string>& notes) const {
  Safetensors file = start_file(notes);
  file.tensors.emplace("bias", half_tensor("bias", {pixels()}, bias_));
  file.tensors.emplace("weight", half_tensor("weight", {static_cast<std::int64_t>(weight_.size())}, weight_));
  return file;
}

}  // namespace priorlab
