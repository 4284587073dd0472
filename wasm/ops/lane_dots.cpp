#include "ops/lane_dots.h"

#include "ops/simd.h"

namespace priorlab {
namespace {

struct Same {
  Vec8 operator()(Vec8 v) const { return v; }
};
struct Positive {
  Vec8 operator()(Vec8 v) const { return positive(v); }
};

// `Together` lanes share what is loaded of the weights, and as many chains of additions hide their latency.
template <std::size_t Together, class Of>
void some(const float* weights, const float* values, std::size_t stride, std::size_t count, float* to) {
  Vec8 sums[Together];
  for (Vec8& s : sums) s = Vec8::zero();
  for (std::size_t k = 0; k < count; k += 8) {
    const Vec8 w = Vec8::load(weights + k);
    for (std::size_t i = 0; i < Together; ++i)
      sums[i] = sums[i] + w * Of{}(Vec8::load(values + i * stride + k));
  }
  for (std::size_t i = 0; i < Together; ++i) to[i] = sum(sums[i]);
}

#if defined(__AVX__)
constexpr std::size_t kTogether = 8;
#else
constexpr std::size_t kTogether = 4;  // a Vec8 takes two registers of sixteen
#endif

template <class Of>
void all(const float* weights, const float* values, std::size_t stride, std::size_t count, std::size_t lanes,
         float* to) {
  std::size_t i = 0;
  for (; i + kTogether <= lanes; i += kTogether)
    some<kTogether, Of>(weights, values + i * stride, stride, count, to + i);
  for (; i < lanes; ++i) some<1, Of>(weights, values + i * stride, stride, count, to + i);
}

float sum_of_parts(const float* s) {
  return ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]));
}

}  // namespace

void lane_dots(const float* weights, const float* values, std::size_t stride, std::size_t count,
               std::size_t lanes, float* to) {
  all<Same>(weights, values, stride, count, lanes, to);
}

void lane_relu_dots(const float* weights, const float* values, std::size_t stride, std::size_t count,
                    std::size_t lanes, float* to) {
  all<Positive>(weights, values, stride, count, lanes, to);
}

void lane_dots_plain(const float* weights, const float* values, std::size_t stride, std::size_t count,
                     std::size_t lanes, float* to) {
  for (std::size_t i = 0; i < lanes; ++i) {
    float s[8] = {};
    for (std::size_t k = 0; k < count; ++k) s[k % 8] += weights[k] * values[i * stride + k];
    to[i] = sum_of_parts(s);
  }
}

void lane_relu_dots_plain(const float* weights, const float* values, std::size_t stride, std::size_t count,
                          std::size_t lanes, float* to) {
  for (std::size_t i = 0; i < lanes; ++i) {
    float s[8] = {};
    for (std::size_t k = 0; k < count; ++k) {
      const float v = values[i * stride + k];
      s[k % 8] += weights[k] * (v > 0.0f ? v : 0.0f);
    }
    to[i] = sum_of_parts(s);
  }
}

}  // namespace priorlab
