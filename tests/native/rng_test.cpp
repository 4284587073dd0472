#include "core/rng.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <set>
#include <vector>

namespace priorlab {
namespace {

using Block = std::array<std::uint32_t, 4>;

// FNV-1a over the bits: a fingerprint that every flavour must share.
std::uint64_t fingerprint(std::span<const float> values) {
  std::uint64_t hash = 0xcbf29ce484222325ull;
  for (float v : values)
    for (std::uint32_t bits = std::bit_cast<std::uint32_t>(v), i = 0; i < 4; ++i)
      hash = (hash ^ (bits >> (8 * i) & 0xff)) * 0x100000001b3ull;
  return hash;
}

// The three known answers that come with Random123 (kat_vectors, philox4x32 10).
TEST(Rng, PhiloxKnownAnswers) {
  EXPECT_EQ(philox4x32({0, 0, 0, 0}, {0, 0}), (Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  const std::uint32_t ones = 0xffffffff;
  EXPECT_EQ(philox4x32({ones, ones, ones, ones}, {ones, ones}),
            (Block{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (Block{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Rng, WordsAreTheBlocksOfTheStream) {
  const std::uint64_t seed = 0x0123456789abcdefull, stream = 0xfedcba9876543210ull;
  Rng rng(seed, stream, 0xffffffffull);
  for (std::uint64_t block : {0xffffffffull, 0x100000000ull}) {
    const Block expected = philox4x32(
        {static_cast<std::uint32_t>(block), static_cast<std::uint32_t>(block >> 32), 0x76543210, 0xfedcba98},
        {0x89abcdef, 0x01234567});
    for (std::uint32_t word : expected) EXPECT_EQ(rng.next_u32(), word);
  }
}

TEST(Rng, EveryPositionIsReachedAtOnce) {
  Rng walked(7, 3);
  for (int i = 0; i < 4 * 1000; ++i) walked.next_u32();
  Rng jumped(7, 3, 1000);
  for (int i = 0; i < 100; ++i) ASSERT_EQ(walked.next_u32(), jumped.next_u32());
}

TEST(Rng, StreamsAndSeedsDoNotOverlap) {
  // 64-bit windows: 80,000 of them meet by chance with probability 2e-10.
  std::set<std::uint64_t> seen;
  for (std::uint64_t seed : {0ull, 1ull, 1ull << 32, ~0ull})
    for (std::uint64_t stream : {0ull, 1ull, 1ull << 32, ~0ull}) {
      Rng rng(seed, stream);
      for (int i = 0; i < 5000; ++i) {
        const std::uint64_t high = rng.next_u32();
        EXPECT_TRUE(seen.insert(high << 32 | rng.next_u32()).second) << seed << " " << stream << " " << i;
      }
    }
}

TEST(Rng, UniformIsFlatOnItsRange) {
  Rng rng(11);
  const int n = 1000000, bins = 64;
  std::vector<int> count(bins);
  double sum = 0;
  for (int i = 0; i < n; ++i) {
    const float u = rng.uniform();
    ASSERT_GE(u, 0.0f);
    ASSERT_LT(u, 1.0f);
    ++count[static_cast<std::size_t>(u * bins)];
    sum += u;
  }
  EXPECT_NEAR(sum / n, 0.5, 5 * std::sqrt(1.0 / 12 / n));
  double chi_square = 0;
  const double expected = static_cast<double>(n) / bins;
  for (int c : count) chi_square += (c - expected) * (c - expected) / expected;
  EXPECT_NEAR(chi_square, bins - 1, 5 * std::sqrt(2.0 * (bins - 1)));
}

TEST(Rng, BelowIsFlatAndInRange) {
  Rng rng(12);
  std::vector<int> count(10);
  const int n = 200000;
  for (int i = 0; i < n; ++i) {
    const std::uint32_t k = rng.below(10);
    ASSERT_LT(k, 10u);
    ++count[k];
  }
  for (int c : count) EXPECT_NEAR(c, n / 10, 5 * std::sqrt(n / 10.0));
  EXPECT_EQ(rng.below(1), 0u);
  for (int i = 0; i < 1000; ++i) ASSERT_LT(rng.below(0xffffffffu), 0xffffffffu);
  EXPECT_THROW(rng.below(0), std::logic_error);
}

TEST(Rng, NormalHasTheMomentsOfTheNormal) {
  std::vector<float> values(2000000);
  Rng(13).fill_normal(values);
  double m1 = 0, m2 = 0, m3 = 0, m4 = 0;
  for (double v : values) {
    m1 += v;
    m2 += v * v;
    m3 += v * v * v;
    m4 += v * v * v * v;
  }
  const double n = static_cast<double>(values.size());
  // Five standard errors: the k-th moment has the variance E x^2k - (E x^k)^2 over n.
  EXPECT_NEAR(m1 / n, 0, 5 * std::sqrt(1 / n));
  EXPECT_NEAR(m2 / n, 1, 5 * std::sqrt(2 / n));
  EXPECT_NEAR(m3 / n, 0, 5 * std::sqrt(15 / n));
  EXPECT_NEAR(m4 / n, 3, 5 * std::sqrt(96 / n));
}

TEST(Rng, NormalHasTheTailsOfTheNormal) {
  std::vector<float> values(2000000);
  Rng(14).fill_normal(values);
  const double n = static_cast<double>(values.size());
  for (double level : {0.5, 1.0, 2.0, 3.0, 4.0}) {
    const double p = 0.5 * std::erfc(level / std::sqrt(2.0));
    double above = 0, below = 0;
    for (double v : values) {
      above += v > level;
      below += v < -level;
    }
    EXPECT_NEAR(above, n * p, 5 * std::sqrt(n * p)) << level;
    EXPECT_NEAR(below, n * p, 5 * std::sqrt(n * p)) << level;
  }
}

TEST(Rng, NormalIsBoxMullerOfTwoWords) {
  Rng words(17), normals(17);
  for (int i = 0; i < 10000; ++i) {
    const double radius = std::sqrt(-2 * std::log((words.next_u32() + 1.0) / 4294967296.0));
    const double angle = 2 * 3.14159265358979323846 * (words.next_u32() / 4294967296.0);
    EXPECT_NEAR(normals.normal(), radius * std::cos(angle), 1e-6);
    EXPECT_NEAR(normals.normal(), radius * std::sin(angle), 1e-6);
  }
}

TEST(Rng, NeighboursAndPairsAreUncorrelated) {
  std::vector<float> values(1000000);
  Rng(15).fill_normal(values);
  for (std::size_t lag : {1, 2, 3, 4, 8, 784}) {
    double sum = 0;
    for (std::size_t i = lag; i < values.size(); ++i) sum += static_cast<double>(values[i]) * values[i - lag];
    const double n = static_cast<double>(values.size() - lag);
    EXPECT_NEAR(sum / n, 0, 5 / std::sqrt(n)) << "lag " << lag;
  }
}

TEST(Rng, FillingIsTheSameAsAskingOneByOne) {
  std::vector<float> filled(101);
  Rng a(16), b(16);
  a.fill_normal(filled);
  for (float v : filled) EXPECT_EQ(v, b.normal());
  EXPECT_EQ(a.normal(), b.normal());  // the second of a pair is kept
  a.fill_uniform(filled);
  for (float v : filled) EXPECT_EQ(v, b.uniform());
}

// The same bits native, in every wasm flavour and with any number of threads: the sampler's results are part
// of what a link to a state promises.
TEST(Rng, NormalsAreTheSameBitsEverywhere) {
  std::vector<float> values(100000);
  Rng(2026, 7).fill_normal(values);
  EXPECT_EQ(fingerprint(values), 306301092219231672ull);
  Rng(2026, 7).fill_uniform(values);
  EXPECT_EQ(fingerprint(values), 10846059483207663371ull);
}

TEST(Rng, StreamsSideBySideAreTheStreams) {
  for (std::uint64_t first : {0ull, 5ull, 0xfffffffdull})
    for (std::uint64_t block : {0ull, 7ull, 0xffffffffull, 0x123456789abcull})
      for (std::size_t count : {1u, 3u, 8u, 17u}) {
        std::vector<float> together(4 * count);
        uniforms_of_streams(77, first, block, count, together.data());
        for (std::size_t i = 0; i < count; ++i) {
          Rng alone(77, first + i, block);
          for (std::size_t k = 0; k < 4; ++k) ASSERT_EQ(together[k * count + i], alone.uniform());
        }
      }
}

}  // namespace
}  // namespace priorlab
