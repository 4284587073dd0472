// The tasks blur and shrink through the contract: what they give is what deblur and superres assume.
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "core/image.h"
#include "epll_prior.h"
#include "errors.h"
#include "ops/blur_kernel.h"
#include "ops/cubic_resampling.h"
#include "ops/valid_blur.h"
#include "registry.h"

namespace priorlab {
namespace {

Tensor scene(int height, int width) {
  return Tensor::from<float>({1, height, width}, std::span<const float>(test_scene(height, width)));
}

std::unique_ptr<Task> done(const char* id, const nlohmann::json& params, TensorMap inputs) {
  ModelStore models;
  std::unique_ptr<Task> task = create_task(id, params, std::move(inputs), models);
  EXPECT_TRUE(task->step(0).done);
  return task;
}

std::vector<float> values_of(const Tensor& t) { return {t.as<float>().begin(), t.as<float>().end()}; }

TEST(BlurTask, IsTheValidConvolutionAndTheCleanPictureItShows) {
  const auto x = test_scene(20, 26);
  TensorMap inputs;
  inputs.emplace("image", scene(20, 26));
  inputs.emplace("path", Tensor::from<float>({2, 2}, std::array<float, 4>{0, 0, 6, 3}));
  const auto task = done("blur", {{"kernel", "path"}, {"sigma", 0}}, std::move(inputs));
  const BlurKernel kernel = path_kernel(std::array<float, 4>{0, 0, 6, 3});
  const Tensor blurred = task->output("blurred");
  ASSERT_EQ(blurred.shape(), (Shape{1, 20 - kernel.height + 1, 26 - kernel.width + 1}));
  const auto plain = plain_valid_blur(x, {20, 26}, kernel);
  for (std::size_t i = 0; i < plain.size(); ++i) EXPECT_NEAR(blurred.as<float>()[i], plain[i], 1e-5);
  EXPECT_EQ(values_of(task->output("kernel")), kernel.weights);
  const Tensor clean = task->output("clean");
  ASSERT_EQ(clean.shape(), blurred.shape());
  EXPECT_EQ(clean.as<float>()[0],
            x[static_cast<std::size_t>((kernel.height - 1) / 2 * 26 + (kernel.width - 1) / 2)]);
}

TEST(BlurTask, AKernelOfOnePixelAddsNoiseOfThatLevelAlone) {
  TensorMap inputs;
  inputs.emplace("image", scene(64, 64));
  const auto task = done("blur", {{"kernel", "box"}, {"size", 1}, {"sigma", 25.5}}, std::move(inputs));
  const auto y = values_of(task->output("blurred")), x = test_scene(64, 64);
  double sum = 0;
  for (std::size_t i = 0; i < x.size(); ++i) sum += (y[i] - x[i]) * (y[i] - x[i]);
  EXPECT_NEAR(std::sqrt(sum / static_cast<double>(x.size())), 0.1, 0.005);
}

TEST(BlurTask, WithoutAPictureGivesTheKernelAlone) {
  const auto task = done("blur", {{"kernel", "disk"}, {"size", 3}}, {});
  EXPECT_EQ(values_of(task->output("kernel")), disk_kernel(3).weights);
  EXPECT_SENTENCE(task->output("blurred"), "no output");
}

TEST(BlurTask, RefusesInWords) {
  const auto make = [](const nlohmann::json& params, const char* name, Tensor tensor) {
    TensorMap inputs;
    inputs.emplace(name, std::move(tensor));
    ModelStore models;
    return create_task("blur", params, std::move(inputs), models);
  };
  EXPECT_SENTENCE(make({{"kernel", "box"}, {"size", 9}}, "image", scene(8, 20)), "larger than the picture");
  EXPECT_SENTENCE(make({{"kernel", "given"}}, "image", scene(8, 20)), "needs the input");
  EXPECT_SENTENCE(make(nlohmann::json::object(), "picture", scene(8, 20)), "no input \"picture\"");
}

TEST(ShrinkTask, IsTheBicubicReductionOfWhatFillsTheFactor) {
  const int height = 14, width = 19;
  TensorMap inputs;
  inputs.emplace("image", scene(height, width));
  const auto task = done("shrink", {{"scale", 3}}, std::move(inputs));
  const Tensor small = task->output("small"), clean = task->output("clean");
  ASSERT_EQ(small.shape(), (Shape{1, 4, 6}));
  ASSERT_EQ(clean.shape(), (Shape{1, 12, 18}));
  const auto x = test_scene(height, width);
  EXPECT_EQ(clean.as<float>()[18], x[static_cast<std::size_t>(width)]);
  std::vector<float> twin(24);
  CubicResampling({12, 18}, {4, 6}).apply(clean.as<float>(), twin);
  EXPECT_EQ(values_of(small), twin);
}

TEST(ShrinkTask, RefusesWhatWouldVanish) {
  TensorMap inputs;
  inputs.emplace("image", scene(3, 9));
  ModelStore models;
  EXPECT_SENTENCE(create_task("shrink", {{"scale", 4}}, std::move(inputs), models), "cannot be made");
}

}  // namespace
}  // namespace priorlab
