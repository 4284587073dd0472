// The x-step of half-quadratic splitting for a picture seen through a linear operator, y = A x + noise:
//   x = argmin |A x - y|^2 / sigma^2 + beta |x - average|^2,
// `average` the mean over each pixel of the restored patches that cover it. With N patches over every pixel
// that is (A'A / sigma^2 + beta N) x = b of Zoran and Weiss, ICCV 2011, both terms scaled alike: as in their
// code every pixel counts as covered by a whole patch's pixels, those near the border, too.
#pragma once

#include <cstddef>
#include <span>

namespace priorlab {

class DataTerm {
 public:
  virtual ~DataTerm() = default;

  // `x` comes with an estimate to begin from and leaves as the minimum, beta = weight / r^2 for the level r
  // of noise that the term was made for weights relative to. Called from one thread; may use parallel_for.
  virtual void solve(std::span<const float> average, double weight, std::span<float> x) = 0;
  // |A x - y|^2.
  virtual double misfit(std::span<const float> x) const = 0;
  // How many values y has: misfit / seen is the noise's variance when x is the true picture.
  virtual std::size_t seen() const = 0;
  // What pixel i is shown as while its average is known and x is not: the average, unless a cheap x-step is
  // better.
  virtual float folded(std::size_t i, float average, double weight) const {
    static_cast<void>(i), static_cast<void>(weight);
    return average;
  }
  // Whether x(i) is known for certain: solve() gives it the same value whatever the average is.
  virtual bool certain(std::size_t i) const {
    static_cast<void>(i);
    return false;
  }
};

}  // namespace priorlab
