// Independent pixels: p(x) = prod_t p(x_t), the n parameters that every other model is measured against.
//
// Its file (see models/autoregressive/autoregressive.h) holds
//   bias f16 (n): log-odds of each pixel, in the order.
#pragma once

#include "models/autoregressive/ordered_pixels.h"

namespace priorlab {

class IndependentModel final : public OrderedPixels {
 public:
  // Throws std::invalid_argument unless there is one log-odds for each pixel.
  IndependentModel(Frame frame, std::vector<float> bias);
  static IndependentModel from(const Safetensors&);

  std::span<const float> bias() const { return bias_; }

  std::string kind() const override { return "independent"; }
  std::int64_t parameters() const override { return pixels(); }
  bool sees(int, int) const override { return false; }
  double log_odds_plain(int t, std::span<const std::uint8_t> before) const override;
  std::unique_ptr<Sweep> sweep(int lanes) const override;
  Safetensors to_file(const std::map<std::string, std::string>& notes) const override;

 private:
  std::vector<float> bias_;
};

}  // namespace priorlab
