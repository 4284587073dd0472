// The promises of the Task contract, on a task made for it (toy_task.h).
#include "core/task.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <vector>

#include "core/parallel_for.h"
#include "errors.h"
#include "toy_task.h"

namespace priorlab {
namespace {

using nlohmann::json;
constexpr double kForever = std::numeric_limits<double>::infinity();

std::unique_ptr<ToyTask> toy(const json& params = json::object(), const Safetensors* state = nullptr) {
  Tensor x(DType::f32, {1000});
  Rng(99).fill_normal(x.as<float>());
  TensorMap inputs;
  inputs["x"] = x;
  return std::make_unique<ToyTask>(Params::from_json(ToyTask::info().params, params), inputs, state);
}

struct Result {
  std::vector<float> x;
  Metrics metrics;
  bool operator==(const Result&) const = default;  // to the bit: no value here is NaN
};

Result result_of(const Task& task) {
  const Tensor x = task.output("x");
  return {{x.as<float>().begin(), x.as<float>().end()}, task.metrics()};
}

Result run(Task& task, double budget) {
  while (!task.step(budget).done) {
  }
  return result_of(task);
}

class ThreadsTask : public testing::Test {
 protected:
  void TearDown() override { set_thread_count(before_); }
  int before_ = thread_count();
};

TEST_F(ThreadsTask, BudgetAndThreadCountChangeNoBit) {
  set_thread_count(1);
  const Result expected = run(*toy(), kForever);
  EXPECT_NE(expected.metrics.at("sum"), 0);
  for (int threads : {1, 2, 3, 8}) {
    set_thread_count(threads);
    for (double budget : {0.0, 0.05, 3.0, kForever})
      EXPECT_EQ(run(*toy(), budget), expected) << threads << " threads, budget " << budget;
  }
}

TEST_F(ThreadsTask, BlocksOfVeryDifferentLengthsChangeNoBit) {
  set_thread_count(3);
  const Result expected = run(*toy({{"passes", 2}}), kForever);
  EXPECT_EQ(run(*toy({{"passes", 2}, {"wait", 1.5}}), 0), expected);
}

TEST_F(ThreadsTask, EveryBlockRunsOnce) {
  for (int threads : {1, 4}) {
    set_thread_count(threads);
    const auto task = toy({{"passes", 3}, {"blocks", 100}});
    run(*task, 0);
    EXPECT_EQ(task->blocks_run, 300);
  }
}

TEST_F(ThreadsTask, ABlocksExceptionComesOutAndTheTaskRefusesToGoOn) {
  for (int threads : {1, 4})
    for (const char* what : {"block", "merge"}) {
      set_thread_count(threads);
      const auto task = toy({{"fail", what}});
      try {
        run(*task, kForever);
        FAIL() << "nothing was thrown";
      } catch (const std::runtime_error& e) {
        EXPECT_THAT(e.what(), testing::HasSubstr("third"));
      }
      try {
        task->step(1);
        FAIL() << "it went on";
      } catch (const std::logic_error& e) {
        EXPECT_THAT(e.what(), testing::HasSubstr("create it anew"));
      }
      // What there is stays readable.
      EXPECT_EQ(result_of(*task), run(*toy({{"passes", 2}}), kForever));
    }
}

TEST(Task, StepReturnsAtAUnitsEnd) {
  const auto task = toy({{"passes", 3}});
  EXPECT_EQ(task->status().unit, 0);
  EXPECT_FALSE(task->status().unit_finished);
  for (int unit = 1; unit <= 3; ++unit) {
    const StepResult r = task->step(kForever);
    EXPECT_TRUE(r.unit_finished);
    EXPECT_EQ(r.unit, unit);
    EXPECT_EQ(r.units, 3);
    EXPECT_EQ(r.done, unit == 3);
    EXPECT_DOUBLE_EQ(r.progress, unit / 3.0);
  }
}

TEST(Task, ABudgetOfZeroIsAtLeastOneBlockAndProgressOnlyGrows) {
  const auto task = toy({{"passes", 2}, {"blocks", 40}, {"wait", 1}});
  double before = 0;
  int steps = 0, inside = 0;
  for (bool done = false; !done; ++steps) {
    const StepResult r = task->step(0);
    EXPECT_GT(r.progress, before);
    before = r.progress;
    inside += !r.unit_finished;
    done = r.done;
  }
  EXPECT_EQ(before, 1);
  EXPECT_LE(steps, 80);
  EXPECT_GE(steps * thread_count(), 80);
  EXPECT_EQ(inside, steps - 2);
}

TEST(Task, AStepEndsSoonAfterItsBudget) {
  const auto task = toy({{"passes", 1}, {"blocks", 1000}, {"wait", 1}});
  const auto start = std::chrono::steady_clock::now();
  const StepResult r = task->step(30);
  const double ms =
      std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
  EXPECT_GE(ms, 30);
  EXPECT_LT(ms, 500);  // the machine may be busy; all blocks together would take a second on one thread
  EXPECT_FALSE(r.done);
  EXPECT_GT(r.progress, 0);
}

// Stop, Pause and newer requests wait for the step under way: the engine's budget is 20 ms, a block of EPLL
// takes a few milliseconds, and they must be obeyed within 50.
TEST_F(ThreadsTask, NoBlockIsBegunAfterTheBudget) {
  for (int threads : {1, 2}) {
    set_thread_count(threads);
    std::vector<double> late;
    const auto task = toy({{"passes", 1}, {"blocks", 100}, {"wait", 5}});
    for (int i = 0; i < 9; ++i) {
      const auto start = std::chrono::steady_clock::now();
      task->step(20);
      late.push_back(
          std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count() - 20);
    }
    std::sort(late.begin(), late.end());
    EXPECT_GE(late[0], -1e-3) << threads << " threads";
    EXPECT_LT(late[2], 15) << threads << " threads";  // one block; the machine may be busy at times
  }
}

TEST(Task, NothingHappensAfterTheEnd) {
  const auto task = toy();
  const Result end = run(*task, kForever);
  const int blocks = task->blocks_run;
  EXPECT_TRUE(task->step(100).done);
  EXPECT_EQ(task->blocks_run, blocks);
  EXPECT_EQ(result_of(*task), end);
}

TEST(Task, OpenEndedTasksGoOn) {
  const auto task = toy({{"passes", 0}, {"blocks", 3}});
  for (int unit = 1; unit <= 20; ++unit) {
    const StepResult r = task->step(kForever);
    EXPECT_EQ(r.unit, unit);
    EXPECT_EQ(r.units, 0);
    EXPECT_FALSE(r.done);
    EXPECT_GE(r.progress, 0);
    EXPECT_LE(r.progress, 1);
  }
}

TEST(Task, BadBudgetsAreRefused) {
  const auto task = toy();
  EXPECT_SENTENCE(task->step(std::nan("")), "time budget must be 0 ms or more; nan came");
  EXPECT_SENTENCE(task->step(-1), "-1 came");
  EXPECT_EQ(task->blocks_run, 0);
  EXPECT_EQ(run(*task, kForever), run(*toy(), kForever));
}

TEST(Task, SavedAndResumedAnywhereGivesTheSameBits) {
  const json params = {{"blocks", 50}, {"wait", 0.4}, {"passes", 4}};
  const Result expected = run(*toy(params), kForever);
  // After every slice, in the middle of passes too.
  const auto task = toy(params);
  for (int i = 0; !task->step(0).done; ++i) {
    if (i % 3) continue;
    const Safetensors state = read_safetensors(write_safetensors(task->save()));
    const auto resumed = toy(params, &state);
    EXPECT_EQ(resumed->status().unit, task->status().unit);
    EXPECT_EQ(run(*resumed, kForever).x, expected.x);
  }
  EXPECT_EQ(result_of(*task), expected);
}

TEST(Task, LiveParametersTakeEffectBetweenSteps) {
  const auto task = toy({{"passes", 0}});
  task->step(kForever);
  task->set(Params::from_json(ToyTask::info().params, {{"amount", 0}, {"passes", 0}}), {});
  const double before = task->metrics().at("sum");
  task->step(kForever);
  EXPECT_NEAR(task->metrics().at("sum"), before, 1e-3);  // diffusion alone keeps the sum
}

// A task with nothing of its own: what the base class answers.
class Bare : public Task {
 public:
  Tensor output(const std::string&, const Window&) const override { return {}; }
  Metrics metrics() const override { return {}; }

