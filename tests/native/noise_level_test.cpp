// The estimators: unbiased on pictures whose noise is known, equivariant, defined on degenerate pictures.
#include "ops/noise_level.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/image.h"
#include "core/rng.h"
#include "ops/camera_noise.h"
#include "ops/noise_report.h"

namespace priorlab {
namespace {

constexpr int kHeight = 180, kWidth = 240;

Image flat() { return Image(1, kHeight, kWidth, 0.5f); }

Image gradient() {
  Image image(1, kHeight, kWidth);
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x)
      image.at(0, y, x) = 0.2f + 0.002f * static_cast<float>(x) + 0.001f * static_cast<float>(y);
  }
  return image;
}

// Half of it waves in two directions, half of it smooth.
Image texture() {
  Image image = gradient();
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth / 2; ++x)
      image.at(0, y, x) +=
          0.1f * std::sin(0.9f * static_cast<float>(x)) * std::cos(0.7f * static_cast<float>(y));
  }
  return image;
}

double level(const Image& image, int c = 0) {
  return estimate_noise(image.plane(c), image.height(), image.width()).level;
}

double level_with(Image image, double sigma, std::uint64_t seed = 1) {
  add_gaussian_noise(image, sigma, seed);
  return level(image);
}

TEST(NoiseLevel, IsUnbiasedOnFlatGradientAndTexture) {
  for (const Image& clean : {flat(), gradient(), texture()}) {
    for (double sigma : {1.0, 5.0, 10.0, 25.0, 50.0, 100.0}) {
      double mean = 0;
      for (std::uint64_t seed = 1; seed <= 4; ++seed) {
        const double one = level_with(clean, sigma / 255, seed) * 255 / sigma;
        EXPECT_NEAR(one, 1, 0.12) << sigma;
        mean += one / 4;
      }
      EXPECT_NEAR(mean, 1, 0.05) << sigma;
    }
  }
}

TEST(NoiseLevel, GrowsWithTheNoise) {
  double before = 0;
  for (double sigma = 2; sigma <= 64; sigma *= 1.25) {
    const double now = level_with(texture(), sigma / 255);
    EXPECT_GT(now, before);
    before = now;
  }
}

// Clipping is told by the exact values 0 and 1, so the scale stays clear of them.
TEST(NoiseLevel, ScalesWithThePicture) {
  Image image = texture();
  add_gaussian_noise(image, 0.05, 3);
  const double one = level(image);
  for (float& v : image.values()) v *= 0.25f;
  EXPECT_DOUBLE_EQ(level(image), one / 4);
  for (float& v : image.values()) v += 0.125f;
  EXPECT_NEAR(level(image), one / 4, 1e-4 * one);
}

TEST(NoiseLevel, ConstantAndTinyPicturesHaveNone) {
  EXPECT_EQ(level(flat()), 0);
  EXPECT_EQ(level(Image(1, 64, 64, 0.0f)), 0);
  EXPECT_EQ(level(Image(1, 64, 64, 1.0f)), 0);
  for (const auto& [h, w] : {std::pair{1, 1}, {7, 3}, {1, 400}, {15, 15}}) {
    Image tiny(1, h, w, 0.5f);
    add_gaussian_noise(tiny, 0.1, 1);
    EXPECT_EQ(level(tiny), 0) << h << " x " << w;
    EXPECT_FALSE(noise_curve(tiny.plane(0), h, w, 8).empty());
    const NoiseReport report = report_noise(tiny);
    EXPECT_EQ(report.kind, NoiseKind::none);
    EXPECT_EQ(report.luma, 0);
  }
}

TEST(NoiseLevel, SmallPicturesAreStillMeasured) {
  for (const auto& [h, w] : {std::pair{16, 16}, {24, 40}, {64, 64}}) {
    Image small(1, h, w, 0.5f);
    add_gaussian_noise(small, 0.1, 1);
    EXPECT_NEAR(level(small), 0.1, 0.025) << h << " x " << w;
  }
}

TEST(NoiseLevel, DrawingsHaveNone) {
  Image drawing(3, 120, 160, 0.8f);
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < 120; ++y) {
      for (int x = 0; x < 160; ++x) {
        if ((x / 20 + y / 24) % 3 == c) drawing.at(c, y, x) = 0.2f + 0.1f * static_cast<float>(c);
      }
    }
  }
  EXPECT_EQ(report_noise(drawing).kind, NoiseKind::none);
  EXPECT_EQ(level(drawing), 0);
}

// White paper with black letters: only clipped and constant blocks and edges.
TEST(NoiseLevel, BlackOnWhiteHasNone) {
  Image page(1, 120, 160, 1.0f);
  for (int y = 10; y < 110; y += 12) {
    for (int x = 8; x < 150; x += 3) {
      for (int k = 0; k < 7; ++k) page.at(0, y + k, x + (k * x) % 2) = 0.0f;
    }
  }
  EXPECT_EQ(report_noise(page).kind, NoiseKind::none);
}

