// The discrete Fourier transform of a real plane, as an isometry: the squares of the spectrum's numbers add
// up to those of the plane's, so inner products may be taken on either side.
//
// One dimension is Eigen's kissfft. Real rows go through it in pairs.
#pragma once

#include <complex>
#include <span>

#include "ops/linear_operator.h"

namespace priorlab {

class Fft2 {
 public:
  using Complex = std::complex<float>;

  // Any size >= 1; fast when both are products of 2, 3 and 5.
  explicit Fft2(PlaneSize size);
  // The least such product that is >= n >= 1.
  static int good_size(int n);

  PlaneSize size() const { return size_; }
  // The spectrum is (width / 2 + 1, height): column frequency v outside, row frequency u inside. The other
  // half would be its complex conjugate.
  int columns() const { return size_.width / 2 + 1; }
  std::size_t spectrum_size() const {
    return static_cast<std::size_t>(columns()) * static_cast<std::size_t>(size_.height);
  }
  // S(v, u) = w_v sum_yx p(y, x) exp(-2 pi i (u y / height + v x / width)), w_v = sqrt(2 / pixels) where the
  // conjugate column is left out and sqrt(1 / pixels) where there is none (v = 0, v = width / 2).
  void forward(std::span<const float> plane, std::span<Complex> spectrum) const;
  // The adjoint, and the inverse for spectra of real planes.
  void inverse(std::span<const Complex> spectrum, std::span<float> plane) const;
  // w_v, by which a spectrum in the usual units (no factor forward) differs from S.
  float scale(int v) const;

 private:
  PlaneSize size_;
};

}  // namespace priorlab
