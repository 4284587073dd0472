// Random numbers that are the same on every flavour, thread count and machine: Philox4x32-10 (Salmon et al.,
// "Parallel random numbers: as easy as 1, 2, 3", SC 2011), counter based, keyed by (seed, stream) and
// addressed by index.
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace priorlab {

// One block of the bijection: 10 rounds. Checked against the published test vectors (Random123 kat_vectors).
std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter,
                                        std::array<std::uint32_t, 2> key);

// Uniforms number 4 * block ... 4 * block + 3 of `count` streams side by side, those of Rng(seed, first + i):
// to[k * count + i] is number 4 * block + k of the i-th.
void uniforms_of_streams(std::uint64_t seed, std::uint64_t first, std::uint64_t block, std::size_t count,
                         float* to);

// A stream of random numbers. Key = seed, counter = (index of the block, stream), so that any position can be
// reached at no cost and two streams never overlap. Copyable; not shared between threads.
class Rng {
 public:
  // `index` counts blocks of four words.
  explicit Rng(std::uint64_t seed, std::uint64_t stream = 0, std::uint64_t index = 0);

  std::uint32_t next_u32();
  // Uniform on [0, 1): the upper 24 bits, so every value is exact in f32.
  float uniform();
  // Uniform integer in [0, n), n >= 1, without bias (rejection).
  std::uint32_t below(std::uint32_t n);
  // Standard normal by Box-Muller from two 32-bit words, with our own log, sin, cos in double
  // (ops/elementary.h): the same bits on every flavour.
  float normal();
  void fill_uniform(std::span<float>);
  void fill_normal(std::span<float>);

 private:
  std::array<std::uint32_t, 2> key_;
  std::uint64_t stream_, block_;
  std::array<std::uint32_t, 4> words_{};
  int used_ = 4;
  float spare_ = 0.0f;
  bool has_spare_ = false;
};

}  // namespace priorlab
