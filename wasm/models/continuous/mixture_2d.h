// A finite mixture of Gaussians in the plane, p(x) = sum_k pi_k N(x; mu_k, Sigma_k), learned by EM (Dempster,
// Laird and Rubin, JRSS B 1977) with full covariances. The lower bound
//   F(r, theta) = sum_i sum_k r_ik (log pi_k N(x_i; k) - log r_ik)
// is reckoned by itself after each half of an iteration: it touches the log-likelihood after the E-step.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/continuous/plane.h"

namespace priorlab {

class Mixture2d {
 public:
  // Means start at points drawn with probability in proportion to their squared distance from those drawn
  // before (Arthur and Vassilvitskii 2007), covariances at a K-th of the points' own. No eigenvalue of a
  // covariance falls below `floor` > 0, which keeps every likelihood finite: any number of points will do,
  // fewer than components or all equal. Begins with an E-step.
  Mixture2d(std::vector<Vec2> points, int components, double floor, std::uint64_t seed);

  // M-step, then E-step. A component that no point asks for keeps its place and has weight 0.
  void iterate();

  std::span<const WeightedGaussian> components() const { return components_; }
  std::span<const double> responsibilities() const { return shares_; }  // (N, K), rows sum to 1

  // Nats per point.
  double log_likelihood() const { return log_likelihood_; }
  double bound_after_e() const { return after_e_; }
  double bound_after_m() const { return after_m_; }  // that of the first E-step before any M-step

 private:
  void expect();
  double bound() const;

  std::vector<Vec2> points_;
  std::vector<WeightedGaussian> components_;
  std::vector<double> joint_, shares_;  // (N, K)
  double floor_;
  double log_likelihood_ = 0, after_e_ = 0, after_m_ = 0;
};

}  // namespace priorlab
