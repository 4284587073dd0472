#include "ops/spd_inverse.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "ops/simd.h"

namespace priorlab {

double invert_spd(float* matrix, int n) {
  PRIORLAB_CHECK(n > 0 && n <= 64 && n % 8 == 0);
  float largest = 0;
  for (int i = 0; i < n; ++i) largest = std::max(largest, matrix[i * n + i]);
  const float least = std::max(1e-20f * largest, 1e-30f);
  double log_determinant = 0;
  float pivot_row[64];
  for (int p = 0; p < n; ++p) {
    const float pivot = std::max(matrix[p * n + p], least);
    log_determinant += std::log(static_cast<double>(pivot));
    const float inverse = 1 / pivot;
    for (int j = 0; j < n; ++j) pivot_row[j] = matrix[p * n + j] * inverse;
    pivot_row[p] = inverse;
    for (int i = 0; i < n; ++i) {
      if (i == p) continue;
      float* row = matrix + i * n;
      const Vec8 factor = Vec8::splat(-row[p]);
      row[p] = 0;
      for (int j = 0; j < n; j += 8)
        madd(factor, Vec8::load(pivot_row + j), Vec8::load(row + j)).store(row + j);
    }
    std::copy_n(pivot_row, n, matrix + p * n);
  }
  for (int i = 0; i < n; ++i)
    for (int j = 0; j < i; ++j)
      matrix[i * n + j] = matrix[j * n + i] = 0.5f * (matrix[i * n + j] + matrix[j * n + i]);
  return log_determinant;
}

}  // namespace priorlab
