// The most probable patch under independent sources and white Gaussian noise: argmin over x of
//   f(x) = |M x - y|^2 / (2 s) - sum_i log g_i(x_i),   z = M x = W^-1 x, s the noise variance.
//
// Optimiser: nonlinear conjugate gradients (Polak-Ribiere, restarted where it would climb) from the noisy
// patch, preconditioned by the diagonal of M^T M / s + D(x), with D_i = E[1/v | x_i] (ScaleMixture::
// precision). The parabola with curvature M^T M / s + D touches f at x and lies above it, so the step that is
// best for the parabola never raises f. f is not convex: what is found is the minimum downhill of the noisy
// patch. Iterations end when a block of patches gains less than 0.02 nats per patch, or at a limit.
#pragma once

#include <span>
#include <vector>

#include "models/patches/source_prior.h"

namespace priorlab {

class SourceMap {
 public:
  // noise_variance > 0, on the [0,1] scale. D is looked up (ScaleMixtureTable).
  // At most `iterations` of them.
  SourceMap(const SourcePrior& prior, double noise_variance, int iterations);

  // `noisy` and `restored` (count, stride), stride = dims rounded up to a multiple of 8, padding zero; may be
  // the same. Patches are restored in lots that stop together, so that where one ends depends a little on
  // those beside it. Thread-safe.
  void restore(std::span<const float> noisy, std::span<float> restored) const;

 private:
  void restore_block(const float* noisy, float* restored, int count) const;

  int dims_, stride_, iterations_;
  std::vector<ScaleMixtureTable> tables_;  // (dims)
  std::vector<float> analysis_;            // (stride, stride): W^T, so that x = z analysis_
  std::vector<float> synthesis_;           // (stride, stride): M^T, z = x synthesis_
  std::vector<float> mixing_;              // (stride, stride): M / s, M^T y / s = y mixing_
  std::vector<float> gram_;                // (stride, stride): M^T M / s
  std::vector<float> diagonal_;            // (stride): its diagonal, padding 1
};

// f and its gradient in double from the definition, for tests; x (dims).
double map_objective_plain(const SourcePrior& prior, double noise_variance, std::span<const float> noisy,
                           const Eigen::VectorXd& x);
Eigen::VectorXd map_gradient_plain(const SourcePrior& prior, double noise_variance,
                                   std::span<const float> noisy, const Eigen::VectorXd& x);

}  // namespace priorlab
