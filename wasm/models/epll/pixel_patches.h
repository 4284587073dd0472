// Single patches as rows of 64 pixels, for methods that gather them by component instead of tile by tile.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "ops/dct_basis.h"
#include "ops/gemm.h"
#include "ops/patches.h"

namespace priorlab {

inline constexpr std::size_t kMatrix =
    static_cast<std::size_t>(kPatchPixels) * kPatchPixels;  // floats of a filter
inline constexpr std::size_t kLot = 64;                     // patches gathered for one product

inline const DctBasis& patch_dct() {
  static const DctBasis one(kPatchSide);
  return one;
}

inline void gather(const float* plane, int width, std::int32_t position, float* patch) {
  for (int row = 0; row < kPatchSide; ++row)
    std::copy_n(plane + position + static_cast<std::ptrdiff_t>(row) * width, kPatchSide,
                patch + row * kPatchSide);
}

inline float remove_mean(float* patch) {
  float sum = 0;
  for (int p = 0; p < kPatchPixels; ++p) sum += patch[p];
  const float mean = sum / kPatchPixels;
  for (int p = 0; p < kPatchPixels; ++p) patch[p] -= mean;
  return mean;
}

// C = A M with M symmetric 64 x 64, A and C of `count` rows.
inline void times(const float* matrix, const float* rows, std::size_t count, float* out) {
  std::fill_n(out, count * kPatchPixels, 0.0f);
  gemm(static_cast<int>(count), kPatchPixels, kPatchPixels, {rows, kPatchPixels}, matrix, kPatchPixels, out,
       kPatchPixels);
}

}  // namespace priorlab
