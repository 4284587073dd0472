#include "ops/normals.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>

#include "core/rng.h"
#include "ops/simd.h"

namespace priorlab {
namespace {

constexpr std::size_t kLanes = 8;

// Eight pairs at a time in loops without branches, which compilers turn into vectors.
struct Lanes {
  float v[kLanes];
};

// sqrt(-2 log u), u = w + 2^-24 in (0, 1].
void radius(const float* w, Lanes& r) {
  for (std::size_t i = 0; i < kLanes; ++i) {
    const float u = w[i] + 0x1p-24f;  // exact: w is a multiple of 2^-24 below 1
    // u = 2^k m with m in [sqrt(1/2), sqrt(2)).
    constexpr std::int32_t kSqrtHalf = 0x3f3504f3;
    const std::int32_t shifted = std::bit_cast<std::int32_t>(u) - kSqrtHalf;
    const auto k = static_cast<float>(shifted >> 23);
    const float m = std::bit_cast<float>((shifted & 0x7fffff) + kSqrtHalf);
    // log m = 2 atanh(s), s = (m - 1) / (m + 1), |s| < 0.172: the first term left out is below 1e-9.
    const float s = (m - 1.0f) / (m + 1.0f), z = s * s;
    const float p = 2.0f + z * (2.0f / 3 + z * (2.0f / 5 + z * (2.0f / 7 + z * (2.0f / 9))));
    r.v[i] = -2.0f * (k * std::numbers::ln2_v<float> + s * p);
  }
  sqrt(Vec8::load(r.v)).store(r.v);  // no logarithm of a number up to 1 came out positive
}

// Cosine and sine of 2 pi t, t in [0, 1) a multiple of 2^-24.
void direction(const float* t, Lanes& c, Lanes& s) {
  for (std::size_t i = 0; i < kLanes; ++i) {
    const auto quarter = static_cast<std::int32_t>(t[i] * 4.0f + 0.5f);
    const float x = (t[i] - 0.25f * static_cast<float>(quarter)) * (2 * std::numbers::pi_v<float>);
    const float z = x * x;  // |x| <= pi / 4: the first terms left out are below 2e-9
    const float sine = x + x * z * (-1.0f / 6 + z * (1.0f / 120 + z * (-1.0f / 5040 + z * (1.0f / 362880))));
    const float cosine =
        1.0f - z * (0.5f - z * (1.0f / 24 - z * (1.0f / 720 - z * (1.0f / 40320 - z * (1.0f / 3628800)))));
    const bool swap = (quarter & 1) != 0;
    const float a = swap ? sine : cosine, b = swap ? cosine : sine;
    c.v[i] = ((quarter + 1) & 2) != 0 ? -a : a;
    s.v[i] = (quarter & 2) != 0 ? -b : b;
  }
}

// Two uniforms become two normals, in place.
void pairs(float* a, float* b) {
  Lanes r, c, s;
  radius(a, r);
  direction(b, c, s);
  for (std::size_t i = 0; i < kLanes; ++i) {
    a[i] = r.v[i] * c.v[i];
    b[i] = r.v[i] * s.v[i];
  }
}

}  // namespace

void normals_of_streams(std::uint64_t seed, std::uint64_t first, std::uint64_t block, std::size_t count,
                        float* to) {
  for (std::size_t begin = 0; begin < count; begin += kLanes) {
    float u[4 * kLanes];
    uniforms_of_streams(seed, first + begin, block, kLanes, u);
    pairs(u, u + kLanes);
    pairs(u + 2 * kLanes, u + 3 * kLanes);
    const std::size_t some = std::min(kLanes, count - begin);
    for (std::size_t k = 0; k < 4; ++k) std::copy_n(u + k * kLanes, some, to + k * count + begin);
  }
}

void normals_of_streams_plain(std::uint64_t seed, std::uint64_t first, std::uint64_t block, std::size_t count,
                              float* to) {
  for (std::size_t i = 0; i < count; ++i) {
    Rng rng(seed, first + i, block);
    for (std::size_t pair = 0; pair < 2; ++pair) {
      const double u = static_cast<double>(rng.uniform()) + 0x1p-24;
      const double angle = 2 * std::numbers::pi * static_cast<double>(rng.uniform());
      const double r = std::sqrt(-2 * std::log(u));
      to[2 * pair * count + i] = static_cast<float>(r * std::cos(angle));
      to[(2 * pair + 1) * count + i] = static_cast<float>(r * std::sin(angle));
    }
  }
}

}  // namespace priorlab
