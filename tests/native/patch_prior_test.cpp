// Patch priors of independent sources: marginals, density, learning, restoring; against closed forms, brute
// force and finite differences in few dimensions (patches of 2x2 pixels have three coordinates).
#include "models/patches/patch_prior.h"

#include <gtest/gtest.h>

#include <Eigen/Cholesky>
#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <vector>

#include "core/rng.h"
#include "errors.h"
#include "models/gmm/gmm.h"
#include "models/patches/ica.h"
#include "models/patches/source_gibbs.h"
#include "models/patches/source_map.h"
#include "models/patches/source_prior.h"
#include "ops/dct_basis.h"

namespace priorlab {
namespace {

constexpr int kStride = 8;  // of patches of 2x2 pixels

ScaleMixture heavy_tails() { return {{0.3, 0.5, 0.2}, {0.01, 0.2, 3.0}}; }

std::vector<ScaleMixture> three_marginals() {
  return {heavy_tails(), {{0.6, 0.3, 0.1}, {0.02, 0.5, 2.0}}, {{0.2, 0.3, 0.5}, {0.05, 0.1, 1.0}}};
}

// Sources along directions that are not orthogonal.
SourcePrior slanted_prior() {
  Eigen::MatrixXd w(3, 3);
  w << 1, 0.4, -0.2, 0.1, 1.2, 0.5, -0.3, 0.2, 0.8;
  return SourcePrior(2, "ica", w, three_marginals());
}

double draw(const ScaleMixture& g, Rng& rng) {
  double u = static_cast<double>(rng.uniform());
  std::size_t j = 0;
  while (j + 1 < g.weights.size() && (u -= g.weights[j]) >= 0) ++j;
  return std::sqrt(g.variances[j]) * static_cast<double>(rng.normal());
}

// (count, kStride) patches z = M x.
std::vector<float> draw_patches(const SourcePrior& prior, int count, std::uint64_t seed) {
  Rng rng(seed);
  std::vector<float> z(static_cast<std::size_t>(count) * kStride, 0.0f);
  for (int p = 0; p < count; ++p) {
    Eigen::VectorXd x(prior.dims());
    for (int i = 0; i < prior.dims(); ++i) x(i) = draw(prior.marginals()[static_cast<std::size_t>(i)], rng);
    x = prior.synthesis() * x;
    for (int i = 0; i < prior.dims(); ++i)
      z[static_cast<std::size_t>(p * kStride + i)] = static_cast<float>(x(i));
  }
  return z;
}

TEST(ScaleMixture, ItsDensityIntegratesToOne) {
  const ScaleMixture g = heavy_tails();
  double sum = 0;
  constexpr double kStep = 1e-3;
  for (double x = -20; x < 20; x += kStep) sum += kStep * std::exp(g.log_density(x));
  EXPECT_NEAR(sum, 1, 1e-6);
}

TEST(ScaleMixture, PrecisionIsTheSlopeOverX) {
  const ScaleMixture g = heavy_tails();
  for (const double x : {0.03, 0.2, 0.9, 4.0}) {
    const double h = 1e-5 * x, slope = (g.log_density(x + h) - g.log_density(x - h)) / (2 * h);
    EXPECT_NEAR(g.precision(x), -slope / x, 1e-5 * g.precision(x)) << x;
  }
}

TEST(ScaleMixture, PosteriorMeanByIntegration) {
  const ScaleMixture g = heavy_tails();
  constexpr double kNoise = 0.15, kStep = 1e-3;
  for (const double y : {-2.0, 0.1, 0.7, 5.0}) {
    double mass = 0, first = 0;
    for (double x = -15; x < 15; x += kStep) {
      const double p = std::exp(g.log_density(x) - (y - x) * (y - x) / (2 * kNoise));
      mass += p;
      first += p * x;
    }
    EXPECT_NEAR(g.posterior_mean(y, kNoise), first / mass, 1e-6) << y;
  }
}

TEST(ScaleMixture, EmNeverFallsAndFindsTheScales) {
  const ScaleMixture truth{{0.7, 0.3}, {0.01, 1.0}};
  Rng rng(3);
  SquareHistogram histogram;
  for (int i = 0; i < 200000; ++i) histogram.add(static_cast<float>(draw(truth, rng)));
  const auto points = histogram.points();
  ScaleMixture g = first_scale_mixture(points, 2, 1e-6);
  double last = em_step(g, points, 1e-6);
  for (int t = 0; t < 200; ++t) {
    const double now = em_step(g, points, 1e-6);
    EXPECT_GE(now, last - 1e-12) << t;
    last = now;
  }
  EXPECT_NEAR(g.weights[0], 0.7, 0.01);
  EXPECT_NEAR(g.variances[0], 0.01, 5e-4);
  EXPECT_NEAR(g.variances[1], 1.0, 0.03);
}

TEST(ScaleMixture, TheFloorHoldsWhereAllIsFlat) {
  SquareHistogram histogram;
  for (int i = 0; i < 100; ++i) histogram.add(0.0f);
  const auto points = histogram.points();
  ScaleMixture g = first_scale_mixture(points, 3, 1e-4);
  for (int t = 0; t < 20; ++t) EXPECT_TRUE(std::isfinite(em_step(g, points, 1e-4)));
  for (const double v : g.variances) EXPECT_GE(v, 1e-4);
}

TEST(ScaleMixture, TheTableIsTheFunction) {
  const ScaleMixture g = heavy_tails();
  const ScaleMixtureTable table(g);
  for (double x = 1e-4; x < 100; x *= 1.13) {
    const auto square = static_cast<float>(x * x);
    EXPECT_NEAR(static_cast<double>(table.precision(square)), g.precision(x), 0.015 * g.precision(x)) << x;
    EXPECT_NEAR(static_cast<double>(table.log_density(square)), g.log_density(x),
                0.003 + 1e-6 * std::abs(g.log_density(x)))
        << x;
  }
  EXPECT_EQ(table.precision(0.0f), table.precision(1e-30f));
}

TEST(SourcePrior, SurvivesItsFileAndRefusesOthers) {
  const SourcePrior prior = slanted_prior();
  const Safetensors file = prior.to_file({{"floor", "1e-6"}});
  const SourcePrior back = SourcePrior::from(read_safetensors(write_safetensors(file)));
  const float z[3] = {0.3f, -0.8f, 0.1f};
  EXPECT_NEAR(back.log_density(z), prior.log_density(z), 1e-5);
  EXPECT_EQ(back.kind(), "ica");
  EXPECT_EQ(file.metadata.at("floor"), "1e-6");

  const auto with = [&](auto change) {
    Safetensors other = file;
    change(other);
    return other;
  };
  const auto kind = with([](Safetensors& f) { f.metadata["kind"] = "dog"; });
  const auto patch = with([](Safetensors& f) { f.metadata["patch"] = "99"; });
  const auto variance = with([](Safetensors& f) { f.tensors.at("variances").as<float>()[0] = 0; });
  const auto weight = with([](Safetensors& f) { f.tensors.at("weights").as<float>()[0] = 3; });
  const auto singular = with([](Safetensors& f) {
    for (float& v : f.tensors.at("analysis").as<float>()) v = 1;
  });
  EXPECT_SENTENCE(SourcePrior::from(kind), "\"dog\"");
  EXPECT_SENTENCE(SourcePrior::from(patch), "2 to 32 pixels");
  EXPECT_SENTENCE(SourcePrior::from(variance), "both must be positive");
  EXPECT_SENTENCE(SourcePrior::from(weight), "sum to one");
  EXPECT_SENTENCE(SourcePrior::from(singular), "must determine the patch");
  EXPECT_SENTENCE(patch_prior_from(with([](Safetensors& f) { f.metadata["family"] = "vae"; })), "\"vae\"");
}

TEST(SourcePrior, ItsDensityIntegratesToOne) {
  const SourcePrior prior(2, "ica", slanted_prior().analysis(),
                          std::vector<ScaleMixture>(3, {{0.4, 0.6}, {0.3, 1.0}}));
  double sum = 0;
  constexpr double kStep = 0.2;
  for (double a = -9; a <= 9; a += kStep)
    for (double b = -9; b <= 9; b += kStep)
      for (double c = -9; c <= 9; c += kStep) {
        const float z[3] = {static_cast<float>(a), static_cast<float>(b), static_cast<float>(c)};
        sum += kStep * kStep * kStep * std::exp(prior.log_density(z));
      }
  EXPECT_NEAR(sum, 1, 1e-3);
}

TEST(SourcePrior, ThePixelsButTheLastAreTheSide) {
  // Their density is that of the orthonormal coordinates times the side: 8 for 8x8.
  for (const int side : {2, 5, 8}) {
    const int n = side * side - 1;
    const SourcePrior prior(side, "independent", pixel_analysis(side),
                            std::vector<ScaleMixture>(static_cast<std::size_t>(n), {{1.0}, {1.0}}));
    EXPECT_NEAR(prior.log_det(), -std::log(side), 1e-5) << side;
    // x = W z are the pixels of the patch.
    const DctBasis basis(side);
    std::vector<float> z(static_cast<std::size_t>(basis.stride()), 0.0f),
        patch(static_cast<std::size_t>(side * side));
    Rng rng(1);
    rng.fill_normal(std::span(z).first(static_cast<std::size_t>(n)));
    basis.synthesise(z, patch);
    const Eigen::VectorXd x =
        prior.analysis() * Eigen::Map<const Eigen::VectorXf>(z.data(), n).cast<double>();
    for (int p = 0; p < n; ++p)
      EXPECT_NEAR(x(p), static_cast<double>(patch[static_cast<std::size_t>(p)]), 1e-5);
  }
}

TEST(SourcePrior, FittedMarginalsAreThoseOfTheSources) {
  const SourcePrior truth(2, "ica", slanted_prior().analysis(), std::vector<ScaleMixture>(3, heavy_tails()));
  const auto patches = draw_patches(truth, 60000, 5);
  const auto marginals = fit_marginals(source_histograms(truth.analysis(), patches), 3,
                                       source_floors(truth.analysis(), 1e-6), 300);
  for (const ScaleMixture& g : marginals)
    for (std::size_t j = 0; j < 3; ++j) {
      EXPECT_NEAR(g.weights[j], heavy_tails().weights[j], 0.03);
      EXPECT_NEAR(g.variances[j], heavy_tails().variances[j], 0.1 * heavy_tails().variances[j]);
    }
}

TEST(Ica, UnmixesSyntheticSourcesAndNeverFalls) {
  const SourcePrior truth = slanted_prior();
  const auto patches = draw_patches(truth, 40000, 7);
  Ica learner(patches, 3, random_rotation(3, 2, 1.0), {});
  double last = learner.log_likelihood();
  const double first = last;
  for (int t = 0; t < 60; ++t) {
    const double now = learner.step();
    EXPECT_GE(now, last - 1e-6) << t;
    last = now;
  }
  EXPECT_GT(last, first + 0.05);
  // Each learned source is one true source up to scale: one large entry in each row and column.
  const Eigen::MatrixXd mixed = learner.analysis() * truth.synthesis();
  std::vector<Eigen::Index> found;
  for (int i = 0; i < 3; ++i) {
    Eigen::Index at;
    const double largest = mixed.row(i).cwiseAbs().maxCoeff(&at);
    found.push_back(at);
    for (Eigen::Index j = 0; j < 3; ++j)
      EXPECT_LT(j == at ? 0.0 : std::abs(mixed(i, j)), 0.06 * largest) << i << ' ' << j;
  }
  std::sort(found.begin(), found.end());
  EXPECT_EQ(found, (std::vector<Eigen::Index>{0, 1, 2}));
}

TEST(Ica, ARotationIsOrthogonal) {
  const Eigen::MatrixXd r = random_rotation(5, 1, 100), near = random_rotation(5, 1, 0.01);
  EXPECT_LT((r * r.transpose() - Eigen::MatrixXd::Identity(5, 5)).cwiseAbs().maxCoeff(), 1e-12);
  EXPECT_LT((near - Eigen::MatrixXd::Identity(5, 5)).cwiseAbs().maxCoeff(), 0.06);
}

constexpr double kNoiseVariance = 0.2;

TEST(SourceMap, TheGradientIsThatOfTheObjective) {
  const SourcePrior prior = slanted_prior();
  const float y[3] = {0.9f, -0.4f, 0.6f};
  Eigen::VectorXd x(3);
  x << 0.3, -0.7, 1.1;
  const Eigen::VectorXd g = map_gradient_plain(prior, kNoiseVariance, y, x);
  for (int i = 0; i < 3; ++i) {
    Eigen::VectorXd above = x, below = x;
    above(i) += 1e-5;
    below(i) -= 1e-5;
    const double slope = (map_objective_plain(prior, kNoiseVariance, y, above) -
                          map_objective_plain(prior, kNoiseVariance, y, below)) /
                         2e-5;
    EXPECT_NEAR(g(i), slope, 1e-5 * std::max(1.0, std::abs(slope)));
  }
}

TEST(SourceMap, EachIterationGoesDownAndEndsAtAStationaryPoint) {
  const SourcePrior prior = slanted_prior();
  const auto patches = draw_patches(prior, 20, 11);
  for (std::size_t p = 0; p < 20; ++p) {
    const auto y = std::span(patches).subspan(p * kStride, kStride);
    double last = INFINITY;
    Eigen::VectorXd x;
    for (const int iterations : {0, 1, 2, 4, 8, 100}) {
      std::vector<float> z(kStride);
      SourceMap(prior, kNoiseVariance, iterations).restore(y, z);
      x = prior.analysis() * Eigen::Map<const Eigen::VectorXf>(z.data(), 3).cast<double>();
      const double now = map_objective_plain(prior, kNoiseVariance, y, x);
      EXPECT_LE(now, last + 2e-3) << iterations;  // the table is within a percent
      last = now;
    }
    // g^2 / curvature is twice what one coordinate could still gain: a few times what the stopping rule asks.
    const Eigen::VectorXd g = map_gradient_plain(prior, kNoiseVariance, y, x);
    for (int i = 0; i < 3; ++i) {
      const double curvature = prior.synthesis().col(i).squaredNorm() / kNoiseVariance +
                               prior.marginals()[static_cast<std::size_t>(i)].precision(x(i));
      EXPECT_LT(g(i) * g(i) / curvature, 0.1) << p;
    }
  }
}

TEST(SourceMap, OneScaleIsTheWienerFilter) {
  const Eigen::MatrixXd w = slanted_prior().analysis(), m = w.inverse();
  const SourcePrior prior(2, "ica", w, {{{1.0}, {0.5}}, {{1.0}, {0.1}}, {{1.0}, {2.0}}});
  const Eigen::MatrixXd s = m * Eigen::Vector3d(0.5, 0.1, 2.0).asDiagonal() * m.transpose();
  const float y[kStride] = {0.9f, -0.4f, 0.6f};
  std::vector<float> z(kStride), mean(kStride);
  SourceMap(prior, kNoiseVariance, 50).restore(y, z);
  const Eigen::VectorXd wiener =
      s * (s + kNoiseVariance * Eigen::MatrixXd::Identity(3, 3)).llt().solve(Eigen::Vector3d(0.9, -0.4, 0.6));
  SourceGibbs(prior, kNoiseVariance, {100, 40000, 1}).posterior_mean(y, 0, mean);
  for (int i = 0; i < 3; ++i) {
    EXPECT_NEAR(static_cast<double>(z[static_cast<std::size_t>(i)]), wiener(i), 0.02);
    EXPECT_NEAR(static_cast<double>(mean[static_cast<std::size_t>(i)]), wiener(i), 0.01);
  }
}

TEST(SourceGibbs, IsThePosteriorMeanOfBruteForce) {
  const SourcePrior prior = slanted_prior();
  const float y[3] = {0.9f, -0.4f, 0.6f};
  Eigen::Vector3d first = Eigen::Vector3d::Zero();
  double mass = 0;
  constexpr double kStep = 0.06;
  for (double a = -3; a <= 4; a += kStep)
    for (double b = -3.5; b <= 3; b += kStep)
      for (double c = -3; c <= 4; c += kStep) {
        const float z[3] = {static_cast<float>(a), static_cast<float>(b), static_cast<float>(c)};
        const Eigen::Vector3d at(a, b, c), d = at - Eigen::Vector3d(0.9, -0.4, 0.6);
        const double p = std::exp(prior.log_density(z) - d.squaredNorm() / (2 * kNoiseVariance));
        mass += p;
        first += p * at;
      }
  std::vector<float> mean(3);
  SourceGibbs(prior, kNoiseVariance, {200, 40000, 1}).posterior_mean(y, 0, mean);
  for (int i = 0; i < 3; ++i)
    EXPECT_NEAR(static_cast<double>(mean[static_cast<std::size_t>(i)]), first(i) / mass, 0.01) << i;
}

TEST(SourceGibbs, IsExactWhereSourcesAreOrthogonal) {
  const SourcePrior prior(2, "pca", random_rotation(3, 4, 10), three_marginals());
  const auto patch_prior = patch_prior_from(prior.to_file());
  EXPECT_FALSE(patch_prior->samples());
  EXPECT_TRUE(patch_prior_from(slanted_prior().to_file())->samples());
  const auto patches = draw_patches(prior, 10, 13);
  std::vector<float> closed(patches.size()), sampled(kStride);
  patch_prior->denoiser(kNoiseVariance)->mean(patches, 0, 0, closed);
  for (std::size_t p = 0; p < 10; ++p) {
    SourceGibbs(prior, kNoiseVariance, {5, 5, 1})
        .posterior_mean(std::span(patches).subspan(p * kStride, kStride), p, sampled);
    for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(closed[p * kStride + i], sampled[i], 1e-4f);
  }
}

TEST(PatchPrior, OfAMixtureIsTheMixture) {
  std::vector<Eigen::MatrixXd> s = {Eigen::MatrixXd::Identity(3, 3), Eigen::MatrixXd::Identity(3, 3)};
  s[0] *= 0.05;
  s[1](0, 1) = s[1](1, 0) = 0.6;
  const GaussianMixture mixture(2, {std::log(0.4), std::log(0.6)}, s);
  const auto prior = patch_prior_from(mixture.to_file());
  const auto stored = GaussianMixture::from(mixture.to_file());
  const std::vector<float> patches = {0.2f, -0.1f, 0.3f, 0, 0, 0, 0, 0, 1.2f, 0.8f, -0.5f, 0, 0, 0, 0, 0};
  std::vector<float> mean(patches.size()), map(patches.size());
  const auto denoiser = prior->denoiser(kNoiseVariance);
  denoiser->mean(patches, 0, 0, mean);
  denoiser->map(patches, map);
  const auto densities = prior->log_densities(patches);
  for (std::size_t p = 0; p < 2; ++p) {
    const auto z = std::span(patches).subspan(p * kStride, 3);
    EXPECT_NEAR(densities[p], stored.log_density_plain(z), 1e-4);
    const Eigen::VectorXd y = Eigen::Map<const Eigen::VectorXf>(z.data(), 3).cast<double>();
    Eigen::VectorXd sum = Eigen::VectorXd::Zero(3), best;
    double total = 0, most = 0;
    for (std::size_t k = 0; k < 2; ++k) {
      const Eigen::MatrixXd a = stored.covariances()[k] + kNoiseVariance * Eigen::MatrixXd::Identity(3, 3);
      const double weight =
          std::exp(stored.log_weights()[k] - 0.5 * y.dot(a.llt().solve(y))) / std::sqrt(a.determinant());
      const Eigen::VectorXd filtered = stored.covariances()[k] * a.llt().solve(y);
      total += weight;
      sum += weight * filtered;
      if (weight > most) {
        most = weight;
        best = filtered;
      }
    }
    for (int i = 0; i < 3; ++i) {
      EXPECT_NEAR(static_cast<double>(mean[p * kStride + static_cast<std::size_t>(i)]), sum(i) / total, 1e-5);
      EXPECT_NEAR(static_cast<double>(map[p * kStride + static_cast<std::size_t>(i)]), best(i), 1e-5);
    }
  }
}

}  // namespace
}  // namespace priorlab
