// Operators: adjoints by the dot-product test, fast ones against plain twins, kernels by what they are.
#include "ops/linear_operator.h"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <numbers>
#include <numeric>

#include "core/rng.h"
#include "errors.h"
#include "ops/blur_kernel.h"
#include "ops/conjugate_gradients.h"
#include "ops/cubic_resampling.h"
#include "ops/fft2.h"
#include "ops/membrane.h"
#include "ops/valid_blur.h"

namespace priorlab {
namespace {

std::vector<float> random_plane(PlaneSize size, std::uint64_t seed) {
  std::vector<float> plane(size.pixels());
  Rng(seed).fill_normal(plane);
  return plane;
}

double dot(std::span<const float> a, std::span<const float> b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

BlurKernel random_kernel(int height, int width) {
  std::vector<float> weights(static_cast<std::size_t>(height * width));
  Rng(5).fill_uniform(weights);
  return kernel_from(height, width, weights);
}

TEST(LinearOperator, TheAdjointPassesTheDotProductTest) {
  const std::vector<std::shared_ptr<const LinearOperator>> all = {
      std::make_shared<ValidBlur>(PlaneSize{19, 31}, random_kernel(4, 7)),
      std::make_shared<ValidBlur>(PlaneSize{9, 9}, random_kernel(9, 9)),
      std::make_shared<CubicResampling>(PlaneSize{24, 36}, PlaneSize{12, 18}),
      std::make_shared<CubicResampling>(PlaneSize{21, 33}, PlaneSize{7, 11}),
      std::make_shared<CubicResampling>(PlaneSize{12, 12}, PlaneSize{3, 3}),
      std::make_shared<CubicResampling>(PlaneSize{5, 4}, PlaneSize{15, 12})};
  for (const auto& a : all) {
    const auto x = random_plane(a->input(), 1), y = random_plane(a->output(), 2);
    std::vector<float> ax(y.size()), aty(x.size());
    a->apply(x, ax);
    a->adjoint(y, aty);
    EXPECT_NEAR(dot(ax, y), dot(x, aty), 1e-3) << a->input().width;
    EXPECT_GT(std::abs(dot(ax, y)), 1e-2);
  }
}

TEST(Fft2, IsTheDefinitionAndAnIsometry) {
  for (const PlaneSize size : {PlaneSize{6, 8}, {5, 9}, {1, 7}, {7, 1}, {12, 10}}) {
    const Fft2 fft(size);
    const auto plane = random_plane(size, 3);
    std::vector<Fft2::Complex> s(fft.spectrum_size());
    fft.forward(plane, s);
    double energy = 0;
    for (int v = 0; v < fft.columns(); ++v)
      for (int u = 0; u < size.height; ++u) {
        std::complex<double> sum = 0;
        for (int y = 0; y < size.height; ++y)
          for (int x = 0; x < size.width; ++x)
            sum += static_cast<double>(plane[static_cast<std::size_t>(y * size.width + x)]) *
                   std::polar(1.0, -2 * std::numbers::pi *
                                       (static_cast<double>(u * y) / size.height +
                                        static_cast<double>(v * x) / size.width));
        const auto is = s[static_cast<std::size_t>(v * size.height + u)];
        ASSERT_NEAR(is.real(), sum.real() * fft.scale(v), 1e-5) << size.width << " " << v << " " << u;
        ASSERT_NEAR(is.imag(), sum.imag() * fft.scale(v), 1e-5);
        energy += std::norm(is);
      }
    EXPECT_NEAR(energy, dot(plane, plane), 1e-4 * energy);
    std::vector<float> back(plane.size());
    fft.inverse(s, back);
    for (std::size_t i = 0; i < back.size(); ++i) ASSERT_NEAR(back[i], plane[i], 1e-5);
  }
  EXPECT_EQ(Fft2::good_size(1), 1);
  EXPECT_EQ(Fft2::good_size(497), 500);
  EXPECT_EQ(Fft2::good_size(337), 360);
}

TEST(ValidBlur, AgreesWithThePlainTwinAndNeverWraps) {
  const BlurKernel kernel = random_kernel(5, 8);
  const PlaneSize size{23, 29};
  const ValidBlur blur(size, kernel);
  const auto x = random_plane(size, 4);
  std::vector<float> y(blur.output().pixels());
  blur.apply(x, y);
  const auto twin = plain_valid_blur(x, size, kernel);
  ASSERT_EQ(y.size(), twin.size());
  for (std::size_t i = 0; i < y.size(); ++i) ASSERT_NEAR(y[i], twin[i], 1e-5);
}

TEST(ValidBlur, ShowsThePixelItNames) {
  // A kernel that is one in its middle only moves nothing.
  for (const auto& [height, width] : {std::pair{5, 3}, {4, 6}}) {
    std::vector<float> weights(static_cast<std::size_t>(height * width), 0.0f);
    weights[static_cast<std::size_t>((height - 1) / 2 * width + (width - 1) / 2)] = 1;
    const PlaneSize size{12, 14};
    const ValidBlur blur(size, kernel_from(height, width, weights));
    const auto x = random_plane(size, 6);
    std::vector<float> y(blur.output().pixels());
    blur.apply(x, y);
    EXPECT_NEAR(y[0], x[static_cast<std::size_t>(blur.top() * size.width + blur.left())], 1e-5);
  }
}

TEST(CubicResampling, KeepsConstantsAndRampsAndHalvesAsBicubicDoes) {
  const CubicResampling half({16, 16}, {8, 8});
  std::vector<float> ramp, small(64);
  for (int y = 0; y < 16; ++y)
    for (int x = 0; x < 16; ++x) ramp.push_back(static_cast<float>(x));
  half.apply(ramp, small);
  for (int x = 3; x < 5; ++x) EXPECT_NEAR(small[static_cast<std::size_t>(24 + x)], 2 * x + 0.5f, 1e-4);
  // An impulse's weights in one half-size pixel: cubic(d / 2) / 2 at distances d of 0.5 and 1.5.
  std::vector<float> impulse(256, 0.0f);
  for (int y = 0; y < 16; ++y) impulse[static_cast<std::size_t>(y * 16 + 8)] = 1;
  half.apply(impulse, small);
  EXPECT_NEAR(small[24 + 4], 0.4336, 1e-4);
  EXPECT_NEAR(small[24 + 3], 0.1133, 1e-4);
  const CubicResampling twice({3, 3}, {12, 12});
  const std::vector<float> flat(9, 0.3f);
  std::vector<float> large(144);
  twice.apply(flat, large);
  for (const float v : large) ASSERT_NEAR(v, 0.3f, 1e-6);
}

TEST(ConjugateGradients, SolvesInAsManyStepsAsThereAreEigenvalues) {
  // Two eigenvalues, so two steps; the preconditioner makes them one.
  const std::vector<float> diagonal = {1, 4, 4, 1, 1, 4}, b = {1, 2, 3, 4, 5, 6};
  const LinearMap matrix = [&](std::span<const float> in, std::span<float> out) {
    for (std::size_t i = 0; i < in.size(); ++i) out[i] = diagonal[i] * in[i];
  };
  const LinearMap inverse = [&](std::span<const float> in, std::span<float> out) {
    for (std::size_t i = 0; i < in.size(); ++i) out[i] = in[i] / diagonal[i];
  };
  for (const bool precondition : {false, true}) {
    std::vector<float> x(6, 1.0f);
    const Convergence is = conjugate_gradients(matrix, precondition ? inverse : LinearMap(), b, x, 1e-5, 10);
    EXPECT_EQ(is.iterations, precondition ? 1 : 2);
    EXPECT_LE(is.error, 1e-5);
    for (std::size_t i = 0; i < 6; ++i) EXPECT_NEAR(x[i], b[i] / diagonal[i], 1e-5);
  }
  std::vector<float> x(6, 0.0f);
  EXPECT_EQ(conjugate_gradients(matrix, {}, b, x, 0, 1).iterations, 1);
}

TEST(BlurKernel, EveryKindSumsToOneAboutItsMiddle) {
  const float path[] = {0, 0, 6, 2, 3, 9, 3, 9};
  const std::vector<BlurKernel> all = {gaussian_kernel(1.6), gaussian_kernel(0.1), box_kernel(9),
                                       disk_kernel(3.5),     disk_kernel(0),       motion_kernel(15, 30),
                                       motion_kernel(0, 0),  path_kernel(path)};
  for (const BlurKernel& k : all) {
    EXPECT_NEAR(std::accumulate(k.weights.begin(), k.weights.end(), 0.0), 1, 1e-5);
    EXPECT_EQ(k.weights.size(), static_cast<std::size_t>(k.height * k.width));
    EXPECT_EQ(k.height % 2, 1);
    EXPECT_EQ(k.width % 2, 1);
    if (&k == &all.back()) continue;  // a path need not be symmetric
    for (std::size_t i = 0; i < k.weights.size(); ++i)
      ASSERT_NEAR(k.weights[i], k.weights[k.weights.size() - 1 - i], 1e-6);
  }
  EXPECT_EQ(all[6].weights.size(), 1u);
  // Up and to the right: the first row of a straight motion at 30 degrees has its light on the right.
  EXPECT_GT(all[5].weights[static_cast<std::size_t>(all[5].width) - 1], 0);
  EXPECT_EQ(all[5].weights[0], 0);
  EXPECT_NEAR(motion_kernel(4, 0).weights[2], 0.25, 0.01);
}

TEST(BlurKernel, GaussianHasItsDeviationAndDiskItsArea) {
  const BlurKernel g = gaussian_kernel(2);
  double variance = 0;
  for (int y = 0; y < g.height; ++y)
    for (int x = 0; x < g.width; ++x)
      variance +=
          g.weights[static_cast<std::size_t>(y * g.width + x)] * (x - g.width / 2) * (x - g.width / 2);
  EXPECT_NEAR(variance, 4, 0.15);  // cut at three deviations
  const BlurKernel d = disk_kernel(5);
  const float most = *std::max_element(d.weights.begin(), d.weights.end());
  EXPECT_NEAR(1 / most, 25 * std::numbers::pi, 0.5);
}

TEST(BlurKernel, TextAndTensorsAreNormalisedOrRefused) {
  const BlurKernel k = kernel_from(std::string("0, 1 0\r\n\n2 4 2\n0 1 0\n"));
  EXPECT_EQ(k.height, 3);
  EXPECT_FLOAT_EQ(k.weights[4], 0.4f);
  EXPECT_SENTENCE(kernel_from(std::string("1 2\n3\n")), "as many numbers");
  EXPECT_SENTENCE(kernel_from(std::string("1 x\n")), "lines of numbers");
  EXPECT_SENTENCE(kernel_from(std::string(" \n")), "no numbers");
  EXPECT_SENTENCE(kernel_from(1, 2, {1, -1}), "not negative");
  EXPECT_SENTENCE(kernel_from(1, 2, {NAN, 1}), "finite");
  EXPECT_SENTENCE(kernel_from(1, 2, {0, 0}), "not all be zero");
  EXPECT_SENTENCE(kernel_from(1, 2, {1}), "does not have 1 weights");
  EXPECT_SENTENCE(kernel_from(Tensor(DType::f32, {300, 3})), "1 to 255 rows and columns; 3x300 came");
  EXPECT_SENTENCE(kernel_from(Tensor(DType::u8, {3, 3})), "f32");
  EXPECT_SENTENCE(kernel_from(Tensor(DType::f32, {2, 3, 3})), "(2, 3, 3)");
  EXPECT_SENTENCE(gaussian_kernel(0), "standard deviation");
  EXPECT_SENTENCE(disk_kernel(-1), "radius");
  EXPECT_SENTENCE(motion_kernel(300, 0), "length");
  const float far[] = {0, 0, 500, 0};
  EXPECT_SENTENCE(path_kernel(far), "reaches over 500");
  EXPECT_SENTENCE(path_kernel({}), "0 numbers");
}

TEST(FillMissing, KeepsWhatIsKnownAndIsFlatBetween) {
  const PlaneSize size{21, 34};
  std::vector<float> plane;
  std::vector<std::uint8_t> missing;
  for (int y = 0; y < size.height; ++y)
    for (int x = 0; x < size.width; ++x) {
      const bool lost = y > 5 && y < 14 && x > 10 && x < 20;
      plane.push_back(lost ? 7.0f : 0.01f * static_cast<float>(x));
      missing.push_back(lost);
    }
  const auto before = plane;
  fill_missing(plane, missing, size);
  for (std::size_t i = 0; i < plane.size(); ++i) {
    const double expected = missing[i] ? 0.01 * static_cast<double>(i % 34) : before[i];
    ASSERT_NEAR(plane[i], expected, missing[i] ? 0.02 : 0);
  }
  fill_missing(plane, std::vector<std::uint8_t>(plane.size(), 0), size);
}

}  // namespace
}  // namespace priorlab
