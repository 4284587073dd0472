// A small patch mixture as a file, made from a seed by sums and products alone: the same bits everywhere.
#pragma once

#include <string>

#include "core/half.h"
#include "core/rng.h"
#include "core/safetensors.h"
#include "ops/elementary.h"

namespace priorlab::test {

inline Safetensors patch_mixture_file(int side, int components, std::uint64_t seed = 3) {
  const int n = side * side - 1;
  Rng rng(seed);
  Safetensors file;
  file.metadata = {
      {"family", "gmm"}, {"version", "1"}, {"basis", "dct-zigzag-no-dc"}, {"patch", std::to_string(side)}};
  Tensor weights(DType::f32, {components}), packed(DType::f16, {components, n * (n + 1) / 2});
  float total = 0;
  for (float& w : weights.as<float>()) total += w = 0.5f + rng.uniform();
  for (float& w : weights.as<float>())
    w = static_cast<float>(elementary::log(static_cast<double>(w / total)));
  std::uint16_t* to = packed.as<std::uint16_t>().data();
  for (int k = 0; k < components; ++k) {
    const float scale = 0.2f / static_cast<float>(1 + 2 * k);
    for (int i = 0; i < n; ++i)
      for (int j = 0; j <= i; ++j)
        *to++ = float_to_half(scale * (i == j ? 0.3f + rng.uniform() : 0.25f * rng.normal()) /
                              (1.0f + 0.1f * static_cast<float>(i)));
  }
  file.tensors.emplace("log_weights", std::move(weights));
  file.tensors.emplace("cholesky", std::move(packed));
  return file;
}

}  // namespace priorlab::test
