// The task digit_train: it learns, threads and replicas change no bit, resuming equals going on, what it
// makes is a model.
#include "models/digits/digit_train.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "autoregressive_models.h"
#include "bars.h"
#include "core/parallel_for.h"
#include "errors.h"
#include "models/training/learner.h"
#include "registry.h"

namespace priorlab {
namespace {

using nlohmann::json;
constexpr double kForever = std::numeric_limits<double>::infinity();
const std::vector<json> kKinds = {
    {{"kind", "fvsbn"}},
    {{"kind", "nade"}, {"hidden", 12}, {"activation", "sigmoid"}, {"rate", 0.05}},
    {{"kind", "nade"}, {"hidden", 12}, {"order", "random"}},
    {{"kind", "made"}, {"hidden", 30}, {"order", "columns"}, {"noise", 0.1}}};

std::unique_ptr<Task> learning(json params, const Safetensors* state = nullptr) {
  static ModelStore models;
  params.emplace("epochs", 6);
  params.emplace("batch", 50);
  params.emplace("rate", 0.02);
  TensorMap inputs;
  inputs["digits"] = bars(1000, 1);
  inputs["valid"] = bars(300, 2);
  return create_task("digit_train", params, std::move(inputs), models, state);
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

TEST(DigitTrain, LearnsAndMakesAModel) {
  for (const json& kind : kKinds) {
    const auto task = learning(kind);
    EXPECT_EQ(task->status().units, 120);
    task->step(kForever);
    const double first = task->metrics().at("loss");
    run(*task);
    const Metrics end = task->metrics();
    EXPECT_EQ(end.at("epoch"), 6.0);
    // Independent pixels take 30 * H(0.19) = 14.6 nats, the truth log 11 + 30 * H(0.02) = 5.3.
    EXPECT_GT(first, 12.0) << kind;
    EXPECT_LT(end.at("valid"), 9.0) << kind;
    EXPECT_GT(end.at("valid"), 5.0) << kind;
    const Tensor curve = task->output("curve");
    EXPECT_EQ(curve.shape(), (Shape{2, 6}));
    EXPECT_LT(curve.as<float>()[5], curve.as<float>()[0]);
    EXPECT_EQ(curve.as<float>()[11], static_cast<float>(end.at("valid")));

    ModelStore store;
    store.put("mine", write_safetensors(task->model()));
    const auto model = store.get<AutoregressiveModel>("mine");
    EXPECT_EQ((*model)->kind(), kind["kind"]);
    EXPECT_EQ((*model)->height(), 6);
    EXPECT_EQ(static_cast<double>((*model)->parameters()), end.at("parameters"));
    std::vector<std::uint8_t> valid;
    const Tensor kept = bars(300, 2);
    for (const float v : kept.as<float>()) valid.push_back(v != 0.0f);
    double sum = 0.0;
    for (const double l : losses_of(**model, valid)) sum += l;
    EXPECT_NEAR(sum / 300, end.at("valid"), 0.02) << kind;  // f16
  }
}

// How much the weights of pairs that lie alike, one pixel apart to the side, differ.
double unlikeness(const Task& task) {
  const AutoregressiveModel model = AutoregressiveModel::from(task.model());
  const auto& fvsbn = dynamic_cast<const FvsbnModel&>(*model);
  double sum = 0.0;
  for (int t = 1; t < 29; ++t)
    for (int s = 0; s < t; ++s) {
      if (t % 5 == 4 || s % 5 == 4) continue;
      const std::size_t at = static_cast<std::size_t>(s);
      const double d = static_cast<double>(fvsbn.weight()[FvsbnModel::row(t) + at] -
                                           fvsbn.weight()[FvsbnModel::row(t + 1) + at + 1]);
      sum += d * d;
    }
  return sum;
}

TEST(DigitTrain, LikenessDrawsFvsbnsWeightsTogether) {
  const auto run_with = [](double alike, const char* order) {
    auto task = learning({{"kind", "fvsbn"}, {"alike", alike}, {"order", order}});
    run(*task);
    return task;
  };
  EXPECT_LT(unlikeness(*run_with(1000, "raster")), 0.2 * unlikeness(*run_with(0, "raster")));
  // In other orders it does nothing.
  EXPECT_EQ(run_with(1000, "columns")->metrics(), run_with(0, "columns")->metrics());
}

TEST(DigitTrain, SeedsDiffer) {
  const json kind = {{"kind", "nade"}, {"hidden", 5}, {"epochs", 1}};
  json other = kind;
  other["seed"] = 2;
  const Result one = run(*learning(kind));
  EXPECT_EQ(run(*learning(kind)), one);
  EXPECT_NE(run(*learning(other)).model, one.model);
}

TEST(ThreadsDigitTrain, ThreadsChangeNoBit) {
  for (const json& kind : kKinds) {
    const int threads = thread_count();
    set_thread_count(1);
    const Result one = run(*learning(kind));
    set_thread_count(4);
    const Result four = run(*learning(kind));
    set_thread_count(threads);
    EXPECT_EQ(one, four) << kind;
  }
}

TEST(DigitTrain, AStateOfAnotherSeedIsRefused) {
  const json settings = {{"kind", "fvsbn"}, {"seed", 1234567}};
  json other = settings;
  other["seed"] = 1234568;  // the same in six digits
  const Safetensors state = learning(settings)->save();
  EXPECT_SENTENCE(learning(other, &state), "seed=1234568");
}

TEST(DigitTrain, ResumingEqualsGoingOn) {
  for (const json& kind : kKinds) {
    const Result whole = run(*learning(kind));
    const auto begun = learning(kind);
    for (int i = 0; i < 47; ++i) begun->step(kForever);
    begun->run_blocks(0, 2);  // a unit under way is computed again
    const Safetensors state = read_safetensors(write_safetensors(begun->save()));
    const auto resumed = learning(kind, &state);
    EXPECT_EQ(resumed->status().unit, 47);
    EXPECT_EQ(run(*resumed), whole) << kind;
  }
}

TEST(DigitTrain, ReplicasShareTheBlocks) {
  for (const json& kind : kKinds) {
    const Result whole = run(*learning(kind));
    const auto a = learning(kind), b = learning(kind);
    while (!a->status().done) {
      a->run_blocks(0, 3);
      b->run_blocks(3, 1);
      b->put_results(a->results(0, 3));
      a->put_results(b->results(3, 1));
      a->finish_unit();
      b->finish_unit();
    }
    EXPECT_EQ(result_of(*a), whole) << kind;
    EXPECT_EQ(result_of(*b), whole) << kind;
  }
}

TEST(DigitTrain, SaysWhatIsWrong) {
  ModelStore models;
  const auto make = [&](TensorMap inputs, const Safetensors* state = nullptr) {
    create_task("digit_train", json::object(), std::move(inputs), models, state);
  };
  EXPECT_SENTENCE(make({}), "needs the input \"digits\"");
  EXPECT_SENTENCE(make({{"digits", bars(3, 1)}, {"test", bars(3, 1)}}), "has no input \"test\"");
  EXPECT_SENTENCE(make({{"digits", Tensor(DType::f32, {28, 28})}}), "(N, H, W); (28, 28) came");
  EXPECT_SENTENCE(make({{"digits", Tensor(DType::f32, {1, 65, 28})}}), "64x64; (1, 65, 28) came");
  EXPECT_SENTENCE(make({{"digits", Tensor(DType::f32, {1, 1, 1})}}), "(1, 1, 1) came");
  Tensor grey = bars(3, 1);
  grey.as<float>()[7] = 0.5f;
  EXPECT_SENTENCE(make({{"digits", grey}}), "zeros and ones; 0.5 came");
  EXPECT_SENTENCE(make({{"digits", bars(3, 1)}, {"valid", Tensor(DType::f32, {2, 5, 6})}}),
                  "The pictures kept out have 5x6 pixels");
  const Safetensors other = learning({{"kind", "nade"}})->save();
  EXPECT_SENTENCE(make({{"digits", bars(3, 1)}}, &other), "The saved training has the settings");
  const Safetensors none;
  EXPECT_SENTENCE(make({{"digits", bars(3, 1)}}, &none), "no saved state of the task");
  Safetensors damaged = learning({{"kind", "fvsbn"}})->save();
  damaged.tensors.erase("epoch_sum");
  EXPECT_SENTENCE(learning({{"kind", "fvsbn"}}, &damaged), "\"epoch_sum\"");
  damaged.tensors.erase("weights");
  EXPECT_SENTENCE(learning({{"kind", "fvsbn"}}, &damaged), "\"weights\"");
}

}  // namespace
}  // namespace priorlab
