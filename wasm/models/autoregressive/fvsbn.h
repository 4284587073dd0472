// FVSBN, the fully visible sigmoid belief network (Neal 1992; Frey, Hinton and Dayan 1996): each pixel a
// logistic regression on all before it, log-odds of pixel t = b_t + sum_{s < t} w_ts x_s. n + n(n-1)/2
// parameters; its likelihood is concave in them.
//
// Its file (see models/autoregressive/autoregressive.h) holds
//   bias f16 (n); weight f16 (n(n-1)/2): the rows t = 1, 2, ... of w one after the other, s = 0 ... t - 1.
#pragma once

#include "core/prepared.h"
#include "models/autoregressive/ordered_pixels.h"

namespace priorlab {

class FvsbnModel final : public OrderedPixels {
 public:
  // Throws std::invalid_argument unless there are n biases and n(n-1)/2 weights.
  FvsbnModel(Frame frame, std::vector<float> bias, std::vector<float> weight);
  static FvsbnModel from(const Safetensors&);

  // Where row t begins in weight().
  static std::size_t row(int t) { return static_cast<std::size_t>(t) * static_cast<std::size_t>(t - 1) / 2; }

  std::span<const float> bias() const { return bias_; }
  std::span<const float> weight() const { return weight_; }

  std::string kind() const override { return "fvsbn"; }
  std::int64_t parameters() const override {
    return static_cast<std::int64_t>(bias_.size() + weight_.size());
  }
  bool sees(int t, int s) const override { return 0 <= s && s < t; }
  double log_odds_plain(int t, std::span<const std::uint8_t> before) const override;
  std::unique_ptr<Sweep> sweep(int lanes) const override;
  Safetensors to_file(const std::map<std::string, std::string>& notes) const override;

 private:
  std::vector<float> bias_, weight_;
  Prepared<std::vector<float>>
      columns_;  // of the sweeps: for s = 0, 1, ... the weights of t = s + 1 ... n - 1
};

}  // namespace priorlab
