// Whole pictures from a patch prior: centre pixels, tiles, averages and EPLL.
#include "models/patches/patch_restoration.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "core/rng.h"
#include "epll_prior.h"
#include "models/gmm/gmm.h"

namespace priorlab {
namespace {

// Leaves nothing of a patch but its mean, or all of it.
class Keep final : public PatchDenoiser {
 public:
  explicit Keep(float share) : share_(share) {}
  void map(std::span<const float> noisy, std::span<float> restored) const override {
    for (std::size_t i = 0; i < noisy.size(); ++i) restored[i] = share_ * noisy[i];
  }
  void mean(std::span<const float> noisy, std::uint64_t, std::uint64_t,
            std::span<float> restored) const override {
    std::copy(noisy.begin(), noisy.end(), restored.begin());
  }

 private:
  float share_;
};

constexpr int kHigh = 13, kWide = 18;

double mean_at(std::span<const float> plane, int side, int y, int x) {
  double sum = 0;
  for (int i = 0; i < side; ++i)
    for (int j = 0; j < side; ++j)
      sum += static_cast<double>(plane[static_cast<std::size_t>((y + i) * kWide + x + j)]);
  return sum / (side * side);
}

TEST(PatchRestoration, WhatIsKeptIsThePicture) {
  const auto plane = test_scene(kHigh, kWide);
  for (const int side : {4, 5, 8}) {
    const auto patches = restored_patches(plane, kHigh, kWide, side, Keep(1));
    for (const auto& picture :
         {centre_pixels(patches, kHigh, kWide, side), tiled_patches(patches, kHigh, kWide, side),
          averaged_patches(patches, kHigh, kWide, side)}) {
      ASSERT_EQ(picture.size(), plane.size());
      for (std::size_t i = 0; i < plane.size(); ++i) EXPECT_NEAR(picture[i], plane[i], 1e-5f) << side;
    }
  }
}

TEST(PatchRestoration, TakesTheEstimateItIsToldTo) {
  const auto plane = test_scene(kHigh, kWide);
  const auto mean = restored_patches(plane, kHigh, kWide, 4, Keep(0), PatchEstimate::posterior_mean);
  const auto picture = averaged_patches(mean, kHigh, kWide, 4);
  for (std::size_t i = 0; i < plane.size(); ++i) EXPECT_NEAR(picture[i], plane[i], 1e-5f);
}

TEST(PatchRestoration, EachPixelComesFromThePatchItShould) {
  const auto plane = test_scene(kHigh, kWide);
  for (const int side : {4, 5, 8}) {
    const auto patches = restored_patches(plane, kHigh, kWide, side, Keep(0));
    const auto centre = centre_pixels(patches, kHigh, kWide, side),
               tiles = tiled_patches(patches, kHigh, kWide, side),
               average = averaged_patches(patches, kHigh, kWide, side);
    for (int y = 0; y < kHigh; ++y)
      for (int x = 0; x < kWide; ++x) {
        const auto at = static_cast<std::size_t>(y * kWide + x);
        const auto inside = [side](int from, int all) { return std::clamp(from, 0, all - side); };
        EXPECT_NEAR(centre[at],
                    mean_at(plane, side, inside(y - side / 2, kHigh), inside(x - side / 2, kWide)), 1e-5);
        EXPECT_NEAR(tiles[at],
                    mean_at(plane, side, inside(y / side * side, kHigh), inside(x / side * side, kWide)),
                    1e-5);
        double sum = 0;
        int count = 0;
        for (int a = std::max(0, y - side + 1); a <= std::min(y, kHigh - side); ++a)
          for (int b = std::max(0, x - side + 1); b <= std::min(x, kWide - side); ++b, ++count)
            sum += mean_at(plane, side, a, b);
        EXPECT_NEAR(average[at], sum / count, 1e-5);
      }
  }
}

TEST(PatchRestoration, EpllIsThePlainTwin) {
  const TestPrior test(4);
  const auto file = GaussianMixture(8, test.log_weights, test.covariances).to_file();
  TestPrior stored = test;  // as the file rounds it
  const GaussianMixture mixture = GaussianMixture::from(file);
  stored.log_weights.assign(mixture.log_weights().begin(), mixture.log_weights().end());
  stored.covariances.assign(mixture.covariances().begin(), mixture.covariances().end());
  constexpr double kSigma = 0.1;
  const auto noisy = with_noise(test_scene(kHigh, kWide), kSigma);
  const std::vector<double> weights = {1, 4, 8};
  const auto prior = patch_prior_from(file);
  const auto fast = restored_by_epll(noisy, kHigh, kWide, kSigma, *prior, weights);
  const auto plain = plain_epll(noisy, kHigh, kWide, kSigma, stored.in_pixels(), weights);
  for (std::size_t i = 0; i < fast.size(); ++i) EXPECT_NEAR(fast[i], plain[i], 1e-4);
}

}  // namespace
}  // namespace priorlab
