// The finite mixture and probabilistic PCA in the plane, and what all models there share.
#include "models/continuous/plane.h"

#include <gtest/gtest.h>

#include <Eigen/Eigenvalues>
#include <cmath>
#include <nlohmann/json.hpp>

#include "errors.h"
#include "models/continuous/mixture_2d.h"
#include "models/continuous/ppca.h"
#include "plane_points.h"
#include "registry.h"

namespace priorlab {
namespace {

Eigen::Matrix2d matrix_of(const Sym2& m) { return (Eigen::Matrix2d() << m.xx, m.xy, m.xy, m.yy).finished(); }

TEST(Plane, EigenvaluesAndFloorAreThoseOfAnEigenDecomposition) {
  Rng rng(1);
  for (int i = 0; i < 200; i++) {
    const auto number = [&] { return static_cast<double>(rng.normal()); };
    const double a = number(), b = i % 5 == 0 ? 0 : number(), c = i % 7 == 0 ? a : number();
    const Sym2 m{a * a + b * b, b * (a + c), b * b + c * c};
    const Eigen::SelfAdjointEigenSolver<Eigen::Matrix2d> twin(matrix_of(m));
    const Eigen2 e = eigen_of(m);
    EXPECT_NEAR(e.small, twin.eigenvalues()(0), 1e-12);
    EXPECT_NEAR(e.large, twin.eigenvalues()(1), 1e-12);
    const Vec2 turned = times(m, e.axis);
    EXPECT_NEAR(turned.x, e.large * e.axis.x, 1e-12);
    EXPECT_NEAR(turned.y, e.large * e.axis.y, 1e-12);
    const Eigen::Matrix2d expected =
        twin.eigenvectors() * twin.eigenvalues().cwiseMax(0.5).asDiagonal() * twin.eigenvectors().transpose();
    EXPECT_LT((matrix_of(floored(m, 0.5)) - expected).norm(), 1e-12);
  }
}

TEST(Plane, AMapOfADensitySumsToOne) {
  const std::vector<WeightedGaussian> parts = {{0.3, {-1, 0.5}, {0.3, 0.1, 0.2}},
                                               {0.7, {1, -0.5}, {0.2, -0.1, 0.4}}};
  const PlaneMap map{-6, 6, -5, 5, 120, 100};
  const Tensor t = log_density_map(PlaneDensity(parts), map);
  double sum = 0;
  for (const float v : t.as<float>()) sum += std::exp(static_cast<double>(v)) * 0.1 * 0.1;
  EXPECT_NEAR(sum, 1, 1e-6);
  // The first row is at the top: of the first component, whose mean is above the middle, and not the second.
  const double top = static_cast<double>(t.as<float>()[static_cast<std::size_t>(44 * 120 + 49)]);
  EXPECT_NEAR(top, PlaneDensity(parts).log_density({-1.05, 0.55}), 1e-5);
}

// ---- The mixture

TEST(Mixture2d, BoundTouchesTheLikelihoodAfterEachEStepAndNeverGoesDown) {
  for (const std::uint64_t seed : {1u, 2u, 3u}) {
    Mixture2d em(arc(120), 6, 1e-3, seed);
    double before = em.log_likelihood();
    EXPECT_NEAR(em.bound_after_e(), before, 1e-10);
    for (int i = 0; i < 60; i++) {
      em.iterate();
      EXPECT_GE(em.bound_after_m(), before - 1e-10);
      EXPECT_LE(em.bound_after_m(), em.log_likelihood() + 1e-10);
      EXPECT_NEAR(em.bound_after_e(), em.log_likelihood(), 1e-10);
      before = em.log_likelihood();
    }
  }
}

TEST(Mixture2d, ResponsibilitiesAndWeightsSumToOne) {
  const auto points = cloud(50);
  Mixture2d em(points, 4, 1e-3, 5);
  for (int i = 0; i < 10; i++) em.iterate();
  for (std::size_t n = 0; n < points.size(); n++) {
    double sum = 0;
    for (std::size_t k = 0; k < 4; k++) sum += em.responsibilities()[4 * n + k];
    EXPECT_NEAR(sum, 1, 1e-12);
  }
  double weights = 0;
  for (const auto& c : em.components()) weights += c.weight;
  EXPECT_NEAR(weights, 1, 1e-12);
}

TEST(Mixture2d, OneComponentHasThePointsMoments) {
  const auto points = cloud(80);
  Mixture2d em(points, 1, 1e-4, 1);
  em.iterate();
  const Moments m = moments_of(points);
  EXPECT_NEAR(em.components()[0].mean.x, m.mean.x, 1e-12);
  EXPECT_LT((matrix_of(em.components()[0].covariance) - matrix_of(m.covariance)).norm(), 1e-12);
}

TEST(Mixture2d, DegeneratePointsAndMoreComponentsThanPointsKeepFiniteLikelihoods) {
  for (const auto& points : degenerate_points())
    for (const int k : {1, 3, 20}) {
      Mixture2d em(points, k, 1e-3, 1);
      double before = em.log_likelihood();
      for (int i = 0; i < 30; i++) {
        em.iterate();
        EXPECT_GE(em.log_likelihood(), before - 1e-9) << points.size() << " points, K " << k;
        before = em.log_likelihood();
      }
      EXPECT_TRUE(std::isfinite(before));
      for (const auto& c : em.components()) EXPECT_GE(eigen_of(c.covariance).small, 1e-3 - 1e-12);
    }
  // No density can be higher than that of Gaussians at the floor.
  Mixture2d one({{0.5, 0.5}}, 3, 1e-3, 1);
  one.iterate();
  EXPECT_NEAR(one.log_likelihood(), -std::log(2 * 3.14159265358979 * 1e-3), 1e-6);
}

// ---- PPCA

TEST(Ppca, ClosedFormIsThatOfAnEigenDecomposition) {
  const auto points = cloud(100);
  const Moments m = moments_of(points);
  const PpcaParameters p = ppca_closed_form(m, 1e-6);
  const Eigen::SelfAdjointEigenSolver<Eigen::Matrix2d> twin(matrix_of(m.covariance));
  EXPECT_NEAR(p.variance, twin.eigenvalues()(0), 1e-12);
  const Eigen::Vector2d w(p.direction.x, p.direction.y);
  EXPECT_NEAR(w.squaredNorm(), twin.eigenvalues()(1) - twin.eigenvalues()(0), 1e-12);
  EXPECT_NEAR(std::abs(w.normalized().dot(twin.eigenvectors().col(1))), 1, 1e-12);
  // In two dimensions with one latent the model's covariance can be the points' own.
  EXPECT_LT((matrix_of(p.covariance()) - matrix_of(m.covariance)).norm(), 1e-12);
}

TEST(Ppca, EmEndsAtTheClosedFormAndItsBoundTouches) {
  for (const double floor : {1e-6, 0.3}) {  // the second is above the points' smaller eigenvalue
    const auto points = cloud(100);
    const PpcaParameters best = ppca_closed_form(moments_of(points), floor);
    PpcaEm em(points, floor, 4);
    double before = em.log_likelihood();
    for (int i = 0; i < 300; i++) {
      em.iterate();
      EXPECT_GE(em.bound_after_m(), before - 1e-10);
      EXPECT_LE(em.bound_after_m(), em.log_likelihood() + 1e-10);
      EXPECT_NEAR(em.bound_after_e(), em.log_likelihood(), 1e-10);
      before = em.log_likelihood();
    }
    EXPECT_LT((matrix_of(em.parameters().covariance()) - matrix_of(best.covariance())).norm(), 1e-7);
    EXPECT_NEAR(em.parameters().variance, best.variance, 1e-7);
  }
}

TEST(Ppca, PosteriorIsBayesRule) {
  const PpcaParameters p{{0.3, -0.2}, {1.1, 0.4}, 0.3};
  const Vec2 x{1, 1};
  // p(z | x) on a grid.
  double sum = 0, first = 0, second = 0;
  for (double z = -8; z <= 8; z += 0.001) {
    const Vec2 d = minus(x, {p.mean.x + z * p.direction.x, p.mean.y + z * p.direction.y});
    const double joint = std::exp(-0.5 * z * z - 0.5 * dot(d, d) / p.variance);
    sum += joint;
    first += z * joint;
    second += z * z * joint;
  }
  const LatentPosterior q = ppca_posterior(p, x);
  EXPECT_NEAR(q.mean, first / sum, 1e-9);
  EXPECT_NEAR(q.deviation, std::sqrt(second / sum - first * first / sum / sum), 1e-9);
}

TEST(Ppca, DegeneratePointsEndAtTheFloor) {
  for (const auto& points : degenerate_points()) {
    PpcaEm em(points, 1e-3, 1);
    for (int i = 0; i < 500; i++) em.iterate();
    const PpcaParameters best = ppca_closed_form(moments_of(points), 1e-3);
    EXPECT_EQ(best.variance, 1e-3);
    EXPECT_NEAR(em.parameters().variance, 1e-3, 1e-6);
    const WeightedGaussian all{1, best.mean, best.covariance()};
    // With so little noise EM creeps along the line; it does not pass the maximum.
    const double highest = PlaneDensity(std::span(&all, 1)).mean_log_density(points);
    EXPECT_LE(em.log_likelihood(), highest + 1e-9);
    EXPECT_GT(em.log_likelihood(), highest - 0.1);
  }
}

// ---- As tasks

Tensor run(const std::string& id, const nlohmann::json& params, const std::vector<Vec2>& points,
           const std::string& output) {
  ModelStore models;
  TensorMap inputs;
  inputs["points"] = tensor_of(points);
  const auto task = create_task(id, params, std::move(inputs), models);
  while (!task->status().done) task->step(1000);
  return task->output(output);
}

TEST(PlaneTasks, TellTheSameOfEveryModel) {
  const auto points = cloud(30);
  const std::pair<std::string, nlohmann::json> models[] = {
      {"mixture_2d", {{"components", 4}, {"iterations", 5}}},
      {"ppca", {{"iterations", 5}}},
      {"ppca", {{"solver", "closed"}}},
      {"vae_2d", {{"iterations", 2}}},
      {"vae_2d", {{"iterations", 2}, {"latents", 2}, {"mean", "linear"}}}};
  for (const auto& [id, params] : models) {
    EXPECT_EQ(run(id, params, points, "log_density").shape(), (Shape{72, 96}));
    nlohmann::json wide = params;
    wide.update(
        {{"left", -10}, {"right", 10}, {"bottom", -10}, {"top", 10}, {"columns", 100}, {"rows", 100}});
    const Tensor map = run(id, wide, points, "log_density");
    double sum = 0;
    for (const float v : map.as<float>()) sum += std::exp(static_cast<double>(v)) * 0.2 * 0.2;
    EXPECT_NEAR(sum, 1, 0.005) << id;
    double weights = 0;
    const Tensor ellipses = run(id, params, points, "ellipses");
    for (std::size_t i = 0; i < ellipses.as<float>().size(); i += 6)
      weights += static_cast<double>(ellipses.as<float>()[i]);
    EXPECT_NEAR(weights, 1, 1e-5) << id;
    EXPECT_EQ(run(id, params, points, "explained").shape()[0], 30) << id;
    EXPECT_EQ(run(id, params, points, "curve").shape()[0], 3) << id;
  }
}

TEST(PlaneTasks, EmptyAndWrongInputsAreRefusedInWords) {
  ModelStore models;
  const auto create = [&](Tensor points, const nlohmann::json& params = nlohmann::json::object()) {
    TensorMap inputs;
    inputs["points"] = std::move(points);
    create_task("vae_2d", params, std::move(inputs), models);
  };
  const Shape none = {0, 2}, wide = {4, 3}, many = {5001, 2};
  EXPECT_SENTENCE(create(Tensor(DType::f32, none)), "There are no points to learn from");
  EXPECT_SENTENCE(create(Tensor(DType::f32, wide)), "(N, 2)");
  EXPECT_SENTENCE(create(Tensor(DType::f32, many)), "At most 5000 points");
  const std::vector<Vec2> wrong = {{1, NAN}}, one = {{1, 1}};
  EXPECT_SENTENCE(create(tensor_of(wrong)), "between -10000 and 10000");
  EXPECT_SENTENCE(create_task("mixture_2d", nlohmann::json::object(), TensorMap(), models),
                  "needs the input");
  const nlohmann::json flat = {{"left", 4}, {"right", 4}};
  EXPECT_SENTENCE(create(tensor_of(one), flat), "left edge");
  const nlohmann::json slow = {{"steps", 1000}, {"samples", 64}};
  EXPECT_SENTENCE(create(tensor_of(cloud(100)), slow), "takes too long");
}

}  // namespace
}  // namespace priorlab
