// Three E-steps side by side on a model whose posterior is correlated: two latents z ~ N(0, I) and
//   x | z ~ N(mu + W z, sigma^2 I),   W = (s_1 a_1, s_2 a_2),
// with known unit vectors a_1 and a_2, an angle apart. Learned are the strengths s and the noise; mu's
// estimate is the mean of the points. With free columns any rotation of W would do as well, and a mean field
// would choose the one in which it misses nothing.
//
// The posterior's precision is I + W^T W / sigma^2 for every point; it is diagonal when the columns are at
// right angles alone. Every E-step answers with Gaussians q_i = N(m_i, V):
//   exact:      the posterior itself;
//   sampled:    moments of `samples` sweeps of Gibbs sampling per point, V pooled over the points; chains go
//               on from where the last E-step left them (Wei and Tanner 1990: Monte Carlo EM);
//   mean field: a factorised q by `rounds` rounds of coordinate ascent (Bishop, Pattern recognition and
//               machine learning, section 10.1.2): the inverse of the precision's diagonal.
// Costs are counted in updates of one latent of one point, each a conditional mean or a draw from it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "models/continuous/plane.h"

namespace priorlab {

struct LinearModel2 {
  Vec2 direction[2];  // unit vectors
  double strength[2] = {1, 1};
  Vec2 mean;
  double variance = 1;  // sigma^2

  Vec2 column(int j) const { return {strength[j] * direction[j].x, strength[j] * direction[j].y}; }
  Sym2 covariance() const;  // of x
  Sym2 precision() const;   // of z given x
  Vec2 posterior_mean(Vec2 x) const;
};

// Unit vectors `degrees` apart (0 < degrees <= 90), on both sides of 35 degrees from the horizontal.
void set_angle(LinearModel2& model, double degrees);

// `count` points drawn from the model; the i-th depends on the seed and i alone.
std::vector<Vec2> points_from(const LinearModel2& model, int count, std::uint64_t seed);

enum class EStep { exact, sampled, mean_field };

struct LinearEmOptions {
  EStep step = EStep::exact;
  double angle = 45;    // degrees
  int samples = 10;     // sweeps per point and E-step, at least 2
  int rounds = 2;       // of coordinate ascent per E-step
  double floor = 1e-4;  // of sigma^2
  std::uint64_t seed = 1;
};

class LinearEm {
 public:
  // Strengths start at half of the points' deviation, the noise at half of their variance. Begins with an
  // E-step.
  LinearEm(std::vector<Vec2> points, const LinearEmOptions& options);
  // M-step, then E-step.
  void iterate();

  const LinearModel2& model() const { return model_; }
  std::span<const Vec2> means() const { return means_; }  // m_i
  const Sym2& spread() const { return spread_; }          // V
  // The draws of the last E-step of that point; none unless sampled.
  std::vector<Vec2> draws(std::size_t point) const;

  // Nats per point. The bound is log_likelihood - gap, reckoned by itself; gap = mean of KL(q_i || p(z |
  // x_i)). Without a value where V is singular: few draws of points that are all equal.
  double log_likelihood() const { return log_likelihood_; }
  std::optional<double> bound() const;
  std::optional<double> gap() const;
  double bound_after_m() const { return after_m_; }
  double cost() const { return cost_; }

 private:
  void expect();
  void sample(const Sym2& precision);
  void ascend(const Sym2& precision);
  bool singular() const;
  double lower_bound() const;

  std::vector<Vec2> points_;
  LinearEmOptions options_;
  LinearModel2 model_;
  std::vector<Vec2> means_, chain_, draws_;  // draws_: (N, samples)
  Sym2 spread_{1, 0, 1};
  int iteration_ = 0;
  double log_likelihood_ = 0, after_m_ = 0, cost_ = 0;
};

}  // namespace priorlab
