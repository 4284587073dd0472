// patch_posterior and the task patch_explain.
#include <gtest/gtest.h>

#include <Eigen/Cholesky>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numbers>

#include "errors.h"
#include "models/gmm/gmm.h"
#include "models/patches/patch_posterior.h"
#include "ops/dct_basis.h"
#include "patch_mixture.h"
#include "registry.h"

namespace priorlab {
namespace {

using nlohmann::json;

TEST(PatchPosterior, TheMeanIsThatOfTheIntegral) {
  // Patches of 2x2 pixels have three coefficients: the posterior on a grid, from the densities alone.
  const GaussianMixture mixture = GaussianMixture::from(test::patch_mixture_file(2, 3));
  const std::vector<float> z = {0.05f, -0.08f, 0.03f};
  constexpr double kNoise = 0.04 * 0.04;
  const PatchPosterior p = patch_posterior(*mixture.spectra(), z, kNoise);
  double total = 0;
  Eigen::Vector3d mean = Eigen::Vector3d::Zero();
  constexpr double kStep = 0.005;
  for (int a = -64; a <= 64; ++a)
    for (int b = -64; b <= 64; ++b)
      for (int c = -64; c <= 64; ++c) {
        const Eigen::Vector3d x(kStep * a, kStep * b, kStep * c);
        const std::vector<float> values = {static_cast<float>(x(0)), static_cast<float>(x(1)),
                                           static_cast<float>(x(2))};
        double distance = 0;
        for (int d = 0; d < 3; ++d)
          distance += std::pow(x(d) - static_cast<double>(z[static_cast<std::size_t>(d)]), 2);
        const double weight = std::exp(mixture.log_density_plain(values) - 0.5 * distance / kNoise);
        total += weight;
        mean += weight * x;
      }
  mean /= total;
  for (int d = 0; d < 3; ++d) EXPECT_NEAR(p.mean[static_cast<std::size_t>(d)], mean(d), 2e-4);
  const double integral =
      std::log(total * std::pow(kStep, 3)) - 1.5 * std::log(2 * std::numbers::pi * kNoise);
  EXPECT_NEAR(p.log_likelihood, integral, 2e-3);
}

TEST(PatchPosterior, FollowsFromTheDefinitions) {
  const GaussianMixture mixture = GaussianMixture::from(test::patch_mixture_file(4, 5));
  Rng rng(2);
  for (const double sigma : {0.0, 0.02, 0.1}) {
    std::vector<float> z(16, 0.0f);
    for (int d = 0; d < 15; ++d) z[static_cast<std::size_t>(d)] = 0.05f * rng.normal();
    const PatchPosterior p = patch_posterior(*mixture.spectra(), z, sigma * sigma);
    const Eigen::VectorXd v = Eigen::Map<const Eigen::VectorXf>(z.data(), 15).cast<double>();
    std::vector<Eigen::MatrixXd> noisy;
    for (const Eigen::MatrixXd& s : mixture.covariances())
      noisy.push_back(s + sigma * sigma * Eigen::MatrixXd::Identity(15, 15));
    const GaussianMixture with_noise(4, {mixture.log_weights().begin(), mixture.log_weights().end()}, noisy);
    EXPECT_NEAR(p.log_likelihood, with_noise.log_density_plain(z), 2e-3);
    Eigen::VectorXd mean = Eigen::VectorXd::Zero(15);
    double sum = 0;
    for (int k = 0; k < 5; ++k) {
      const auto i = static_cast<std::size_t>(k);
      // p(k | z) = pi_k N(z) / p(z), each from a mixture of that component alone.
      const double joint =
          mixture.log_weights()[i] + GaussianMixture(4, {0.0}, {noisy[i]}).log_density_plain(z);
      EXPECT_NEAR(p.responsibility[i], std::exp(joint - p.log_likelihood), 2e-3);
      sum += p.responsibility[i];
      const Eigen::VectorXd wiener =
          mixture.covariances()[i] * Eigen::LLT<Eigen::MatrixXd>(noisy[i]).solve(v);
      mean += p.responsibility[i] * wiener;
      for (int d = 0; d < 15 && k == p.component; ++d)
        EXPECT_NEAR(p.map[static_cast<std::size_t>(d)], wiener(d), 2e-6);
    }
    EXPECT_NEAR(sum, 1, 1e-12);
    for (int d = 0; d < 15; ++d) EXPECT_NEAR(p.mean[static_cast<std::size_t>(d)], mean(d), 2e-6);
    for (int d = 0; d < 15 && sigma == 0; ++d)
      EXPECT_NEAR(p.mean[static_cast<std::size_t>(d)], v(d), 1e-6);  // nothing to be taken away
  }
}

class PatchExplain : public testing::Test {
 protected:
  PatchExplain() { models_.put("gmm", write_safetensors(test::patch_mixture_file(4, 3))); }
  std::unique_ptr<Task> ran(const json& params, TensorMap inputs) {
    auto task = create_task("patch_explain", params, std::move(inputs), models_);
    task->step(INFINITY);
    return task;
  }
  static Tensor patch(std::vector<float> values, std::int64_t side = 4) {
    return Tensor::from<float>({side, side}, std::span<const float>(values));
  }
  static std::vector<float> values(const Task& task, const std::string& name) {
    const Tensor t = task.output(name);
    return {t.as<float>().begin(), t.as<float>().end()};
  }
  ModelStore models_;
};

TEST_F(PatchExplain, KeepsTheMeanAndMeasures) {
  std::vector<float> clean(16), noisy(16);
  Rng rng(3);
  float sum = 0;
  for (std::size_t p = 0; p < 16; ++p) {
    clean[p] = 0.4f + 0.01f * static_cast<float>(p % 4);
    sum += noisy[p] = clean[p] + 0.1f * rng.normal();
  }
  const auto task = ran({{"sigma", 25.5}}, {{"noisy", patch(noisy)}, {"clean", patch(clean)}});
  const auto metrics = task->metrics();
  for (const char* name : {"bls", "map"}) {
    const Tensor t = task->output(name);
    float mean = 0, square = 0;
    for (std::size_t p = 0; p < 16; ++p) {
      mean += t.as<float>()[p];
      square += (t.as<float>()[p] - clean[p]) * (t.as<float>()[p] - clean[p]);
    }
    EXPECT_NEAR(mean, sum, 1e-5) << name;
    EXPECT_NEAR(metrics.at(std::string("psnr_") + name), -10 * std::log10(square / 16), 1e-3);
    EXPECT_GT(metrics.at(std::string("psnr_") + name), metrics.at("psnr_noisy"));
  }
  float total = 0;
  for (const float r : values(*task, "responsibility")) total += r;
  EXPECT_NEAR(total, 1, 1e-5);
}

TEST_F(PatchExplain, AConstantPatchIsDefined) {
  const auto task = ran({{"sigma", 0}}, {{"noisy", patch(std::vector<float>(16, 0.7f))}});
  for (const float v : values(*task, "bls")) EXPECT_NEAR(v, 0.7f, 1e-6);
  EXPECT_TRUE(std::isfinite(task->metrics().at("log_likelihood")));
  EXPECT_FALSE(task->metrics().contains("psnr_bls"));
  const auto equal = ran({{"sigma", 0}}, {{"noisy", patch(std::vector<float>(16, 0.5f))},
                                          {"clean", patch(std::vector<float>(16, 0.5f))}});
  EXPECT_EQ(equal->metrics().at("psnr_noisy"), 200);
}

TEST_F(PatchExplain, BadInputEndsInASentence) {
  const Tensor good = patch(std::vector<float>(16)), large = patch(std::vector<float>(25), 5);
  EXPECT_SENTENCE(ran(json::object(), {}), "needs the input \"noisy\"");
  EXPECT_SENTENCE(ran(json::object(), {{"noisy", large}}), "(4, 4); (5, 5) came");
  EXPECT_SENTENCE(ran(json::object(), {{"noisy", good}, {"clean", large}}), "\"clean\" is a patch");
  EXPECT_SENTENCE(ran(json::object(), {{"noisy", good}, {"dirty", good}}), "has no input \"dirty\"");
  EXPECT_SENTENCE(ran(json::object(), {{"noisy", patch(std::vector<float>(16, NAN))}}),
                  "\"noisy\" has the value");
  EXPECT_SENTENCE(ran({{"sigma", -1}}, {{"noisy", good}}), "sigma");
}

}  // namespace
}  // namespace priorlab
