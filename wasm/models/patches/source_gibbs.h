// The posterior mean of a patch under independent sources and white Gaussian noise, by Gibbs sampling.
//
// One source at a time, given the others: p(x_i | rest, y) is proportional to g_i(x_i) exp(-a (x_i - c)^2 /
// 2) with a = (M^T M)_ii / s, so it is a mixture of Gaussians over the scales of g_i. The scale is drawn with
// x_i integrated out, then x_i given the scale: chains change scale freely. What is averaged is E[x_i | rest,
// y] (Rao-Blackwell), not x_i. Where M^T M is diagonal (PCA) that is the exact posterior mean, whatever the
// chain does.
#pragma once

#include <span>
#include <vector>

#include "models/patches/source_prior.h"

namespace priorlab {

struct GibbsSettings {
  int burn_in = 50;  // sweeps not counted
  int sweeps = 200;  // counted, each of all sources
  std::uint64_t seed = 1;
};

class SourceGibbs {
 public:
  // noise_variance > 0, on the [0,1] scale.
  SourceGibbs(const SourcePrior& prior, double noise_variance, GibbsSettings settings);

  // Mean of the chain of a patch, `noisy` and `mean` at least dims values. The chain is that of
  // (settings.seed, stream). Thread-safe.
  void posterior_mean(std::span<const float> noisy, std::uint64_t stream, std::span<float> mean) const;

 private:
  int dims_;
  double noise_variance_;
  GibbsSettings settings_;
  Eigen::MatrixXd analysis_, synthesis_, gram_;  // W, M, M^T M / s
  // (dims, scales): log w_j - log(v_j + 1/a) / 2, -1 / (2 (v_j + 1/a)), v_j / (v_j + 1/a), and the standard
  // deviation of x_i given the scale
  int scales_;
  std::vector<double> constant_, inverse_, gain_, deviation_;
};

}  // namespace priorlab
