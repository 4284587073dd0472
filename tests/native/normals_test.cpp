#include "ops/normals.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "hash.h"

namespace priorlab {
namespace {

TEST(Normals, TheTwinDiffersByRoundingAlone) {
  for (const std::size_t count : {1u, 7u, 8u, 9u, 40u}) {
    std::vector<float> fast(4 * count), plain(4 * count);
    for (std::uint64_t block : {0ull, 1ull, 1000000007ull}) {
      normals_of_streams(11, 123456789012ull, block, count, fast.data());
      normals_of_streams_plain(11, 123456789012ull, block, count, plain.data());
      for (std::size_t i = 0; i < count; ++i)
        for (std::size_t k = 0; k < 4; ++k) {
          const std::size_t pair = k / 2 * 2;
          const float length = std::hypot(plain[pair * count + i], plain[(pair + 1) * count + i]);
          EXPECT_NEAR(fast[k * count + i], plain[k * count + i], 4e-7f * length) << count << " " << i;
        }
    }
  }
}

TEST(Normals, MomentsAndTailsAreTheNormals) {
  constexpr std::size_t kCount = 1 << 18;
  std::vector<float> values(4 * kCount);
  normals_of_streams(5, 0, 3, kCount, values.data());
  double one = 0, two = 0, four = 0, cross = 0, beyond = 0;
  const double n = static_cast<double>(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double v = static_cast<double>(values[i]);
    one += v / n;
    two += v * v / n;
    four += v * v * v * v / n;
    beyond += std::abs(v) > 2.0;
    if (i < kCount) cross += v * static_cast<double>(values[i + kCount]) / kCount;
  }
  // Bounds of five standard errors.
  EXPECT_NEAR(one, 0, 5 / std::sqrt(n));
  EXPECT_NEAR(two, 1, 5 * std::sqrt(2 / n));
  EXPECT_NEAR(four, 3, 5 * std::sqrt(96 / n));
  EXPECT_NEAR(cross, 0, 5 / std::sqrt(static_cast<double>(kCount)));
  EXPECT_NEAR(beyond / n, 0.0455003, 5 * std::sqrt(0.0455 / n));
}

TEST(Normals, TheSameBitsEverywhere) {
  std::vector<float> values(4 * 1000);
  normals_of_streams(1, 2, 3, 1000, values.data());
  EXPECT_EQ(hash_of<float>(values), 1245291222884149858ull);
}

}  // namespace
}  // namespace priorlab
