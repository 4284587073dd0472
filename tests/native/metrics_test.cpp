#include "ops/metrics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "core/rng.h"

namespace priorlab {
namespace {

Image noise_picture(int channels, int height, int width, std::uint64_t seed) {
  Image image(channels, height, width);
  Rng(seed).fill_uniform(image.values());
  return image;
}

// SSIM at one position by the definition: weighted mean, variance and covariance about the means.
double ssim_at(const Image& a, const Image& b, int y0, int x0) {
  double w_sum = 0, ma = 0, mb = 0;
  double w[11][11];
  for (int y = 0; y < 11; ++y)
    for (int x = 0; x < 11; ++x) {
      w[y][x] = std::exp(-((y - 5) * (y - 5) + (x - 5) * (x - 5)) / (2 * 1.5 * 1.5));
      w_sum += w[y][x];
    }
  for (int y = 0; y < 11; ++y)
    for (int x = 0; x < 11; ++x) {
      w[y][x] /= w_sum;
      ma += w[y][x] * a.at(0, y0 + y, x0 + x);
      mb += w[y][x] * b.at(0, y0 + y, x0 + x);
    }
  double va = 0, vb = 0, cov = 0;
  for (int y = 0; y < 11; ++y)
    for (int x = 0; x < 11; ++x) {
      const double da = a.at(0, y0 + y, x0 + x) - ma, db = b.at(0, y0 + y, x0 + x) - mb;
      va += w[y][x] * da * da;
      vb += w[y][x] * db * db;
      cov += w[y][x] * da * db;
    }
  return (2 * ma * mb + 1e-4) * (2 * cov + 9e-4) / ((ma * ma + mb * mb + 1e-4) * (va + vb + 9e-4));
}

TEST(Metrics, PsnrOfAKnownDifference) {
  const std::vector<float> a(1000, 0.5f), b(1000, 0.6f);
  EXPECT_NEAR(psnr(a, b), 20.0, 1e-5);  // MSE 0.01
  EXPECT_EQ(psnr(a, a), std::numeric_limits<double>::infinity());
}

TEST(Metrics, SsimIsTheMeanOfItsDefinition) {
  const Image a = noise_picture(1, 80, 23, 1);  // more than one strip
  Image b = noise_picture(1, 80, 23, 2);
  for (std::size_t i = 0; i < b.values().size(); ++i)
    b.values()[i] = 0.7f * a.values()[i] + 0.3f * b.values()[i];
  double sum = 0;
  for (int y = 0; y + 11 <= 80; ++y)
    for (int x = 0; x + 11 <= 23; ++x) sum += ssim_at(a, b, y, x);
  EXPECT_NEAR(ssim(a, b), sum / (70 * 13), 1e-9);
}

TEST(Metrics, SsimOfEqualPicturesIsOneAtEverySize) {
  for (const auto& [height, width] : {std::pair{1, 1}, {3, 7}, {11, 11}, {5, 40}, {90, 12}})
    EXPECT_NEAR(ssim(noise_picture(3, height, width, 3), noise_picture(3, height, width, 3)), 1.0, 1e-12);
}

TEST(Metrics, SsimFallsWithNoise) {
  const Image clean = noise_picture(1, 40, 40, 4), noise = noise_picture(1, 40, 40, 5);
  double last = 1;
  for (const float strength : {0.05f, 0.2f, 0.5f}) {
    Image noisy = clean;
    for (std::size_t i = 0; i < noisy.values().size(); ++i)
      noisy.values()[i] += strength * (noise.values()[i] - 0.5f);
    const double now = ssim(clean, noisy);
    EXPECT_LT(now, last);
    last = now;
  }
}

}  // namespace
}  // namespace priorlab
