// The tasks add_noise and noise_level through the contract.
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "core/image.h"
#include "core/parallel_for.h"
#include "errors.h"
#include "registry.h"

namespace priorlab {
namespace {

Image picture(int channels = 3, int height = 60, int width = 80) {
  Image image(channels, height, width);
  for (int c = 0; c < channels; ++c) {
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x)
        image.at(c, y, x) = 0.2f + 0.5f * static_cast<float>(x + y * (c + 1)) / 320.0f;
    }
  }
  return image;
}

std::unique_ptr<Task> done(const char* id, const nlohmann::json& params, const Image& image) {
  ModelStore models;
  TensorMap inputs;
  inputs.emplace("image", tensor_from(image));
  std::unique_ptr<Task> task = create_task(id, params, std::move(inputs), models);
  EXPECT_TRUE(task->step(0).done);
  return task;
}

std::vector<float> values_of(const Tensor& t) { return {t.as<float>().begin(), t.as<float>().end()}; }

TEST(AddNoiseTask, GivesNoisyPicturePsnrAndWindows) {
  const auto task = done("add_noise", {{"sigma", 25}}, picture());
  EXPECT_NEAR(task->metrics().at("psnr"), 20.17, 0.15);
  const Tensor noisy = task->output("noisy");
  EXPECT_EQ(noisy.shape(), (Shape{3, 60, 80}));
  const Tensor part = task->output("noisy", {10, 20, 5, 7});
  EXPECT_EQ(part.shape(), (Shape{3, 5, 7}));
  EXPECT_EQ(part.as<float>()[(2 * 5 + 4) * 7 + 6], noisy.as<float>()[(2 * 60 + 14) * 80 + 26]);
  EXPECT_SENTENCE(task->output("noisy", {58, 0, 5, 7}), "not inside");
  EXPECT_SENTENCE(task->output("clean"), "no output");
}

TEST(AddNoiseTask, SeedDecides) {
  const auto a = done("add_noise", {{"seed", 5}}, picture()), b = done("add_noise", {{"seed", 5}}, picture()),
             c = done("add_noise", {{"seed", 6}}, picture());
  EXPECT_EQ(values_of(a->output("noisy")), values_of(b->output("noisy")));
  EXPECT_NE(values_of(a->output("noisy")), values_of(c->output("noisy")));
}

TEST(AddNoiseTask, NoNoiseChangesNothing) {
  const Image image = picture();
  const auto task = done("add_noise", {{"sigma", 0}}, image);
  EXPECT_EQ(values_of(task->output("noisy")), values_of(tensor_from(image)));
  EXPECT_EQ(task->metrics().count("psnr"), 0u);
}

TEST(AddNoiseTask, CameraKindsDiffer) {
  const auto malvar = done("add_noise", {{"kind", "camera"}, {"strength", 2}}, picture());
  const auto bilinear = done("add_noise", {{"kind", "camera-bilinear"}, {"strength", 2}}, picture());
  EXPECT_LT(malvar->metrics().at("psnr"), bilinear->metrics().at("psnr"));
  for (float v : values_of(malvar->output("noisy"))) EXPECT_TRUE(v >= 0 && v <= 1);
}

TEST(AddNoiseTask, RefusesInSentences) {
  ModelStore models;
  TensorMap wrong;
  wrong.emplace("picture", tensor_from(picture()));
  EXPECT_SENTENCE(create_task("add_noise", nlohmann::json::object(), std::move(wrong), models),
                  "has no input \"picture\"");
  EXPECT_SENTENCE(create_task("add_noise", nlohmann::json::object(), TensorMap{}, models),
                  "needs the input \"image\"");
  EXPECT_SENTENCE(done("add_noise", {{"sigma", -1}}, picture()), "sigma");
  EXPECT_SENTENCE(done("add_noise", {{"kind", "film"}}, picture()), "kind");
  Safetensors state;
  TensorMap inputs;
  inputs.emplace("image", tensor_from(picture()));
  EXPECT_SENTENCE(create_task("add_noise", nlohmann::json::object(), std::move(inputs), models, &state),
                  "cannot be resumed");
}

TEST(NoiseLevelTask, MeasuresWhatAddNoiseAdded) {
  Image image = picture(3, 150, 200);
  const auto clean = done("noise_level", nlohmann::json::object(), image);
  EXPECT_EQ(clean->metrics().at("kind"), 0);
  EXPECT_EQ(clean->metrics().at("sigma"), 0);
  const auto noisy = done("add_noise", {{"sigma", 20}}, image);
  const auto level = done("noise_level", nlohmann::json::object(), image_from(noisy->output("noisy")));
  const Metrics m = level->metrics();
  EXPECT_EQ(m.at("kind"), 1);
  EXPECT_NEAR(m.at("sigma"), 20, 1.5);
  EXPECT_NEAR(m.at("sigma_chroma"), 20, 1.5);
  EXPECT_NEAR(m.at("correlation"), 1, 0.2);
  const Tensor curve = level->output("curve");
  EXPECT_EQ(curve.shape()[0], 2);
  EXPECT_GE(curve.shape()[1], 4);
  EXPECT_SENTENCE(level->output("curve", {0, 0, 1, 1}), "whole");
}

TEST(NoiseLevelTask, TinyPicturesHaveNone) {
  for (const auto& [h, w] : {std::pair{1, 1}, {7, 3}}) {
    for (int channels : {1, 3})
      EXPECT_EQ(done("noise_level", nlohmann::json::object(), picture(channels, h, w))->metrics().at("sigma"),
                0);
  }
}

// All metrics of a run, for every number of threads the same to the bit.
TEST(ThreadsNoise, ChangeNothing) {
  const int before = thread_count();
  std::vector<std::vector<float>> noisy, camera;
  std::vector<Metrics> levels;
  for (int threads : {1, 2, 3, 8}) {
    set_thread_count(threads);
    const auto added = done("add_noise", {{"sigma", 20}}, picture(3, 150, 200));
    noisy.push_back(values_of(added->output("noisy")));
    camera.push_back(
        values_of(done("add_noise", {{"kind", "camera"}}, picture(3, 150, 200))->output("noisy")));
    levels.push_back(
        done("noise_level", nlohmann::json::object(), image_from(added->output("noisy")))->metrics());
    EXPECT_EQ(noisy.back(), noisy.front());
    EXPECT_EQ(camera.back(), camera.front());
    EXPECT_EQ(levels.back(), levels.front());
  }
  set_thread_count(before);
}

}  // namespace
}  // namespace priorlab
