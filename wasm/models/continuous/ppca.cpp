#include "models/continuous/ppca.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/rng.h"
#include "ops/elementary.h"

namespace priorlab {
namespace {

constexpr double kLog2Pi = 1.8378770664093454836;

double trace(const Sym2& m) { return m.xx + m.yy; }

}  // namespace

Sym2 PpcaParameters::covariance() const {
  return {direction.x * direction.x + variance, direction.x * direction.y,
          direction.y * direction.y + variance};
}

PpcaParameters ppca_closed_form(const Moments& moments, double floor) {
  PRIORLAB_CHECK(floor > 0);
  const Eigen2 e = eigen_of(moments.covariance);
  PpcaParameters p{moments.mean, {}, std::max(e.small, floor)};
  const double length = std::sqrt(std::max(0.0, e.large - p.variance));
  p.direction = {length * e.axis.x, length * e.axis.y};
  return p;
}

PpcaEm::PpcaEm(std::vector<Vec2> points, double floor, std::uint64_t seed)
    : points_(std::move(points)), moments_(moments_of(points_)), floor_(floor) {
  PRIORLAB_CHECK(floor > 0);
  Rng rng(seed);
  const auto turn = elementary::sincos_turns(static_cast<double>(rng.uniform()));
  const double half = std::max(trace(moments_.covariance) / 4, floor);
  parameters_ = {moments_.mean, {std::sqrt(half) * turn.cos, std::sqrt(half) * turn.sin}, half};
  expect();
  after_m_ = after_e_;
}

void PpcaEm::iterate() {
  // Means over the points: of x z, of z^2 and of |x|^2 under q, x without the mean.
  const Vec2 xz = times(moments_.covariance, gain_);
  const double zz = dot(gain_, xz) + spread_;
  PpcaParameters next{moments_.mean, {xz.x / zz, xz.y / zz}, 0};
  const double left = trace(moments_.covariance) - dot(next.direction, xz);
  next.variance = std::max(left / 2, floor_);
  parameters_ = next;
  after_m_ = bound();
  expect();
}

void PpcaEm::expect() {
  const auto& [mean, w, variance] = parameters_;
  const double m = dot(w, w) + variance;
  gain_ = {w.x / m, w.y / m};
  spread_ = variance / m;
  const WeightedGaussian all{1, mean, parameters_.covariance()};
  log_likelihood_ = PlaneDensity(std::span(&all, 1)).mean_log_density(points_);
  after_e_ = bound();
}

// The mean over points of E_q[log p(x, z)] + H(q).
double PpcaEm::bound() const {
  const auto& [mean, w, variance] = parameters_;
  double sum = 0;
  for (const Vec2 p : points_) {
    const Vec2 d = minus(p, mean);
    const double z = dot(gain_, d), zz = z * z + spread_;
    const double error = dot(d, d) - 2 * z * dot(w, d) + dot(w, w) * zz;
    sum -= error / (2 * variance) + zz / 2;
  }
  return sum / static_cast<double>(points_.size()) - kLog2Pi - elementary::log(variance) +
         0.5 * (1 + elementary::log(spread_));
}

LatentPosterior ppca_posterior(const PpcaParameters& p, Vec2 x) {
  const double m = dot(p.direction, p.direction) + p.variance;
  return {dot(p.direction, minus(x, p.mean)) / m, std::sqrt(p.variance / m)};
}

}  // namespace priorlab
