// The task vae_train: it learns, threads and replicas change no bit, not even while beta changes; resuming
// equals going on; what it makes is a model; beta trades the two parts of the bound.
#include "models/vae/vae_train.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "bars.h"
#include "core/parallel_for.h"
#include "errors.h"
#include "models/vae/vae.h"
#include "models/vae/vae_objective.h"
#include "registry.h"

namespace priorlab {
namespace {

using nlohmann::json;
constexpr double kForever = std::numeric_limits<double>::infinity();

json settings(json params) {
  params.emplace("hidden", 16);
  params.emplace("epochs", 6);
  params.emplace("batch", 50);
  params.emplace("rate", 0.01);
  return params;
}

std::unique_ptr<Task> learning(const json& params, const Safetensors* state = nullptr, bool kept_out = true) {
  static ModelStore models;
  TensorMap inputs;
  inputs["digits"] = bars(1000, 1);
  if (kept_out) inputs["valid"] = bars(300, 2);
  return create_task("vae_train", settings(params), std::move(inputs), models, state);
}

void set_beta(Task& task, json params, double beta) {
  params = settings(params);
  params["beta"] = beta;
  task.set(Params::from_json(vae_train_task.info().params, params), {});
}

struct Result {
  std::vector<std::byte> model, state;
  Metrics metrics;
  bool operator==(const Result&) const = default;
};

Result result_of(const Task& task) {
  return {write_safetensors(task.model()), write_safetensors(task.save()), task.metrics()};
}

Result run(Task& task) {
  while (!task.step(kForever).done) {
  }
  return result_of(task);
}

const std::vector<json> kWays = {{{"latents", 2}}, {{"latents", 5}, {"samples", 4}}};

TEST(VaeTrain, LearnsAndMakesAModel) {
  for (const json& way : kWays) {
    json longer = way;
    longer["epochs"] = 40;
    const auto task = learning(longer);
    EXPECT_EQ(task->status().units, 40 * 21);  // twenty batches, and the pictures kept out
    task->step(kForever);
    const double first = task->metrics().at("elbo");
    run(*task);
    const Metrics end = task->metrics();
    EXPECT_EQ(end.at("epoch"), 40.0);
    // Independent pixels take 30 * H(0.19) = 14.6 nats, the truth log 11 + 30 * H(0.02) = 5.3.
    EXPECT_LT(first, -12.0);
    EXPECT_GT(end.at("valid_elbo"), -10.0) << way;
    EXPECT_LT(end.at("iw"), -5.0) << way;
    EXPECT_GT(end.at("iw"), end.at("valid_elbo")) << way;
    EXPECT_NEAR(end.at("valid_elbo"), end.at("valid_reconstruction") - end.at("valid_kl"), 1e-5);
    EXPECT_NEAR(end.at("elbo"), end.at("reconstruction") - end.at("kl"), 1e-9);
    EXPECT_GT(end.at("kl"), 0.5) << way;
    const Tensor curve = task->output("curve");
    ASSERT_EQ(curve.shape(), (Shape{7, 40}));
    EXPECT_GT(curve.as<float>()[39], curve.as<float>()[0]);
    EXPECT_EQ(curve.as<float>()[6 * 40 + 39], static_cast<float>(end.at("iw")));

    ModelStore store;
    store.put("mine", write_safetensors(task->model()));
    const auto vae = store.get<Vae>("mine");
    EXPECT_EQ(vae->shape(), (VaeShape{6, 5, 16, way.at("latents").get<int>()}));
    EXPECT_EQ(static_cast<double>(vae->parameters()), end.at("parameters"));
    // The figures are those of the model, but for its 16 bits.
    VaeObjective judge(vae->shape(), 5);
    judge.set_round(1);
    std::vector<std::uint8_t> valid;
    const Tensor kept = bars(300, 2);
    for (const float v : kept.as<float>()) valid.push_back(v != 0.0f);
    EXPECT_NEAR(-judge.loss(vae->weights(), valid, valid, {}, {}) / 300, end.at("iw"), 0.02);
    const Tensor means = task->output("means");
    EXPECT_EQ(means.shape(), (Shape{300, vae->shape().latents}));
    EXPECT_NEAR(means.as<float>()[0], vae->encode(std::span(valid).first(30)).mean[0], 0.02);
  }
}

TEST(VaeTrain, TheSheetIsThePlaneOrDrawnFromThePrior) {
  const auto plane = learning({{"latents", 2}}), line = learning({{"latents", 1}}),
             space = learning({{"latents", 3}});
  for (const auto& task : {plane.get(), line.get(), space.get()})
    for (int i = 0; i < 30; ++i) task->step(kForever);
  const Tensor sheet = plane->output("sheet");
  EXPECT_EQ(sheet.shape(), (Shape{225, 6, 5}));
  EXPECT_EQ(line->output("sheet").shape(), (Shape{15, 6, 5}));
  EXPECT_EQ(space->output("sheet").shape(), (Shape{64, 6, 5}));
  const Vae vae = Vae::from(plane->model());
  const auto corner = vae.decode(std::vector<float>{-3, 3}), last = vae.decode(std::vector<float>{3, -3});
  const auto on = [](float log_odds) { return 1 / (1 + std::exp(-log_odds)); };
  EXPECT_NEAR(sheet.as<float>()[7], on(corner[7]), 0.01);
  EXPECT_NEAR(sheet.as<float>()[224 * 30 + 7], on(last[7]), 0.01);
}

TEST(VaeTrain, BetaTradesTheTwoParts) {
  double reconstruction = 0, kl = INFINITY;
  for (const double beta : {0.1, 1.0, 8.0}) {
    const auto task = learning({{"beta", beta}, {"epochs", 20}, {"latents", 2}});
    const Metrics end = run(*task).metrics;
    EXPECT_LT(end.at("valid_reconstruction"), reconstruction) << beta;
    EXPECT_LT(end.at("valid_kl"), kl) << beta;
    reconstruction = end.at("valid_reconstruction");
    kl = end.at("valid_kl");
  }
  EXPECT_LT(kl, 0.5);  // the posterior is the prior
}

TEST(VaeTrain, WithoutAnEndAndPicturesKeptOut) {
  const auto task = learning({{"epochs", 0}}, nullptr, false);
  EXPECT_EQ(task->status().units, 0);
  for (int i = 0; i < 50; ++i) EXPECT_FALSE(task->step(kForever).done);
  EXPECT_EQ(task->metrics().at("epoch"), 2.5);
  EXPECT_EQ(task->metrics().count("valid_elbo"), 0u);
  EXPECT_EQ(task->output("curve").shape(), (Shape{3, 2}));
  EXPECT_EQ(task->output("means").shape(), (Shape{0, 2}));
  EXPECT_LT(task->output("curve").as<float>()[0], -5.0f);
  const Safetensors state = task->save();
  const auto resumed = learning({{"epochs", 0}}, &state, false);
  task->step(kForever);
  resumed->step(kForever);
  EXPECT_EQ(result_of(*resumed), result_of(*task));
}

TEST(ThreadsVaeTrain, ThreadsChangeNoBit) {
  for (const json& way : kWays) {
    const int threads = thread_count();
    set_thread_count(1);
    const Result one = run(*learning(way));
    set_thread_count(4);
    const Result four = run(*learning(way));
    set_thread_count(threads);
    EXPECT_EQ(one, four) << way;
  }
}

TEST(VaeTrain, SeedsDiffer) {
  const Result one = run(*learning({{"epochs", 1}}));
  EXPECT_EQ(run(*learning({{"epochs", 1}})), one);
  EXPECT_NE(run(*learning({{"epochs", 1}, {"seed", 2}})).model, one.model);
}

TEST(VaeTrain, ResumingEqualsGoingOn) {
  for (const json& way : kWays) {
    for (const int units : {33, 42, 63}) {  // within an epoch, at its end, before its pictures kept out
      const auto whole = learning(way), begun = learning(way);
      for (Task* task : {whole.get(), begun.get()}) {
        for (int i = 0; i < units; ++i) {
          if (i == 20) set_beta(*task, way, 0.3);
          task->step(kForever);
        }
        set_beta(*task, way, 2);  // asked for, not in use yet
      }
      begun->run_blocks(0, 2);  // a unit under way is computed again
      const Safetensors state = read_safetensors(write_safetensors(begun->save()));
      json now = way;
      now["beta"] = 2;
      const auto resumed = learning(now, &state);
      EXPECT_EQ(resumed->status().unit, units);
      EXPECT_EQ(run(*resumed), run(*whole)) << way;
    }
  }
}

TEST(VaeTrain, ReplicasChangeBetaTogether) {
  for (const json& way : kWays) {
    const auto alone = learning(way), leader = learning(way), helper = learning(way);
    EXPECT_TRUE(leader->leader_runs_first_block());
    double beta = 1;
    for (int unit = 0; !alone->status().done; ++unit) {
      if (unit % 10 == 5) {
        beta *= 0.7;
        set_beta(*alone, way, beta);
        set_beta(*leader, way, beta);  // the helper is told by the leader's first block
      }
      alone->step(kForever);
      leader->run_blocks(0, 2);
      helper->run_blocks(2, 2);
      helper->put_results(leader->results(0, 2));
      leader->put_results(helper->results(2, 2));
      leader->finish_unit();
      helper->finish_unit();
    }
    EXPECT_LT(alone->metrics().at("beta"), 0.1);
    EXPECT_EQ(result_of(*leader), result_of(*alone)) << way;
    EXPECT_EQ(helper->metrics(), alone->metrics()) << way;
    EXPECT_EQ(write_safetensors(helper->model()), write_safetensors(alone->model())) << way;
  }
}

TEST(VaeTrain, SaysWhatIsWrong) {
  ModelStore models;
  const auto make = [&](TensorMap inputs, const json& params = json::object()) {
    create_task("vae_train", params, std::move(inputs), models);
  };
  EXPECT_SENTENCE(make({}), "\"vae_train\" needs the input \"digits\"");
  EXPECT_SENTENCE(make({{"digits", bars(3, 1)}, {"test", bars(3, 1)}}), "has no input \"test\"");
  EXPECT_SENTENCE(make({{"digits", Tensor(DType::f32, {28, 28})}}), "(N, H, W); (28, 28) came");
  Tensor grey = bars(3, 1);
  grey.as<float>()[7] = 0.5f;
  EXPECT_SENTENCE(make({{"digits", grey}}), "zeros and ones; 0.5 came");
  EXPECT_SENTENCE(make({{"digits", bars(3, 1)}, {"valid", Tensor(DType::f32, {2, 5, 6})}}),
                  "The pictures kept out have 5x6 pixels");
  for (const json& params : std::vector<json>{{{"latents", 0}},
                                              {{"latents", 51}},
                                              {{"hidden", 15}},
                                              {{"hidden", 401}},
                                              {{"beta", -1}},
                                              {{"beta", 11}},
                                              {{"samples", 51}},
                                              {{"epochs", -1}},
                                              {{"batch", 0}},
                                              {{"rate", 0}}})
    EXPECT_SENTENCE(make({{"digits", bars(3, 1)}}, params), "\"" + params.begin().key() + "\"");
  const auto task = learning({});
  EXPECT_SENTENCE(task->output("z"), "There is no output \"z\"");
  EXPECT_SENTENCE(
      task->set(Params::from_json(vae_train_task.info().params, json::object()), {{"digits", bars(3, 1)}}),
      "cannot be changed while");
  const Safetensors other = learning({{"latents", 3}})->save(), none;
  EXPECT_SENTENCE(learning({}, &other), "The saved training has the settings");
  EXPECT_SENTENCE(learning({}, &none), "no saved state of the task \"vae_train\"");
  Safetensors damaged = learning({})->save();
  damaged.tensors.erase("numbers");
  EXPECT_SENTENCE(learning({}, &damaged), "\"numbers\"");
  damaged.tensors.erase("weights");
  EXPECT_SENTENCE(learning({}, &damaged), "\"weights\"");
}

}  // namespace
}  // namespace priorlab
