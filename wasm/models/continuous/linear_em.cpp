#include "models/continuous/linear_em.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/rng.h"
#include "ops/elementary.h"

namespace priorlab {
namespace {

constexpr double kLog2Pi = 1.8378770664093454836;
constexpr double kMiddle = 35;                    // degrees
constexpr std::uint64_t kChainStream = 1u << 20;  // far from those that draw points

// W^T d.
Vec2 projected(const LinearModel2& m, Vec2 d) { return {dot(m.column(0), d), dot(m.column(1), d)}; }

}  // namespace

Sym2 LinearModel2::covariance() const {
  const Vec2 a = column(0), b = column(1);
  return {a.x * a.x + b.x * b.x + variance, a.x * a.y + b.x * b.y, a.y * a.y + b.y * b.y + variance};
}

Sym2 LinearModel2::precision() const {
  const Vec2 a = column(0), b = column(1);
  return {1 + dot(a, a) / variance, dot(a, b) / variance, 1 + dot(b, b) / variance};
}

Vec2 LinearModel2::posterior_mean(Vec2 x) const {
  const Vec2 h = projected(*this, minus(x, mean));
  return times(inverse(precision()), {h.x / variance, h.y / variance});
}

void set_angle(LinearModel2& model, double degrees) {
  for (int j = 0; j < 2; j++) {
    const auto turn = elementary::sincos_turns((kMiddle + (j == 0 ? -0.5 : 0.5) * degrees) / 360);
    model.direction[j] = {turn.cos, turn.sin};
  }
}

std::vector<Vec2> points_from(const LinearModel2& model, int count, std::uint64_t seed) {
  std::vector<Vec2> points;
  const Vec2 a = model.column(0), b = model.column(1);
  const double sigma = std::sqrt(model.variance);
  for (int i = 0; i < count; i++) {
    Rng rng(seed, static_cast<std::uint64_t>(i));
    double e[4];
    for (double& v : e) v = static_cast<double>(rng.normal());
    points.push_back({model.mean.x + a.x * e[0] + b.x * e[1] + sigma * e[2],
                      model.mean.y + a.y * e[0] + b.y * e[1] + sigma * e[3]});
  }
  return points;
}

LinearEm::LinearEm(std::vector<Vec2> points, const LinearEmOptions& options)
    : points_(std::move(points)), options_(options), means_(points_.size()), chain_(points_.size()) {
  PRIORLAB_CHECK(options.samples >= 2 && options.rounds >= 1 && options.floor > 0);
  const Moments m = moments_of(points_);
  const double variance = std::max((m.covariance.xx + m.covariance.yy) / 2, options.floor);
  set_angle(model_, options.angle);
  model_.mean = m.mean;
  model_.strength[0] = model_.strength[1] = 0.5 * std::sqrt(variance);
  model_.variance = std::max(variance / 2, options.floor);
  if (options.step == EStep::sampled)
    draws_.resize(points_.size() * static_cast<std::size_t>(options.samples));
  expect();
  after_m_ = lower_bound();
}

// Given q, the strengths solve a system of two equations that the noise has no part in.
void LinearEm::iterate() {
  const auto& a = model_.direction;
  Sym2 zz{0, 0, 0};
  double xz[2] = {0, 0}, xx = 0;
  const double n = static_cast<double>(points_.size());
  for (std::size_t i = 0; i < points_.size(); i++) {
    const Vec2 d = minus(points_[i], model_.mean), m = means_[i];
    zz = {zz.xx + m.x * m.x, zz.xy + m.x * m.y, zz.yy + m.y * m.y};
    xz[0] += dot(a[0], d) * m.x;
    xz[1] += dot(a[1], d) * m.y;
    xx += dot(d, d);
  }
  zz = {zz.xx + n * spread_.xx, zz.xy + n * spread_.xy, zz.yy + n * spread_.yy};
  const Sym2 system{zz.xx, dot(a[0], a[1]) * zz.xy, zz.yy};
  if (system.det() > 1e-12 * system.xx * system.yy) {
    const Vec2 s = times(inverse(system), {xz[0], xz[1]});
    model_.strength[0] = s.x;
    model_.strength[1] = s.y;
  }
  const double* s = model_.strength;
  const double error = xx - 2 * (s[0] * xz[0] + s[1] * xz[1]) + s[0] * s[0] * system.xx +
                       2 * s[0] * s[1] * system.xy + s[1] * s[1] * system.yy;
  model_.variance = std::max(error / (2 * n), options_.floor);
  after_m_ = singular() ? 0 : lower_bound();
  iteration_++;
  expect();
}

void LinearEm::expect() {
  const Sym2 precision = model_.precision();
  if (options_.step == EStep::sampled) {
    sample(precision);
  } else if (options_.step == EStep::mean_field) {
    ascend(precision);
  } else {
    spread_ = inverse(precision);
    for (std::size_t i = 0; i < points_.size(); i++) means_[i] = model_.posterior_mean(points_[i]);
    cost_ += 2.0 * static_cast<double>(points_.size());
  }
  const WeightedGaussian all{1, model_.mean, model_.covariance()};
  log_likelihood_ = PlaneDensity(std::span(&all, 1)).mean_log_density(points_);
}

void LinearEm::sample(const Sym2& precision) {
  const auto count = static_cast<std::size_t>(options_.samples);
  const double s1 = 1 / std::sqrt(precision.xx), s2 = 1 / std::sqrt(precision.yy);
  const double n = static_cast<double>(points_.size()), each = 1.0 / options_.samples;
  spread_ = {0, 0, 0};
  for (std::size_t i = 0; i < points_.size(); i++) {
    // A stream of its own for every point and iteration.
    Rng rng(options_.seed, kChainStream + i, static_cast<std::uint64_t>(iteration_) * count);
    const Vec2 h = projected(model_, minus(points_[i], model_.mean));
    Vec2 z = chain_[i], sum;
    for (std::size_t s = 0; s < count; s++) {
      z.x = (h.x / model_.variance - precision.xy * z.y) / precision.xx +
            s1 * static_cast<double>(rng.normal());
      z.y = (h.y / model_.variance - precision.xy * z.x) / precision.yy +
            s2 * static_cast<double>(rng.normal());
      draws_[i * count + s] = z;
      sum = {sum.x + each * z.x, sum.y + each * z.y};
    }
    chain_[i] = z;
    means_[i] = sum;
    for (std::size_t s = 0; s < count; s++) {
      const Vec2 d = minus(draws_[i * count + s], sum);
      spread_ = {spread_.xx + each / n * d.x * d.x, spread_.xy + each / n * d.x * d.y,
                 spread_.yy + each / n * d.y * d.y};
    }
  }
  cost_ += 2.0 * n * options_.samples;
}

void LinearEm::ascend(const Sym2& precision) {
  spread_ = {1 / precision.xx, 0, 1 / precision.yy};
  for (std::size_t i = 0; i < points_.size(); i++) {
    const Vec2 h = projected(model_, minus(points_[i], model_.mean));
    Vec2& m = means_[i];  // from where it was
    for (int r = 0; r < options_.rounds; r++) {
      m.x = (h.x / model_.variance - precision.xy * m.y) / precision.xx;
      m.y = (h.y / model_.variance - precision.xy * m.x) / precision.yy;
    }
  }
  cost_ += 2.0 * static_cast<double>(points_.size()) * options_.rounds;
}

std::vector<Vec2> LinearEm::draws(std::size_t point) const {
  PRIORLAB_CHECK(point < points_.size());
  if (draws_.empty()) return {};
  const auto first = draws_.begin() + static_cast<std::ptrdiff_t>(point) * options_.samples;
  return {first, first + options_.samples};
}

bool LinearEm::singular() const { return !(spread_.det() > 1e-12 * spread_.xx * spread_.yy); }

std::optional<double> LinearEm::bound() const {
  if (singular()) return std::nullopt;
  return lower_bound();
}

// The mean over points of E_q[log p(x, z)] + H(q).
double LinearEm::lower_bound() const {
  const Vec2 a = model_.column(0), b = model_.column(1);
  const double spread_out =
      dot(a, a) * spread_.xx + 2 * dot(a, b) * spread_.xy + dot(b, b) * spread_.yy;  // tr(W V W^T)
  double sum = 0;
  for (std::size_t i = 0; i < points_.size(); i++) {
    const Vec2 m = means_[i], d = minus(points_[i], model_.mean);
    const Vec2 left = {d.x - a.x * m.x - b.x * m.y, d.y - a.y * m.x - b.y * m.y};
    sum -=
        (dot(left, left) + spread_out) / (2 * model_.variance) + 0.5 * (dot(m, m) + spread_.xx + spread_.yy);
  }
  return sum / static_cast<double>(points_.size()) - kLog2Pi - elementary::log(model_.variance) + 1 +
         0.5 * elementary::log(spread_.det());
}

std::optional<double> LinearEm::gap() const {
  if (singular()) return std::nullopt;
  const Sym2 precision = model_.precision();
  double sum = 0;
  for (std::size_t i = 0; i < points_.size(); i++) {
    const Vec2 d = minus(means_[i], model_.posterior_mean(points_[i]));
    sum += 0.5 * dot(d, times(precision, d));
  }
  const double trace = precision.xx * spread_.xx + 2 * precision.xy * spread_.xy + precision.yy * spread_.yy;
  return sum / static_cast<double>(points_.size()) +
         0.5 * (trace - 2 - elementary::log(precision.det() * spread_.det()));
}

}  // namespace priorlab
