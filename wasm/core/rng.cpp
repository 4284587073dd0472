#include "core/rng.h"

#include <cmath>

#include "core/error.h"
#include "ops/elementary.h"

#if defined(__wasm_simd128__)
#include <wasm_simd128.h>
#endif

namespace priorlab {
namespace {

std::uint32_t low(std::uint64_t x) { return static_cast<std::uint32_t>(x); }
std::uint32_t high(std::uint64_t x) { return static_cast<std::uint32_t>(x >> 32); }

}  // namespace

std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter,
                                        std::array<std::uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t a = 0xD2511F53ull * counter[0];
    const std::uint64_t b = 0xCD9E8D57ull * counter[2];
    counter = {high(b) ^ counter[1] ^ key[0], low(b), high(a) ^ counter[3] ^ key[1], low(a)};
    key[0] += 0x9E3779B9u;  // golden ratio
    key[1] += 0xBB67AE85u;  // sqrt(3) - 1
  }
  return counter;
}

#if defined(__wasm_simd128__)

namespace {

// Low and high words of the products of four words with `factor`. Compilers do not find them.
struct Products {
  v128_t low, high;
};
Products products(v128_t words, v128_t factor) {
  const v128_t a = wasm_u64x2_extmul_low_u32x4(words, factor),
               b = wasm_u64x2_extmul_high_u32x4(words, factor);
  return {wasm_i32x4_shuffle(a, b, 0, 2, 4, 6), wasm_i32x4_shuffle(a, b, 1, 3, 5, 7)};
}

// Block `block` of four streams from `stream` on, as uniforms: four vectors, one for each word of the block.
void four_streams(std::uint64_t seed, std::uint64_t stream, std::uint64_t block, float* to,
                  std::size_t step) {
  v128_t c0 = wasm_u32x4_splat(low(block)), c1 = wasm_u32x4_splat(high(block));
  v128_t c2 = wasm_u32x4_make(low(stream), low(stream + 1), low(stream + 2), low(stream + 3));
  v128_t c3 = wasm_u32x4_make(high(stream), high(stream + 1), high(stream + 2), high(stream + 3));
  const v128_t m0 = wasm_u32x4_splat(0xD2511F53u), m2 = wasm_u32x4_splat(0xCD9E8D57u);
  std::uint32_t k0 = low(seed), k1 = high(seed);
  for (int round = 0; round < 10; ++round) {
    const Products a = products(c0, m0), b = products(c2, m2);
    c0 = wasm_v128_xor(wasm_v128_xor(b.high, c1), wasm_u32x4_splat(k0));
    c2 = wasm_v128_xor(wasm_v128_xor(a.high, c3), wasm_u32x4_splat(k1));
    c1 = b.low;
    c3 = a.low;
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  const auto give = [&](v128_t words, int k) {
    const v128_t upper = wasm_f32x4_convert_i32x4(wasm_u32x4_shr(words, 8));
    wasm_v128_store(to + static_cast<std::size_t>(k) * step,
                    wasm_f32x4_mul(upper, wasm_f32x4_splat(0x1p-24f)));
  };
  give(c0, 0);
  give(c1, 1);
  give(c2, 2);
  give(c3, 3);
}

}  // namespace

#endif

void uniforms_of_streams(std::uint64_t seed, std::uint64_t first, std::uint64_t block, std::size_t count,
                         float* to) {
  // Eight at a time in loops that compilers turn into vectors; the same steps as philox4x32.
  constexpr std::size_t kTogether = 8;
  std::size_t start = 0;
#if defined(__wasm_simd128__)
  for (; start + 4 <= count; start += 4) four_streams(seed, first + start, block, to + start, count);
#endif
  for (std::size_t begin = start; begin < count; begin += kTogether) {
    std::uint32_t c0[kTogether], c1[kTogether], c2[kTogether], c3[kTogether];
    for (std::size_t i = 0; i < kTogether; ++i) {
      c0[i] = low(block);
      c1[i] = high(block);
      c2[i] = low(first + begin + i);
      c3[i] = high(first + begin + i);
    }
    std::uint32_t k0 = low(seed), k1 = high(seed);
    for (int round = 0; round < 10; ++round) {
      for (std::size_t i = 0; i < kTogether; ++i) {
        const std::uint64_t a = std::uint64_t{0xD2511F53u} * c0[i];
        const std::uint64_t b = std::uint64_t{0xCD9E8D57u} * c2[i];
        c0[i] = high(b) ^ c1[i] ^ k0;
        c1[i] = low(b);
        c2[i] = high(a) ^ c3[i] ^ k1;
        c3[i] = low(a);
      }
      k0 += 0x9E3779B9u;
      k1 += 0xBB67AE85u;
    }
    const std::size_t some = count - begin < kTogether ? count - begin : kTogether;
    for (std::size_t i = 0; i < some; ++i) {
      float* of = to + begin + i;
      of[0] = static_cast<float>(c0[i] >> 8) * 0x1p-24f;
      of[count] = static_cast<float>(c1[i] >> 8) * 0x1p-24f;
      of[2 * count] = static_cast<float>(c2[i] >> 8) * 0x1p-24f;
      of[3 * count] = static_cast<float>(c3[i] >> 8) * 0x1p-24f;
    }
  }
}

Rng::Rng(std::uint64_t seed, std::uint64_t stream, std::uint64_t index)
    : key_{low(seed), high(seed)}, stream_(stream), block_(index) {}

std::uint32_t Rng::next_u32() {
  if (used_ == 4) {
    words_ = philox4x32({low(block_), high(block_), low(stream_), high(stream_)}, key_);
    ++block_;
    used_ = 0;
  }
  return words_[static_cast<std::size_t>(used_++)];
}

float Rng::uniform() { return static_cast<float>(next_u32() >> 8) * 0x1p-24f; }

std::uint32_t Rng::below(std::uint32_t n) {
  PRIORLAB_CHECK(n >= 1);
  // The words from the largest multiple of n on would favour small results.
  const std::uint64_t limit = 0x100000000ull / n * n;
  for (;;) {
    const std::uint32_t word = next_u32();
    if (word < limit) return word % n;
  }
}

float Rng::normal() {
  if (has_spare_) {
    has_spare_ = false;
    return spare_;
  }
  // (word + 1) / 2^32 is in (0, 1]: the logarithm is finite; the largest result is sqrt(64 ln 2) = 6.66.
  const double u = (static_cast<double>(next_u32()) + 1.0) * 0x1p-32;
  const double turn = static_cast<double>(next_u32()) * 0x1p-32;
  const double radius = std::sqrt(-2.0 * elementary::log(u));  // IEEE 754 defines sqrt to the bit
  const elementary::SinCos direction = elementary::sincos_turns(turn);
  spare_ = static_cast<float>(radius * direction.sin);
  has_spare_ = true;
  return static_cast<float>(radius * direction.cos);
}

void Rng::fill_uniform(std::span<float> values) {
  std::size_t i = 0;
  while (used_ < 4 && i < values.size()) values[i++] = uniform();
  for (; i + 4 <= values.size(); i += 4, ++block_) {
    const auto words = philox4x32({low(block_), high(block_), low(stream_), high(stream_)}, key_);
    for (std::size_t k = 0; k < 4; ++k) values[i + k] = static_cast<float>(words[k] >> 8) * 0x1p-24f;
  }
  for (; i < values.size(); ++i) values[i] = uniform();
}

void Rng::fill_normal(std::span<float> values) {
  for (float& v : values) v = normal();
}

}  // namespace priorlab
