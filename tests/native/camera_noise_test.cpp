// The simulator: statistics of the noise it makes, determinism, defined results on tiny pictures.
#include "ops/camera_noise.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <vector>

#include "errors.h"
#include "ops/metrics.h"

namespace priorlab {
namespace {

struct Moments {
  double mean = 0, variance = 0, beside = 0;  // beside: correlation with the right neighbour
};

Moments moments(const Image& image, int c, int margin = 4) {
  Moments m;
  double n = 0, product = 0;
  for (int pass = 0; pass < 2; ++pass) {
    n = 0;
    for (int y = margin; y < image.height() - margin; ++y) {
      for (int x = margin; x < image.width() - margin; ++x, ++n) {
        const double v = image.at(c, y, x);
        if (pass == 0)
          m.mean += v;
        else {
          m.variance += (v - m.mean) * (v - m.mean);
          product += (v - m.mean) * (image.at(c, y, x + 1) - m.mean);
        }
      }
    }
    if (pass == 0) m.mean /= n;
  }
  m.beside = product / m.variance;
  m.variance /= n;
  return m;
}

// FNV-1a over the bits of the values.
std::uint64_t hash_of(const Image& image) {
  std::uint64_t hash = 14695981039346656037u;
  for (float v : image.values()) {
    std::uint32_t bits;
    std::memcpy(&bits, &v, 4);
    hash = (hash ^ bits) * 1099511628211u;
  }
  return hash;
}

Image scene() {
  Image image(3, 40, 56);
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < 40; ++y) {
      for (int x = 0; x < 56; ++x) image.at(c, y, x) = static_cast<float>((x * (c + 1) + y * 3) % 57) / 56.0f;
    }
  }
  return image;
}

TEST(CameraNoise, TransferFunctionsAreInverse) {
  EXPECT_DOUBLE_EQ(srgb_to_linear(0), 0);
  EXPECT_NEAR(srgb_to_linear(1), 1, 1e-15);
  EXPECT_NEAR(srgb_to_linear(0.5), 0.21404114, 1e-8);
  for (int i = 0; i <= 255; ++i) EXPECT_NEAR(linear_to_srgb(srgb_to_linear(i / 255.0)), i / 255.0, 1e-7);
}

TEST(CameraNoise, GaussianHasItsLevelAndIsWhite) {
  Image image(1, 300, 300, 0.9f);
  add_gaussian_noise(image, 0.1, 7);
  const Moments m = moments(image, 0);
  EXPECT_NEAR(m.mean, 0.9, 0.002);
  EXPECT_NEAR(std::sqrt(m.variance), 0.1, 0.001);
  EXPECT_NEAR(m.beside, 0, 0.015);
  EXPECT_GT(*std::max_element(image.values().begin(), image.values().end()), 1.1f);  // not clipped
  Image same(1, 5, 5, 0.5f);
  add_gaussian_noise(same, 0, 7);
  EXPECT_EQ(same.at(0, 2, 2), 0.5f);
  EXPECT_SENTENCE(add_gaussian_noise(same, -1, 7), "zero or more");
  EXPECT_SENTENCE(add_gaussian_noise(same, std::nan(""), 7), "zero or more");
}

// Variance in linear light: x / electrons + (read / electrons)^2 for green, where the sample is measured.
TEST(CameraNoise, VarianceIsAffineInTheLight) {
  Camera camera;
  camera.electrons = 200;
  camera.read_noise = 4;
  camera.demosaic = Demosaic::bilinear;
  for (double light : {0.05, 0.2, 0.5}) {
    const Image image =
        camera_picture(Image(3, 200, 200, static_cast<float>(linear_to_srgb(light))), camera, 11);
    for (int c : {0, 1}) {
      const double full = camera.electrons / camera.white_balance[static_cast<std::size_t>(c)];
      double mean = 0, variance = 0;
      int n = 0;
      for (int pass = 0; pass < 2; ++pass) {
        for (int y = 4; y < 196; y += 2) {  // sites where the colour itself was measured
          for (int x = 4 + c; x < 196; x += 2) {
            const double v = srgb_to_linear(image.at(c, y, x));
            if (pass == 0)
              mean += v, ++n;
            else
              variance += (v - mean) * (v - mean);
          }
        }
        if (pass == 0) mean /= n;
      }
      variance /= n;
      const double expected = light / full + camera.read_noise * camera.read_noise / (full * full);
      // Clipping at black cuts the noise of the darkest.
      EXPECT_NEAR(mean, light, light > 0.1 ? 0.01 * light : 0.1 * light) << light;
      EXPECT_NEAR(variance, expected, (light > 0.1 ? 0.06 : 0.3) * expected) << light << " " << c;
    }
  }
}

