#include "ops/elementary.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/rng.h"

namespace priorlab {
namespace {

// Distance in units of the last place of the exact value (long double where it is wider, else libm's double).
double ulps(double got, long double exact) {
  const double rounded = static_cast<double>(exact);
  if (got == rounded) return 0;
  const double ulp =
      std::nextafter(std::abs(rounded), std::numeric_limits<double>::infinity()) - std::abs(rounded);
  return static_cast<double>(std::abs(static_cast<long double>(got) - exact) / static_cast<long double>(ulp));
}

// libm's own double functions are good to about one ulp, which is all there is where long double is double.
constexpr double kReference = sizeof(long double) > sizeof(double) ? 0.0 : 1.0;

double uniform(Rng& rng, double from, double to) { return from + (to - from) * (rng.next_u32() * 0x1p-32); }

TEST(Elementary, ExpIsWithinOneUlp) {
  Rng rng(1);
  double worst = 0;
  for (int i = 0; i < 200000; ++i) {
    const double x = i < 100000 ? uniform(rng, -708, 709) : uniform(rng, -1, 1);
    worst = std::max(worst, ulps(elementary::exp(x), std::exp(static_cast<long double>(x))));
  }
  RecordProperty("worst_ulps", std::to_string(worst));
  EXPECT_LE(worst, 1.0 + kReference);
}

TEST(Elementary, ExpAtTheEnds) {
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(elementary::exp(0), 1);
  EXPECT_EQ(elementary::exp(710), infinity);
  EXPECT_EQ(elementary::exp(infinity), infinity);
  EXPECT_EQ(elementary::exp(-746), 0);
  EXPECT_EQ(elementary::exp(-infinity), 0);
  EXPECT_TRUE(std::isnan(elementary::exp(std::nan(""))));
  EXPECT_GT(elementary::exp(709.78), 1.7e308);
  EXPECT_LT(elementary::exp(709.78), infinity);
  EXPECT_NEAR(elementary::exp(-740) / std::exp(-740.0), 1, 0.05);  // subnormal: few digits are left
}

TEST(Elementary, LogIsWithinTwoUlp) {
  Rng rng(2);
  double worst = 0, worst_near_one = 0;
  for (int i = 0; i < 200000; ++i) {
    const double x = i < 100000 ? std::ldexp(uniform(rng, 0.5, 1), static_cast<int>(rng.below(2000)) - 1000)
                                : uniform(rng, 1e-9, 4);
    const long double exact = std::log(static_cast<long double>(x));
    if (std::abs(exact) > 0.01L)
      worst = std::max(worst, ulps(elementary::log(x), exact));
    else
      worst_near_one = std::max(worst_near_one, static_cast<double>(std::abs(elementary::log(x) - exact)));
  }
  RecordProperty("worst_ulps", std::to_string(worst));
  EXPECT_LE(worst, 2.0 + kReference);
  EXPECT_LE(worst_near_one, 0x1p-53);
}

TEST(Elementary, LogAtTheEnds) {
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(elementary::log(1), 0);
  EXPECT_EQ(elementary::log(0), -infinity);
  EXPECT_EQ(elementary::log(infinity), infinity);
  EXPECT_TRUE(std::isnan(elementary::log(-1)));
  EXPECT_TRUE(std::isnan(elementary::log(std::nan(""))));
  EXPECT_NEAR(elementary::log(std::numeric_limits<double>::denorm_min()), -744.4400719213812, 1e-12);
  EXPECT_NEAR(elementary::log(std::numeric_limits<double>::max()), 709.782712893384, 1e-12);
}

TEST(Elementary, SineAndCosineAreWithinTwoToMinus52) {
  Rng rng(3);
  double worst = 0;
  for (int i = 0; i < 200000; ++i) {
    const double range = i < 100000 ? 1e5 : 10;
    const double x = uniform(rng, -range, range);
    const long double wide = x;
    worst = std::max(worst, static_cast<double>(std::abs(elementary::sin(x) - std::sin(wide))));
    worst = std::max(worst, static_cast<double>(std::abs(elementary::cos(x) - std::cos(wide))));
  }
  RecordProperty("worst", std::to_string(worst * 0x1p53) + " * 2^-53");
  EXPECT_LE(worst, 0x1p-52);
  EXPECT_EQ(elementary::sin(0), 0);
  EXPECT_EQ(elementary::cos(0), 1);
  EXPECT_TRUE(std::isnan(elementary::sin(1.1e5)));
  EXPECT_TRUE(std::isnan(elementary::cos(std::nan(""))));
}

TEST(Elementary, TurnsAreExactAtTheQuarters) {
  for (double whole : {0.0, 1.0, -3.0, 1e9}) {
    const double s[] = {0, 1, 0, -1}, c[] = {1, 0, -1, 0};
    for (int q = 0; q < 4; ++q) {
      const auto [sine, cosine] = elementary::sincos_turns(whole + 0.25 * q);
      EXPECT_EQ(sine, s[q]) << whole << " " << q;
      EXPECT_EQ(cosine, c[q]) << whole << " " << q;
    }
  }
  Rng rng(4);
  for (int i = 0; i < 100000; ++i) {
    const double t = uniform(rng, -2, 2);
    const long double angle = 2 * 3.14159265358979323846264338327950288L * t;
    const auto [sine, cosine] = elementary::sincos_turns(t);
    ASSERT_NEAR(sine, static_cast<double>(std::sin(angle)), 0x1p-51) << t;
    ASSERT_NEAR(cosine, static_cast<double>(std::cos(angle)), 0x1p-51) << t;
  }
}

}  // namespace
}  // namespace priorlab
