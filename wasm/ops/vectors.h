// Small dense f32 loops on rows of any length, eight lanes at a time: what batches of likelihoods and
// gradients are made of. Multiply-adds are fused where the flavour has them, so results differ between
// flavours in the last digits; sampling does not use these.
#pragma once

#include <cstddef>

#include "ops/simd.h"

namespace priorlab {

// sum_i a[i] b[i], in the order of lanes.
inline float dot(const float* a, const float* b, std::size_t count) {
  Vec8 s0 = Vec8::zero(), s1 = s0, s2 = s0, s3 = s0;
  std::size_t i = 0;
  for (; i + 32 <= count; i += 32) {
    s0 = madd(Vec8::load(a + i), Vec8::load(b + i), s0);
    s1 = madd(Vec8::load(a + i + 8), Vec8::load(b + i + 8), s1);
    s2 = madd(Vec8::load(a + i + 16), Vec8::load(b + i + 16), s2);
    s3 = madd(Vec8::load(a + i + 24), Vec8::load(b + i + 24), s3);
  }
  for (; i + 8 <= count; i += 8) s0 = madd(Vec8::load(a + i), Vec8::load(b + i), s0);
  float total = sum((s0 + s1) + (s2 + s3));
  for (; i < count; ++i) total += a[i] * b[i];
  return total;
}

// y[i] += a x[i]
inline void add_scaled(float a, const float* x, float* y, std::size_t count) {
  const Vec8 factor = Vec8::splat(a);
  std::size_t i = 0;
  for (; i + 8 <= count; i += 8) madd(factor, Vec8::load(x + i), Vec8::load(y + i)).store(y + i);
  for (; i < count; ++i) y[i] += a * x[i];
}

// y[i] += x[i]
inline void add(const float* x, float* y, std::size_t count) {
  std::size_t i = 0;
  for (; i + 8 <= count; i += 8) (Vec8::load(x + i) + Vec8::load(y + i)).store(y + i);
  for (; i < count; ++i) y[i] += x[i];
}

}  // namespace priorlab
