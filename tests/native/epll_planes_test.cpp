// Planes one after another give the bits of planes side by side, in the memory they say.
#include "models/epll/epll_planes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

#include "epll_prior.h"
#include "heap_count.h"
#include "models/epll/epll.h"
#include "models/epll/epll_quick.h"

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
  const auto kept = together.plane(0)->winners(), gone = alone.plane(0)->winners();
  EXPECT_GE(*std::min_element(kept.begin(), kept.end()), 0);
  EXPECT_EQ(gone, std::vector<std::int32_t>(kept.size(), -1));
}

struct Held {
  double at_work, released;
};

// Bytes that a plane of that size takes at its worst, and what is left of them in the end.
template <class Make>
Held bytes_held(int high, int wide, const Make& make) {
  auto noisy = with_noise(test_scene(high, wide), kSigma, 1);
  noisy.shrink_to_fit();
  const auto before = static_cast<double>(heap_bytes()) - 4.0 * high * wide;
  forget_heap_peak();
  const std::unique_ptr<PlaneRestorer> plane = make(std::move(noisy), high, wide);
  while (!plane->done()) {
    const int blocks = plane->blocks();
    for (int i = 0; i < blocks; ++i) plane->run_block(i);
    plane->finish_stage();
  }
  const auto most = static_cast<double>(heap_peak());
  plane->release();
  return {most - before, static_cast<double>(heap_bytes()) - before};
}

// The difference of two sizes is what a pixel takes: what a plane takes whatever its size cancels.
template <class Make>
void expect_bytes_of_a_pixel(double planned, const Make& make) {
  bytes_held(100, 125, make);  // what is computed once and kept by the prior is not the plane's
  const Held large = bytes_held(200, 250, make), small = bytes_held(100, 125, make);
  const double pixels = 200 * 250 - 100 * 125;
  const double at_work = (large.at_work - small.at_work) / pixels;
  EXPECT_LE(at_work, planned);
  EXPECT_GE(at_work, 0.8 * planned);  // a plan for much more would refuse pictures that fit
  EXPECT_NEAR((large.released - small.released) / pixels, 4, 0.05);  // the estimate
}

TEST(EpllPlanes, TakeTheMemoryTheySay) {
  const TestPrior test(12);
  const auto prior = std::make_shared<GaussianMixture>(8, test.log_weights, test.covariances);
  for (const QuickSchedule& schedule : {fast_schedule(kSigma), balanced_schedule(kSigma)}) {
    expect_bytes_of_a_pixel(QuickEpllPlane::bytes_for(1) - QuickEpllPlane::bytes_for(0),
                            [&](std::vector<float> noisy, int high, int wide) {
                              return std::make_unique<QuickEpllPlane>(std::move(noisy), high, wide, kSigma,
                                                                      prior, schedule);
                            });
  }
  expect_bytes_of_a_pixel(EpllPlane::bytes_for(1) - EpllPlane::bytes_for(0),
                          [&](std::vector<float> noisy, int high, int wide) {
                            return std::make_unique<EpllPlane>(std::move(noisy), high, wide, kSigma,
                                                               prior->spectra(), tuned_schedule(kSigma));
                          });
}

}  // namespace
}  // namespace priorlab
