// The VAE: its gradients against finite differences, the KL term against Monte Carlo, ELBO <= IWAE-k <= log p
// on a model with one latent that can be integrated, and its files.
#include "models/vae/vae.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/rng.h"
#include "errors.h"
#include "models/training/trainer.h"
#include "models/vae/vae_objective.h"

namespace priorlab {
namespace {

std::vector<std::uint8_t> images(int count, int pixels, std::uint64_t seed) {
  Rng rng(seed);
  std::vector<std::uint8_t> x(static_cast<std::size_t>(count * pixels));
  for (auto& v : x) v = rng.uniform() < 0.4f;
  return x;
}

std::vector<float> some_weights(const VaeObjective& objective, std::uint64_t seed, float scale = 0.2f) {
  std::vector<float> w =
      objective.first_weights(std::vector<double>(static_cast<std::size_t>(objective.pixels()), 0.4), seed);
  Rng rng(seed, 7);
  for (float& v : w) v += scale * rng.normal();
  return w;
}

class VaeGradients : public testing::TestWithParam<int> {};

TEST_P(VaeGradients, AreThoseOfFiniteDifferences) {
  VaeObjective objective({3, 4, 5, 2}, GetParam());
  objective.set_round(3);
  objective.set_beta(0.7);
  const auto x = images(7, 12, 1);
  std::vector<float> w = some_weights(objective, 2);
  std::vector<float> gradient(objective.size());
  std::vector<double> rows(7);
  const double loss = objective.loss(w, x, x, gradient, rows);
  double sum = 0;
  for (const double r : rows) sum += r;
  EXPECT_NEAR(sum, loss, 1e-9);
  EXPECT_NEAR(objective.loss(w, x, x, {}, {}), loss, 1e-9);
  for (std::size_t i = 0; i < w.size(); i += 3) {
    const float before = w[i], step = 4e-3f;
    w[i] = before + step;
    const double up = objective.loss(w, x, x, {}, {});
    w[i] = before - step;
    const double down = objective.loss(w, x, x, {}, {});
    w[i] = before;
    EXPECT_NEAR(gradient[i], (up - down) / (2 * step), 4e-3 + 4e-3 * std::abs(gradient[i])) << i;
  }
}

INSTANTIATE_TEST_SUITE_P(Samples, VaeGradients, testing::Values(1, 5, 300));

class VaeEstimators : public testing::TestWithParam<int> {};

// Of the encoder the two estimates agree in the mean over the noise; the decoder's gradient is the same.
TEST_P(VaeEstimators, HaveTheSameMean) {
  VaeObjective objective({2, 3, 4, 2}, GetParam());
  const auto x = images(2, 6, 3);
  const std::vector<float> w = some_weights(objective, 5, 0.5f);
  const std::size_t decoder = objective.shape().weight_at(3);
  constexpr int kRounds = 20000;
  std::vector<double> sum(decoder), squares(decoder);
  for (int round = 0; round < kRounds; ++round) {
    objective.set_round(static_cast<std::uint64_t>(round));
    std::vector<float> plain(objective.size()), doubly(objective.size());
    objective.set_doubly_reparameterised(false);
    const double loss = objective.loss(w, x, x, plain, {});
    objective.set_doubly_reparameterised(true);
    EXPECT_EQ(objective.loss(w, x, x, doubly, {}), loss);
    for (std::size_t i = 0; i < decoder; ++i) {
      const double apart = static_cast<double>(doubly[i]) - static_cast<double>(plain[i]);
      sum[i] += apart;
      squares[i] += apart * apart;
    }
    ASSERT_TRUE(std::equal(plain.begin() + static_cast<std::ptrdiff_t>(decoder), plain.end(),
                           doubly.begin() + static_cast<std::ptrdiff_t>(decoder)));
  }
  int differ = 0;
  for (std::size_t i = 0; i < decoder; ++i) {
    const double mean = sum[i] / kRounds, error = std::sqrt((squares[i] / kRounds - mean * mean) / kRounds);
    EXPECT_LE(std::abs(mean), 5 * error + 1e-6) << i;
    differ += error > 1e-5;
  }
  EXPECT_GT(differ, 10);  // and they are not one and the same
}
INSTANTIATE_TEST_SUITE_P(Samples, VaeEstimators, testing::Values(1, 6));

TEST(Vae, MayHaveMoreLatentsThanPixels) {
  VaeObjective objective({2, 2, 3, 9}, 2);
  const auto x = images(5, 4, 6);
  std::vector<float> w = some_weights(objective, 2), gradient(objective.size());
  objective.loss(w, x, x, gradient, {});
  const std::size_t i = objective.shape().weight_at(3) + 5;
  const float before = w[i], step = 4e-3f;
  w[i] = before + step;
  const double up = objective.loss(w, x, x, {}, {});
  w[i] = before - step;
  EXPECT_NEAR(gradient[i], (up - objective.loss(w, x, x, {}, {})) / (2 * step), 8e-3);
}

TEST(Vae, PartsOfABatchGiveTheNoiseOfTheWhole) {
  VaeObjective objective({3, 4, 5, 2}, 4);
  const auto x = images(6, 12, 3);
  const auto w = some_weights(objective, 4);
  std::vector<double> whole(6), part(2);
  objective.loss(w, x, x, {}, whole);
  objective.loss(w, std::span(x).subspan(24, 24), std::span(x).subspan(24, 24), {}, part);
  EXPECT_NEAR(part[0], whole[2], 1e-5);
  EXPECT_NEAR(part[1], whole[3], 1e-5);
  objective.set_round(1);
  objective.loss(w, std::span(x).subspan(24, 24), std::span(x).subspan(24, 24), {}, part);
  EXPECT_GT(std::abs(part[0] - whole[2]), 1e-4);
}

TEST(Vae, KlInClosedFormIsThatOfMonteCarlo) {
  const std::vector<float> mean = {0.5f, -1.2f, 0.0f}, log_variance = {-1.0f, 0.4f, -3.0f};
  Rng rng(5);
  double sum = 0, squares = 0;
  constexpr int kDraws = 200000;
  for (int n = 0; n < kDraws; ++n) {
    double log_ratio = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      const double e = rng.normal(), z = mean[i] + std::exp(0.5 * log_variance[i]) * e;
      log_ratio += 0.5 * (z * z - e * e - log_variance[i]);
    }
    sum += log_ratio;
    squares += log_ratio * log_ratio;
  }
  const double estimate = sum / kDraws, error = std::sqrt((squares / kDraws - estimate * estimate) / kDraws);
  EXPECT_NEAR(kl_to_standard_normal(mean, log_variance), estimate, 4 * error);
}

// log p(x) by the trapezoid rule over the one latent.
double integrated(const Vae& vae, std::span<const std::uint8_t> x) {
  double sum = 0;
  constexpr double kStep = 0.005;
  for (double z = -9; z <= 9; z += kStep) {
    const auto at = static_cast<float>(z);
    const auto log_odds = vae.decode({&at, 1});
    double log_p = -0.5 * z * z - 0.5 * std::log(2 * std::numbers::pi);
    for (std::size_t i = 0; i < x.size(); ++i)
      log_p -=
          std::log1p(std::exp(x[i] ? -static_cast<double>(log_odds[i]) : static_cast<double>(log_odds[i])));
    sum += std::exp(log_p) * kStep;
  }
  return std::log(sum);
}

TEST(Vae, BoundsRiseWithTheSamplesToTheLikelihood) {
  VaeObjective objective({2, 3, 6, 1}, 1);
  const Vae vae({2, 3, 6, 1}, some_weights(objective, 8, 0.6f));
  const auto x = images(1, 6, 9);
  const double truth = integrated(vae, x);
  std::vector<double> bound;
  for (const int k : {1, 10, 100}) {
    double mean = 0;
    const int repeats = 6000 / k + 40;
    for (int r = 0; r < repeats; ++r)
      mean += importance_weighted_bound(vae, x, k, 1, static_cast<std::uint64_t>(1000 * k + r)) / repeats;
    bound.push_back(mean);
  }
  EXPECT_LT(bound[0], bound[1]);
  EXPECT_LT(bound[1], bound[2]);
  EXPECT_LT(bound[0], truth);
  EXPECT_NEAR(importance_weighted_bound(vae, x, 20000, 1, 1), truth, 0.02);
  std::vector<double> terms(500);
  const double at_once = importance_weighted_bound(vae, x, 500, 2, 2, terms);
  double sum = 0;
  for (const double t : terms) sum += std::exp(t);
  EXPECT_NEAR(at_once, std::log(sum / 500), 1e-9);
}

TEST(Vae, LearnsAndSurvivesItsFile) {
  const auto objective = std::make_shared<VaeObjective>(VaeShape{4, 4, 16, 2}, 1);
  std::vector<std::uint8_t> x;  // two patterns
  for (int n = 0; n < 64; ++n)
    for (int i = 0; i < 16; ++i) x.push_back((n % 2 ? i < 8 : i % 4 < 2) ? 1 : 0);
  TrainerOptions options;
  options.average = 0;
  Trainer trainer(objective, options, objective->first_weights(std::vector<double>(16, 0.5), 1),
                  objective->penalties());
  const double before = objective->loss(trainer.weights(), x, x, {}, {}) / 64;
  for (std::uint64_t step = 0; step < 300; ++step) {
    objective->set_round(step);
    trainer.train(x, x, 5e-3);
  }
  const double after = objective->loss(trainer.weights(), x, x, {}, {}) / 64;
  EXPECT_GT(before, 9.0);
  EXPECT_LT(after, 2.0);  // log 2 at best, and what the bound lacks
  const Vae vae({4, 4, 16, 2}, {trainer.weights().begin(), trainer.weights().end()});
  const Vae read = Vae::from(read_safetensors(write_safetensors(vae.to_file({{"title", "test"}}))));
  EXPECT_EQ(read.shape(), vae.shape());
  EXPECT_NEAR(objective->loss(read.weights(), x, x, {}, {}) / 64, after, 0.02);
}

TEST(Vae, WrongFilesAreRefusedInWords) {
  VaeObjective objective({3, 4, 5, 2}, 1);
  const Safetensors good = Vae({3, 4, 5, 2}, some_weights(objective, 1)).to_file();
  Safetensors file = good;
  file.metadata["family"] = "gmm";
  EXPECT_SENTENCE(Vae::from(file), "gmm");
  file = good;
  file.metadata["latents"] = "9999";
  EXPECT_SENTENCE(Vae::from(file), "latents");
  file = good;
  file.metadata["hidden"] = "6";
  EXPECT_SENTENCE(Vae::from(file), "encoder.0");
  file = good;
  file.tensors.erase("decoder.2.bias");
  EXPECT_SENTENCE(Vae::from(file), "decoder.2.bias");
  EXPECT_SENTENCE(Vae({3, 4, 5, 2}, {}), "weights");
  EXPECT_SENTENCE(Vae({0, 4, 5, 2}, {}), "pixels");
}

}  // namespace
}  // namespace priorlab
