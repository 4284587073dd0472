#include "models/continuous/mixture_2d.h"

#include <algorithm>

#include "core/error.h"
#include "core/rng.h"
#include "ops/elementary.h"

namespace priorlab {
namespace {

// Index of a point drawn with probability in proportion to its weight; any one when all are 0.
std::size_t drawn(std::span<const double> weights, Rng& rng) {
  double all = 0;
  for (const double w : weights) all += w;
  if (!(all > 0)) return rng.below(static_cast<std::uint32_t>(weights.size()));
  double left = static_cast<double>(rng.uniform()) * all;
  for (std::size_t i = 0; i < weights.size(); i++)
    if ((left -= weights[i]) < 0) return i;
  return weights.size() - 1;
}

}  // namespace

Mixture2d::Mixture2d(std::vector<Vec2> points, int components, double floor, std::uint64_t seed)
    : points_(std::move(points)), floor_(floor) {
  PRIORLAB_CHECK(components >= 1 && floor > 0 && !points_.empty());
  const Sym2 all = moments_of(points_).covariance;
  const double k = components;
  const Sym2 first = floored({all.xx / k, all.xy / k, all.yy / k}, floor);
  Rng rng(seed);
  std::vector<double> distance(points_.size(), 1.0);
  for (int c = 0; c < components; c++) {
    const Vec2 mean = points_[drawn(distance, rng)];
    components_.push_back({1 / k, mean, first});
    for (std::size_t i = 0; i < points_.size(); i++) {
      const Vec2 d = minus(points_[i], mean);
      distance[i] = c == 0 ? dot(d, d) : std::min(distance[i], dot(d, d));
    }
  }
  joint_.resize(points_.size() * components_.size());
  shares_.resize(joint_.size());
  expect();
  after_m_ = after_e_;
}

void Mixture2d::iterate() {
  const std::size_t count = components_.size();
  for (std::size_t k = 0; k < count; k++) {
    double weight = 0;
    Vec2 sum;
    for (std::size_t i = 0; i < points_.size(); i++) {
      const double r = shares_[i * count + k];
      weight += r;
      sum = {sum.x + r * points_[i].x, sum.y + r * points_[i].y};
    }
    components_[k].weight = weight / static_cast<double>(points_.size());
    if (!(weight > 1e-12)) {
      components_[k].weight = 0;
      continue;
    }
    const Vec2 mean = {sum.x / weight, sum.y / weight};
    Sym2 second;
    for (std::size_t i = 0; i < points_.size(); i++) {
      const double r = shares_[i * count + k] / weight;
      const Vec2 d = minus(points_[i], mean);
      second = {second.xx + r * d.x * d.x, second.xy + r * d.x * d.y, second.yy + r * d.y * d.y};
    }
    components_[k].mean = mean;
    components_[k].covariance = floored(second, floor_);
  }
  expect();
}

void Mixture2d::expect() {
  const std::size_t count = components_.size();
  const PlaneDensity density(components_);
  for (std::size_t i = 0; i < points_.size(); i++)
    density.log_joint(points_[i], std::span(joint_).subspan(i * count, count));
  after_m_ = bound();
  double all = 0;
  for (std::size_t i = 0; i < points_.size(); i++) {
    const std::span<const double> row = std::span(joint_).subspan(i * count, count);
    const double log_p = log_sum_exp(row);
    all += log_p;
    for (std::size_t k = 0; k < count; k++) shares_[i * count + k] = elementary::exp(row[k] - log_p);
  }
  log_likelihood_ = all / static_cast<double>(points_.size());
  after_e_ = bound();
}

double Mixture2d::bound() const {
  double sum = 0;
  for (std::size_t j = 0; j < shares_.size(); j++)
    if (shares_[j] > 0 && components_[j % components_.size()].weight > 0)
      sum += shares_[j] * (joint_[j] - elementary::log(shares_[j]));
  return sum / static_cast<double>(points_.size());
}

}  // namespace priorlab
