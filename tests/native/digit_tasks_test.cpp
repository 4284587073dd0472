// The tasks on autoregressive models: digits, digit_score, digit_file, digit_model.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>

#include "autoregressive_models.h"
#include "core/parallel_for.h"
#include "errors.h"
#include "registry.h"

namespace priorlab {
namespace {

using nlohmann::json;
const json kDefaults = json::object();
constexpr double kForever = std::numeric_limits<double>::infinity();

class DigitTasks : public testing::Test {
 protected:
  DigitTasks() {
    const auto put = [&](const std::string& name, const std::string& kind) {
      models_.put(name, write_safetensors(test::random_model(kind, 6, 5, 3)->to_file({})));
    };
    put("nade", "nade");
    put("fvsbn", "fvsbn");
    put("made", "made");
    put("markov", "markov");
    put("orderless", "orderless");
  }
  void TearDown() override { set_thread_count(before_); }

  std::unique_ptr<Task> task(const std::string& id, const json& params, TensorMap inputs = {}) {
    return create_task(id, params, std::move(inputs), models_);
  }
  std::unique_ptr<Task> ran(const std::string& id, const json& params, TensorMap inputs = {}) {
    auto made = task(id, params, std::move(inputs));
    while (!made->step(kForever).done) {
    }
    return made;
  }
  static std::vector<float> values(const Task& of, const std::string& name) {
    const Tensor tensor = of.output(name);
    return {tensor.as<float>().begin(), tensor.as<float>().end()};
  }
  static TensorMap with(const std::string& name, Tensor tensor) {
    TensorMap inputs;
    inputs[name] = std::move(tensor);
    return inputs;
  }