// A black frame and a caption's plate around a noisy picture do not hide the noise.
TEST(NoiseLevel, AFrameDoesNotHideTheNoise) {
  Image image = texture();
  add_gaussian_noise(image, 0.1, 5);
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      if (y < 20 || y >= kHeight - 20) image.at(0, y, x) = 0.0f;
      if (y > 100 && y < 116 && x > 150) image.at(0, y, x) = 0.7f;
    }
  }
  EXPECT_NEAR(level(image), 0.1, 0.008);
}

TEST(NoiseLevel, ClippedNoiseIsMeasuredWhereItIsNotClipped) {
  for (double sigma : {10.0, 25.0, 50.0}) {
    Image image(1, kHeight, kWidth);
    for (int y = 0; y < kHeight; ++y) {
      for (int x = 0; x < kWidth; ++x) image.at(0, y, x) = static_cast<float>(x) / (kWidth - 1);
    }
    add_gaussian_noise(image, sigma / 255, 2);
    for (float& v : image.values()) v = std::round(255 * std::clamp(v, 0.0f, 1.0f)) / 255;
    EXPECT_NEAR(255 * level(image) / sigma, 1, 0.1) << sigma;
  }
}

TEST(NoiseLevel, TheCurveFollowsTheBrightness) {
  Image image(1, 240, 240), noise(1, 240, 240, 0.0f);
  add_gaussian_noise(noise, 1, 9);
  for (int y = 0; y < 240; ++y) {
    for (int x = 0; x < 240; ++x) {
      const float clean = 0.2f + 0.6f * static_cast<float>(x) / 239;
      image.at(0, y, x) = clean + 0.1f * clean * noise.at(0, y, x);
    }
  }
  const std::vector<LevelAt> curve = noise_curve(image.plane(0), 240, 240, 8);
  ASSERT_EQ(curve.size(), 8u);
  for (std::size_t i = 0; i < curve.size(); ++i) {
    EXPECT_NEAR(curve[i].level, 0.1 * curve[i].brightness, 0.012 * curve[i].brightness);
    if (i > 0) {
      EXPECT_GT(curve[i].brightness, curve[i - 1].brightness);
    }
  }
}

TEST(NoiseLevel, HalvingAverages) {
  const std::vector<float> plane = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};  // 3 x 5
  EXPECT_EQ(halved(plane, 3, 5), (std::vector<float>{4.5f - 0.5f, 6}));
  EXPECT_TRUE(halved(std::vector<float>{1, 2, 3}, 1, 3).empty());
}

TEST(NoiseReport, TellsWhiteFromCorrelatedFromNone) {
  const Image clean = texture();
  EXPECT_EQ(report_noise(clean).kind, NoiseKind::none);

  Image white = clean;
  add_gaussian_noise(white, 20.0 / 255, 4);
  const NoiseReport w = report_noise(white);
  EXPECT_EQ(w.kind, NoiseKind::white);
  EXPECT_NEAR(255 * w.luma, 20, 1.5);
  EXPECT_NEAR(w.correlation, 1, 0.15);
  EXPECT_NEAR(w.dark_to_bright, 1, 0.2);

  Image blurred = clean, noise(1, kHeight, kWidth, 0.0f);
  add_gaussian_noise(noise, 40.0 / 255, 4);
  for (int y = 1; y < kHeight; ++y) {
    for (int x = 1; x < kWidth; ++x)
      blurred.at(0, y, x) += 0.25f * (noise.at(0, y, x) + noise.at(0, y, x - 1) + noise.at(0, y - 1, x) +
                                      noise.at(0, y - 1, x - 1));
  }
  const NoiseReport b = report_noise(blurred);
  EXPECT_EQ(b.kind, NoiseKind::correlated);
  EXPECT_GT(b.correlation, 1.4);
  EXPECT_GT(255 * b.luma, 20);
}

TEST(NoiseReport, MeasuresColoursApart) {
  Image image(3, kHeight, kWidth, 0.5f);
  add_gaussian_noise(image, 15.0 / 255, 6);
  const NoiseReport same = report_noise(image);
  EXPECT_EQ(same.kind, NoiseKind::white);
  EXPECT_NEAR(255 * same.luma, 15, 1);
  EXPECT_NEAR(255 * same.chroma, 15, 1);

  // Noise on brightness alone.
  Image grey(1, kHeight, kWidth, 0.5f), repeated(3, kHeight, kWidth);
  add_gaussian_noise(grey, 15.0 / 255, 6);
  for (int c = 0; c < 3; ++c)
    std::copy(grey.values().begin(), grey.values().end(), repeated.plane(c).begin());
  const NoiseReport luma = report_noise(repeated);
  EXPECT_NEAR(255 * luma.luma, 15 * std::sqrt(3.0), 1.5);
  EXPECT_LT(255 * luma.chroma, 0.1);
}

}  // namespace
}  // namespace priorlab
