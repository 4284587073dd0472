// Which of many zero-mean Gaussians are likely to explain a patch best, quickly and approximately: each
// covariance is replaced by a block-diagonal one, in full for the leading coordinates (the lowest frequencies
// of a DCT, where components differ most) and a multiple of the identity for each band of the others. What
// is short-listed is then scored exactly (models/epll/epll_quick.h); GaussianBank finds the exact best.
#pragma once

#include <Eigen/Core>
#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace priorlab {

class GaussianShortlist {
 public:
  static constexpr int kLead = 16;   // leading coordinates modelled in full
  static constexpr int kBand = 8;    // coordinates in a band
  static constexpr int kLanes = 32;  // patches scored side by side

  // Of patches with `dims` > kLead coordinates; every component has to be set before best().
  GaussianShortlist(int components, int dims);

  // Component k: `covariance` dims x dims, positive semi-definite, to whose diagonal noise_variance >= 0 is
  // added. Different components may be set concurrently.
  void set(int k, double log_weight, const Eigen::Ref<const Eigen::MatrixXf>& covariance,
           double noise_variance);

  // Everything that set() has made of component k, for handing it to a replica.
  std::array<std::span<float>, 3> parts(int k);

  int components() const { return static_cast<int>(constant_.size()); }

  // The `top` components (1 <= top <= components) of least approximate energy of each patch, least first,
  // equal ones by index. `patches` (count, stride) with stride >= D, padding zero; `out` and their energies
  // (count, top).
  void best(std::span<const float> patches, int stride, int top, std::span<std::int16_t> out,
            std::span<float> energies) const;

 private:
  static constexpr std::size_t kTriangle = kLead * (kLead + 1) / 2;

  int dims_, bands_;
  std::vector<float> factor_;    // (components, kTriangle): rows of L^-1, S_lead + s I = L L^T
  std::vector<float> inverse_;   // (components, bands): 1 / (mean variance of the band + s)
  std::vector<float> constant_;  // (components): -2 log pi_k + log determinant
};

}  // namespace priorlab
