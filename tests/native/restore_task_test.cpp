// The tasks deblur, inpaint and superres as the page and the command line use them.
#include "models/restore/restore_task.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>
#include <limits>
#include <nlohmann/json.hpp>

#include "core/parallel_for.h"
#include "epll_prior.h"
#include "errors.h"
#include "models/epll/epll_task.h"
#include "ops/camera_noise.h"
#include "ops/cubic_resampling.h"
#include "ops/valid_blur.h"

namespace priorlab {
namespace {

using nlohmann::json;
constexpr double kForever = std::numeric_limits<double>::infinity();

// The shipped prior: what it restores is worth something.
ModelStore& store() {
  static ModelStore models;
  if (!models.has("gmm")) {
    std::ifstream file("shared/models/gmm/gmm.safetensors", std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    models.put("gmm", std::as_bytes(std::span(bytes)));
  }
  return models;
}

std::unique_ptr<Task> make(const TaskFactory& factory, const json& params, TensorMap inputs) {
  return factory.create(Params::from_json(factory.info().params, params), std::move(inputs), store(),
                        nullptr);
}

Tensor plane(PlaneSize size, const std::vector<float>& values) {
  return Tensor::from<float>({1, size.height, size.width}, std::span<const float>(values));
}

Tensor scene(int height, int width) { return plane({height, width}, test_scene(height, width)); }

std::vector<float> run(Task& task, double budget = kForever) {
  while (!task.status().done) task.step(budget);
  const Tensor restored = task.output("restored");
  return {restored.as<float>().begin(), restored.as<float>().end()};
}

// Every third pixel missing.
Tensor some_missing(int height, int width) {
  Tensor mask(DType::f32, {height, width});
  for (std::size_t i = 0; i < mask.as<float>().size(); i += 3) mask.as<float>()[i] = 1;
  return mask;
}

Tensor colour_scene(int height, int width) {
  std::vector<float> values;
  for (int c = 0; c < 3; ++c)
    for (const float v : test_scene(height, width))
      values.push_back(v * (1.0f - 0.2f * static_cast<float>(c)));
  return Tensor::from<float>({3, height, width}, std::span<const float>(values));
}

TEST(DeblurTask, SharpensAndLeavesTheNoiseLevelAsResidual) {
  const PlaneSize size{60, 80};
  const auto sharp = test_scene(size.height, size.width);
  const BlurKernel kernel = gaussian_kernel(1.5);
  const ValidBlur blur(size, kernel);
  std::vector<float> y(blur.output().pixels()), clean;
  blur.apply(sharp, y);
  for (int row = 0; row < blur.output().height; ++row)
    for (int column = 0; column < blur.output().width; ++column)
      clean.push_back(
          sharp[static_cast<std::size_t>((row + blur.top()) * size.width + column + blur.left())]);
  TensorMap inputs;
  inputs["image"] = plane(blur.output(), with_noise(y, 2.0 / 255));
  inputs["clean"] = plane(blur.output(), clean);
  const auto task = make(deblur_task, {{"kernel", "gaussian"}, {"size", 1.5}, {"sigma", 2}}, inputs);
  EXPECT_TRUE(task->shares());
  EXPECT_GT(task->bytes(), 0);
  run(*task);
  const Metrics m = task->metrics();
  EXPECT_GT(m.at("psnr"), m.at("psnr_given") + 3);
  EXPECT_NEAR(m.at("residual"), 2, 0.4);
  EXPECT_GT(m.at("ssim"), 0.5);
  EXPECT_EQ(task->output("kernel").shape(), (Shape{1, kernel.height, kernel.width}));
  EXPECT_EQ(task->output("restored", {3, 4, 5, 6}).shape(), (Shape{1, 5, 6}));

  // The same kernel given as a picture of any scale is divided by its sum.
  std::vector<float> tenfold = kernel.weights;
  for (float& w : tenfold) w *= 10;
  inputs["kernel"] = plane({kernel.height, kernel.width}, tenfold);
  const auto given = make(deblur_task, {{"kernel", "given"}, {"sigma", 2}}, inputs);
  run(*given);
  EXPECT_NEAR(given->metrics().at("psnr"), m.at("psnr"), 0.01);
  // A wrong one is seen in the residual.
  const auto wrong = make(deblur_task, {{"kernel", "gaussian"}, {"size", 4}, {"sigma", 2}}, inputs);
  run(*wrong);
  EXPECT_LT(wrong->metrics().at("psnr"), m.at("psnr") - 3);
}

TEST(DeblurTask, EveryKindOfKernelRunsAndBadOnesAreRefused) {
  TensorMap inputs;
  inputs["image"] = scene(24, 30);
  inputs["path"] = Tensor::from<float>({3, 2}, std::vector<float>{0, 0, 4, 2, 5, 6});
  for (const char* kind : {"gaussian", "box", "disk", "motion", "path"}) {
    const auto task = make(deblur_task, {{"kernel", kind}, {"size", 3}, {"schedule", "50"}}, inputs);
    EXPECT_EQ(run(*task).size(), 24u * 30u) << kind;
  }
  EXPECT_SENTENCE(make(deblur_task, {{"kernel", "box"}, {"size", 31}}, inputs),
                  "The kernel of 31x31 is larger than the picture of 30x24");
  EXPECT_SENTENCE(make(deblur_task, {{"kernel", "given"}}, inputs), "needs the input \"kernel\"");
  inputs["kernel"] = Tensor(DType::f32, {3, 3});
  EXPECT_SENTENCE(make(deblur_task, {{"kernel", "given"}}, inputs), "must not all be zero");
  inputs["path"] = Tensor(DType::f32, {3, 3});
  EXPECT_SENTENCE(make(deblur_task, {{"kernel", "path"}}, inputs), "(N, 2)");
  inputs["dog"] = Tensor(DType::f32, {3, 3});
  EXPECT_SENTENCE(make(deblur_task, json::object(), inputs), "no input \"dog\"");
  EXPECT_SENTENCE(make(deblur_task, json::object(), {}), "needs the input \"image\"");
  inputs.erase("dog");
  inputs["image"] = scene(3, 5);  // smaller than a patch
  EXPECT_EQ(run(*make(deblur_task, {{"kernel", "box"}, {"size", 3}}, inputs)).size(), 15u);
  inputs["clean"] = scene(4, 5);
  EXPECT_SENTENCE(make(deblur_task, {{"kernel", "box"}, {"size", 3}}, inputs), "result's size, 5x3");
  inputs.erase("clean");
  inputs["image"] = Tensor(DType::u8, {9000, 9000, 4});
  EXPECT_SENTENCE(make(deblur_task, json::object(), inputs), "too large");
}

TEST(DeblurTask, MeasuresTheNoiseWhenAsked) {
  TensorMap inputs;
  inputs["image"] = plane({90, 90}, with_noise(std::vector<float>(8100, 0.5f), 6.0 / 255));
  const auto task = make(deblur_task, {{"sigma", "auto"}, {"kernel", "disk"}, {"size", 2}}, inputs);
  EXPECT_NEAR(task->metrics().at("sigma"), 6, 0.6);
}

TEST(InpaintTask, KeepsWhatIsKnownAndFindsTheRest) {
  for (const bool colour : {false, true}) {
    const Tensor clean = colour ? colour_scene(40, 50) : scene(40, 50);
    Tensor broken = clean;
    const Tensor mask = some_missing(40, 50);
    const auto missing = mask.as<float>();
    for (std::size_t i = 0; i < broken.as<float>().size(); ++i)
      if (missing[i % missing.size()] > 0) broken.as<float>()[i] = 0;
    TensorMap inputs;
    inputs["image"] = broken;
    inputs["mask"] = mask;
    inputs["clean"] = clean;
    const auto task = make(inpaint_task, json::object(), inputs);
    EXPECT_NEAR(task->metrics().at("missing"), 1 / 3.0, 1e-3);
    const auto restored = run(*task);
    for (std::size_t i = 0; i < restored.size(); ++i)
      ASSERT_TRUE(missing[i % missing.size()] > 0 || restored[i] == clean.as<float>()[i]) << i;
    EXPECT_GT(task->metrics().at("psnr"), 32) << colour;
    EXPECT_GE(task->metrics().at("psnr"), task->metrics().at("psnr_given"));
    EXPECT_NEAR(task->metrics().at("residual"), 0, 1e-3);
    inputs["clean"] = scene(40, 49);
    EXPECT_SENTENCE(make(inpaint_task, json::object(), inputs), "result's size, 50x40");
  }
}

TEST(InpaintTask, NothingMissingIsThePictureAndAllMissingIsRefused) {
  TensorMap inputs;
  inputs["image"] = scene(20, 30);
  inputs["mask"] = Tensor(DType::f32, {20, 30});
  const auto clean = test_scene(20, 30);
  EXPECT_EQ(run(*make(inpaint_task, json::object(), inputs)), clean);
  std::fill(inputs["mask"].as<float>().begin(), inputs["mask"].as<float>().end(), 1.0f);
  EXPECT_SENTENCE(make(inpaint_task, json::object(), inputs), "every pixel is missing");
  inputs["mask"].as<float>()[17] = 0;  // one known pixel is enough: a flat picture
  for (const float v : run(*make(inpaint_task, json::object(), inputs))) ASSERT_NEAR(v, clean[17], 1e-4);
  inputs["mask"] = Tensor(DType::f32, {30, 20});
  EXPECT_SENTENCE(make(inpaint_task, json::object(), inputs), "(20, 30)");
  inputs.erase("mask");
  EXPECT_SENTENCE(make(inpaint_task, json::object(), inputs), "needs the input \"mask\"");
  inputs["image"] = scene(2, 3);
  inputs["mask"] = some_missing(2, 3);
  EXPECT_EQ(run(*make(inpaint_task, json::object(), inputs)).size(), 6u);
}

TEST(RestoreTask, TheResidualIsThatOfTheValuesSeen) {
  // Flat pictures with noise, restored under a belief in far more noise: what is left over is the noise.
  const PlaneSize size{60, 60};
  TensorMap inputs;
  inputs["image"] = plane(size, with_noise(std::vector<float>(size.pixels(), 0.5f), 8.0 / 255));
  inputs["mask"] = some_missing(60, 60);
  json params = {{"sigma", 100}, {"schedule", "5000:50:50,5000:50:50"}};
  const auto inpaint = make(inpaint_task, params, inputs);
  run(*inpaint);
  EXPECT_NEAR(inpaint->metrics().at("residual"), 8, 0.8);
  inputs.erase("mask");
  for (const int scale : {2, 4}) {
    params["scale"] = scale;
    const auto superres = make(superres_task, params, inputs);
    run(*superres);
    EXPECT_NEAR(superres->metrics().at("residual"), 8, 0.8) << scale;
  }
}

TEST(InpaintTask, WithNoiseAndNothingMissingItIsDenoising) {
  const double sigma = 25.0 / 255;
  TensorMap inputs, noisy;
  inputs["image"] = plane({30, 40}, with_noise(test_scene(30, 40), sigma));
  noisy["image"] = inputs["image"];
  inputs["mask"] = Tensor(DType::f32, {30, 40});
  const auto as_beta = [&](double b) { return std::to_string(b / (sigma * sigma)); };
  const auto task =
      make(inpaint_task, {{"sigma", 25}, {"schedule", as_beta(1) + "," + as_beta(4)}}, std::move(inputs));
  const auto denoise = make(epll_task, {{"sigma", 25}, {"schedule", "1,4"}}, std::move(noisy));
  const auto a = run(*task), b = run(*denoise);
  for (std::size_t i = 0; i < a.size(); ++i) ASSERT_NEAR(a[i], b[i], 1e-4);
}

TEST(SuperresTask, EnlargesEvenTheSmallestPicture) {
  const PlaneSize size{48, 60}, small{24, 30};
  const auto clean = test_scene(size.height, size.width);
  std::vector<float> y(small.pixels());
  CubicResampling(size, small).apply(clean, y);
  TensorMap inputs;
  inputs["image"] = plane(small, y);
  inputs["clean"] = plane(size, clean);
  const auto task = make(superres_task, {{"scale", 2}}, inputs);
  const auto restored = run(*task);
  EXPECT_GT(task->metrics().at("psnr"), task->metrics().at("psnr_given"));
  EXPECT_LT(task->metrics().at("residual"), 0.01);
  EXPECT_EQ(task->output("given").shape(), (Shape{1, 48, 60}));
  TensorMap tiny;
  tiny["image"] = scene(3, 3);
  const auto four = make(superres_task, {{"scale", 4}}, tiny);
  EXPECT_EQ(run(*four).size(), 144u);
  tiny["image"] = scene(1, 1);
  const auto flat = test_scene(1, 1);
  for (const float v : run(*make(superres_task, {{"scale", 2}}, tiny))) ASSERT_NEAR(v, flat[0], 1e-4);
  EXPECT_SENTENCE(make(superres_task, {{"schedule", "paper"}}, tiny), "tuned or a list");
  tiny["image"] = Tensor(DType::u8, {4000, 4000, 4});
  EXPECT_SENTENCE(make(superres_task, {{"scale", 4}}, tiny), "16000x16000");
}

TEST(ThreadsRestoreTask, BudgetThreadsAndReplicasChangeNoBit) {
  TensorMap inputs;
  inputs["image"] = colour_scene(40, 70);
  const json params = {{"kernel", "disk"}, {"size", 2}, {"schedule", "50,400"}};
  const int before = thread_count();
  std::vector<std::vector<float>> results;
  for (const auto& [budget, threads] : {std::pair{0.0, 1}, {3.0, 2}, {1e9, 3}}) {
    set_thread_count(threads);
    results.push_back(run(*make(deblur_task, params, inputs), budget));
  }
  set_thread_count(before);
  EXPECT_EQ(results[0], results[1]);
  EXPECT_EQ(results[0], results[2]);

  const auto one = make(deblur_task, params, inputs), two = make(deblur_task, params, inputs);
  while (!one->status().done) {
    const int blocks = one->status().blocks, half = blocks / 2;
    one->run_blocks(0, half);
    two->run_blocks(half, blocks - half);
    const auto first = one->results(0, half), second = two->results(half, blocks - half);
    one->put_results(second);
    two->put_results(first);
    one->finish_unit();
    two->finish_unit();
  }
  EXPECT_EQ(run(*one), results[0]);
  EXPECT_EQ(run(*two), results[0]);
}

TEST(RestoreTask, PreviewsGetBetterBlockByBlock) {
  TensorMap inputs;
  inputs["image"] = scene(60, 120);
  inputs["mask"] = some_missing(60, 120);
  for (std::size_t i = 0; i < 7200; i += 3) inputs["image"].as<float>()[i] = 0;
  const auto task = make(inpaint_task, json::object(), inputs);
  const auto values = [&] {
    const Tensor t = task->output("restored");
    return std::vector<float>(t.as<float>().begin(), t.as<float>().end());
  };
  const auto before = values();
  EXPECT_FALSE(task->step(0).done);
  EXPECT_NE(values(), before);
  EXPECT_SENTENCE(task->output("restored", {50, 0, 20, 20}), "not inside");
  EXPECT_SENTENCE(task->output("winners"), "no output \"winners\"");
}

// Level 2.55: too little to be told from texture in a sharp picture.
TEST(DeblurTask, MeasuresLittleNoiseInABlurredPicture) {
  const PlaneSize size{96, 96};
  const ValidBlur blur(size, disk_kernel(3));
  Image blurred(1, blur.output().height, blur.output().width);
  blur.apply(test_scene(size.height, size.width), blurred.plane(0));
  add_gaussian_noise(blurred, 2.55 / 255, 1);
  TensorMap inputs;
  inputs.emplace("image", tensor_from(blurred));
  const auto task =
      make(deblur_task, {{"kernel", "disk"}, {"size", 3}, {"sigma", "auto"}}, std::move(inputs));
  EXPECT_NEAR(task->metrics().at("sigma"), 2.55, 0.4);
}

}  // namespace
}  // namespace priorlab
