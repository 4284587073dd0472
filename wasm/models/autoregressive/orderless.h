// Orderless NADE (Uria, Murray and Larochelle, A deep and tractable density estimator, ICML 2014), one hidden
// layer: one network for every order of the pixels. It is told which pixels are known and which of those are
// on, and gives the log-odds of any other:
//   h = max(0, c + sum over known s of (M_s + x_s X_s)),  log-odds of pixel t = b_t + V_t . h.
// In a fixed order it is an autoregressive model like the others; its use here is to guess pixels from others
// that come later (models/autoregressive/completion.h). 3 n H + H + n parameters.
//
// Its file (see models/autoregressive/autoregressive.h) holds, all f16, rows in the order of pixels:
//   X (n, H); M (n, H); c (H); V (n, H); b (n).
#pragma once

#include "core/prepared.h"
#include "models/autoregressive/ordered_pixels.h"

namespace priorlab {

class OrderlessModel final : public OrderedPixels {
 public:
  struct Weights {
    std::vector<float> X, M, c, V, b;
  };
  // Throws std::invalid_argument when the sizes do not fit each other or there are not 1 to 4096 units.
  OrderlessModel(Frame frame, Weights weights);
  static OrderlessModel from(const Safetensors&);

  int hidden() const { return static_cast<int>(weights_.c.size()); }
  const Weights& weights() const { return weights_; }

  // From the definition, in double: log-odds of pixel t (counted in the order) where known[s] says which
  // pixels are known and x[s] their values.
  double log_odds_plain(int t, std::span<const std::uint8_t> known, std::span<const std::uint8_t> x) const;

  std::string kind() const override { return "orderless"; }
  std::int64_t parameters() const override;
  bool sees(int t, int s) const override { return 0 <= s && s < t; }
  double log_odds_plain(int t, std::span<const std::uint8_t> before) const override;
  std::unique_ptr<Sweep> sweep(int lanes) const override;
  Safetensors to_file(const std::map<std::string, std::string>& notes) const override;

  // The weights as the kernels read them: rows and c followed by zeros up to a multiple of 8.
  struct Rows {
    std::size_t wide = 0;
    std::vector<float> X, M, c, V;
  };
  const Rows& rows() const;

 private:
  Weights weights_;
  Prepared<Rows> rows_;
};

}  // namespace priorlab
