// The patch mixture: its file, its density, its EM.
#include "models/gmm/gmm.h"

#include <gtest/gtest.h>

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>
#include <limits>
#include <numeric>
#include <vector>

#include "core/half.h"
#include "core/parallel_for.h"
#include "core/rng.h"
#include "errors.h"
#include "models/gmm/gmm_em.h"

namespace priorlab {
namespace {

// Components of clearly different shape: random directions, scale 0.2^k.
GaussianMixture small_mixture(int side, int components, std::uint64_t seed) {
  Rng rng(seed);
  const int n = side * side - 1;
  std::vector<Eigen::MatrixXd> covariances;
  std::vector<double> log_weights;
  for (int k = 0; k < components; ++k) {
    Eigen::MatrixXd a(n, n);
    for (int i = 0; i < n; ++i)
      for (int j = 0; j < n; ++j) a(i, j) = static_cast<double>(rng.normal());
    covariances.push_back(std::pow(0.2, k) *
                          (a * a.transpose() / n + 0.05 * Eigen::MatrixXd::Identity(n, n)));
    log_weights.push_back(std::log(1.0 + k));
  }
  return GaussianMixture(side, log_weights, covariances);
}

// (count, stride) patches; `only` >= 0 draws from that component alone.
std::vector<float> draw(const GaussianMixture& mixture, int count, int stride, std::uint64_t seed,
                        int only = -1) {
  Rng rng(seed);
  const int n = mixture.dims();
  std::vector<Eigen::MatrixXd> factors;
  for (const auto& s : mixture.covariances()) factors.push_back(Eigen::LLT<Eigen::MatrixXd>(s).matrixL());
  std::vector<float> patches(static_cast<std::size_t>(count * stride), 0.0f);
  for (int i = 0; i < count; ++i) {
    std::size_t k = 0;
    double u = static_cast<double>(rng.uniform());
    while (k + 1 < factors.size() && (u -= std::exp(mixture.log_weights()[k])) >= 0.0) ++k;
    if (only >= 0) k = static_cast<std::size_t>(only);
    Eigen::VectorXd z(n);
    for (int d = 0; d < n; ++d) z(d) = static_cast<double>(rng.normal());
    z = factors[k] * z;
    for (int d = 0; d < n; ++d) patches[static_cast<std::size_t>(i * stride + d)] = static_cast<float>(z(d));
  }
  return patches;
}

GmmEm em_of(EmOptions options, const GaussianMixture& m, std::span<const float> patches) {
  return GmmEm(options, {m.log_weights().begin(), m.log_weights().end()},
               {m.covariances().begin(), m.covariances().end()}, second_moments(m.dims(), patches));
}

TEST(GaussianMixture, SurvivesItsFile) {
  const GaussianMixture mixture = small_mixture(4, 3, 1);
  const Safetensors file = mixture.to_file({{"floor", "1e-6"}});
  const GaussianMixture back = GaussianMixture::from(read_safetensors(write_safetensors(file)));
  ASSERT_EQ(back.components(), 3);
  EXPECT_EQ(back.side(), 4);
  EXPECT_EQ(file.metadata.at("floor"), "1e-6");
  for (std::size_t k = 0; k < 3; ++k) {
    EXPECT_NEAR(back.log_weights()[k], mixture.log_weights()[k], 1e-6);
    const double scale = mixture.covariances()[k].cwiseAbs().maxCoeff();
    EXPECT_LT((back.covariances()[k] - mixture.covariances()[k]).cwiseAbs().maxCoeff(), 2e-3 * scale);
  }
}

TEST(GaussianMixture, WeightsAreNormalised) {
  const GaussianMixture mixture = small_mixture(3, 5, 2);
  double total = 0.0;
  for (const double w : mixture.log_weights()) total += std::exp(w);
  EXPECT_NEAR(total, 1.0, 1e-12);
}

TEST(GaussianMixture, RefusesEveryAlteredFileInASentence) {
  const Safetensors good = small_mixture(3, 2, 3).to_file();
  const auto with = [&](const auto& change) {
    Safetensors file = good;
    change(file);
    return file;
  };
  const auto first_weight = [](Safetensors& f) -> float& {
    return f.tensors.at("log_weights").as<float>()[0];
  };
  EXPECT_NO_THROW(GaussianMixture::from(good));
  EXPECT_SENTENCE(GaussianMixture::from(with([](Safetensors& f) { f.metadata["family"] = "vae2"; })), "vae2");
  EXPECT_SENTENCE(GaussianMixture::from(with([](Safetensors& f) { f.metadata.erase("family"); })),
                  "train gmm");
  EXPECT_SENTENCE(GaussianMixture::from(with([](Safetensors& f) { f.metadata["version"] = "2"; })),
                  "version");
  EXPECT_SENTENCE(GaussianMixture::from(with([](Safetensors& f) { f.metadata["basis"] = "pixels"; })),
                  "pixels");
  for (const char* side : {"1", "33", "-3", "eight", "1000000000000", ""})
    EXPECT_SENTENCE(GaussianMixture::from(with([&](Safetensors& f) { f.metadata["patch"] = side; })),
                    "2 to 32");
  EXPECT_SENTENCE(GaussianMixture::from(with([](Safetensors& f) { f.metadata["patch"] = "4"; })), "cholesky");
  EXPECT_SENTENCE(GaussianMixture::from(with([](Safetensors& f) { f.tensors.erase("log_weights"); })),
                  "log_weights");
  EXPECT_SENTENCE(GaussianMixture::from(with([&](Safetensors& f) { first_weight(f) += 1.0f; })), "sum to");
  EXPECT_SENTENCE(GaussianMixture::from(with([&](Safetensors& f) { first_weight(f) = NAN; })), "sum to");
  EXPECT_SENTENCE(GaussianMixture::from(with([](Safetensors& f) {
                    f.tensors.at("cholesky").as<std::uint16_t>()[2] = float_to_half(-0.5f);
                  })),
                  "diagonal");
  EXPECT_SENTENCE(GaussianMixture::from(with([](Safetensors& f) {
                    f.tensors["log_weights"] = Tensor(DType::f32, {0});
                    f.tensors["cholesky"] = Tensor(DType::f16, {0, 36});
                  })),
                  "components");
}

TEST(GaussianMixture, TheShippedFileIsWhatItsNotesSay) {
  std::ifstream in("shared/models/gmm/gmm.safetensors", std::ios::binary);
  const std::vector<char> bytes{std::istreambuf_iterator<char>(in), {}};
  ASSERT_FALSE(bytes.empty());
  EXPECT_LE(bytes.size(), 1000000u);
  const Safetensors file = read_safetensors(std::as_bytes(std::span(bytes)));
  const GaussianMixture mixture = GaussianMixture::from(file);
  EXPECT_EQ(mixture.components(), 200);
  EXPECT_EQ(mixture.side(), 8);
  EXPECT_THAT(file.metadata.at("command"), testing::HasSubstr("priorlab train gmm "));
  // Pictures have most of their variance at the lowest frequencies, the same in both directions.
  Eigen::MatrixXd overall = Eigen::MatrixXd::Zero(63, 63);
  for (std::size_t k = 0; k < 200; ++k)
    overall += std::exp(mixture.log_weights()[k]) * mixture.covariances()[k];
  EXPECT_GT(overall(0, 0) + overall(1, 1), 0.3 * overall.trace());
  EXPECT_NEAR(overall(0, 0), overall(1, 1), 0.05 * overall(0, 0));
  // After f16 no eigenvalue is below what the floor and rounding allow.
  for (const auto& s : mixture.covariances())
    EXPECT_GT(Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(s).eigenvalues()(0), 5e-7);
}

TEST(GaussianMixture, LogDensitiesMatchThePlainTwin) {
  for (const int side : {3, 8}) {
    const GaussianMixture mixture = small_mixture(side, 7, 4);
    const GaussianBank bank(mixture.spectra(), 0.0);
    const int count = 60;
    const auto patches = draw(mixture, count, bank.stride(), 5);
    std::vector<std::int32_t> winner(static_cast<std::size_t>(count), -1);
    const auto got = log_densities(bank, patches, winner);
    for (int i = 0; i < count; ++i) {
      const double expected =
          mixture.log_density_plain(std::span(patches).subspan(static_cast<std::size_t>(i * bank.stride())));
      EXPECT_NEAR(got[static_cast<std::size_t>(i)], expected, 1e-4 * (std::abs(expected) + 30.0)) << i;
    }
  }
}

TEST(GmmEm, ResponsibilitiesSumToOneAndOneComponentGetsTheSampleCovariance) {
  const GaussianMixture mixture = small_mixture(4, 5, 6);
  const auto patches = draw(mixture, 9000, 16, 7);  // more than one block
  std::vector<std::int32_t> winner(9000, -1);
  const EmStatistics s = em_of({}, mixture, patches).expect(patches, winner);
  EXPECT_EQ(s.patches, 9000.0);
  EXPECT_NEAR(std::accumulate(s.weight.begin(), s.weight.end(), 0.0), 9000.0, 0.02);

  GaussianMixture one(4, {0.0}, {Eigen::MatrixXd::Identity(15, 15)});
  GmmEm em = em_of({}, one, patches);
  std::fill(winner.begin(), winner.end(), -1);
  em.maximise(em.expect(patches, winner));
  Eigen::MatrixXd sample = Eigen::MatrixXd::Zero(15, 15);
  for (int i = 0; i < 9000; ++i) {
    const Eigen::VectorXd z = Eigen::Map<const Eigen::VectorXf>(patches.data() + i * 16, 15).cast<double>();
    sample += z * z.transpose() / 9000.0;
  }
  EXPECT_LT((em.covariances()[0] - sample).cwiseAbs().maxCoeff(), 1e-5 * sample.cwiseAbs().maxCoeff());
}

TEST(GmmEm, NeverLowersTheObjective) {
  for (const double prior : {0.0, 50.0})
    for (const double floor : {1e-6, 0.02}) {  // the second one binds
      const GaussianMixture truth = small_mixture(4, 4, 8);
      const auto patches = draw(truth, 3000, 16, 9);
      GmmEm em = em_of({floor, prior}, small_mixture(4, 6, 10), patches);
      std::vector<std::int32_t> winner(3000, -1);
      double last = -std::numeric_limits<double>::infinity();
      for (int t = 0; t < 25; ++t) {
        const EmStatistics s = em.expect(patches, winner);
        const double objective = s.log_likelihood + em.log_prior();
        EXPECT_GT(objective, t == 0 ? last : last - 1e-5 * std::abs(last))
            << "iteration " << t << ", prior " << prior << ", floor " << floor;
        last = objective;
        em.maximise(s);
        for (const auto& c : em.covariances())
          EXPECT_GT(Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(c).eigenvalues()(0), floor * (1.0 - 1e-3));
      }
    }
}

TEST(GmmEm, RecoversAKnownMixture) {
  const GaussianMixture truth = small_mixture(3, 3, 11);
  const auto patches = draw(truth, 30000, 8, 12), fresh = draw(truth, 10000, 8, 13);
  // The start knows the scales and nothing of the shapes.
  const Eigen::MatrixXd overall = second_moments(8, patches);
  GmmEm em({}, {0.0, 0.0, 0.0}, {4.0 * overall, 0.8 * overall, 0.16 * overall}, overall);
  std::vector<std::int32_t> winner(30000, -1), fresh_winner(10000, -1);
  for (int t = 0; t < 60; ++t) em.maximise(em.expect(patches, winner));
  const double fitted = em.log_likelihood(fresh, fresh_winner) / 10000;
  const double ideal = em_of({}, truth, patches).log_likelihood(fresh, fresh_winner) / 10000;
  EXPECT_NEAR(fitted, ideal, 0.03);
  std::vector<double> weights, expected;
  for (int k = 0; k < 3; ++k) {
    weights.push_back(std::exp(em.log_weights()[static_cast<std::size_t>(k)]));
    expected.push_back(std::exp(truth.log_weights()[static_cast<std::size_t>(k)]));
  }
  std::sort(weights.begin(), weights.end());
  for (std::size_t k = 0; k < 3; ++k) EXPECT_NEAR(weights[k], expected[k], 0.02);
}

TEST(GmmEm, ReplacingGivesARedundantComponentToTheHeavyTailedOne) {
  // Data of two scales along one shape and one of another shape; the start has the heavy-tailed pair as one
  // component and the other shape twice.
  const GaussianMixture three = small_mixture(3, 2, 14);
  const Eigen::MatrixXd a = three.covariances()[0], b = 0.01 * three.covariances()[1];
  const GaussianMixture truth(3, {0.0, 0.0, 0.0}, {a, 0.02 * a, b});
  const auto patches = draw(truth, 9000, 8, 15);
  GmmEm em({}, {0.0, 0.0, 0.0}, {0.5 * a, b, 1.01 * b}, second_moments(8, patches));
  std::vector<std::int32_t> winner(9000, -1);
  const auto fit = [&] {
    for (int t = 0; t < 15; ++t) em.maximise(em.expect(patches, winner));
    return em.log_likelihood(patches, winner) / 9000;
  };
  fit();
  EmStatistics s = em.expect(patches, winner);
  const double before = s.log_likelihood / 9000,
               weight = std::accumulate(s.weight.begin(), s.weight.end(), 0.0);
  replace_components(s, 8, 1);
  EXPECT_LT(std::accumulate(s.weight.begin(), s.weight.end(), 0.0),
            weight);  // what the replaced one held is let go
  em.maximise(s);
  EXPECT_GT(fit(), before - 1e-3);
  replace_components(s, 8, 1000);  // never more than half
  for (const double w : s.weight) EXPECT_GT(w, 0.0);
}

TEST(GmmEm, StarvingComponentsDoNoHarm) {
  const GaussianMixture truth = small_mixture(3, 2, 16);
  auto patches = draw(truth, 2000, 8, 17);
  for (std::size_t i = 0; i < 8 * 100; ++i) patches[i] = 0.0f;  // flat patches pull a component to the floor
  GmmEm em = em_of({1e-6, 0.0}, small_mixture(3, 12, 18), patches);
  std::vector<std::int32_t> winner(2000, -1);
  for (int t = 0; t < 40; ++t) em.maximise(em.expect(patches, winner));
  EXPECT_TRUE(std::isfinite(em.log_likelihood(patches, winner)));
  for (const auto& c : em.covariances()) EXPECT_TRUE(c.allFinite());
}

TEST(Threads, EmIsTheSameToTheBitForAnyNumber) {
  const GaussianMixture mixture = small_mixture(4, 9, 19);
  const auto patches = draw(mixture, 30000, 16, 20);
  const int before = thread_count();
  std::vector<std::vector<double>> sums;
  for (const int threads : {1, 2, 5}) {
    set_thread_count(threads);
    GmmEm em = em_of({}, small_mixture(4, 9, 21), patches);
    std::vector<std::int32_t> winner(30000, -1);
    em.maximise(em.expect(patches, winner));
    const EmStatistics s = em.expect(patches, winner);
    sums.push_back(s.second);
    sums.back().push_back(s.log_likelihood);
    sums.back().push_back(em.log_likelihood(patches, winner));
  }
  set_thread_count(before);
  EXPECT_EQ(sums[0], sums[1]);
  EXPECT_EQ(sums[0], sums[2]);
}

}  // namespace
}  // namespace priorlab
