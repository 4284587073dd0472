// Products of one row of weights with several rows of values, in an order of additions that is the same on
// every flavour.
#pragma once

#include <cstddef>

namespace priorlab {

// to[i] = sum over k < count of weights[k] * values[i * stride + k], i < lanes; count is a multiple of 8.
// Eight partial sums, of k mod 8, each in ascending order, nothing fused; they are added as
// ((s0 + s4) + (s2 + s6)) + ((s1 + s5) + (s3 + s7)).
void lane_dots(const float* weights, const float* values, std::size_t stride, std::size_t count,
               std::size_t lanes, float* to);
void lane_dots_plain(const float* weights, const float* values, std::size_t stride, std::size_t count,
                     std::size_t lanes, float* to);

// The same with max(0, value) in place of each value.
void lane_relu_dots(const float* weights, const float* values, std::size_t stride, std::size_t count,
                    std::size_t lanes, float* to);
void lane_relu_dots_plain(const float* weights, const float* values, std::size_t stride, std::size_t count,
                          std::size_t lanes, float* to);

}  // namespace priorlab
