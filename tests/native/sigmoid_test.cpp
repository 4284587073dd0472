// The f32 logistic function against the exact one, and the logarithm of long products.
#include "ops/sigmoid.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <vector>

#include "core/rng.h"

namespace priorlab {
namespace {

TEST(Sigmoid, ExpIsNearTheExactOne) {
  double worst = 0;
  for (int i = -800000; i <= 800000; ++i) {
    const float x = static_cast<float>(i) * 1e-4f;
    const double exact = std::exp(static_cast<double>(x));
    worst = std::max(worst, std::abs(static_cast<double>(exp_f32(x)) / exact - 1));
  }
  EXPECT_LT(worst, 2e-7);
}

TEST(Sigmoid, SigmoidIsNearTheExactOne) {
  double worst = 0;
  for (int i = -800000; i <= 800000; ++i) {
    const float x = static_cast<float>(i) * 1e-4f;
    const double exact = 1 / (1 + std::exp(-static_cast<double>(x)));
    worst = std::max(worst, std::abs(static_cast<double>(sigmoid(x)) / exact - 1));
  }
  EXPECT_LT(worst, 3e-7);
  EXPECT_EQ(sigmoid(0.0f), 0.5f);
  EXPECT_GT(sigmoid(-1e30f), 0.0f);
  EXPECT_EQ(sigmoid(1e30f), 1.0f);
}

TEST(Sigmoid, ArraysHaveTheBitsOfSingleValues) {
  std::vector<float> x(1003), y(1003);
  Rng(5).fill_normal(x);
  for (float& v : x) v *= 20;
  sigmoid(x, y);
  for (std::size_t i = 0; i < x.size(); ++i)
    ASSERT_EQ(std::bit_cast<std::uint32_t>(y[i]), std::bit_cast<std::uint32_t>(sigmoid(x[i]))) << x[i];
}

// The same constant natively and as wasm: what sampling rests on.
TEST(Sigmoid, BitsAreTheSameEverywhere) {
  std::uint64_t hash = 14695981039346656037ull;
  for (int i = -90000; i <= 90000; ++i)
    hash =
        (hash ^ std::bit_cast<std::uint32_t>(sigmoid(static_cast<float>(i) * 0x1p-10f))) * 1099511628211ull;
  EXPECT_EQ(hash, 16206962540045132368ull);
}

TEST(Sigmoid, LogsOfProductsAreSumsOfLogs) {
  Rng rng(3);
  LogProducts products(3);
  std::vector<double> sums(3);
  for (int i = 0; i < 5000; ++i) {
    // The second of the most extreme factors there are.
    const std::vector<float> factors = {sigmoid(20 * rng.normal()), sigmoid(-200), sigmoid(200)};
    products.multiply(factors);
    for (std::size_t k = 0; k < 3; ++k) sums[k] += std::log(static_cast<double>(factors[k]));
  }
  for (std::size_t k = 0; k < 3; ++k) EXPECT_NEAR(products.log(k), sums[k], 1e-9 * -sums[k]);
  EXPECT_EQ(LogProducts(1).log(0), 0.0);
}

}  // namespace
}  // namespace priorlab
