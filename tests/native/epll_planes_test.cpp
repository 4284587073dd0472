// Planes one after another give the bits of planes side by side.
#include "models/epll_planes.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "epll_prior.h"
#include "models/epll.h"
#include "models/epll_quick.h"

namespace priorlab {
namespace {

constexpr int kHigh = 40, kWide = 70;
constexpr double kSigma = 25.0 / 255;

std::vector<EpllPlanes::Plan> plans(const std::shared_ptr<const GaussianMixture>& prior) {
  const auto noisy = [](std::uint64_t seed) { return with_noise(test_scene(kHigh, kWide), kSigma, seed); };
  const EpllSchedule exact = tuned_schedule(kSigma);
  const QuickSchedule quick = fast_schedule(kSigma);
  return {
      {[=] { return std::make_unique<EpllPlane>(noisy(1), kHigh, kWide, kSigma, prior->spectra(), exact); },
       EpllPlane::stages_of(exact, kSigma)},
      {[=] { return std::make_unique<QuickEpllPlane>(noisy(2), kHigh, kWide, kSigma, prior, quick); },
       QuickEpllPlane::stages_of(quick, kSigma)},
      {[=] { return std::make_unique<QuickEpllPlane>(noisy(3), kHigh, kWide, 0, prior, quick); },
       QuickEpllPlane::stages_of(quick, 0)}};
}

void finish(EpllPlanes& planes) {
  int units = 0;
  for (; !planes.done(); ++units) {
    const int blocks = planes.blocks();
    for (int i = 0; i < blocks; ++i) planes.run_block(i);
    planes.finish_unit();
  }
  EXPECT_EQ(units, planes.units());
  EXPECT_EQ(planes.blocks(), 0);
}

TEST(EpllPlanes, OneAfterAnotherGiveTheBitsOfSideBySide) {
  const TestPrior test(12);
  const auto prior = std::make_shared<GaussianMixture>(8, test.log_weights, test.covariances);
  EpllPlanes together(plans(prior), true), alone(plans(prior), false);
  EXPECT_LT(together.units(), alone.units());
  EXPECT_NE(alone.plane(0), nullptr);
  EXPECT_EQ(alone.plane(1), nullptr);  // not made before its turn
  EXPECT_NE(together.plane(2), nullptr);
  finish(together);
  finish(alone);
  for (int c = 0; c < 3; ++c) {
    const auto a = together.plane(c)->preview(0, 0, kHigh, kWide),
               b = alone.plane(c)->preview(0, 0, kHigh, kWide);
    EXPECT_TRUE(std::equal(a.begin(), a.end(), b.begin())) << c;
    EXPECT_NE(*std::max_element(a.begin(), a.end()), *std::min_element(a.begin(), a.end()));
  }
  EXPECT_EQ(together.plane(0)->winners(), alone.plane(0)->winners());
}

}  // namespace
}  // namespace priorlab
