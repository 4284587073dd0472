#include "models/continuous/plane.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.h"
#include "core/parallel_for.h"
#include "ops/elementary.h"

namespace priorlab {
namespace {

constexpr double kLog2Pi = 1.8378770664093454836;
constexpr double kNone = -std::numeric_limits<double>::infinity();
constexpr double kFar = 50;  // exp(-50) of the largest changes no sum
constexpr std::int64_t kMostPoints = 5000;
constexpr float kFarthest = 1e4f;

}  // namespace

Sym2 inverse(const Sym2& m) {
  const double d = m.det();
  return {m.yy / d, -m.xy / d, m.xx / d};
}

Eigen2 eigen_of(const Sym2& m) {
  const double middle = (m.xx + m.yy) / 2, half = (m.xx - m.yy) / 2;
  const double radius = std::sqrt(half * half + m.xy * m.xy);
  Eigen2 e{middle + radius, middle - radius, {1, 0}};
  // Of the two ways to write the eigenvector the one without cancellation.
  const Vec2 v = half >= 0 ? Vec2{half + radius, m.xy} : Vec2{m.xy, radius - half};
  const double length = std::sqrt(dot(v, v));
  if (length > 0) e.axis = {v.x / length, v.y / length};
  return e;
}

Sym2 floored(const Sym2& m, double floor) {
  const Eigen2 e = eigen_of(m);
  if (e.small >= floor) return m;
  const double large = std::max(e.large, floor), more = large - floor;
  return {floor + more * e.axis.x * e.axis.x, more * e.axis.x * e.axis.y, floor + more * e.axis.y * e.axis.y};
}

Moments moments_of(std::span<const Vec2> points) {
  PRIORLAB_CHECK(!points.empty());
  const double n = static_cast<double>(points.size());
  Moments m;
  for (const Vec2 p : points) m.mean = {m.mean.x + p.x / n, m.mean.y + p.y / n};
  for (const Vec2 p : points) {
    const Vec2 d = minus(p, m.mean);
    m.covariance = {m.covariance.xx + d.x * d.x / n, m.covariance.xy + d.x * d.y / n,
                    m.covariance.yy + d.y * d.y / n};
  }
  return m;
}

PlaneDensity::PlaneDensity(std::span<const WeightedGaussian> components) {
  for (const WeightedGaussian& c : components) {
    const double det = c.covariance.det();
    PRIORLAB_CHECK(det > 0 && c.weight >= 0);
    parts_.push_back(
        {(c.weight > 0 ? elementary::log(c.weight) : kNone) - kLog2Pi - 0.5 * elementary::log(det), c.mean,
         inverse(c.covariance)});
  }
}

void PlaneDensity::log_joint(Vec2 x, std::span<double> to) const {
  for (std::size_t k = 0; k < parts_.size(); k++) {
    const Part& p = parts_[k];
    const Vec2 d = minus(x, p.mean);
    to[k] = p.log_scale - 0.5 * dot(d, times(p.precision, d));
  }
}

double PlaneDensity::log_density(Vec2 x) const {
  std::vector<double> joint(parts_.size());
  log_joint(x, joint);
  return log_sum_exp(joint);
}

double PlaneDensity::mean_log_density(std::span<const Vec2> points) const {
  std::vector<double> joint(parts_.size());
  double sum = 0;
  for (const Vec2 p : points) {
    log_joint(p, joint);
    sum += log_sum_exp(joint);
  }
  return sum / static_cast<double>(points.size());
}

double log_sum_exp(std::span<const double> values) {
  double most = kNone;
  for (const double v : values) most = std::max(most, v);
  if (most == kNone) return most;
  double sum = 0;
  for (const double v : values)
    if (v > most - kFar) sum += elementary::exp(v - most);
  return most + elementary::log(sum);
}

Tensor log_density_map(const PlaneDensity& density, const PlaneMap& map) {
  Tensor t(DType::f32, {map.rows, map.columns});
  const std::span<float> values = t.as<float>();
  const double across = (map.right - map.left) / map.columns, down = (map.top - map.bottom) / map.rows;
  parallel_for(map.rows, [&](int row) {
    std::vector<double> joint(density.components());
    for (int column = 0; column < map.columns; column++) {
      density.log_joint({map.left + (column + 0.5) * across, map.top - (row + 0.5) * down}, joint);
      values[static_cast<std::size_t>(row) * static_cast<std::size_t>(map.columns) +
             static_cast<std::size_t>(column)] = static_cast<float>(std::max(-1e30, log_sum_exp(joint)));
    }
  });
  return t;
}

std::vector<Vec2> points_of(const Tensor& tensor) {
  const Shape& shape = tensor.shape();
  if (tensor.dtype() != DType::f32 || shape.size() != 2 || shape[1] != 2)
    invalid("The input \"points\" is f32 of shape (N, 2); ", name_of(tensor.dtype()), " ", to_text(shape),
            " came.");
  if (shape[0] < 1) invalid("There are no points to learn from; at least one is needed.");
  if (shape[0] > kMostPoints)
    invalid("At most ", kMostPoints, " points can be learned from; ", shape[0], " came.");
  const std::span<const float> values = tensor.as<float>();
  std::vector<Vec2> points;
  for (std::size_t i = 0; i < values.size(); i += 2) {
    for (const float v : {values[i], values[i + 1]})
      if (!(v >= -kFarthest && v <= kFarthest))
        invalid("A point's coordinates lie between -10000 and 10000; ", v, " came.");
    points.push_back({static_cast<double>(values[i]), static_cast<double>(values[i + 1])});
  }
  return points;
}

}  // namespace priorlab
