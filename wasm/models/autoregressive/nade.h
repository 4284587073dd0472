// NADE, the neural autoregressive distribution estimator (Larochelle and Murray, AISTATS 2011):
//   h_t = activation(c + sum_{s < t} W_s x_s),  log-odds of pixel t = b_t + V_t . h_t,
// so that one more pixel that is on changes the hidden units' input by one row of W. n + H + 2 n H
// parameters.
//
// Its file (see models/autoregressive/autoregressive.h) holds, all f16,
//   W (n, H): row t is what pixel t adds; c (H); V (n, H); b (n);
// and the metadata activation, "sigmoid" (also when absent) or "relu".
#pragma once

#include "core/prepared.h"
#include "models/autoregressive/ordered_pixels.h"

namespace priorlab {

// W and V as the sweeps read them: each row followed by zeros up to a multiple of 8.
struct NadeRows {
  std::vector<float> W, V;
};

class NadeModel final : public OrderedPixels {
 public:
  struct Weights {
    std::vector<float> W, c, V, b;
  };
  // Throws std::invalid_argument when the sizes do not fit each other or there are not 1 to 16384 units.
  NadeModel(Frame frame, Activation activation, Weights weights);
  static NadeModel from(const Safetensors&);

  int hidden() const { return static_cast<int>(weights_.c.size()); }
  Activation activation() const { return activation_; }
  const Weights& weights() const { return weights_; }

  std::string kind() const override { return "nade"; }
  std::int64_t parameters() const override;
  bool sees(int t, int s) const override { return 0 <= s && s < t; }
  double log_odds_plain(int t, std::span<const std::uint8_t> before) const override;
  std::unique_ptr<Sweep> sweep(int lanes) const override;
  Safetensors to_file(const std::map<std::string, std::string>& notes) const override;

 private:
  Activation activation_;
  Weights weights_;
  Prepared<NadeRows> rows_;
};

}  // namespace priorlab
