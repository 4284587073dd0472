// Pruned scoring equals dense scoring, whatever the mixture, the noise, the start and the order.
#include <gtest/gtest.h>

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <vector>

#include "core/rng.h"
#include "ops/gaussian_bank.h"

namespace priorlab {
namespace {

// Random covariances whose eigenvalues fall over `decades`, like those of pictures.
std::vector<Eigen::MatrixXd> random_covariances(int count, int dims, double decades, Rng& rng) {
  std::vector<Eigen::MatrixXd> result;
  for (int k = 0; k < count; ++k) {
    Eigen::MatrixXd mix(dims, dims);
    for (int i = 0; i < dims; ++i)
      for (int j = 0; j < dims; ++j) mix(i, j) = static_cast<double>(rng.normal()) / std::sqrt(dims);
    const double scale = std::pow(10.0, -2.0 * static_cast<double>(rng.uniform()));
    Eigen::VectorXd fall(dims);
    for (int j = 0; j < dims; ++j) fall(j) = scale * std::pow(10.0, -decades * j / dims);
    const Eigen::MatrixXd root =
        (mix + Eigen::MatrixXd::Identity(dims, dims)) * fall.cwiseSqrt().asDiagonal();
    result.push_back(root * root.transpose());
  }
  return result;
}

struct Scene {
  std::shared_ptr<const GaussianSpectra> spectra;
  std::vector<Eigen::MatrixXd> covariances;
  std::vector<float> patches;
  int count;
};

// Patches drawn from the mixture's components with noise, a few of zeros and a few huge ones.
Scene scene(int components, int dims, double decades, double noise, int count, std::uint64_t seed) {
  Rng rng(seed);
  Scene s;
  s.count = count;
  s.covariances = random_covariances(components, dims, decades, rng);
  std::vector<double> log_weights;
  for (int k = 0; k < components; ++k)
    log_weights.push_back(std::log(0.1 + static_cast<double>(rng.uniform())));
  s.spectra = std::make_shared<GaussianSpectra>(log_weights, s.covariances);
  s.patches.assign(static_cast<std::size_t>(count * s.spectra->stride), 0.0f);
  for (int i = 0; i < count; ++i) {
    if (i % 50 == 7) continue;
    const auto k = rng.below(static_cast<std::uint32_t>(components));
    Eigen::VectorXd z(dims);
    for (int d = 0; d < dims; ++d) z(d) = static_cast<double>(rng.normal());
    z = Eigen::LLT<Eigen::MatrixXd>(s.covariances[k]).matrixL() * z;
    const double size = i % 50 == 9 ? 100.0 : 1.0;
    for (int d = 0; d < dims; ++d)
      s.patches[static_cast<std::size_t>(i * s.spectra->stride + d)] =
          static_cast<float>(size * (z(d) + std::sqrt(noise) * static_cast<double>(rng.normal())));
  }
  return s;
}

void expect_pruned_equals_dense(const GaussianBank& bank, const Scene& s, const char* what) {
  const auto n = static_cast<std::size_t>(s.count);
  std::vector<std::int32_t> dense(n, -1);
  std::vector<float> dense_energy(n);
  bank.best_dense(s.patches, dense, dense_energy);
  Rng rng(99);
  for (const int start : {-1, 0, -2, -3}) {  // none, always the first, at random, the answer itself
    std::vector<std::int32_t> winner(n);
    for (std::size_t i = 0; i < n; ++i)
      winner[i] = start == -2
                      ? static_cast<std::int32_t>(rng.below(static_cast<std::uint32_t>(bank.components())))
                  : start == -3 ? dense[i]
                                : start;
    std::vector<float> energy(n);
    const GaussianBank::Work work = bank.best(s.patches, winner, energy);
    EXPECT_GT(work.done, 0u);
    for (std::size_t i = 0; i < n; ++i) {
      ASSERT_EQ(winner[i], dense[i]) << what << ", patch " << i << ", start " << start;
      ASSERT_EQ(energy[i], dense_energy[i]) << what << ", patch " << i << ", start " << start;
    }
  }
}

TEST(GaussianBank, PrunedWinnersAndEnergiesAreThoseOfDenseScoring) {
  std::uint64_t seed = 0;
  for (const int dims : {1, 3, 8, 15, 24, 63, 74})
    for (const int components : {1, 2, 37})
      for (const double noise : {0.0, 1e-9, 1e-6, 1e-3, 0.1}) {
        const Scene s = scene(components, dims, 4.0, noise, 530, ++seed);
        expect_pruned_equals_dense(GaussianBank(s.spectra, noise), s, "random mixture");
      }
}

TEST(GaussianBank, TiesGoToTheLowestIndexAndNearTiesToTheSmallerEnergy) {
  Rng rng(5);
  auto covariances = random_covariances(6, 63, 3.0, rng);
  const auto first = covariances;
  covariances.insert(covariances.end(), first.begin(), first.end());  // twins of 0 ... 5
  covariances.push_back(covariances[0] * (1.0 + 1e-6));               // and some a hair away
  covariances.push_back(covariances[1] * (1.0 - 1e-6));
  Scene s = scene(3, 63, 3.0, 1e-4, 300, 6);
  s.spectra = std::make_shared<GaussianSpectra>(std::vector<double>(covariances.size(), 0.0), covariances);
  for (const double noise : {0.0, 1e-6, 1e-2}) {
    const GaussianBank bank(s.spectra, noise);
    expect_pruned_equals_dense(bank, s, "twins");
    std::vector<std::int32_t> winner(300, 9);
    bank.best(s.patches, winner);
    for (const std::int32_t w : winner) EXPECT_FALSE(w >= 6 && w < 12);
  }
}

TEST(GaussianBank, EnergiesAreTheDefinitions) {
  const Scene s = scene(9, 63, 3.0, 1e-3, 100, 7);
  for (const double noise : {1e-4, 1e-2}) {
    const GaussianBank bank(s.spectra, noise);
    std::vector<std::int32_t> winner(100, -1);
    std::vector<float> energy(100);
    bank.best(s.patches, winner, energy);
    for (int i = 0; i < 100; ++i) {
      const auto patch = std::span(s.patches).subspan(static_cast<std::size_t>(i * 64), 64);
      double least = INFINITY;
      for (int k = 0; k < 9; ++k) {
        // From the covariance itself, without the bank's eigenvectors.
        Eigen::MatrixXd c = s.covariances[static_cast<std::size_t>(k)];
        c.diagonal().array() += noise;
        const Eigen::LLT<Eigen::MatrixXd> llt(c);
        Eigen::VectorXd z(63);
        for (int d = 0; d < 63; ++d) z(d) = static_cast<double>(patch[static_cast<std::size_t>(d)]);
        const double e = -2.0 * s.spectra->log_weights[static_cast<std::size_t>(k)] +
                         2.0 * llt.matrixLLT().diagonal().array().log().sum() +
                         llt.matrixL().solve(z).squaredNorm();
        EXPECT_NEAR(bank.energy_plain(k, patch), e, 1e-4 * (std::abs(e) + 100.0));
        least = std::min(least, e);
      }
      EXPECT_NEAR(energy[static_cast<std::size_t>(i)], least, 1e-4 * (std::abs(least) + 100.0));
    }
  }
}

TEST(GaussianBank, NearListsExactlyTheComponentsWithinTheMargin) {
  const Scene s = scene(23, 63, 2.0, 1e-2, 600, 8);
  for (const double noise : {1e-6, 1e-2})
    for (const float margin : {0.0f, 5.0f, 40.0f}) {
      const GaussianBank bank(s.spectra, noise);
      std::vector<std::int32_t> winner(600, -1), best(600, -1);
      std::vector<float> energy(600);
      bank.best_dense(s.patches, best, energy);
      std::vector<GaussianBank::Candidate> near;
      bank.near(s.patches, winner, margin, near);
      EXPECT_EQ(winner, best);
      std::vector<std::vector<char>> listed(600, std::vector<char>(23, 0));
      for (const auto& c : near)
        listed[static_cast<std::size_t>(c.patch)][static_cast<std::size_t>(c.component)] = 1;
      for (std::size_t i = 0; i < 600; ++i)
        for (int k = 0; k < 23; ++k) {
          const double e = bank.energy_plain(k, std::span(s.patches).subspan(i * 64, 64));
          const double gap = e - static_cast<double>(energy[i]) - static_cast<double>(margin);
          const double slack = 1e-4 * (std::abs(e) + 100.0);  // rounding decides nothing here
          const bool is_listed = listed[i][static_cast<std::size_t>(k)];
          ASSERT_TRUE(std::abs(gap) <= slack || is_listed == (gap < 0.0)) << i << ", " << k << ": " << gap;
        }
    }
}

TEST(GaussianBank, WienerIsThePosteriorMeanAndMayWorkInPlace) {
  const Scene s = scene(4, 63, 3.0, 1e-3, 70, 9);
  const double noise = 1e-3;
  const GaussianBank bank(s.spectra, noise);
  for (int count : {0, 1, 3, 8, 70}) {
    auto patches = s.patches;
    std::vector<const float*> in;
    std::vector<float*> out;
    for (int i = 0; i < count; ++i) {
      out.push_back(patches.data() + i * 64);
      in.push_back(out.back());
    }
    bank.wiener(2, in.data(), out.data(), count);
    Eigen::MatrixXd c = s.covariances[2];
    c.diagonal().array() += noise;
    const Eigen::LLT<Eigen::MatrixXd> llt(c);
    for (int i = 0; i < 70; ++i) {
      Eigen::VectorXd z(63);
      for (int d = 0; d < 63; ++d)
        z(d) = static_cast<double>(s.patches[static_cast<std::size_t>(i * 64 + d)]);
      const Eigen::VectorXd mean = i < count ? Eigen::VectorXd(s.covariances[2] * llt.solve(z)) : z;
      for (int d = 0; d < 63; ++d)
        ASSERT_NEAR(patches[static_cast<std::size_t>(i * 64 + d)], mean(d), 2e-5 * (1.0 + z.norm())) << i;
    }
  }
}

TEST(GaussianBank, AGoodStartSavesMostOfTheWork) {
  const Scene s = scene(60, 63, 4.0, 1e-4, 512, 10);
  const GaussianBank bank(s.spectra, 1e-4);
  std::vector<std::int32_t> winner(512, -1);
  const auto cold = bank.best(s.patches, winner);
  const auto warm = bank.best(s.patches, winner);
  EXPECT_EQ(cold.dense, static_cast<std::uint64_t>(512) * 60 * 64 * 64);
  EXPECT_LT(cold.done, cold.dense * 7 / 10);
  EXPECT_LT(warm.done, cold.done);
}

TEST(Bank, EnergiesOfGivenComponentsAreThoseOfTheDefinition) {
  const Scene s = scene(7, 21, 4, 0.01, 40, 11);
  const GaussianBank bank(s.spectra, 0.01);
  std::vector<std::int32_t> winner;
  for (int i = 0; i < s.count; ++i) winner.push_back(i % 7);
  std::vector<float> energy(winner.size());
  bank.energies(s.patches, winner, energy);
  for (int i = 0; i < s.count; ++i) {
    const auto at = static_cast<std::size_t>(i), stride = static_cast<std::size_t>(bank.stride());
    const double plain = bank.energy_plain(winner[at], std::span(s.patches).subspan(at * stride, stride));
    EXPECT_NEAR(static_cast<double>(energy[at]), plain, 1e-4 * (1 + std::abs(plain)));
  }
}

}  // namespace
}  // namespace priorlab
