// Dense layers on batches of rows, y = x W + b with W (in, out) row-major, forwards and backwards: what
// networks with a batch in every product are made of. f32; multiply-adds are fused where the flavour has
// them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace priorlab {

struct DenseShape {
  std::size_t in, out;
};

// y (rows, out) = x W + b.
void dense(DenseShape, const float* w, const float* b, const float* x, std::size_t rows, float* y);
// The same of rows of zeros and ones: adds the rows of W whose pixels are on.
void dense_binary(DenseShape, const float* w, const float* b, const std::uint8_t* x, std::size_t rows,
                  float* y);

// Given the gradient dy (rows, out) by y: dw += x^T dy, db += the sum of dy's rows.
void dense_gradient(DenseShape, const float* x, const float* dy, std::size_t rows, float* dw, float* db);
void dense_binary_gradient(DenseShape, const std::uint8_t* x, const float* dy, std::size_t rows, float* dw,
                           float* db);
// dx (rows, in) = dy W^T; `transposed` is W^T (out, in).
void dense_back(DenseShape, const float* transposed, const float* dy, std::size_t rows, float* dx);

// W (in, out) -> (out, in).
void transpose(DenseShape, const float* w, std::vector<float>& to);

// y = tanh(y); and the gradient by its argument from that by its value: d *= 1 - y^2.
void tanh_rows(std::span<float> y);
void tanh_back(std::span<const float> y, std::span<float> d);

}  // namespace priorlab
