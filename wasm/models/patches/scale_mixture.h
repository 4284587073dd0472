// Gaussian scale mixtures on the line (Andrews and Mallows 1974; Wainwright and Simoncelli, NIPS 2000): zero
// mean, heavy tails,
//   g(x) = sum_j w_j N(x; 0, v_j).
// The marginals of the patch priors with independent sources (models/patches/source_prior.h).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace priorlab {

struct ScaleMixture {
  std::vector<double> weights;    // (J) positive, sum 1
  std::vector<double> variances;  // (J) positive, in the square of x's unit

  double log_density(double x) const;
  // E[1/v | x] = -g'(x) / (x g(x)): the curvature of the parabola that touches -log g at x and lies above it
  // elsewhere (g is a mixture over scales, so -log g is concave in x^2).
  double precision(double x) const;
  // E[x | y] for y = x + noise, noise ~ N(0, noise_variance), in closed form.
  double posterior_mean(double y, double noise_variance) const;
};

// Values of x^2 with how often they came. A zero-mean mixture sees x only through x^2.
struct CountedSquare {
  double square, count;
};

// Squares gathered in bins of relative width 2^-6, each standing for the mean of what fell into it.
class SquareHistogram {
 public:
  SquareHistogram();
  void add(float x);
  SquareHistogram& operator+=(const SquareHistogram&);
  std::vector<CountedSquare> points() const;  // bins that are not empty, ascending

 private:
  std::vector<double> count_, sum_;
};

// `scales` variances evenly spaced in logarithm over the range of the data, equal weights: where EM starts.
ScaleMixture first_scale_mixture(std::span<const CountedSquare> points, int scales, double floor);

// One step of EM under the constraint v_j >= floor; returns the mean log-likelihood before the step, which
// never falls from step to step.
double em_step(ScaleMixture& mixture, std::span<const CountedSquare> points, double floor);

// log g and E[1/v | x] by looking up x^2: linear between 8 points per octave from 2^-60 to 2^20, constant
// outside. Linear in x^2 between points, so Gaussian tails are exact.
class ScaleMixtureTable {
 public:
  explicit ScaleMixtureTable(const ScaleMixture& mixture);

  float precision(float square) const { return at(precision_, square); }
  float log_density(float square) const { return at(log_density_, square); }

 private:
  static constexpr int kBits = 3, kShift = 23 - kBits, kLeast = (127 - 60) << kBits, kCells = 80 << kBits;
  static float at(const std::vector<float>& values, float square);

  std::vector<float> precision_, log_density_;  // (kCells + 1)
};

}  // namespace priorlab
