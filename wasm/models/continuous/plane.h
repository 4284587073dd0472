// The plane: points (N, 2), Gaussians over it and what a mixture of them gives each place. What the
// two-dimensional models share. Everything is in double, with exp and log of our own: the same bits
// everywhere.
#pragma once

#include <span>
#include <vector>

#include "core/tensor.h"

namespace priorlab {

struct Vec2 {
  double x = 0, y = 0;
};

// A symmetric 2x2 matrix.
struct Sym2 {
  double xx = 0, xy = 0, yy = 0;
  double det() const { return xx * yy - xy * xy; }
};

inline double dot(Vec2 a, Vec2 b) { return a.x * b.x + a.y * b.y; }
inline Vec2 minus(Vec2 a, Vec2 b) { return {a.x - b.x, a.y - b.y}; }
inline Vec2 times(const Sym2& m, Vec2 v) { return {m.xx * v.x + m.xy * v.y, m.xy * v.x + m.yy * v.y}; }
// det() must not be 0.
Sym2 inverse(const Sym2&);

// Eigenvalues, and the unit eigenvector of the larger one; (1, 0) where both are equal.
struct Eigen2 {
  double large = 0, small = 0;
  Vec2 axis{1, 0};
};
Eigen2 eigen_of(const Sym2&);

// The same eigenvectors, no eigenvalue below the floor. Among all covariances with such eigenvalues it is the
// likeliest for data whose second moments are `m`.
Sym2 floored(const Sym2& m, double floor);

struct Moments {
  Vec2 mean;
  Sym2 covariance;  // divided by N
};
Moments moments_of(std::span<const Vec2> points);

// weight * N(mean, covariance); weights of a density sum to 1.
struct WeightedGaussian {
  double weight = 1;
  Vec2 mean;
  Sym2 covariance{1, 0, 1};
};

// A mixture made ready for many places. Components of weight 0 have no part.
class PlaneDensity {
 public:
  explicit PlaneDensity(std::span<const WeightedGaussian> components);

  // log weight_k + log N(x; k) of every component, in nats; `to` has components() entries.
  void log_joint(Vec2 x, std::span<double> to) const;
  double log_density(Vec2 x) const;
  // Mean over points, nats per point.
  double mean_log_density(std::span<const Vec2> points) const;
  std::size_t components() const { return parts_.size(); }

 private:
  struct Part {
    double log_scale;  // log weight - log(2 pi) - log(det) / 2
    Vec2 mean;
    Sym2 precision;
  };
  std::vector<Part> parts_;
};

// log sum exp; -infinity when all are.
double log_sum_exp(std::span<const double> values);

// A rectangle of the plane seen as columns x rows cells; row 0 is at the top, values stand for cell centres.
struct PlaneMap {
  double left = -4, right = 4, bottom = -3, top = 3;
  int columns = 96, rows = 72;
};
// log p at the centres, f32 (rows, columns), never below -1e30.
Tensor log_density_map(const PlaneDensity&, const PlaneMap&);

// The input "points", f32 (N, 2). Throws std::invalid_argument in words about points: none, more than 5000,
// another shape, not finite or farther than 1e4 from the origin.
std::vector<Vec2> points_of(const Tensor&);

}  // namespace priorlab
