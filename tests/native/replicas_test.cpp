// Replicas: tasks made from the same inputs that share the blocks of every unit give the bits of one task
// alone, on the toy task and on EPLL with its prior fitted to the picture on the way.
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <vector>

#include "core/parallel_for.h"
#include "epll_prior.h"
#include "errors.h"
#include "models/gmm/gmm.h"
#include "registry.h"
#include "toy_task.h"

namespace priorlab {
namespace {

using nlohmann::json;
constexpr double kForever = std::numeric_limits<double>::infinity();

std::unique_ptr<Task> toy(const json& params = json::object()) {
  Tensor x(DType::f32, {1000});
  Rng(99).fill_normal(x.as<float>());
  TensorMap inputs;
  inputs["x"] = x;
  return std::make_unique<ToyTask>(Params::from_json(ToyTask::info().params, params), inputs, nullptr);
}

std::unique_ptr<Task> epll(const json& params) {
  static ModelStore models;
  if (!models.has("gmm")) {
    const TestPrior prior(12);
    models.put("gmm", write_safetensors(GaussianMixture(8, prior.log_weights, prior.covariances).to_file()));
  }
  std::vector<float> picture;
  for (std::uint64_t c = 1; c <= 3; ++c) {
    const auto plane = with_noise(test_scene(30, 170), 25.0 / 255, c);
    picture.insert(picture.end(), plane.begin(), plane.end());
  }
  TensorMap inputs;
  inputs["image"] = Tensor::from<float>({3, 30, 170}, picture);
  return create_task("epll", params, std::move(inputs), models);
}

struct Result {
  std::vector<float> values;
  Metrics metrics;
  bool operator==(const Result&) const = default;  // to the bit: no value here is NaN
};

Result result_of(const Task& task, const std::string& name) {
  const Tensor x = task.output(name);
  return {{x.as<float>().begin(), x.as<float>().end()}, task.metrics()};
}

Result alone(Task& task, const std::string& name) {
  while (!task.step(kForever).done) {
  }
  return result_of(task, name);
}

// One unit: ranges of random lengths go to random replicas, some to two of them, and their results to all
// others in random order.
void share_unit(const std::vector<std::unique_ptr<Task>>& replicas, Rng& rng) {
  const auto below = [&](std::size_t n) {
    return std::min(static_cast<std::size_t>(rng.uniform() * static_cast<double>(n)), n - 1);
  };
  const int blocks = replicas.front()->status().blocks;
  struct Parcel {
    std::size_t to;
    std::vector<std::byte> bytes;
  };
  std::vector<Parcel> post;
  for (int first = 0; first < blocks;) {
    const int count = 1 + static_cast<int>(below(static_cast<std::size_t>(std::min(7, blocks - first))));
    for (int twice = rng.uniform() < 0.2f ? 2 : 1; twice > 0; --twice) {
      const std::size_t by = below(replicas.size());
      replicas[by]->run_blocks(first, count);
      for (std::size_t to = 0; to < replicas.size(); ++to)
        if (to != by) post.push_back({to, replicas[by]->results(first, count)});
    }
    first += count;
  }
  while (!post.empty()) {
    const std::size_t i = below(post.size());
    std::swap(post[i], post.back());
    replicas[post.back().to]->put_results(post.back().bytes);
    post.pop_back();
  }
  for (const auto& replica : replicas) replica->finish_unit();
}

TEST(Replicas, OfTheToyTaskGiveTheBitsOfOneAlone) {
  const Result expected = alone(*toy(), "x");
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Rng rng(seed);
    std::vector<std::unique_ptr<Task>> replicas;
    for (std::uint64_t i = 0; i < 2 + seed % 3; ++i) replicas.push_back(toy());
    while (!replicas.front()->status().done) share_unit(replicas, rng);
    for (const auto& replica : replicas) EXPECT_EQ(result_of(*replica, "x"), expected) << "seed " << seed;
  }
}

TEST(Replicas, OfEpllGiveTheBitsOfOneAlone) {
  for (const json& params : {json{{"sigma", 25}, {"colour", "grey"}}, json{{"sigma", "auto"}},
                             json{{"sigma", 25}, {"schedule", "1 a50 4:4:3 16"}},
                             json{{"sigma", 25}, {"quality", "balanced"}, {"colour", "grey"}},
                             json{{"sigma", 25}, {"quality", "fast"}}}) {
    const Result expected = alone(*epll(params), "restored");
    for (std::uint64_t seed = 1; seed <= 2; ++seed) {
      Rng rng(seed);
      std::vector<std::unique_ptr<Task>> replicas;
      for (int i = 0; i < 3; ++i) replicas.push_back(epll(params));
      EXPECT_TRUE(replicas.front()->shares());
      EXPECT_GT(replicas.front()->bytes(), 30.0 * 170 * 20);
      while (!replicas.front()->status().done) share_unit(replicas, rng);
      for (const auto& replica : replicas)
        EXPECT_EQ(result_of(*replica, "restored"), expected) << params << ", seed " << seed;
      EXPECT_EQ(result_of(*replicas[2], "winners").values, result_of(*replicas[0], "winners").values);
    }
  }
}

// core/task.h: one replica alone is told of live parameters, so they must not reach what blocks and merges
// compute.
TEST(Replicas, OfEpllStayEqualWhenOneIsToldOfLiveParameters) {
  for (const char* quality : {"exact", "fast"}) {
    const json params = {{"sigma", 25}, {"quality", quality}};
    const auto with = [&](double amount) {
      json all = params;
      all["amount"] = amount;
      return Params::from_json(task_factory("epll").info().params, all);
    };
    const Result expected = alone(*epll(params), "restored");
    Rng rng(5);
    std::vector<std::unique_ptr<Task>> replicas;
    for (int i = 0; i < 2; ++i) replicas.push_back(epll(params));
    for (double amount = 0; !replicas.front()->status().done; amount = 0.9 - amount) {
      replicas.front()->set(with(amount), {});
      share_unit(replicas, rng);
    }
    replicas.front()->set(with(1), {});
    for (const auto& replica : replicas) EXPECT_EQ(result_of(*replica, "restored"), expected) << quality;
  }
}

TEST(Replicas, OneThatIsLeftAloneGoesOnBySteps) {
  const Result expected = alone(*toy(), "x");
  const auto task = toy(), other = toy();
  other->run_blocks(4, 5);
  task->put_results(other->results(4, 5));
  task->run_blocks(7, 4);
  EXPECT_DOUBLE_EQ(task->status().progress, 7.0 / 13 / 6);
  EXPECT_FALSE(task->status().unit_finished);
  EXPECT_TRUE(task->step(kForever).unit_finished);
  EXPECT_EQ(static_cast<const ToyTask&>(*task).blocks_run, 8);  // not what had come already
  EXPECT_EQ(alone(*task, "x"), expected);
}

TEST(Replicas, ThreadsAndReplicasTogetherChangeNoBit) {
  const Result expected = alone(*toy(), "x");
  const int before = thread_count();
  set_thread_count(3);
  const auto one = toy(), two = toy();
  while (!one->status().done) {
    one->run_blocks(0, 6);
    two->run_blocks(6, 7);
    one->put_results(two->results(6, 7));
    two->put_results(one->results(0, 6));
    one->finish_unit();
    two->finish_unit();
  }
  set_thread_count(before);
  EXPECT_EQ(result_of(*two, "x"), expected);
}

TEST(Replicas, MisuseIsOurFault) {
  const auto task = toy(), other = toy();
  EXPECT_THROW(task->results(0, 1), std::logic_error);  // not known
  EXPECT_THROW(task->run_blocks(12, 2), std::logic_error);
  EXPECT_THROW(task->run_blocks(0, 0), std::logic_error);
  EXPECT_THROW(toy({{"share", false}})->run_blocks(0, 1), std::logic_error);
  task->run_blocks(0, 13);
  const auto bytes = task->results(2, 3);
  EXPECT_THROW(other->put_results(std::span(bytes).first(bytes.size() - 1)), std::logic_error);
  EXPECT_THROW(other->put_results(bytes), std::logic_error);  // it broke half-way and says so
  EXPECT_THROW(toy()->finish_unit(), std::logic_error);
  task->finish_unit();
  EXPECT_THROW(task->put_results(bytes), std::logic_error);  // of a unit that is over
}

TEST(Replicas, ABlocksExceptionComesOutAndTheReplicaRefusesToGoOn) {
  const auto task = toy({{"fail", "block"}});
  task->step(kForever);
  task->step(kForever);
  task->run_blocks(0, 5);
  EXPECT_THROW(task->run_blocks(5, 1), std::runtime_error);
  EXPECT_THROW(task->run_blocks(6, 1), std::logic_error);
}

}  // namespace
}  // namespace priorlab
