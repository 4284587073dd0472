// Preconditioned conjugate gradients (Hestenes and Stiefel 1952) for systems too large to be written down.
#pragma once

#include <functional>
#include <span>

namespace priorlab {

// out = M in; spans of equal length that do not overlap.
using LinearMap = std::function<void(std::span<const float> in, std::span<float> out)>;

struct Convergence {
  int iterations = 0;  // applications of the matrix, the one for the first residual not counted
  double error = 0;    // root mean square of the last preconditioned residual, per unknown
};

// Solves `matrix` x = b, matrix symmetric and positive definite; `precondition`, near its inverse, too, or
// empty. Begins at the x that comes, and ends when the root mean square of the preconditioned residual, an
// estimate of x's own error, is at most `tolerance`, or after `most` iterations. Each iteration lowers
// x' matrix x / 2 - b' x. Sums are taken in order, in double.
Convergence conjugate_gradients(const LinearMap& matrix, const LinearMap& precondition,
                                std::span<const float> b, std::span<float> x, double tolerance, int most);

}  // namespace priorlab
