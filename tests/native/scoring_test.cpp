// The task that dense scoring is timed with: it does all of the work, and the same whoever does it.
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "epll_prior.h"
#include "errors.h"
#include "models/gmm/gmm.h"
#include "registry.h"

namespace priorlab {
namespace {

ModelStore store_with_prior() {
  ModelStore models;
  const TestPrior prior(12);
  models.put("gmm", write_safetensors(GaussianMixture(8, prior.log_weights, prior.covariances).to_file()));
  return models;
}

std::vector<float> result_of(Task& task) {
  const Tensor result = task.output("result");
  return {result.as<float>().begin(), result.as<float>().end()};
}

class Scoring : public testing::TestWithParam<const char*> {
 protected:
  std::unique_ptr<Task> make(int patches) {
    return create_task("scoring", {{"kernel", GetParam()}, {"patches", patches}, {"rounds", 2}}, {}, models_);
  }
  ModelStore models_ = store_with_prior();
};

TEST_P(Scoring, DoesEveryBlockInEveryRound) {
  const auto task = make(1500);  // two blocks of 512
  EXPECT_TRUE(task->shares());
  while (!task->status().done) task->step(1000);
  EXPECT_EQ(task->status().unit, 2);
  const auto result = result_of(*task);
  ASSERT_EQ(result.size(), 2u);
  for (const float sum : result) EXPECT_TRUE(std::isfinite(sum) && sum != 0);
  EXPECT_NE(result[0], result[1]);
  EXPECT_GT(task->metrics().at("gflop"), 0);
}

TEST_P(Scoring, ReplicasGiveTheSame) {
  const auto alone = make(1024), a = make(1024), b = make(1024);
  alone->step(1000);
  a->run_blocks(0, 1);
  b->run_blocks(1, 1);
  a->put_results(b->results(1, 1));
  a->finish_unit();
  EXPECT_EQ(result_of(*a), result_of(*alone));
}

INSTANTIATE_TEST_SUITE_P(Kernels, Scoring, testing::Values("products", "dense"));

TEST(ScoringTask, SaysWhatIsWrong) {
  ModelStore models = store_with_prior();
  EXPECT_SENTENCE(create_task("scoring", {{"patches", 511}}, {}, models), "from 512 to 131072");
  EXPECT_SENTENCE(create_task("scoring", {{"kernel", "sparse"}}, {}, models), "\"sparse\"");
  TensorMap inputs;
  inputs["image"] = Tensor(DType::f32, {1, 8, 8});
  EXPECT_SENTENCE(create_task("scoring", nlohmann::json::object(), std::move(inputs), models),
                  "has no input \"image\"");
  EXPECT_SENTENCE(create_task("scoring", nlohmann::json::object(), {}, models)->output("winners"),
                  "it gives result");
}

}  // namespace
}  // namespace priorlab
