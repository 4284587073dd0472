// Probabilistic PCA of points in the plane with one latent (Tipping and Bishop, Probabilistic principal
// component analysis, JRSS B 1999): z ~ N(0, 1), x | z ~ N(mu + w z, sigma^2 I), so that x ~ N(mu, w w^T +
// sigma^2 I). The mean of the points is mu's estimate in both ways of learning.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/continuous/plane.h"

namespace priorlab {

struct PpcaParameters {
  Vec2 mean, direction;  // mu, w
  double variance = 1;   // sigma^2
  Sym2 covariance() const;
};

// The maximum of the likelihood (their equations 7 and 8) among those with sigma^2 >= floor > 0.
PpcaParameters ppca_closed_form(const Moments& moments, double floor);

// Their EM (equations 29 to 32), from a direction drawn with the seed.
class PpcaEm {
 public:
  PpcaEm(std::vector<Vec2> points, double floor, std::uint64_t seed);
  // M-step, then E-step.
  void iterate();

  const PpcaParameters& parameters() const { return parameters_; }
  double log_likelihood() const { return log_likelihood_; }  // nats per point, as the bounds
  double bound_after_e() const { return after_e_; }
  double bound_after_m() const { return after_m_; }

 private:
  void expect();
  double bound() const;

  std::vector<Vec2> points_;
  Moments moments_;
  double floor_;
  PpcaParameters parameters_;
  // q(z | x) = N(gain . (x - mu), spread): of the parameters before the M-step, then of those after it.
  Vec2 gain_;
  double spread_ = 1;
  double log_likelihood_ = 0, after_e_ = 0, after_m_ = 0;
};

// Mean and deviation of p(z | x).
struct LatentPosterior {
  double mean = 0, deviation = 1;
};
LatentPosterior ppca_posterior(const PpcaParameters&, Vec2 x);

}  // namespace priorlab
