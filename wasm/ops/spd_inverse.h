// Inverse and log-determinant of symmetric positive definite matrices of f32, in place, by Gauss-Jordan
// elimination without pivoting (none is needed for such matrices): the workhorse where a filter has to be
// made for each of many components anew.
#pragma once

namespace priorlab {

// Replaces `matrix` (n x n row-major, n a multiple of 8, at most 64, symmetric positive definite) by its
// inverse, exactly symmetric, and returns the natural logarithm of its determinant. Not positive definite to
// f32: the pivots are kept above 1e-20 times the largest diagonal element, so that the result stays finite.
double invert_spd(float* matrix, int n);

}  // namespace priorlab
