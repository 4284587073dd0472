#include "ops/dense.h"

#include <algorithm>

#include "ops/gemm.h"
#include "ops/logistic.h"
#include "ops/vectors.h"

namespace priorlab {
namespace {

void product(std::size_t m, std::size_t n, std::size_t depth, MatrixView a, const float* b, float* c) {
  const auto step = static_cast<std::ptrdiff_t>(n);
  gemm(static_cast<int>(m), static_cast<int>(n), static_cast<int>(depth), a, b, step, c, step);
}

void add_rows(const float* rows, std::size_t count, std::size_t wide, float* to) {
  for (std::size_t r = 0; r < count; ++r) add(rows + r * wide, to, wide);
}

}  // namespace

void dense(DenseShape shape, const float* w, const float* b, const float* x, std::size_t rows, float* y) {
  for (std::size_t r = 0; r < rows; ++r) std::copy_n(b, shape.out, y + r * shape.out);
  product(rows, shape.out, shape.in, {x, static_cast<std::ptrdiff_t>(shape.in)}, w, y);
}

void dense_binary(DenseShape shape, const float* w, const float* b, const std::uint8_t* x, std::size_t rows,
                  float* y) {
  for (std::size_t r = 0; r < rows; ++r, x += shape.in, y += shape.out) {
    std::copy_n(b, shape.out, y);
    for (std::size_t i = 0; i < shape.in; ++i)
      if (x[i]) add(w + i * shape.out, y, shape.out);
  }
}

void dense_gradient(DenseShape shape, const float* x, const float* dy, std::size_t rows, float* dw,
                    float* db) {
  product(shape.in, shape.out, rows, {x, 1, static_cast<std::ptrdiff_t>(shape.in)}, dy, dw);
  add_rows(dy, rows, shape.out, db);
}

void dense_binary_gradient(DenseShape shape, const std::uint8_t* x, const float* dy, std::size_t rows,
                           float* dw, float* db) {
  add_rows(dy, rows, shape.out, db);
  for (std::size_t r = 0; r < rows; ++r, x += shape.in, dy += shape.out)
    for (std::size_t i = 0; i < shape.in; ++i)
      if (x[i]) add(dy, dw + i * shape.out, shape.out);
}

void dense_back(DenseShape shape, const float* transposed, const float* dy, std::size_t rows, float* dx) {
  std::fill_n(dx, rows * shape.in, 0.0f);
  product(rows, shape.in, shape.out, {dy, static_cast<std::ptrdiff_t>(shape.out)}, transposed, dx);
}

void transpose(DenseShape shape, const float* w, std::vector<float>& to) {
  to.resize(shape.in * shape.out);
  for (std::size_t i = 0; i < shape.in; ++i)
    for (std::size_t j = 0; j < shape.out; ++j) to[j * shape.in + i] = w[i * shape.out + j];
}

void tanh_rows(std::span<float> y) {
  for (float& v : y) v *= 2.0f;
  sigmoids(y);
  for (float& v : y) v = 2.0f * v - 1.0f;
}

void tanh_back(std::span<const float> y, std::span<float> d) {
  for (std::size_t i = 0; i < y.size(); ++i) d[i] *= 1.0f - y[i] * y[i];
}

}  // namespace priorlab
