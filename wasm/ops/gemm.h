// The one dense f32 matrix product of the house: register-blocked, no packing, meant for operands that fit
// the second-level cache.
#pragma once

#include <cstddef>

namespace priorlab {

// A read-only matrix of f32 whose element (i, j) is data[i * row_step + j * column_step]: plain row-major has
// column_step 1, a transposed view has row_step 1.
struct MatrixView {
  const float* data;
  std::ptrdiff_t row_step, column_step = 1;
};

// C += A B. A is m x depth in any layout; B is depth x n and C m x n, both row-major with `b_step`, `c_step`
// elements from one row to the next. m, n, depth >= 0. C must not overlap A or B. Each element of C adds its
// products in order of depth, as gemm_plain does, with madd() in place of a multiplication and an addition.
void gemm(int m, int n, int depth, MatrixView a, const float* b, std::ptrdiff_t b_step, float* c,
          std::ptrdiff_t c_step);

// The plain twin of gemm, for tests.
void gemm_plain(int m, int n, int depth, MatrixView a, const float* b, std::ptrdiff_t b_step, float* c,
                std::ptrdiff_t c_step);

}  // namespace priorlab
