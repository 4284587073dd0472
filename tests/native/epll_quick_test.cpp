// Quick EPLL: equal to the plain twin where its short cuts are switched off, and well-behaved where they are
// on.
#include "models/epll/epll_quick.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/bytes.h"
#include "core/parallel_for.h"
#include "epll_prior.h"
#include "ops/metrics.h"

namespace priorlab {
namespace {

constexpr double kSigma = 25.0 / 255;

std::shared_ptr<const GaussianMixture> mixture(const TestPrior& prior) {
  return std::make_shared<GaussianMixture>(kPatchSide, prior.log_weights, prior.covariances);
}

std::vector<float> run_all(PlaneRestorer& plane) {
  while (!plane.done()) {
    parallel_for(plane.blocks(), [&](int i) { plane.run_block(i); });
    plane.finish_stage();
  }
  return {plane.estimate().begin(), plane.estimate().end()};
}

// All short cuts and the fitting to the picture.
const QuickSchedule kCuts = {{0.5, 2, 0, {1, 2, 4, 3}}, {8, 3, 20, {1.5, 2, 3, 2}}, {30, 6, 50}};

TEST(QuickEpll, IsTheTwinWhenEveryPatchIsSearchedInFull) {
  const TestPrior prior(9);
  const int height = 26, width = 61;
  const auto noisy = with_noise(test_scene(height, width), kSigma);
  const QuickSchedule schedule = {{1, 1, 0, {1, 1, 1, 9, 1e9f}}, {4, 4, 0, {4, 1, 1, 9, 1e9f}}};
  QuickEpllPlane plane(noisy, height, width, kSigma, mixture(prior), schedule);
  const auto quick = run_all(plane);
  const auto twin = plain_epll(noisy, height, width, kSigma, prior.in_pixels(), {1, 4});
  for (std::size_t i = 0; i < quick.size(); ++i) ASSERT_NEAR(quick[i], twin[i], 1e-4);
}

TEST(QuickEpll, OneComponentIsTheTwinToRounding) {
  const TestPrior prior(1);
  const int height = 21, width = 37;
  const auto noisy = with_noise(test_scene(height, width), kSigma);
  QuickEpllPlane plane(noisy, height, width, kSigma, mixture(prior),
                       {{1, 1, 0, {1, 1, 3, 1}}, {4, 4}, {8, 8}});
  const auto quick = run_all(plane);
  const auto twin = plain_epll(noisy, height, width, kSigma, prior.in_pixels(), {1, 4, 8});
  for (std::size_t i = 0; i < quick.size(); ++i) ASSERT_NEAR(quick[i], twin[i], 1e-4);
}

TEST(QuickEpll, EveryPixelIsCoveredWhateverTheGridAndTheSize) {
  const TestPrior prior(4);
  for (const int step : {1, 2, 3, 4})
    for (const auto& [height, width] : {std::pair{8, 8}, {8, 30}, {9, 9}, {23, 8}, {31, 120}})
      for (const int coarse : {1, 3, 8}) {
        const std::vector<float> grey(static_cast<std::size_t>(height * width), 0.4f);
        QuickEpllPlane plane(grey, height, width, kSigma, mixture(prior),
                             {{1, 1, 0, {1, step, coarse, 2}}, {4, 4, 10}});
        for (const float v : run_all(plane))
          ASSERT_NEAR(v, 0.4f, 1e-5) << step << " " << height << "x" << width;
        for (const std::int32_t k : plane.winners()) ASSERT_TRUE(k >= 0 && k < 4);
      }
}

TEST(QuickEpll, RaisesPsnrOfASyntheticScene) {
  const TestPrior prior(30);
  const auto scene = test_scene(48, 96);
  const auto noisy = with_noise(scene, kSigma);
  for (const QuickSchedule& schedule : {balanced_schedule(kSigma), fast_schedule(kSigma)}) {
    QuickEpllPlane plane(noisy, 48, 96, kSigma, mixture(prior), schedule);
    EXPECT_GT(psnr(run_all(plane), scene), psnr(noisy, scene) + 4);
  }
}

TEST(QuickEpll, WithoutNoiseThePictureStays) {
  const TestPrior prior(5);
  const auto scene = test_scene(24, 40);
  QuickEpllPlane none(scene, 24, 40, 0, mixture(prior), kCuts);
  EXPECT_EQ(run_all(none), scene);
  QuickEpllPlane hardly(scene, 24, 40, 0.02 / 255, mixture(prior), balanced_schedule(0.02 / 255));
  const auto result = run_all(hardly);
  for (std::size_t i = 0; i < scene.size(); ++i) ASSERT_NEAR(result[i], scene[i], 0.5 / 255);
}

TEST(ThreadsQuickEpll, NumberOfThreadsAndOrderOfBlocksChangeNoBit) {
  const TestPrior prior(10);
  const int height = 60, width = 150;
  const auto noisy = with_noise(test_scene(height, width), kSigma);
  const int before = thread_count();
  std::vector<std::vector<float>> results;
  for (const int threads : {1, 2, 5}) {
    set_thread_count(threads);
    QuickEpllPlane plane(noisy, height, width, kSigma, mixture(prior), kCuts);
    results.push_back(run_all(plane));
  }
  set_thread_count(before);
  QuickEpllPlane backwards(noisy, height, width, kSigma, mixture(prior), kCuts);
  while (!backwards.done()) {
    for (int i = backwards.blocks() - 1; i >= 0; --i) backwards.run_block(i);
    backwards.finish_stage();
  }
  results.emplace_back(backwards.estimate().begin(), backwards.estimate().end());
  for (const auto& result : results) EXPECT_EQ(result, results[0]);
}

TEST(QuickEpll, ReplicasThatShareTheBlocksStayEqualToTheBit) {
  const TestPrior prior(10);
  const int height = 50, width = 110;
  const auto noisy = with_noise(test_scene(height, width), kSigma);
  QuickEpllPlane alone(noisy, height, width, kSigma, mixture(prior), kCuts);
  const auto expected = run_all(alone);
  QuickEpllPlane a(noisy, height, width, kSigma, mixture(prior), kCuts),
      b(noisy, height, width, kSigma, mixture(prior), kCuts);
  while (!a.done()) {
    ASSERT_EQ(a.blocks(), b.blocks());
    for (int i = 0; i < a.blocks(); ++i) {
      QuickEpllPlane &runs = i % 3 ? a : b, &reads = i % 3 ? b : a;
      runs.run_block(i);
      ByteWriter bytes;
      runs.write_result(i, bytes);
      const auto taken = bytes.take();
      ByteReader from(taken);
      reads.read_result(i, from);
      EXPECT_TRUE(from.at_end());
    }
    a.finish_stage();
    b.finish_stage();
  }
  EXPECT_TRUE(std::equal(expected.begin(), expected.end(), a.estimate().begin()));
  EXPECT_TRUE(std::equal(expected.begin(), expected.end(), b.estimate().begin()));
  EXPECT_EQ(a.winners(), b.winners());
}

TEST(QuickEpll, PreviewFoldsInTheFinishedTiles) {
  const TestPrior prior(6);
  const int height = 70, width = 140;
  const auto noisy = with_noise(test_scene(height, width), kSigma);
  QuickEpllPlane plane(noisy, height, width, kSigma, mixture(prior), {{1, 1, 0, {1, 1, 2, 2}}, {4, 4}});
  for (int stage = 0; stage < 4; ++stage) {  // up to the filters of the first pass
    EXPECT_EQ(plane.preview(0, 0, height, width), noisy);
    for (int i = 0; i < plane.blocks(); ++i) plane.run_block(i);
    plane.finish_stage();
  }
  ASSERT_GT(plane.blocks(), 2);
  plane.run_block(0);
  const auto preview = plane.preview(0, 0, height, width), window = plane.preview(3, 5, 10, 20);
  for (int y = 0; y < 10; ++y)
    for (int x = 0; x < 20; ++x)
      ASSERT_EQ(window[static_cast<std::size_t>(y * 20 + x)],
                preview[static_cast<std::size_t>((3 + y) * width + 5 + x)]);
  for (int i = 1; i < plane.blocks(); ++i) plane.run_block(i);
  plane.finish_stage();
  EXPECT_NEAR(preview[0], plane.estimate()[0], 1e-6);  // upper left: all its patches are done
  EXPECT_EQ(preview.back(), noisy.back());             // lower right: not begun
}

}  // namespace
}  // namespace priorlab
