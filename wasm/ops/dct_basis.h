// The orthonormal 2-D DCT (type II) of a square patch without its constant term, low frequencies first in
// zig-zag order: the coordinates in which the patch priors live. An 8x8 patch has 63; storage is padded with
// zeros to a multiple of 8 (64), so that vectors of eight never need a remainder.
#pragma once

#include <span>
#include <vector>

namespace priorlab {

class DctBasis {
 public:
  // 2 <= side <= 32.
  explicit DctBasis(int side);

  int side() const { return side_; }
  int pixels() const { return side_ * side_; }
  int dims() const { return side_ * side_ - 1; }
  int stride() const { return stride_; }  // dims() rounded up to a multiple of 8

  // Value of basis function j (0 <= j < dims()) at pixel p = y * side + x.
  float at(int j, int p) const { return analysis_[static_cast<std::size_t>(p) * stride_ + j]; }

  // `patches` (count, pixels) -> `coefficients` (count, stride), padding set to zero. The mean of a patch has
  // no influence beyond float rounding; subtract it first where values are far from zero.
  void analyse(std::span<const float> patches, std::span<float> coefficients) const;
  // The adjoint and inverse: `coefficients` (count, stride) -> zero-mean `patches` (count, pixels).
  void synthesise(std::span<const float> coefficients, std::span<float> patches) const;

 private:
  int side_, stride_;
  std::vector<float> analysis_;   // (pixels, stride)
  std::vector<float> synthesis_;  // (stride, pixels)
};

// Pixels along an edge of the patches that have `dims` = side^2 - 1 coefficients.
int patch_side(int dims);

}  // namespace priorlab
