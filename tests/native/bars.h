// Pictures of 6x5 pixels to learn from.
#pragma once

#include "core/rng.h"
#include "core/tensor.h"

namespace priorlab {

// Bars: a row or a column is on, with a few errors. Far from independent pixels.
inline Tensor bars(int count, std::uint64_t seed) {
  Rng rng(seed, 3);
  Tensor digits(DType::f32, {count, 6, 5});
  float* to = digits.as<float>().data();
  for (int i = 0; i < count; ++i, to += 30) {
    const int which = static_cast<int>(rng.below(11));
    for (int y = 0; y < 6; ++y)
      for (int x = 0; x < 5; ++x) {
        const bool on = which < 6 ? y == which : x == which - 6;
        to[y * 5 + x] = on != (rng.uniform() < 0.02f) ? 1.0f : 0.0f;
      }
  }
  return digits;
}

}  // namespace priorlab
