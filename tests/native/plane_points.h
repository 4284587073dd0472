// Points in the plane for the tests of what learns from them.
#pragma once

#include <cmath>
#include <vector>

#include "core/rng.h"
#include "models/continuous/plane.h"

namespace priorlab {

// `count` points of a stretched, turned Gaussian around (1, -0.5).
inline std::vector<Vec2> cloud(int count, std::uint64_t seed = 7) {
  Rng rng(seed);
  std::vector<Vec2> points;
  for (int i = 0; i < count; i++) {
    const double a = static_cast<double>(rng.normal()), b = static_cast<double>(rng.normal());
    points.push_back({1 + 1.2 * a - 0.2 * b, -0.5 + 0.6 * a + 0.3 * b});
  }
  return points;
}

// An arc with a little noise.
inline std::vector<Vec2> arc(int count, std::uint64_t seed = 3) {
  Rng rng(seed);
  std::vector<Vec2> points;
  for (int i = 0; i < count; i++) {
    const double t = 3.0 * static_cast<double>(rng.uniform());
    points.push_back({2 * std::cos(t) + 0.15 * static_cast<double>(rng.normal()),
                      2 * std::sin(t) - 1 + 0.15 * static_cast<double>(rng.normal())});
  }
  return points;
}

inline Tensor tensor_of(const std::vector<Vec2>& points) {
  std::vector<float> values;
  for (const Vec2 p : points) {
    values.push_back(static_cast<float>(p.x));
    values.push_back(static_cast<float>(p.y));
  }
  return Tensor::from<float>({static_cast<std::int64_t>(points.size()), 2}, std::span<const float>(values));
}

// What must not break any of them: one point, all equal, on a line, two.
inline std::vector<std::vector<Vec2>> degenerate_points() {
  std::vector<Vec2> line;
  for (int i = 0; i < 20; i++) line.push_back({0.2 * i - 2, 0.1 * i - 1});
  return {{{0.5, 0.5}}, std::vector<Vec2>(12, {1, -1}), line, {{0, 0}, {1, 0}}};
}

}  // namespace priorlab
