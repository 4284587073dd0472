#include "ops/logistic.h"

#include <bit>
#include <cmath>

#include "core/error.h"

namespace priorlab {
namespace {

// exp(x) for x <= 0, exp(-87) below -87: a form that compilers turn into vectors.
inline float exp_below_zero(float x) {
  x = x < -87.0f ? -87.0f : x;
  constexpr float kRound = 12582912.0f;  // 1.5 * 2^23: adding it leaves whole numbers
  const float k = (x * 1.44269504f + kRound) - kRound;
  // ln 2 in two parts, the first exact in a product with k.
  const float r = (x - k * 0.693359375f) + k * 2.12194440e-4f;
  float p = 1.0f / 5040.0f;  // Taylor, |r| <= 0.35
  p = p * r + 1.0f / 720.0f;
  p = p * r + 1.0f / 120.0f;
  p = p * r + 1.0f / 24.0f;
  p = p * r + 1.0f / 6.0f;
  p = p * r + 0.5f;
  p = p * r + 1.0f;
  p = p * r + 1.0f;
  return p * std::bit_cast<float>((static_cast<std::int32_t>(k) + 127) << 23);
}

}  // namespace

void sigmoids(std::span<float> values) {
  float* v = values.data();
  for (std::size_t i = 0; i < values.size(); ++i) {
    const float a = v[i], e = exp_below_zero(a < 0.0f ? a : -a);
    v[i] = (a < 0.0f ? e : 1.0f) / (1.0f + e);
  }
}

double logistic_losses(std::span<float> log_odds, const std::uint8_t* x) {
  // log(1 + exp(z)) = max(z, 0) + log(1 + exp(-|z|)) with z = a or -a: the second parts' factors lie between
  // 1 and 2, so the product of a thousand is a double and one logarithm is enough.
  PRIORLAB_CHECK(log_odds.size() <= 1000);
  constexpr std::size_t kLanes = 8;
  float* v = log_odds.data();
  float linear[kLanes] = {};
  double product[kLanes];
  for (double& p : product) p = 1.0;
  const auto one = [&](std::size_t i, std::size_t lane) {
    const float a = v[i], e = exp_below_zero(a < 0.0f ? a : -a), value = static_cast<float>(x[i]);
    linear[lane] += (a < 0.0f ? 0.0f : a) - value * a;
    product[lane] *= static_cast<double>(1.0f + e);
    v[i] = (a < 0.0f ? e : 1.0f) / (1.0f + e) - value;
  };
  std::size_t i = 0;
  for (; i + kLanes <= log_odds.size(); i += kLanes)
    for (std::size_t lane = 0; lane < kLanes; ++lane) one(i + lane, lane);
  for (std::size_t lane = 0; i < log_odds.size(); ++i, ++lane) one(i, lane);
  double sum = 0.0, all = 1.0;
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    sum += static_cast<double>(linear[lane]);
    all *= product[lane];
  }
  return sum + std::log(all);
}

void LogisticLosses::add(float* log_odds, const float* x) {
  float linear[kMost], factor[kMost];
  for (std::size_t i = 0; i < kMost; ++i) {
    const float a = log_odds[i], e = exp_below_zero(a < 0.0f ? a : -a);
    linear[i] = (a < 0.0f ? 0.0f : a) - x[i] * a;
    factor[i] = 1.0f + e;
    log_odds[i] = (a < 0.0f ? e : 1.0f) / (1.0f + e) - x[i];
  }
  for (std::size_t i = 0; i < kMost; ++i) {
    linear_[i] += static_cast<double>(linear[i]);
    product_[i] *= static_cast<double>(factor[i]);
  }
  if (++added_ % 1000) return;
  for (std::size_t i = 0; i < kMost; ++i) {
    linear_[i] += std::log(product_[i]);
    product_[i] = 1.0;
  }
}

double LogisticLosses::nats(std::size_t image) const { return linear_[image] + std::log(product_[image]); }

void sigmoids_plain(std::span<float> values) {
  for (float& v : values) v = static_cast<float>(1.0 / (1.0 + std::exp(-static_cast<double>(v))));
}

double logistic_losses_plain(std::span<float> log_odds, const std::uint8_t* x) {
  double sum = 0.0;
  for (std::size_t i = 0; i < log_odds.size(); ++i) {
    const double a = static_cast<double>(log_odds[i]);
    sum += std::log1p(std::exp(-std::abs(a))) + std::max(a, 0.0) - (x[i] ? a : 0.0);
    log_odds[i] = static_cast<float>(1.0 / (1.0 + std::exp(-a)) - (x[i] ? 1.0 : 0.0));
  }
  return sum;
}

}  // namespace priorlab
