#include "models/epll/mixture_adaptation.h"

#include <gtest/gtest.h>

#include <cmath>

#include "epll_prior.h"
#include "ops/patches.h"

namespace priorlab {
namespace {

TEST(MixtureAdaptation, FollowsItsFormula) {
  const TestPrior prior(4);
  const int height = 24, width = 40;
  const double belief = 60;
  const auto picture = with_noise(test_scene(height, width), 0.02);
  std::vector<std::int32_t> first_pixel;
  std::vector<std::int16_t> winner;
  for (int y = 0; y + 8 <= height; ++y)
    for (int x = 0; x + 8 <= width; ++x) {
      first_pixel.push_back(y * width + x);
      winner.push_back(static_cast<std::int16_t>((3 * y + x) % 3));  // component 3 gets none
    }
  const auto each_patch = [&](const std::function<void(std::int32_t, std::int16_t)>& use) {
    for (std::size_t i = 0; i < winner.size(); ++i) use(first_pixel[i], winner[i]);
  };
  MixtureAdaptation adaptation(prior.spectra(), picture, width, each_patch, belief);
  for (int k = 0; k < adaptation.blocks(); ++k) adaptation.run_block(k);
  const auto fitted = adaptation.result();

  const DctBasis basis(8);
  const double total = static_cast<double>(winner.size());
  for (int k = 0; k < 4; ++k) {
    Eigen::MatrixXd second = Eigen::MatrixXd::Zero(63, 63);
    double n = 0;
    for (std::size_t i = 0; i < winner.size(); ++i) {
      if (winner[i] != k) continue;
      Eigen::VectorXd z = Eigen::VectorXd::Zero(63);
      for (int j = 0; j < 63; ++j)
        for (int p = 0; p < 64; ++p)
          z(j) += static_cast<double>(basis.at(j, p)) *
                  picture[static_cast<std::size_t>(first_pixel[i] + p / 8 * width + p % 8)];
      second += z * z.transpose();
      n += 1;
    }
    const double alpha = n / (n + belief);
    const auto& before = prior.covariances[static_cast<std::size_t>(k)];
    const Eigen::MatrixXd expected =
        (n > 0 ? Eigen::MatrixXd(alpha / n * second) : second) + (1 - alpha) * before;
    Eigen::MatrixXd vectors(63, 63);
    Eigen::VectorXd values(63);
    for (int j = 0; j < 63; ++j) {
      values(j) = fitted->eigenvalues[static_cast<std::size_t>(k * 63 + j)];
      for (int d = 0; d < 63; ++d)
        vectors(d, j) = fitted->analysis[static_cast<std::size_t>(k) * fitted->block() +
                                         static_cast<std::size_t>((j / 8 * 64 + d) * 8 + j % 8)];
    }
    const Eigen::MatrixXd got = vectors * values.asDiagonal() * vectors.transpose();
    EXPECT_LT((got - expected).norm(), 1e-5 * expected.norm() + 1e-7) << "component " << k;
    EXPECT_NEAR(fitted->log_weights[static_cast<std::size_t>(k)],
                std::log(alpha * n / total + (1 - alpha) / 4), 1e-5);
  }
}

// What a spectrum holds beside eigenvalues and vectors belongs to the fitted covariances too.
TEST(MixtureAdaptation, SearchUnderTheFittedMixtureIsExact) {
  const TestPrior prior(5);
  const int height = 40, width = 60;
  const auto picture = test_scene(height, width);
  const auto each_patch = [&](const std::function<void(std::int32_t, std::int16_t)>& use) {
    for (int y = 0; y + 8 <= height; ++y)
      for (int x = 0; x + 8 <= width; ++x) use(y * width + x, static_cast<std::int16_t>((y / 8 + x / 8) % 4));
  };
  MixtureAdaptation adaptation(prior.spectra(), picture, width, each_patch, 5);
  for (int k = 0; k < adaptation.blocks(); ++k) adaptation.run_block(k);
  const GaussianBank bank(adaptation.result(), 1e-4);

  const DctBasis basis(8);
  const auto noisy = with_noise(picture, 0.05);
  std::vector<float> pixels, patches;
  for (int y = 0; y + 8 <= height; y += 2)
    for (int x = 0; x + 8 <= width; x += 2)
      for (int p = 0; p < 64; ++p)
        pixels.push_back(noisy[static_cast<std::size_t>((y + p / 8) * width + x + p % 8)]);
  patches.resize(pixels.size());
  basis.analyse(pixels, patches);
  std::vector<std::int32_t> pruned(pixels.size() / 64, -1), dense(pruned);
  bank.best(patches, pruned);
  bank.best_dense(patches, dense);
  EXPECT_EQ(pruned, dense);
}

}  // namespace
}  // namespace priorlab
