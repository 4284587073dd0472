#include "ops/gemm.h"

#include "ops/simd.h"

namespace priorlab {
namespace {

#if defined(__AVX__)
constexpr int kRows = 6, kVectors = 2;  // 12 of 16 registers hold sums
#else
constexpr int kRows = 4, kVectors = 1;  // 8 of 16
#endif

// R rows of C by V vectors of 8 columns: per step of depth V loads of B and R splats of A feed R * V madds.
template <int R, int V>
void tile(int depth, MatrixView a, const float* b, std::ptrdiff_t b_step, float* c, std::ptrdiff_t c_step) {
  Vec8 sums[R][V];
  for (int r = 0; r < R; ++r)
    for (int v = 0; v < V; ++v) sums[r][v] = Vec8::load(c + r * c_step + 8 * v);
  for (int d = 0; d < depth; ++d, b += b_step, a.data += a.column_step) {
    Vec8 columns[V];
    for (int v = 0; v < V; ++v) columns[v] = Vec8::load(b + 8 * v);
    for (int r = 0; r < R; ++r) {
      const Vec8 x = Vec8::splat(a.data[r * a.row_step]);
      for (int v = 0; v < V; ++v) sums[r][v] = madd(columns[v], x, sums[r][v]);
    }
  }
  for (int r = 0; r < R; ++r)
    for (int v = 0; v < V; ++v) sums[r][v].store(c + r * c_step + 8 * v);
}

// All rows of a stripe of 8 V columns.
template <int V>
void stripe(int m, int depth, MatrixView a, const float* b, std::ptrdiff_t b_step, float* c,
            std::ptrdiff_t c_step) {
  int i = 0;
  const auto advance = [&](int rows) {
    a.data += rows * a.row_step;
    c += rows * c_step;
  };
  for (; i + kRows <= m; i += kRows, advance(kRows)) tile<kRows, V>(depth, a, b, b_step, c, c_step);
  // The last rows in one tile too: fewer sums at a time would wait for one another.
  if constexpr (kRows > 4)
    if (m - i >= 4) {
      tile<4, V>(depth, a, b, b_step, c, c_step);
      i += 4;
      advance(4);
    }
  switch (m - i) {
    case 3:
      return tile<3, V>(depth, a, b, b_step, c, c_step);
    case 2:
      return tile<2, V>(depth, a, b, b_step, c, c_step);
    case 1:
      return tile<1, V>(depth, a, b, b_step, c, c_step);
    default:
      return;
  }
}

// The last columns, fewer than 8: through a buffer of full width.
void narrow_stripe(int m, int n, int depth, MatrixView a, const float* b, std::ptrdiff_t b_step, float* c,
                   std::ptrdiff_t c_step) {
  for (int i = 0; i < m; ++i, a.data += a.row_step, c += c_step) {
    Vec8 sums;
    float row[8] = {};
    for (int j = 0; j < n; ++j) row[j] = c[j];
    sums = Vec8::load(row);
    for (int d = 0; d < depth; ++d) {
      float columns[8] = {};
      for (int j = 0; j < n; ++j) columns[j] = b[d * b_step + j];
      sums = madd(Vec8::load(columns), Vec8::splat(a.data[d * a.column_step]), sums);
    }
    sums.store(row);
    for (int j = 0; j < n; ++j) c[j] = row[j];
  }
}

}  // namespace

void gemm(int m, int n, int depth, MatrixView a, const float* b, std::ptrdiff_t b_step, float* c,
          std::ptrdiff_t c_step) {
  int j = 0;
  for (; j + 8 * kVectors <= n; j += 8 * kVectors)
    stripe<kVectors>(m, depth, a, b + j, b_step, c + j, c_step);
  for (; j + 8 <= n; j += 8) stripe<1>(m, depth, a, b + j, b_step, c + j, c_step);
  if (j < n) narrow_stripe(m, n - j, depth, a, b + j, b_step, c + j, c_step);
}

void gemm_plain(int m, int n, int depth, MatrixView a, const float* b, std::ptrdiff_t b_step, float* c,
                std::ptrdiff_t c_step) {
  for (int i = 0; i < m; ++i)
    for (int j = 0; j < n; ++j)
      for (int d = 0; d < depth; ++d)
        c[i * c_step + j] += a.data[i * a.row_step + d * a.column_step] * b[d * b_step + j];
}

}  // namespace priorlab
