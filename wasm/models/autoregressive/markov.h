// A Markov chain along the order: log-odds of pixel t = b_t + w_t x_{t-1}, 2n - 1 parameters.
//
// Its file (see models/autoregressive/autoregressive.h) holds
//   bias f16 (n); weight f16 (n - 1): weight[t - 1] is w_t.
#pragma once

#include "models/autoregressive/ordered_pixels.h"

namespace priorlab {

class MarkovModel final : public OrderedPixels {
 public:
  // Throws std::invalid_argument unless there are n biases and n - 1 weights.
  MarkovModel(Frame frame, std::vector<float> bias, std::vector<float> weight);
  static MarkovModel from(const Safetensors&);

  std::span<const float> bias() const { return bias_; }
  std::span<const float> weight() const { return weight_; }

  std::string kind() const override { return "markov"; }
  std::int64_t parameters() const override { return 2 * pixels() - 1; }
  bool sees(int t, int s) const override { return s == t - 1 && s >= 0; }
  double log_odds_plain(int t, std::span<const std::uint8_t> before) const override;
  std::unique_ptr<Sweep> sweep(int lanes) const override;
  Safetensors to_file(const std::map<std::string, std::string>& notes) const override;

 private:
  std::vector<float> bias_, weight_;
};

}  // namespace priorlab
