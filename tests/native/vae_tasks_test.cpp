// The tasks of the variational autoencoder on a small random model.
#include "models/vae/vae_tasks.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "core/rng.h"
#include "errors.h"
#include "models/vae/vae.h"
#include "models/vae/vae_objective.h"

namespace priorlab {
namespace {

using nlohmann::json;
constexpr double kForever = std::numeric_limits<double>::infinity();
const VaeShape kShape{4, 5, 8, 3};

ModelStore& store() {
  static ModelStore models;
  if (!models.has("small")) {
    const VaeObjective objective(kShape, 1);
    auto weights = objective.first_weights(std::vector<double>(20, 0.3), 1);
    Rng rng(2);
    for (float& w : weights) w += 0.3f * rng.normal();
    models.put("small", write_safetensors(Vae(kShape, std::move(weights)).to_file()));
  }
  return models;
}

std::unique_ptr<Task> made(const std::string& id, json params, TensorMap inputs) {
  if (!params.contains("model")) params["model"] = "small";
  for (const TaskFactory* factory : {&vae_decode_task, &vae_encode_task, &vae_bound_task}) {
    const TaskInfo info = factory->info();
    if (info.id == id)
      return factory->create(Params::from_json(info.params, params), std::move(inputs), store(), nullptr);
  }
  throw std::logic_error(id);
}

std::unique_ptr<Task> done(const std::string& id, const json& params, TensorMap inputs) {
  auto task = made(id, params, std::move(inputs));
  while (!task->step(kForever).done) {
  }
  return task;
}

TensorMap digits(const char* name, int count, std::uint64_t seed) {
  Rng rng(seed);
  Tensor x(DType::f32, count == 1 ? Shape{4, 5} : Shape{count, 4, 5});
  for (float& v : x.as<float>()) v = rng.uniform() < 0.4f ? 1.0f : 0.0f;
  TensorMap inputs;
  inputs[name] = std::move(x);
  return inputs;
}

TEST(VaeTasks, DecodeGivesTheModelsProbabilities) {
  const auto drawn = done("vae_decode", {{"count", 150}, {"seed", 4}}, {});
  const Tensor z = drawn->output("z"), p = drawn->output("probabilities");
  EXPECT_EQ(p.shape(), (Shape{150, 4, 5}));
  const auto log_odds = store().get<Vae>("small")->decode(z.as<float>());
  for (std::size_t i = 0; i < log_odds.size(); ++i)
    ASSERT_NEAR(p.as<float>()[i], 1 / (1 + std::exp(-log_odds[i])), 1e-6);
  TensorMap given;
  given["z"] = z;
  const auto again = done("vae_decode", {{"count", 7}}, std::move(given));
  EXPECT_TRUE(std::ranges::equal(again->output("probabilities").as<float>(), p.as<float>()));
  // The first pictures of a seed do not depend on how many are drawn.
  const Tensor few = done("vae_decode", {{"count", 2}, {"seed", 4}}, {})->output("z");
  EXPECT_TRUE(std::ranges::equal(few.as<float>(), z.as<float>().first(6)));
}

TEST(VaeTasks, EncodeSplitsTheBound) {
  const auto task = done("vae_encode", {{"samples", 400}}, digits("digits", 90, 5));
  const Metrics m = task->metrics();
  EXPECT_NEAR(m.at("elbo"), m.at("reconstruction") - m.at("kl"), 1e-9);
  EXPECT_GT(m.at("kl"), 0);
  const Tensor kl = task->output("kl"), mean = task->output("mean"), deviation = task->output("deviation");
  for (std::size_t i = 0; i < 270; ++i) {
    const double mu = mean.as<float>()[i], s = deviation.as<float>()[i];
    ASSERT_NEAR(kl.as<float>()[i], 0.5 * (mu * mu + s * s - 1) - std::log(s), 1e-4);
  }
  EXPECT_EQ(task->output("reconstruction").shape(), (Shape{90, 4, 5}));
  EXPECT_EQ(task->output("elbo").shape(), (Shape{90}));
}

TEST(VaeTasks, BoundsOfAllKindsMeetAndTheElboIsBelow) {
  std::map<std::string, Metrics> at;
  for (const char* from : {"posterior", "prior", "uniform"})
    at[from] = done("vae_bound", {{"from", from}, {"samples", 60010}}, digits("digit", 1, 6))->metrics();
  const double truth = at["posterior"]["estimate"];
  EXPECT_NEAR(at["prior"]["estimate"], truth, 0.1);
  EXPECT_NEAR(at["uniform"]["estimate"], truth, 0.1);
  EXPECT_LT(at["posterior"]["elbo"], truth);
  EXPECT_EQ(at["prior"]["samples"], 60010);
  EXPECT_GT(at["posterior"]["effective"], 1);
  const auto task = made("vae_bound", {{"samples", 330}}, digits("digit", 1, 6));
  EXPECT_EQ(task->output("log_weights").size(), 0);
  task->step(kForever);
  EXPECT_EQ(task->output("log_weights").size(), 200);  // a lot at a time, to be seen converging
  EXPECT_TRUE(task->step(kForever).done);
  EXPECT_EQ(task->output("log_weights").size(), 330);
}

TEST(VaeTasks, WrongInputsAreRefusedInWords) {
  EXPECT_SENTENCE(made("vae_decode", {{"model", "none"}}, {}), "none");
  TensorMap z;
  z["z"] = Tensor(DType::f32, {2, 4});
  EXPECT_SENTENCE(made("vae_decode", json::object(), z), "(N, 3)");
  z["z"] = Tensor(DType::f32, {1, 3});
  z["z"].as<float>()[1] = NAN;
  EXPECT_SENTENCE(made("vae_decode", json::object(), z), "finite");
  EXPECT_SENTENCE(made("vae_encode", json::object(), {}), "digits");
  TensorMap wrong;
  wrong["digits"] = Tensor(DType::f32, {28, 28});
  EXPECT_SENTENCE(made("vae_encode", json::object(), wrong), "(28, 28)");
  EXPECT_SENTENCE(made("vae_bound", json::object(), digits("digit", 2, 1)), "one picture");
}

}  // namespace
}  // namespace priorlab