  ModelStore models_;
  int before_ = thread_count();
};
using ThreadsDigitTasks = DigitTasks;

TEST_F(DigitTasks, DrawnDigitsScoreAsTheTaskSays) {
  for (const char* name : {"nade", "fvsbn", "made", "markov"}) {
    SCOPED_TRACE(name);
    const auto drawn = ran("digits", {{"model", name}, {"count", 35}});
    EXPECT_EQ(drawn->output("samples").shape(), (Shape{35, 6, 5}));
    EXPECT_EQ(drawn->output("probabilities").shape(), (Shape{35, 6, 5}));
    const auto scored = ran("digit_score", {{"model", name}}, with("digits", drawn->output("samples")));
    EXPECT_EQ(values(*scored, "log_likelihood"), values(*drawn, "log_likelihood"));
    EXPECT_EQ(values(*scored, "probabilities"), values(*drawn, "probabilities"));
    EXPECT_EQ(scored->metrics(), drawn->metrics());
    double mean = 0;
    for (float v : values(*drawn, "log_likelihood")) mean += static_cast<double>(v) / 35;
    EXPECT_NEAR(drawn->metrics().at("log_likelihood"), mean, 1e-4);
  }
}

TEST_F(DigitTasks, ADigitDependsOnSeedAndNumberAlone) {
  const auto sheet = values(*ran("digits", {{"count", 40}}), "samples");
  const auto later = values(*ran("digits", {{"count", 3}, {"first", 20}}), "samples");
  EXPECT_TRUE(std::equal(later.begin(), later.end(), sheet.begin() + 20 * 30));
  EXPECT_NE(values(*ran("digits", {{"count", 40}, {"seed", 2}}), "samples"), sheet);
}

TEST_F(ThreadsDigitTasks, ThreadsAndReplicasChangeNoBit) {
  const json params = {{"model", "nade"}, {"count", 100}};
  set_thread_count(1);
  const auto alone = ran("digits", params);
  set_thread_count(4);
  const auto threaded = ran("digits", params);
  auto a = task("digits", params), b = task("digits", params);
  ASSERT_TRUE(a->shares());
  ASSERT_EQ(a->status().blocks, 7);
  a->run_blocks(0, 4);
  b->run_blocks(4, 3);
  a->put_results(b->results(4, 3));
  b->put_results(a->results(0, 4));
  a->finish_unit();
  b->finish_unit();
  TensorMap inputs = with("digits", alone->output("samples"));
  auto c = task("digit_score", kDefaults, inputs), d = task("digit_score", kDefaults, inputs);
  c->run_blocks(2, 5);
  d->run_blocks(0, 2);
  c->put_results(d->results(0, 2));
  c->finish_unit();
  for (const char* name : {"samples", "probabilities", "log_likelihood"}) {
    const auto expected = values(*alone, name);
    EXPECT_EQ(values(*threaded, name), expected);
    EXPECT_EQ(values(*a, name), expected);
    EXPECT_EQ(values(*b, name), expected);
    if (name != std::string("samples")) {
      EXPECT_EQ(values(*c, name), expected);
    }
  }
  EXPECT_EQ(a->metrics(), alone->metrics());
}

TEST_F(DigitTasks, DigitsAreCheckedBeforeTheyAreScored) {
  const auto score = [&](Tensor digits) {
    task("digit_score", kDefaults, with("digits", std::move(digits)));
  };
  EXPECT_SENTENCE(task("digit_score", kDefaults), "needs the input \"digits\"");
  EXPECT_SENTENCE(score(Tensor(DType::f32, {2, 5, 6})), "the model takes 6 x 5 pixels");
  EXPECT_SENTENCE(score(Tensor(DType::f32, {0, 6, 5})), "shape (0, 6, 5)");
  EXPECT_SENTENCE(score(Tensor(DType::i32, {6, 5})), "of type i32");
  Tensor grey(DType::f32, {6, 5});
  grey.as<float>()[7] = 0.5f;
  EXPECT_SENTENCE(score(grey), "has the value 0.5");
  grey.as<float>()[7] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_SENTENCE(score(grey), "pixels are 0 or 1");
  Tensor bytes(DType::u8, {6, 5});
  EXPECT_NO_THROW(score(bytes));
  bytes.as<std::uint8_t>()[0] = 255;
  EXPECT_SENTENCE(score(bytes), "has the value 255");
  EXPECT_SENTENCE(task("digits", kDefaults, with("digits", bytes)), "has no input \"digits\"; it takes none");
  EXPECT_SENTENCE(task("digits", {{"model", "nope"}}), "nope");
  EXPECT_SENTENCE(task("digits", {{"count", 0}}), "count");
  const auto made = task("digits", kDefaults);
  EXPECT_SENTENCE(made->output("sample"), "has no output \"sample\"");
  EXPECT_SENTENCE(made->output("samples", {0, 0, 2, 2}), "given whole");
}

TEST_F(DigitTasks, ManyDigitsAreScoredWithoutTheirPixels) {
  const auto scored =
      ran("digit_score", {{"model", "markov"}}, with("digits", Tensor(DType::u8, {4097, 6, 5})));
  EXPECT_EQ(scored->output("log_likelihood").size(), 4097);
  EXPECT_SENTENCE(scored->output("nats"), "at most 4096 images; 4097 came");
}

TEST_F(DigitTasks, AFileGivesItsDigits) {
  const std::string text = "0 1 1 0\n1 1 1 1\n0 0 0 1\n";
  const auto bytes = with(
      "bytes",
      Tensor::from<std::uint8_t>({static_cast<std::int64_t>(text.size())},
                                 std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size())));
  const auto read = ran("digit_file", kDefaults, bytes);
  const Tensor digits = read->output("digits");
  EXPECT_EQ(digits.shape(), (Shape{3, 2, 2}));
  const std::vector<std::uint8_t> expected = {0, 1, 1, 0, 1, 1, 1, 1, 0, 0, 0, 1};
  EXPECT_TRUE(std::equal(expected.begin(), expected.end(), digits.as<std::uint8_t>().begin()));
  EXPECT_EQ(read->metrics(), (Metrics{{"count", 3}, {"kept", 3}}));
  std::set<std::vector<std::uint8_t>> pairs;
  for (int seed = 0; seed < 20; ++seed) {
    const Tensor two = ran("digit_file", {{"most", 2}, {"seed", seed}}, bytes)->output("digits");
    EXPECT_EQ(two.shape(), (Shape{2, 2, 2}));
    pairs.insert({two.as<std::uint8_t>().begin(), two.as<std::uint8_t>().end()});
  }
  EXPECT_EQ(pairs.size(), 3u);  // every pair, each in the file's order
  EXPECT_SENTENCE(ran("digit_file", kDefaults, with("bytes", Tensor(DType::u8, {0}))), "The file is empty");
  EXPECT_SENTENCE(ran("digit_file", kDefaults, with("bytes", Tensor(DType::f32, {3}))), "u8 is taken");
}

TEST_F(DigitTasks, TheOrderAndWhatAPixelSees) {
  for (const char* name : {"made", "markov", "fvsbn"}) {
    SCOPED_TRACE(name);
    const auto kind = test::random_model(name, 6, 5, 3);
    std::vector<int> place(30);
    for (int t = 0; t < 30; ++t)
      place[static_cast<std::size_t>(kind->order()[static_cast<std::size_t>(t)])] = t;
    for (int pixel : {0, 11, 29}) {
      const auto shown = ran("digit_model", {{"model", name}, {"pixel", pixel}});
      const auto order = values(*shown, "order"), sees = values(*shown, "sees");
      int seen = 0;
      for (std::size_t i = 0; i < 30; ++i) {
        EXPECT_EQ(order[i], static_cast<float>(place[i]));
        const int t = place[static_cast<std::size_t>(pixel)];
        EXPECT_EQ(sees[i], place[i] < t && kind->sees(t, place[i]) ? 1.0f : 0.0f);
        seen += static_cast<int>(sees[i]);
      }
      EXPECT_EQ(shown->metrics().at("seen"), seen);
      EXPECT_EQ(shown->metrics().at("parameters"), static_cast<double>(kind->parameters()));
    }
  }
  EXPECT_SENTENCE(task("digit_model", {{"pixel", 30}}), "There is no pixel 30");
}

TensorMap half_given(int height, int width) {
  Tensor digit(DType::f32, {height, width}), mask(DType::u8, {height, width});
  for (std::size_t i = 0; i < static_cast<std::size_t>(height * width); ++i) {
    digit.as<float>()[i] = static_cast<float>(i % 3 == 0);
    mask.as<std::uint8_t>()[i] = i % 2 == 0 ? 1 : 0;
  }
  TensorMap inputs;
  inputs["digit"] = std::move(digit);
  inputs["mask"] = std::move(mask);
  return inputs;
}

TEST_F(DigitTasks, ACompletionKeepsWhatIsGiven) {
  const std::vector<json> all = {json{{"show", 20}}, json{{"guide", ""}, {"show", 20}},
                                 json{{"method", "naive"}, {"guide", "nowhere"}, {"show", 20}}};
  for (const json& params : all) {
    SCOPED_TRACE(params.dump());
    const auto made = ran("digit_complete", params, half_given(6, 5));
    EXPECT_EQ(made->output("completions").shape(), (Shape{20, 6, 5}));
    EXPECT_EQ(made->output("mean").shape(), (Shape{6, 5}));
    EXPECT_EQ(made->output("ess").shape(), (Shape{30}));
    const auto shown = values(*made, "completions"), mean = values(*made, "mean"), ess = values(*made, "ess");
    for (std::size_t i = 0; i < 30; i += 2) {
      EXPECT_EQ(mean[i], static_cast<float>(i % 3 == 0));
      for (std::size_t k = 0; k < 20; ++k) EXPECT_EQ(shown[k * 30 + i], mean[i]);
    }
    for (float e : ess) {
      EXPECT_GE(e, 0.999f);
      EXPECT_LE(e, 256.001f);
    }
    EXPECT_EQ(made->metrics().at("hidden"), 15);
    EXPECT_GT(made->metrics().at("distinct"), 5);
    EXPECT_LE(made->metrics().at("log_evidence"), 0);
  }
}

TEST_F(DigitTasks, ACompletionUnderWayCanBeSeen) {
  auto made = task("digit_complete", {{"particles", 40}}, half_given(6, 5));
  for (float m : values(*made, "mean")) EXPECT_TRUE(m == 0 || m == 0.5f || m == 1);
  EXPECT_EQ(made->metrics().count("log_evidence"), 0u);
  EXPECT_NO_THROW(made->output("completions"));
  made->step(kForever);
  EXPECT_FALSE(made->status().done);
  EXPECT_GT(values(*made, "ess")[0], 0);
}

TEST_F(DigitTasks, WhatCannotBeCompletedIsSaid) {
  const auto complete = [&](const json& params, TensorMap inputs) {
    task("digit_complete", params, std::move(inputs));
  };
  EXPECT_SENTENCE(complete(kDefaults, half_given(5, 6)), "the model takes 6 x 5 pixels");
  const json fvsbn = {{"guide", "fvsbn"}}, nowhere = {{"guide", "nowhere"}};
  EXPECT_SENTENCE(complete(fvsbn, half_given(6, 5)), "must be an orderless NADE");
  EXPECT_SENTENCE(complete(nowhere, half_given(6, 5)), "nowhere");
  auto inputs = half_given(6, 5);
  inputs["digit"] = Tensor(DType::f32, {2, 6, 5});
  EXPECT_SENTENCE(complete(kDefaults, inputs), "one image is completed at a time");
  inputs.erase("mask");
  EXPECT_SENTENCE(complete(kDefaults, inputs), "needs the input \"mask\"");
  inputs = half_given(6, 5);
  inputs["mask"].as<std::uint8_t>()[3] = 2;
  EXPECT_SENTENCE(complete(kDefaults, inputs), "has the value 2");
}

}  // namespace
}  // namespace priorlab