 protected:
  int units() const override { return 1; }
  int blocks() const override { return 0; }
  void run_block(int) override {}
  void merge() override {}
};

TEST(Task, TheDefaultsSayWhatATaskCannotDo) {
  Bare bare;
  EXPECT_SENTENCE(bare.save(), "cannot be saved");
  EXPECT_SENTENCE(bare.model(), "makes no model");
  EXPECT_SENTENCE(bare.set({}, {}), "Nothing about this task can be changed while it runs");
  EXPECT_THROW(bare.step(1), std::logic_error);  // no blocks: our fault, not an endless loop
}

TEST(Task, DescribeIsCompleteAndStable) {
  const json d = to_json(ToyTask::info());
  EXPECT_EQ(d["id"], "toy");
  EXPECT_EQ(d["title"], "Noisy diffusion");
  EXPECT_EQ(d["summary"], "Diffuses a ring of numbers.");
  EXPECT_EQ(d["unit"], "pass");
  EXPECT_EQ(d["source"], "made for the tests");
  EXPECT_EQ(d["params"], describe(ToyTask::info().params));
  EXPECT_EQ(d["inputs"],
            json::array({{{"name", "x"}, {"shape", "(N)"}, {"help", "The numbers to start from."}}}));
  EXPECT_EQ(d["outputs"], json::array({{{"name", "x"}, {"shape", "(N)"}, {"help", "The numbers now."}}}));
  EXPECT_EQ(d["metrics"], json::array({{{"name", "sum"}, {"unit", ""}, {"help", "Sum of the numbers."}}}));
  TaskInfo info = ToyTask::info();
  info.inputs[0].optional = true;
  EXPECT_EQ(to_json(info)["inputs"][0]["optional"], true);
}

}  // namespace
}  // namespace priorlab
