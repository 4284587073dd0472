// MADE, the masked autoencoder for distribution estimation (Germain et al., ICML 2015), one hidden layer.
// Unit k has a degree m_k: it sees the first m_k pixels of the order and feeds those that come after,
//   h_k = activation(c_k + sum_{s < m_k} W_ks x_s)
//   log-odds of pixel t = b_t + sum_{k: m_k <= t} V_kt h_k + sum_{s in near(t)} D_ts x_s.
// The direct connections D (the paper's, kept local here) join a pixel to those before it in the order that
// are at most `radius` rows and columns away; there are none at radius 0.
//
// Its file (see models/autoregressive/autoregressive.h) stores unmasked entries only, all f16 but the
// degrees:
//   degrees i32 (H), ascending, 1 to n - 1;
//   W (sum of m_k): unit by unit, s = 0 ... m_k - 1;  V (sum of n - m_k): unit by unit, t = m_k ... n - 1;
//   c (H); b (n); direct (number of pairs): t by t, s ascending;
// and the metadata activation, "sigmoid" (also when absent) or "relu", and radius (0 when absent).
#pragma once

#include "core/prepared.h"
#include "models/autoregressive/ordered_pixels.h"

namespace priorlab {

// For each t the earlier pixels within `radius` rows and columns, ascending; t and s count in the order.
struct NearPixels {
  NearPixels(int width, std::span<const int> order, int radius);
  std::span<const int> before(int t) const {
    const std::size_t at = static_cast<std::size_t>(t);
    return std::span(earlier).subspan(start[at], start[at + 1] - start[at]);
  }
  std::vector<std::size_t> start;  // (n + 1): where t's begin, in `earlier` as in the tensor "direct"
  std::vector<int> earlier;
};

// The weights as the sweeps read them, pixel by pixel. The units are sorted by degree, so those known before
// pixel t are the first final_units[t + 1], and the others are those that pixel t feeds.
struct MadeRows {
  struct Link {
    std::size_t to;
    float weight;
  };
  std::vector<std::size_t> final_units;  // (n + 1): [t + 1] counts the degrees <= t
  std::vector<float> W, V;               // rows of t; those of V are padded with zeros to a multiple of 8
  std::vector<std::size_t> W_start, V_start;
  std::vector<Link> links;  // direct connections by the pixel they come from
  std::vector<std::size_t> links_start;
};

class MadeModel final : public OrderedPixels {
 public:
  struct Weights {
    std::vector<float> W, c, V, b, direct;
  };
  // Throws std::invalid_argument when the sizes do not fit each other, degrees are not as said above, there
  // are not 1 to 16384 units, or the radius is not 0 to 63.
  MadeModel(Frame frame, Activation activation, std::vector<int> degrees, int radius, Weights weights);
  static MadeModel from(const Safetensors&);

  int hidden() const { return static_cast<int>(degrees_.size()); }
  Activation activation() const { return activation_; }
  std::span<const int> degrees() const { return degrees_; }
  int radius() const { return radius_; }
  const NearPixels& near() const { return near_; }
  const Weights& weights() const { return weights_; }
  // Unit k's stored weights: m_k and n - m_k of them.
  std::span<const float> inputs_of(int k) const;
  std::span<const float> outputs_of(int k) const;

  std::string kind() const override { return "made"; }
  std::int64_t parameters() const override;
  bool sees(int t, int s) const override;
  double log_odds_plain(int t, std::span<const std::uint8_t> before) const override;
  std::unique_ptr<Sweep> sweep(int lanes) const override;
  Safetensors to_file(const std::map<std::string, std::string>& notes) const override;

 private:
  Activation activation_;
  std::vector<int> degrees_;
  int radius_;
  NearPixels near_;
  std::vector<std::size_t> inputs_start_, outputs_start_;  // (H + 1), into W and V
  Weights weights_;
  Prepared<MadeRows> rows_;
};

}  // namespace priorlab
