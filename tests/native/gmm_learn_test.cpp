// The task gmm_learn: EM never goes down, threads and replicas change no bit, resuming equals going on, what
// it makes is a model; what patches are learned from and kept out.
#include "models/gmm/gmm_learn.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <numbers>
#include <set>

#include "core/parallel_for.h"
#include "epll_prior.h"
#include "errors.h"
#include "models/gmm/gmm.h"
#include "models/gmm/gmm_em.h"
#include "models/patches/patch_data.h"
#include "models/patches/patch_sampler.h"
#include "patch_mixture.h"
#include "registry.h"

namespace priorlab {
namespace {

using nlohmann::json;
constexpr double kForever = std::numeric_limits<double>::infinity();

TensorMap picture(int height, int width, double noise = 0.02) {
  const auto plane = with_noise(test_scene(height, width), noise);
  return {{"image", Tensor::from<float>({1, height, width}, std::span<const float>(plane))}};
}

std::unique_ptr<Task> learning(const json& params, TensorMap inputs = {},
                               const Safetensors* state = nullptr) {
  static ModelStore models;
  return create_task("gmm_learn", params, std::move(inputs), models, state);
}

const json kLeaves = {
    {"source", "leaves"}, {"components", 5}, {"patch", 4}, {"count", 3000}, {"iterations", 12}};

std::vector<float> values(const Task& task, const std::string& name) {
  const Tensor t = task.output(name);
  return {t.as<float>().begin(), t.as<float>().end()};
}

void run(Task& task) {
  while (!task.step(kForever).done) {
  }
}

TEST(GmmLearn, TheLikelihoodNeverGoesDown) {
  std::vector<std::pair<json, TensorMap>> runs;
  runs.emplace_back(kLeaves, TensorMap{});
  runs.emplace_back(json{{"components", 6}, {"patch", 8}, {"iterations", 15}}, picture(90, 120));
  // No noise at all: most eigenvalues are at the floor.
  runs.emplace_back(json{{"components", 4}, {"patch", 5}, {"iterations", 15}, {"floor", 1e-4}},
                    picture(60, 70, 0));
  for (auto& [params, inputs] : runs) {
    const auto task = learning(params, inputs);
    run(*task);
    const auto curve = values(*task, "curve");
    const std::size_t n = curve.size() / 2;
    EXPECT_EQ(n, static_cast<std::size_t>(params["iterations"]));
    for (std::size_t i = 1; i < n; ++i)
      EXPECT_GE(curve[i], curve[i - 1] - 1e-3f) << params << i;  // sums are f32
    EXPECT_GT(curve[n - 1], curve[0] + 0.5f) << params;
    EXPECT_EQ(task->metrics().at("iteration"), n);
    EXPECT_EQ(task->metrics().at("log_likelihood"), curve[n - 1]);
    EXPECT_EQ(task->metrics().at("held_out"), curve.back());
  }
}

TEST(GmmLearn, AnIterationIsThatOfTheDefinition) {
  // One component: the first iteration gives the second moments of the data, and its likelihood is the second
  // entry of the curve.
  const auto task =
      learning({{"components", 1}, {"patch", 5}, {"iterations", 2}, {"held_out", 0}}, picture(50, 60));
  run(*task);
  const Tensor image = picture(50, 60).at("image");
  const PatchData data = patches_of_picture(image_from(image), DctBasis(5), 20000, 0, 1);
  const GaussianMixture one(5, {0.0}, {second_moments(24, data.training)});
  double sum = 0;
  for (std::size_t i = 0; i < data.training.size(); i += 24)
    sum += one.log_density_plain(std::span(data.training).subspan(i, 24));
  EXPECT_EQ(data.training.size() / 24, 46u * 56u);
  EXPECT_NEAR(values(*task, "curve")[1], sum / (46 * 56), 1e-2);
  EXPECT_EQ(task->metrics().count("held_out"), 0u);
}

TEST(GmmLearn, FindsTheMixtureThatMadeThePatches) {
  const Safetensors file = test::patch_mixture_file(4, 3);
  const PatchSampler sampler = PatchSampler::from(file);
  std::vector<std::int32_t> component(20000, -1);
  std::vector<float> patches(20000 * 16);
  sampler.draw(1, 0, 1, component, patches);
  const auto task =
      learning({{"components", 3}, {"iterations", 60}},
               {{"patches", Tensor::from<float>({20000, 4, 4}, std::span<const float>(patches))}});
  run(*task);
  const GaussianMixture truth = GaussianMixture::from(file);
  const PatchData data = given_patches(patches, DctBasis(4), 20000, 0.2);
  // As good as the truth on patches kept out, but for what learning 359 numbers from 16,000 patches costs.
  EXPECT_NEAR(task->metrics().at("held_out"), mean_log_density(truth, data.held_out), 0.05);
}

TEST(GmmLearn, ThreadsReplicasAndBudgetsChangeNoBit) {
  const int threads = thread_count();
  const auto alone = learning(kLeaves);
  run(*alone);
  set_thread_count(1);
  const auto one = learning(kLeaves);
  while (!one->step(0).done) {
  }
  set_thread_count(threads);
  EXPECT_EQ(write_safetensors(one->save()), write_safetensors(alone->save()));

  const auto a = learning(kLeaves), b = learning(kLeaves);
  ASSERT_TRUE(a->shares());
  const int blocks = a->status().blocks;
  ASSERT_GT(blocks, 2);
  for (int unit = 0; unit < 12; ++unit) {
    a->run_blocks(0, 2);
    b->run_blocks(2, blocks - 2);
    a->put_results(b->results(2, blocks - 2));
    b->put_results(a->results(0, 2));
    a->finish_unit();
    b->finish_unit();
  }
  EXPECT_EQ(write_safetensors(a->save()), write_safetensors(alone->save()));
  EXPECT_EQ(write_safetensors(b->model()), write_safetensors(alone->model()));
}

TEST(GmmLearn, ResumingEqualsGoingOn) {
  const auto whole = learning(kLeaves);
  run(*whole);
  const auto half = learning(kLeaves);
  for (int i = 0; i < 5; ++i) half->step(kForever);
  half->run_blocks(0, 1);  // a unit under way is computed again
  const Safetensors state = read_safetensors(write_safetensors(half->save()));
  const auto rest = learning(kLeaves, {}, &state);
  EXPECT_EQ(rest->status().unit, 5);
  run(*rest);
  EXPECT_EQ(write_safetensors(rest->save()), write_safetensors(whole->save()));
  EXPECT_EQ(write_safetensors(rest->model()), write_safetensors(whole->model()));

  json other = kLeaves;
  other["components"] = 4;
  EXPECT_SENTENCE(learning(other, {}, &state), "has the settings");
  json moved = kLeaves;
  moved["seed"] = 2;
  Safetensors elsewhere = learning(moved)->save();
  elsewhere.metadata["params"] = state.metadata.at("params");
  EXPECT_SENTENCE(learning(kLeaves, {}, &elsewhere), "learned from other patches");
  Safetensors damaged = state;
  damaged.tensors["mixture"] = Tensor(DType::u8, {16});
  EXPECT_SENTENCE(learning(kLeaves, {}, &damaged), "is damaged");
  Safetensors foreign;
  EXPECT_SENTENCE(learning(kLeaves, {}, &foreign), "no saved state of the task \"gmm_learn\"");
}

TEST(GmmLearn, WhatItMakesIsAModelWithItsNotes) {
  const auto task = learning(kLeaves);
  run(*task);
  const Safetensors file = read_safetensors(write_safetensors(task->model()));
  EXPECT_THAT(file.metadata.at("title"), testing::HasSubstr("5 Gaussians on 4x4 patches, learned from 2400"));
  EXPECT_THAT(file.metadata.at("command"), testing::HasSubstr("source=leaves"));
  const GaussianMixture mixture = GaussianMixture::from(file);
  const PatchData data = leaf_patches(DeadLeaves(), LeafKind::mini, DctBasis(4), 3000, 0.2, 1);
  // One more iteration tells the likelihood of the mixture that was written, but for its f16.
  json more = kLeaves;
  more["iterations"] = 13;
  const auto longer = learning(more);
  run(*longer);
  EXPECT_NEAR(mean_log_density(mixture, data.held_out), longer->metrics().at("held_out"), 0.02);
}

TEST(GmmLearn, OutputsDescribeTheComponents) {
  const auto task = learning(kLeaves);  // before the first iteration already
  EXPECT_EQ(task->output("vectors").shape(), (Shape{5, 6, 4, 4}));
  EXPECT_EQ(task->output("eigenvalues").shape(), (Shape{5, 15}));
  EXPECT_EQ(task->output("curve").shape(), (Shape{2, 0}));
  EXPECT_EQ(task->output("patches").shape(), (Shape{64, 4, 4}));
  run(*task);
  double sum = 0;
  for (const float w : values(*task, "weight")) sum += static_cast<double>(w);
  EXPECT_NEAR(sum, 1, 1e-5);
  for (const float l : values(*task, "eigenvalues")) EXPECT_GE(l, 1e-6f * 0.999f);
}

TEST(GmmLearn, OddDataHasADefinedOutcome) {
  const auto finite = [](const json& params, const TensorMap& inputs) {
    const auto task = learning(params, inputs);
    for (int i = 0; i < 3; ++i) task->step(kForever);
    EXPECT_TRUE(std::isfinite(task->metrics().at("log_likelihood")));
    EXPECT_NO_THROW(GaussianMixture::from(task->model()));
    return task->metrics();
  };
  // A constant picture: all patches are zero, every covariance the floor.
  const TensorMap constant = {{"image", tensor_from(Image(1, 40, 40, 0.5f))}};
  EXPECT_NEAR(finite({{"components", 3}}, constant).at("log_likelihood"),
              63 * 0.5 * std::log(1e6 / (2 * std::numbers::pi)), 0.01);
  // One patch: a picture of its size.
  const Metrics one = finite({{"components", 1}}, picture(8, 8));
  EXPECT_EQ(one.at("patches"), 1);
  EXPECT_EQ(one.at("held_out_patches"), 0);
  EXPECT_EQ(finite({{"components", 2}, {"patch", 4}}, picture(5, 4)).at("patches"), 2);
}

TEST(GmmLearn, BadInputEndsInASentence) {
  const auto patches = [](Shape shape) {
    return TensorMap{{"patches", Tensor(DType::f32, std::move(shape))}};
  };
  EXPECT_SENTENCE(learning({{"components", 2}}, picture(8, 8)),
                  "2 components needs at least as many patches; there is 1");
  EXPECT_SENTENCE(learning({{"components", 64}}, patches({20, 4, 4})), "64 components needs");
  EXPECT_SENTENCE(learning(json::object(), picture(7, 30)), "this one has 30x7");
  EXPECT_SENTENCE(learning(json::object(), {{"image", Tensor(DType::f32, {1, 0, 5})}}), "(1, 0, 5) is empty");
  TensorMap huge = picture(30, 30);
  huge.at("image").as<float>()[7] = 1e30f;
  EXPECT_SENTENCE(learning(json::object(), std::move(huge)), "\"image\" has the value 1e+30");
  TensorMap wild = patches({20, 4, 4});
  wild.at("patches").as<float>()[3] = -17;
  EXPECT_SENTENCE(learning(json::object(), std::move(wild)), "\"patches\" has the value -17");
  EXPECT_SENTENCE(learning(json::object()), "0 came");
  EXPECT_SENTENCE(learning(kLeaves, picture(30, 30)), "2 came");
  EXPECT_SENTENCE(learning(json::object(), {{"digits", Tensor()}}), "has no input \"digits\"");
  EXPECT_SENTENCE(learning(json::object(), patches({0, 8, 8})), "at least one patch; (0, 8, 8) came");
  EXPECT_SENTENCE(learning(json::object(), patches({5, 8, 7})), "(5, 8, 7) came");
  EXPECT_SENTENCE(learning({{"components", 65}}, picture(30, 30)), "components");
  EXPECT_SENTENCE(learning(json{{"source", "leaves"}, {"radius_min", 40}, {"radius_max", 20}}),
                  "least radius");
  EXPECT_SENTENCE(learning(kLeaves)->output("weights"), "no output \"weights\"");
}

TEST(PatchData, NoPixelOfAPatchKeptOutIsLearnedFrom) {
  // Every pixel has a value of its own, so the difference of two neighbours tells where they are.
  Image image(1, 70, 90);
  Rng rng(4);
  for (float& v : image.values()) v = rng.uniform();
  const DctBasis basis(4);
  const PatchData data = patches_of_picture(image, basis, 100000, 0.2, 1);
  EXPECT_GT(data.held_out.size(), 0u);
  const auto differences = [&](std::span<const float> z) {
    std::vector<float> patches(z.size());
    basis.synthesise(z, patches);
    std::set<int> seen;
    for (std::size_t i = 0; i < patches.size(); i += 16)
      for (std::size_t p = 0; p < 16; ++p)
        if (p % 4 < 3)
          seen.insert(static_cast<int>(std::lround(1e5 * (patches[i + p + 1] - patches[i + p]))));
    return seen;
  };
  const auto learned = differences(data.training), kept = differences(data.held_out);
  int common = 0;
  for (const int d : kept) common += learned.contains(d);
  // Chance alone makes differences agree to 1e-5: about learned / 2e5 of them.
  EXPECT_LT(common, static_cast<int>(kept.size()) / 10);
}

TEST(PatchData, SharesAndCountsAreThoseAskedFor) {
  const Image image(1, 200, 200, 0.5f);
  const DctBasis basis(8);
  const PatchData some = patches_of_picture(image, basis, 1000, 0.2, 1);
  EXPECT_EQ(some.training.size(), 800u * 64);
  EXPECT_EQ(some.held_out.size(), 200u * 64);
  const PatchData all = patches_of_picture(image, basis, 200000, 0, 1);
  EXPECT_EQ(all.training.size(), 193u * 193 * 64);
  EXPECT_TRUE(all.held_out.empty());
}

}  // namespace
}  // namespace priorlab