TEST(CameraNoise, DemosaicingCorrelatesNeighbours) {
  Camera camera = camera_of_strength(1);
  camera.demosaic = Demosaic::bilinear;
  const Image bilinear = camera_picture(Image(3, 200, 200, 0.5f), camera, 3);
  EXPECT_GT(moments(bilinear, 0).beside, 0.4);
  EXPECT_GT(moments(bilinear, 1).beside, 0.2);
  camera.demosaic = Demosaic::malvar;
  const Image malvar = camera_picture(Image(3, 200, 200, 0.5f), camera, 3);
  EXPECT_GT(moments(malvar, 0).variance, 1.3 * moments(bilinear, 0).variance);
}

TEST(CameraNoise, GrowsWithStrength) {
  double before = 0;
  for (double strength : {0.5, 1.0, 2.0, 4.0}) {
    const double sd = std::sqrt(
        moments(camera_picture(Image(3, 120, 120, 0.5f), camera_of_strength(strength), 3), 1).variance);
    if (before > 0) {
      EXPECT_GT(sd / before, 1.9);
      EXPECT_LT(sd / before, 2.8);
    }
    before = sd;
  }
}

// Without noise a flat scene is unchanged, and a linear ramp survives both interpolations away from the
// border.
TEST(CameraNoise, WithoutNoiseSmoothScenesSurvive) {
  Camera camera = camera_of_strength(0);
  Image ramp(3, 40, 40);
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < 40; ++y) {
      for (int x = 0; x < 40; ++x)
        ramp.at(c, y, x) = static_cast<float>(linear_to_srgb(0.1 + 0.01 * x + 0.005 * y + 0.05 * c));
    }
  }
  for (Demosaic method : {Demosaic::bilinear, Demosaic::malvar}) {
    camera.demosaic = method;
    const Image grey = camera_picture(Image(3, 20, 20, 0.5f), camera, 1);
    for (float v : grey.values()) EXPECT_NEAR(v, 0.5, 1e-6);
    const Image taken = camera_picture(ramp, camera, 1);
    for (int c = 0; c < 3; ++c) {
      for (int y = 3; y < 37; ++y) {
        for (int x = 3; x < 37; ++x) EXPECT_NEAR(taken.at(c, y, x), ramp.at(c, y, x), 1e-5);
      }
    }
  }
}

TEST(CameraNoise, TinyAndGreyPicturesAreDefined) {
  for (const auto& [h, w] : {std::pair{1, 1}, {7, 3}, {2, 9}, {4, 4}}) {
    for (int channels : {1, 3}) {
      const Image taken = camera_picture(Image(channels, h, w, 0.5f), camera_of_strength(2), 1);
      EXPECT_EQ(taken.channels(), channels);
      EXPECT_EQ(taken.height(), h);
      EXPECT_EQ(taken.width(), w);
      for (float v : taken.values()) EXPECT_TRUE(v >= 0 && v <= 1);
    }
  }
  EXPECT_SENTENCE(camera_of_strength(-1), "zero or more");
}

// The same bits on every flavour, engine and number of threads: the same test runs natively and as wasm.
TEST(CameraNoise, GoldenBits) {
  Image white = scene();
  add_gaussian_noise(white, 25.0 / 255, 1);
  EXPECT_EQ(hash_of(white), 12521099377464559873u);
  EXPECT_EQ(hash_of(camera_picture(scene(), camera_of_strength(1), 1)), 6216108711432489211u);
  EXPECT_EQ(hash_of(camera_picture(scene(), camera_of_strength(4), 2)), 10388214969784495500u);
}

}  // namespace
}  // namespace priorlab
