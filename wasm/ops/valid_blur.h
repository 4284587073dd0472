// Blur without assumptions about what lies outside: y holds the pixels of k * x whose whole neighbourhood is
// in x ("valid" convolution), so x reaches beyond y by the kernel.
//
// On a torus at least as large as x those pixels of the circular convolution are the same, so everything can
// be done there with the FFT and nothing wraps around.
#pragma once

#include <vector>

#include "ops/blur_kernel.h"
#include "ops/fft2.h"
#include "ops/linear_operator.h"

namespace priorlab {

class ValidBlur final : public LinearOperator {
 public:
  // `input`: the size of x, at least the kernel's each way (a CHECK).
  ValidBlur(PlaneSize input, const BlurKernel& kernel);

  PlaneSize input() const override { return input_; }
  PlaneSize output() const override {
    return {input_.height - kernel_.height + 1, input_.width - kernel_.width + 1};
  }
  void apply(std::span<const float> x, std::span<float> y) const override;
  void adjoint(std::span<const float> y, std::span<float> x) const override;

  // Where the middle of the kernel is when its result is y(0, 0): the pixel of x that y(0, 0) shows.
  int top() const { return kernel_.height - 1 - (kernel_.height - 1) / 2; }
  int left() const { return kernel_.width - 1 - (kernel_.width - 1) / 2; }

  const Fft2& fft() const { return fft_; }
  // The kernel's spectrum, in the usual units (1 at frequency zero).
  std::span<const Fft2::Complex> spectrum() const { return spectrum_; }
  // A plane of x's size on the torus, zero beyond, and back; y's pixels in their place there, zero elsewhere,
  // and back.
  void place_x(std::span<const float> x, std::span<float> torus) const;
  void take_x(std::span<const float> torus, std::span<float> x) const;
  void place_y(std::span<const float> y, std::span<float> torus) const;
  void take_y(std::span<const float> torus, std::span<float> y) const;

 private:
  PlaneSize input_;
  BlurKernel kernel_;
  Fft2 fft_;
  std::vector<Fft2::Complex> spectrum_;
};

// The definition, y(i) = sum_j k(j) x(i + size(k) - 1 - j) in double: the oracle.
std::vector<float> plain_valid_blur(std::span<const float> x, PlaneSize size, const BlurKernel& kernel);

}  // namespace priorlab
