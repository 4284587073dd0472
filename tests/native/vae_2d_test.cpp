// The variational autoencoder in the plane: gradients, bounds, what it equals when it is linear.
#include "models/continuous/vae_2d.h"

#include <gtest/gtest.h>

#include <cmath>

#include "models/continuous/ppca.h"
#include "plane_points.h"

namespace priorlab {
namespace {

std::vector<double> normals(std::size_t count, std::uint64_t seed) {
  std::vector<double> values(count);
  Rng rng(seed);
  for (double& v : values) v = static_cast<double>(rng.normal());
  return values;
}

class Vae2dShapes : public testing::TestWithParam<Vae2dShape> {};

TEST_P(Vae2dShapes, GradientIsThatOfFiniteDifferences) {
  const int samples = 3;
  Vae2d vae(cloud(7), GetParam(), 0.01, 3);
  for (int i = 0; i < 5; i++) vae.step(0.05, samples);  // away from weights that are 0
  const auto noise = normals(7 * 3 * static_cast<std::size_t>(GetParam().latents), 9);
  std::vector<double> gradient(vae.weights().size());
  vae.elbo(noise, samples, gradient);
  for (std::size_t i = 0; i < gradient.size(); i++) {
    const double kept = vae.weights()[i], h = 1e-5;
    vae.weights()[i] = kept + h;
    const double up = vae.elbo(noise, samples, {});
    vae.weights()[i] = kept - h;
    const double down = vae.elbo(noise, samples, {});
    vae.weights()[i] = kept;
    EXPECT_NEAR(gradient[i], (up - down) / (2 * h), 1e-7 * std::max(1.0, std::abs(gradient[i]))) << i;
  }
}

TEST_P(Vae2dShapes, ElboIsBelowTheWeightedBoundIsBelowTheLikelihood) {
  Vae2d vae(arc(40), GetParam(), 0.01, 2);
  for (int i = 0; i < 400; i++) vae.step(0.02, 4);
  const auto noise = normals(40 * 2000 * static_cast<std::size_t>(GetParam().latents), 5);
  const double elbo = vae.elbo(noise, 2000, {});
  const auto mean_bound = [&](int k, int lots) { return vae.importance_bound(k, lots, 100); };
  const double one = mean_bound(1, 3000), ten = mean_bound(10, 300), hundred = mean_bound(100, 100),
               exact = vae.log_likelihood();
  EXPECT_NEAR(one, elbo, 0.02);  // the KL term in closed form or by samples
  const double noise_of_means = 0.002;
  EXPECT_LT(one, ten);
  EXPECT_LT(ten, hundred + noise_of_means);
  EXPECT_LT(hundred, exact + noise_of_means);
  EXPECT_LT(elbo, exact);
  EXPECT_NEAR(vae.elbo_estimate(32, 1), elbo, 0.03);
  if (GetParam().linear && !GetParam().own_variance) {
    EXPECT_NEAR(vae.elbo_estimate(1, 1), vae.elbo_estimate(100, 2), 1e-9);
  }
}

INSTANTIATE_TEST_SUITE_P(All, Vae2dShapes,
                         testing::Values(Vae2dShape{1, 5, false, true}, Vae2dShape{1, 5, false, false},
                                         Vae2dShape{1, 5, true, false}, Vae2dShape{1, 5, true, true},
                                         Vae2dShape{2, 4, false, true}));

// The theorem that the demo shows: with linear mu and one variance the VAE is probabilistic PCA.
TEST(Vae2d, LinearWithOneVarianceIsPpca) {
  const auto points = cloud(150);
  const PpcaParameters best = ppca_closed_form(moments_of(points), 1e-3);
  const WeightedGaussian all{1, best.mean, best.covariance()};
  const double highest = PlaneDensity(std::span(&all, 1)).mean_log_density(points);
  for (const std::uint64_t seed : {1u, 2u}) {
    Vae2d vae(points, {1, 1, true, false}, 1e-3, seed);
    for (int i = 0; i < 3000; i++) vae.step(0.02, 4);
    EXPECT_NEAR(vae.log_likelihood(), highest, 0.01);
    const double down = -1, up = 1;
    const Vec2 along = minus(vae.decode(std::span(&up, 1)).mean, vae.decode(std::span(&down, 1)).mean);
    const double cosine =
        dot(along, best.direction) / std::sqrt(dot(along, along) * dot(best.direction, best.direction));
    EXPECT_GT(std::abs(cosine), 0.999);
    EXPECT_NEAR(dot(along, along) / 4, dot(best.direction, best.direction), 0.1);
    EXPECT_NEAR(vae.decode(std::span(&up, 1)).covariance.xx, best.variance, 0.02);
  }
}

TEST(Vae2d, LearnsACurveThatPpcaCannot) {
  const auto points = arc(150);
  const PpcaParameters line = ppca_closed_form(moments_of(points), 1e-3);
  const WeightedGaussian all{1, line.mean, line.covariance()};
  Vae2d vae(points, {1, 16, false, true}, 1e-3, 1);
  for (int i = 0; i < 1500; i++) vae.step(0.02, 4);
  EXPECT_GT(vae.log_likelihood(), PlaneDensity(std::span(&all, 1)).mean_log_density(points) + 0.5);
}

// Log p of the points on a square or line of so many nodes a side.
double on_grid(const Vae2d& vae, const std::vector<Vec2>& points, int nodes) {
  const bool two = vae.shape().latents == 2;
  std::vector<WeightedGaussian> all;
  double sum = 0;
  for (int i = 0; i < nodes; i++)
    for (int j = 0; j < (two ? nodes : 1); j++) {
      const double z[2] = {10.0 * i / (nodes - 1) - 5, two ? 10.0 * j / (nodes - 1) - 5 : 0};
      all.push_back(vae.decode(std::span<const double>(z, two ? 2 : 1)));
      sum += all.back().weight = std::exp(-0.5 * (z[0] * z[0] + z[1] * z[1]));
    }
  for (auto& g : all) g.weight /= sum;
  return PlaneDensity(all).mean_log_density(points);
}

TEST(Vae2d, TheGridsAreFineEnough) {
  const auto points = arc(60);
  for (const int latents : {1, 2}) {
    Vae2d vae(points, {latents, 16, false, latents == 1}, 1e-3, 1);
    for (int i = 0; i < 1500; i++) vae.step(0.02, 4);
    EXPECT_NEAR(on_grid(vae, points, latents == 1 ? 1601 : 501), vae.log_likelihood(), 1e-3) << latents;
  }
}

TEST(Vae2d, DegeneratePointsStayFinite) {
  for (const auto& points : degenerate_points())
    for (const bool linear : {true, false}) {
      Vae2d vae(points, {1, 8, linear, true}, 1e-3, 1);
      for (int i = 0; i < 400; i++) vae.step(0.05, 2);
      EXPECT_TRUE(std::isfinite(vae.log_likelihood()));
      EXPECT_TRUE(std::isfinite(vae.importance_bound(10, 2, 1)));
    }
}

}  // namespace
}  // namespace priorlab
