// The logistic function in f32 with the same bits on every flavour and machine: sums, products and one
// quotient in a fixed order, nothing fused (-ffp-contract=off). Loops over it become SIMD by the compiler,
// which changes no bit: IEEE 754 defines each operation.
#pragma once

#include <bit>
#include <cstdint>
#include <span>
#include <vector>

namespace priorlab {

// e^x for |x| <= 80, clamped outside; relative error below 2e-7.
inline float exp_f32(float x) {
  x = x > 80.0f ? 80.0f : x;
  x = x < -80.0f ? -80.0f : x;
  // x = n ln 2 + r: adding 1.5 * 2^23 rounds to the nearest whole number, which then stands in the low bits.
  const float shifted = x * 0x1.715476p+0f + 0x1.8p23f;
  const float n = shifted - 0x1.8p23f;
  const float r = (x - n * 0x1.62e4p-1f) - n * 0x1.7f7d1cp-20f;
  // (e^r - 1 - r) / r^2 interpolated at Chebyshev points of |r| <= ln 2 / 2.
  float p = 0.0013926250394433737f;
  p = 0.00836323294788599f + r * p;
  p = 0.04166655242443085f + r * p;
  p = 0.16666576266288757f + r * p;
  p = 0.5f + r * p;
  const float of_rest = 1.0f + (r + (r * r) * p);
  const float power = std::bit_cast<float>((std::bit_cast<std::uint32_t>(shifted) << 23) + 0x3f800000u);
  return of_rest * power;
}

// 1 / (1 + e^-x) and 1 / (1 + e^x), from one exponential; relative errors below 3e-7, never 0.
struct Chances {
  float on, off;
};
inline Chances chances(float log_odds) {
  const float size = log_odds < 0.0f ? -log_odds : log_odds;
  const float e = exp_f32(-size), likely = 1.0f / (1.0f + e), unlikely = e * likely;
  return {log_odds < 0.0f ? unlikely : likely, log_odds < 0.0f ? likely : unlikely};
}
inline float sigmoid(float x) { return chances(x).on; }

// y[i] = sigmoid(x[i]); x and y may be the same.
void sigmoid(std::span<const float> x, std::span<float> y);
// on[i] = sigmoid(x[i]), off[i] = sigmoid(-x[i]).
void chances(std::span<const float> x, std::span<float> on, std::span<float> off);

// Logarithms of products of many probabilities, several products side by side, at the cost of the products:
// mantissas and exponents are kept apart.
class LogProducts {
 public:
  explicit LogProducts(std::size_t count) : products_(count, 1.0), halvings_(count, 0) {}
  // One factor for each product, 1e-38 < factor <= 1.
  void multiply(std::span<const float> factors);
  double log(std::size_t i) const;  // nats

 private:
  std::vector<double> products_;
  std::vector<int> halvings_;  // log = log(product) - halvings ln 2
  int since_ = 0;
};

}  // namespace priorlab
