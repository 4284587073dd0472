// The fast sweeps of every kind against the plain one, lanes that change places, and the kernel's twin.
#include <gtest/gtest.h>

#include "autoregressive_models.h"
#include "models/autoregressive/plain_sweep.h"
#include "ops/lane_dots.h"

namespace priorlab {
namespace {

class SweepKinds : public testing::TestWithParam<std::string> {};

TEST_P(SweepKinds, LogOddsAreThePlainOnesWhileLanesChangePlaces) {
  constexpr int kLanes = 11;
  const auto model = test::random_model(GetParam(), 7, 6, 21, false, 19);
  const auto fast = model->sweep(kLanes);
  PlainSweep plain(*model, kLanes);
  Rng rng(8);
  for (int round = 0; round < 2; ++round) {  // the second after restart()
    for (int t = 0; t < model->pixels(); ++t) {
      std::vector<float> a(kLanes), b(kLanes);
      // A sweep may be pushed without having been asked, and asked twice.
      for (int times = static_cast<int>(rng.below(3)); times > 0; --times) {
        fast->log_odds(a);
        plain.log_odds(b);
        for (int i = 0; i < kLanes; ++i)
          ASSERT_NEAR(a[static_cast<std::size_t>(i)], b[static_cast<std::size_t>(i)], 2e-5)
              << "pixel " << t << ", lane " << i;
      }
      std::vector<std::uint8_t> values(kLanes, 1);
      if (t > 3)  // until then all lanes are told the same
        for (std::uint8_t& v : values) v = static_cast<std::uint8_t>(rng.below(2));
      if (rng.below(3) == 0) {
        std::vector<int> from(kLanes);
        for (int& i : from) i = static_cast<int>(rng.below(kLanes));
        fast->select(from);
        plain.select(from);
        fast->log_odds(a);
        plain.log_odds(b);
        for (std::size_t i = 0; i < kLanes; ++i) ASSERT_NEAR(a[i], b[i], 2e-5);
      }
      fast->push(values);
      plain.push(values);
    }
    fast->restart();
    plain.restart();
  }
}

INSTANTIATE_TEST_SUITE_P(Kinds, SweepKinds, testing::ValuesIn(test::model_kinds()), [](const auto& kind) {
  std::string name = kind.param;
  std::erase(name, '-');
  return name;
});

TEST(LaneDots, HaveTheBitsOfThePlainTwin) {
  Rng rng(4);
  for (std::size_t count : {0u, 8u, 16u, 504u})
    for (std::size_t lanes : {1u, 3u, 4u, 8u, 13u, 21u}) {
      const std::size_t stride = count + 5;
      const auto weights = test::normals(count + 1, rng, 1), values = test::normals(stride * lanes, rng, 1);
      std::vector<float> fast(lanes), plain(lanes);
      lane_dots(weights.data(), values.data(), stride, count, lanes, fast.data());
      lane_dots_plain(weights.data(), values.data(), stride, count, lanes, plain.data());
      EXPECT_EQ(fast, plain) << count << " values, " << lanes << " lanes";
      lane_relu_dots(weights.data(), values.data(), stride, count, lanes, fast.data());
      lane_relu_dots_plain(weights.data(), values.data(), stride, count, lanes, plain.data());
      EXPECT_EQ(fast, plain) << count << " values, " << lanes << " lanes";
    }
}

}  // namespace
}  // namespace priorlab
