// What a camera, a scanner or a scratch did to a picture: y = A x + noise, A linear.
#pragma once

#include <cstddef>
#include <span>

namespace priorlab {

struct PlaneSize {
  int height = 0, width = 0;

  std::size_t pixels() const { return static_cast<std::size_t>(height) * static_cast<std::size_t>(width); }
  bool operator==(const PlaneSize&) const = default;
};

// Maps planes of one size to planes of another, row-major. Const and safe to use from several threads.
class LinearOperator {
 public:
  virtual ~LinearOperator() = default;

  virtual PlaneSize input() const = 0;
  virtual PlaneSize output() const = 0;
  // y = A x. Spans of input().pixels() and output().pixels() values that do not overlap.
  virtual void apply(std::span<const float> x, std::span<float> y) const = 0;
  // x = A' y: <A x, y> = <x, A' y>.
  virtual void adjoint(std::span<const float> y, std::span<float> x) const = 0;
};

}  // namespace priorlab
