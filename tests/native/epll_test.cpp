#include "models/epll/epll.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <numeric>

#include "core/parallel_for.h"
#include "epll_prior.h"
#include "ops/metrics.h"

namespace priorlab {
namespace {

constexpr double kSigma = 25.0 / 255;

EpllSchedule plain_schedule(const std::vector<double>& betas) {
  EpllSchedule schedule;
  for (const double b : betas) schedule.push_back(EpllPass::plain(b));
  return schedule;
}

void run_pass(EpllPlane& plane) {
  parallel_for(plane.blocks(), [&](int i) { plane.run_block(i); });
  plane.finish_stage();
}

std::vector<float> run_all(EpllPlane& plane) {
  while (!plane.done()) run_pass(plane);
  return {plane.estimate().begin(), plane.estimate().end()};
}

TEST(Epll, AgreesWithThePlainTwinPatchByPatch) {
  // Several tiles each way, the last ones cut.
  const TestPrior prior(12);
  const int height = 27, width = 83;
  const auto noisy = with_noise(test_scene(height, width), kSigma);
  EpllPlane plane(noisy, height, width, kSigma, prior.spectra(), paper_schedule(kSigma));
  ASSERT_GT(plane.blocks(), 4);
  const auto dense = prior.in_pixels();
  std::vector<double> x(noisy.begin(), noisy.end());
  for (const double b : {1.0, 4.0, 8.0, 16.0, 32.0}) {
    const PlainPass pass = plain_epll_pass(x, height, width, dense, kSigma * kSigma / b);
    run_pass(plane);
    // Two components within rounding of each other may change places: there must be hardly any.
    const auto winners = plane.winners();
    const auto patches = static_cast<long>(winners.size());
    const long equal =
        std::inner_product(winners.begin(), winners.end(), pass.winners.begin(), 0L, std::plus<>(),
                           [](int a, int c) { return static_cast<long>(a == c); });
    EXPECT_GE(equal, patches - patches / 500) << "b = " << b;
    for (std::size_t i = 0; i < x.size(); ++i) {
      x[i] = (noisy[i] + b * pass.average[i]) / (1 + b);
      ASSERT_NEAR(plane.estimate()[i], x[i], 1e-4) << "b = " << b << ", pixel " << i;
    }
  }
  const auto twin = plain_epll(noisy, height, width, kSigma, dense, {1, 4, 8, 16, 32});
  for (std::size_t i = 0; i < x.size(); ++i) ASSERT_NEAR(plane.estimate()[i], twin[i], 1e-4);
}

TEST(Epll, AgreesWithThePlainTwinForEveryPatchSize) {
  for (const int side : {4, 5, 12}) {
    const TestPrior prior(5, 7, side);
    const int height = 29, width = 50;
    const auto noisy = with_noise(test_scene(height, width), kSigma);
    EpllPlane plane(noisy, height, width, kSigma, prior.spectra(), {EpllPass::plain(1), EpllPass::plain(8)});
    const auto x = run_all(plane);
    EXPECT_EQ(plane.winners().size(), static_cast<std::size_t>((height - side + 1) * (width - side + 1)));
    const auto twin = plain_epll(noisy, height, width, kSigma, prior.in_pixels(), {1, 8});
    for (std::size_t i = 0; i < x.size(); ++i) ASSERT_NEAR(x[i], twin[i], 1e-4) << side << ", pixel " << i;
  }
}

TEST(Epll, SparesMostOfTheDenseWork) {
  const TestPrior prior(40);
  const int height = 40, width = 90;
  EpllPlane plane(with_noise(test_scene(height, width), kSigma), height, width, kSigma, prior.spectra(),
                  paper_schedule(kSigma));
  run_all(plane);
  EXPECT_GT(plane.work().done, 0u);
  EXPECT_LT(static_cast<double>(plane.work().done), 0.5 * static_cast<double>(plane.work().dense));
}

TEST(ThreadsEpll, NumberOfThreadsAndOrderOfTilesChangeNoBit) {
  const TestPrior prior(10);
  const int height = 30, width = 150;
  const auto noisy = with_noise(test_scene(height, width), kSigma);
  const int before = thread_count();
  std::vector<std::vector<float>> results;
  for (const int threads : {1, 2, 5}) {
    set_thread_count(threads);
    EpllPlane plane(noisy, height, width, kSigma, prior.spectra(), {EpllPass::plain(1), {8, 8, 6, 50}});
    results.push_back(run_all(plane));
  }
  set_thread_count(before);
  EpllPlane backwards(noisy, height, width, kSigma, prior.spectra(), {EpllPass::plain(1), {8, 8, 6, 50}});
  while (!backwards.done()) {
    for (int i = backwards.blocks() - 1; i >= 0; --i) backwards.run_block(i);
    backwards.finish_stage();
  }
  results.emplace_back(backwards.estimate().begin(), backwards.estimate().end());
  for (const auto& result : results) EXPECT_EQ(result, results[0]);
}

TEST(Epll, ConstantPictureStaysConstant) {
  const TestPrior prior(5);
  const std::vector<float> grey(20 * 33, 0.4f);
  EpllPlane plane(grey, 20, 33, kSigma, prior.spectra(), paper_schedule(kSigma));
  for (const float v : run_all(plane)) ASSERT_NEAR(v, 0.4f, 1e-5);
}

TEST(Epll, WithoutNoiseThePictureStays) {
  const TestPrior prior(5);
  const auto scene = test_scene(24, 40);
  for (const double sigma : {0.0, 0.02 / 255}) {
    EpllPlane plane(scene, 24, 40, sigma, prior.spectra(), paper_schedule(sigma));
    const auto result = run_all(plane);
    for (std::size_t i = 0; i < scene.size(); ++i) ASSERT_NEAR(result[i], scene[i], 0.5 / 255);
  }
}

TEST(Epll, RaisesPsnrOfASyntheticScene) {
  const TestPrior prior(30);
  const auto scene = test_scene(48, 96);
  const auto noisy = with_noise(scene, kSigma);
  EpllPlane plane(noisy, 48, 96, kSigma, prior.spectra(), paper_schedule(kSigma));
  EXPECT_GT(psnr(run_all(plane), scene), psnr(noisy, scene) + 4);
}

TEST(Epll, ObjectiveOfAFixedWeightFalls) {
  const TestPrior prior(10);
  EpllPlane plane(with_noise(test_scene(30, 50), kSigma), 30, 50, kSigma, prior.spectra(),
                  plain_schedule(std::vector<double>(6, 4.0)));
  double last = std::numeric_limits<double>::infinity();
  while (!plane.done()) {
    run_pass(plane);
    EXPECT_LT(*plane.objective(), last + 1e-6);
    last = *plane.objective();
  }
}

TEST(Epll, XStepMinimisesItsQuadratic) {
  // The x-step's cost sum_i |P_i (x - y)|^2 + b |P_i x - z_i|^2, with the restored patches' average from the
  // twin.
  const TestPrior prior(4);
  const int height = 12, width = 14;
  const auto noisy = with_noise(test_scene(height, width), kSigma);
  const double b = 3;
  EpllPlane plane(noisy, height, width, kSigma, prior.spectra(), plain_schedule({b}));
  const auto x = run_all(plane);
  const std::vector<double> y(noisy.begin(), noisy.end());
  const auto pass = plain_epll_pass(y, height, width, prior.in_pixels(), kSigma * kSigma / b);
  const auto down = patch_coverage(height), across = patch_coverage(width);
  // Up to what does not depend on x, the cost is sum over pixels of coverage ((x - y)^2 + b (x - average)^2).
  const auto cost = [&](std::size_t i, double value) {
    const double covered =
        down[i / static_cast<std::size_t>(width)] * across[i % static_cast<std::size_t>(width)];
    return covered *
           ((value - y[i]) * (value - y[i]) + b * (value - pass.average[i]) * (value - pass.average[i]));
  };
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double least = cost(i, x[i]);
    for (const double step : {-1e-3, 1e-3}) ASSERT_LT(least, cost(i, x[i] + step)) << "pixel " << i;
  }
}

TEST(Epll, PreviewFoldsInTheFinishedTiles) {
  const TestPrior prior(6);
  const int height = 40, width = 140;
  const auto noisy = with_noise(test_scene(height, width), kSigma);
  EpllPlane plane(noisy, height, width, kSigma, prior.spectra(), plain_schedule({1, 4}));
  EXPECT_EQ(plane.preview(0, 0, height, width), noisy);
  const int half = plane.blocks() / 2;
  for (int i = 0; i < half; ++i) plane.run_block(i);
  const auto preview = plane.preview(0, 0, height, width);
  for (int i = half; i < plane.blocks(); ++i) plane.run_block(i);
  plane.finish_stage();
  EXPECT_NEAR(preview[0], plane.estimate()[0], 1e-6);  // upper left: all its patches are done
  EXPECT_EQ(preview.back(), noisy.back());             // lower right: not begun
  const auto window = plane.preview(3, 5, 10, 20), whole = plane.preview(0, 0, height, width);
  for (int y = 0; y < 10; ++y)
    for (int x = 0; x < 20; ++x)
      ASSERT_EQ(window[static_cast<std::size_t>(y * 20 + x)],
                whole[static_cast<std::size_t>((3 + y) * width + 5 + x)]);
}

TEST(Epll, APassWithoutSearchKeepsTheComponents) {
  const TestPrior prior(12);
  const int height = 30, width = 50;
  const auto noisy = with_noise(test_scene(height, width), kSigma);
  EpllPlane plane(noisy, height, width, kSigma, prior.spectra(), {EpllPass::plain(1), {8, 0, 6, 0}});
  run_pass(plane);
  const auto winners = plane.winners();
  const auto work = plane.work().done;
  run_pass(plane);
  EXPECT_EQ(plane.winners(), winners);
  EXPECT_EQ(plane.work().done, work);
  // A search at the same noise variance as the filter's finds other components for some patches.
  EpllPlane searching(noisy, height, width, kSigma, prior.spectra(), {EpllPass::plain(1), {8, 6, 6, 0}});
  run_pass(searching);
  run_pass(searching);
  EXPECT_NE(searching.winners(), winners);
  EXPECT_LT(*searching.objective(), *plane.objective());
}

TEST(Epll, SchedulesGrowWithTheNoise) {
  EXPECT_EQ(paper_schedule(25.0 / 255).size(), 5u);
  EXPECT_EQ(paper_schedule(50.0 / 255).size(), 6u);
  EXPECT_EQ(paper_schedule(50.0 / 255).back().weight, 64);
  EXPECT_EQ(tuned_schedule(25.0 / 255).size(), 4u);
}

}  // namespace
}  // namespace priorlab
