// Exact, sampled and mean-field EM on the two-latent linear-Gaussian model.
#include "models/continuous/linear_em.h"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "errors.h"
#include "plane_points.h"
#include "registry.h"

namespace priorlab {
namespace {

LinearModel2 truth(double angle) {
  LinearModel2 m;
  set_angle(m, angle);
  m.strength[0] = 1.5;
  m.strength[1] = 1;
  m.variance = 0.25;
  return m;
}

LinearEmOptions options(EStep step, double angle, int samples = 10, int rounds = 2) {
  LinearEmOptions o;
  o.step = step;
  o.angle = angle;
  o.samples = samples;
  o.rounds = rounds;
  return o;
}

TEST(LinearEm, ExactBoundTouchesAndTheLikelihoodNeverFalls) {
  LinearEm em(points_from(truth(40), 150, 1), options(EStep::exact, 40));
  double before = em.log_likelihood();
  for (int i = 0; i < 200; i++) {
    em.iterate();
    EXPECT_GE(em.bound_after_m(), before - 1e-10);
    EXPECT_LE(em.bound_after_m(), em.log_likelihood() + 1e-10);
    EXPECT_NEAR(*em.bound(), em.log_likelihood(), 1e-10);
    EXPECT_NEAR(*em.gap(), 0, 1e-12);
    before = em.log_likelihood();
  }
}

TEST(LinearEm, ExactFindsWhatThePointsWereMadeWith) {
  LinearEm em(points_from(truth(50), 2000, 2), options(EStep::exact, 50));
  for (int i = 0; i < 2000; i++) em.iterate();
  EXPECT_NEAR(std::abs(em.model().strength[0]), 1.5, 0.1);
  EXPECT_NEAR(std::abs(em.model().strength[1]), 1, 0.1);
  EXPECT_NEAR(std::sqrt(em.model().variance), 0.5, 0.1);
}

// Bound and gap are reckoned apart from each other: one by the expected joint density, one by the formula of
// the divergence between Gaussians.
TEST(LinearEm, TheGapIsWhatTheBoundLacks) {
  for (const EStep step : {EStep::exact, EStep::sampled, EStep::mean_field})
    for (const double angle : {10.0, 40.0, 90.0}) {
      LinearEm em(points_from(truth(angle), 60, 3), options(step, angle, 4, 1));
      for (int i = 0; i < 20; i++) {
        em.iterate();
        EXPECT_NEAR(em.log_likelihood() - *em.bound(), *em.gap(), 1e-9);
        EXPECT_GE(*em.gap(), -1e-12);
      }
    }
}

TEST(LinearEm, MeanFieldRaisesItsBoundAndEndsBelowTheExact) {
  const auto points = points_from(truth(60), 300, 1);
  LinearEm exact(points, options(EStep::exact, 60)), field(points, options(EStep::mean_field, 60));
  double before = *field.bound();
  for (int i = 0; i < 1000; i++) {
    exact.iterate();
    field.iterate();
    EXPECT_GE(field.bound_after_m(), before - 1e-10);
    EXPECT_GE(*field.bound(), field.bound_after_m() - 1e-10);
    before = *field.bound();
  }
  EXPECT_LT(field.log_likelihood(), exact.log_likelihood() - 0.01);
  EXPECT_GT(*field.gap(), 0.003);
  // The factorised q is narrower than the posterior's own margins.
  const Sym2 margins = inverse(field.model().precision());
  EXPECT_LT(field.spread().xx, margins.xx);
  EXPECT_LT(field.spread().yy, margins.yy);
}

// Where columns are close to each other it rather does without one: then its bound is tight.
TEST(LinearEm, MeanFieldShutsALatentOff) {
  const auto points = points_from(truth(30), 300, 1);
  LinearEm exact(points, options(EStep::exact, 30)), field(points, options(EStep::mean_field, 30));
  for (int i = 0; i < 500; i++) {
    exact.iterate();
    field.iterate();
  }
  EXPECT_GT(std::abs(exact.model().strength[1]), 0.5);
  EXPECT_LT(std::abs(field.model().strength[1]), 1e-3);
  EXPECT_NEAR(*field.gap(), 0, 1e-6);
  EXPECT_LT(field.log_likelihood(), exact.log_likelihood() - 0.05);
}

TEST(LinearEm, AtRightAnglesMeanFieldMissesNothing) {
  const auto points = points_from(truth(90), 200, 1);
  LinearEm exact(points, options(EStep::exact, 90)), field(points, options(EStep::mean_field, 90));
  for (int i = 0; i < 100; i++) {
    exact.iterate();
    field.iterate();
    EXPECT_NEAR(*field.gap(), 0, 1e-12);
  }
  EXPECT_NEAR(field.log_likelihood(), exact.log_likelihood(), 1e-10);
}

TEST(LinearEm, MoreSamplesComeCloserToThePosterior) {
  const auto points = points_from(truth(40), 300, 1);
  double before = 1e9;
  for (const int samples : {5, 50, 500}) {
    LinearEm em(points, options(EStep::sampled, 40, samples));
    for (int i = 0; i < 40; i++) em.iterate();
    EXPECT_LT(*em.gap(), before / 2);
    before = *em.gap();
    EXPECT_EQ(em.cost(), 41.0 * 2 * 300 * samples);
    EXPECT_EQ(em.draws(7).size(), static_cast<std::size_t>(samples));
  }
  EXPECT_LT(before, 0.02);
}

TEST(LinearEm, PosteriorIsBayesRule) {
  const LinearModel2 m = truth(40);
  const Vec2 x{1, -0.3}, a = m.column(0), b = m.column(1);
  double sum = 0, first = 0, second = 0, cross = 0;
  for (double u = -6; u <= 6; u += 0.02)
    for (double v = -6; v <= 6; v += 0.02) {
      const Vec2 d = minus(x, {a.x * u + b.x * v, a.y * u + b.y * v});
      const double joint = std::exp(-0.5 * (u * u + v * v) - 0.5 * dot(d, d) / m.variance);
      sum += joint;
      first += u * joint;
      second += v * joint;
      cross += u * v * joint;
    }
  const Vec2 mean = m.posterior_mean(x);
  EXPECT_NEAR(mean.x, first / sum, 1e-6);
  EXPECT_NEAR(mean.y, second / sum, 1e-6);
  EXPECT_NEAR(inverse(m.precision()).xy, cross / sum - mean.x * mean.y, 1e-6);
  EXPECT_LT(inverse(m.precision()).xy, -0.1);  // correlated
}

TEST(LinearEm, DegeneratePointsHaveDefinedOutcomes) {
  for (const auto& points : degenerate_points())
    for (const EStep step : {EStep::exact, EStep::sampled, EStep::mean_field}) {
      LinearEm em(points, options(step, 40, 2));
      for (int i = 0; i < 100; i++) em.iterate();
      EXPECT_TRUE(std::isfinite(em.log_likelihood()));
      EXPECT_GE(em.model().variance, 1e-4);
      EXPECT_TRUE(std::isfinite(em.gap().value_or(0)));
    }
}

TEST(LinearEmTask, RunsAllThreeAndTellsOfAChosenPoint) {
  ModelStore models;
  const auto task =
      create_task("linear_em", {{"iterations", 10}, {"points", 50}, {"samples", 6}}, {}, models);
  while (!task->status().done) task->step(1000);
  EXPECT_EQ(task->output("curve").shape(), (Shape{12, 11}));
  EXPECT_EQ(task->output("draws").shape(), (Shape{6, 2}));
  const Tensor posterior = task->output("posterior");
  EXPECT_EQ(posterior.shape(), (Shape{6, 5}));
  const auto first = posterior.as<float>();
  for (std::size_t i = 0; i < 5; i++) EXPECT_NEAR(first[i], first[5 + i], 1e-6);  // exact: q is the posterior
  auto params = Params::from_json(task_factory("linear_em").info().params,
                                  {{"iterations", 10}, {"points", 50}, {"samples", 6}, {"chosen", 3}});
  const std::vector<float> before(first.begin(), first.end());
  task->set(params, {});
  EXPECT_NE(task->output("posterior").as<float>()[0], before[0]);
  // The columns have the angle, and the likelihood of no model is above that of the points' own moments.
  const Metrics m = task->metrics();
  for (const char* way : {"exact", "sampled", "mean_field"})
    EXPECT_LE(m.at(std::string("log_likelihood_") + way), m.at("best") + 1e-9);
}

TEST(LinearEmTask, TakesPointsOrMakesThem) {
  ModelStore models;
  TensorMap inputs;
  inputs["points"] = tensor_of(cloud(20));
  const auto task = create_task("linear_em", nlohmann::json::object(), std::move(inputs), models);
  EXPECT_EQ(task->output("points").shape(), (Shape{20, 2}));
  EXPECT_EQ(task->output("parameters").as<float>()[9], 0.0f);
  const Shape empty = {0, 2};
  TensorMap none;
  none["points"] = Tensor(DType::f32, empty);
  EXPECT_SENTENCE(create_task("linear_em", nlohmann::json::object(), std::move(none), models),
                  "There are no points");
}

}  // namespace
}  // namespace priorlab
