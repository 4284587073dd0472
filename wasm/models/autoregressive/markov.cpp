#include "models/autoregressive/markov.h"

#include "core/error.h"

namespace priorlab {

MarkovModel::MarkovModel(Frame frame, std::vector<float> bias, std::vector<float> weight)
    : OrderedPixels(frame.height, frame.width, std::move(frame.order)),
      bias_(std::move(bias)),
      weight_(std::move(weight)) {
  if (static_cast<int>(bias_.size()) != pixels() || static_cast<int>(weight_.size()) != pixels() - 1)
    invalid("A Markov chain of ", pixels(), " pixels has ", pixels(), " biases and ", pixels() - 1,
            " weights; ", bias_.size(), " and ", weight_.size(), " came.");
}

MarkovModel MarkovModel::from(const Safetensors& file) {
  Frame frame = frame_from(file, "markov");
  const std::int64_t n = frame.height * frame.width;
  std::vector<float> bias = weights_from(file, "markov", "bias", {n});
  return MarkovModel(std::move(frame), std::move(bias), weights_from(file, "markov", "weight", {n - 1}));
}

double MarkovModel::log_odds_plain(int t, std::span<const std::uint8_t> before) const {
  const std::size_t at = static_cast<std::size_t>(t);
  double sum = static_cast<double>(bias_[at]);
  if (t > 0 && before[at - 1]) sum += static_cast<double>(weight_[at - 1]);
  return sum;
}

Safetensors MarkovModel::to_file(const std::map<std::string, std::string>& notes) const {
  Safetensors file = start_file(notes);
  file.tensors.emplace("bias", half_tensor("bias", {pixels()}, bias_));
  file.tensors.emplace("weight", half_tensor("weight", {pixels() - 1}, weight_));
  return file;
}

}  // namespace priorlab
