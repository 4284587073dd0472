#include "models/epll/epll_task.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "core/image.h"
#include "core/parallel_for.h"
#include "epll_prior.h"
#include "errors.h"
#include "models/gmm/gmm.h"
#include "ops/camera_noise.h"
#include "ops/noise_report.h"
#include "registry.h"

namespace priorlab {
namespace {

using nlohmann::json;

ModelStore& store() {
  static ModelStore models;
  if (!models.has("gmm")) {
    const TestPrior prior(12);
    models.put("gmm", write_safetensors(GaussianMixture(8, prior.log_weights, prior.covariances).to_file()));
  }
  return models;
}

Tensor grey_picture(int height, int width, double sigma = 0) {
  return Tensor::from<float>({1, height, width}, with_noise(test_scene(height, width), sigma));
}

Tensor colour_picture(int height, int width, double sigma) {
  std::vector<float> values;
  for (int c = 0; c < 3; ++c) {
    auto plane = test_scene(height, width);
    for (float& v : plane) v = std::clamp(v * (1.2f - 0.3f * static_cast<float>(c)), 0.0f, 1.0f);
    const auto noisy = with_noise(plane, sigma, static_cast<std::uint64_t>(c) + 1);
    values.insert(values.end(), noisy.begin(), noisy.end());
  }
  return Tensor::from<float>({3, height, width}, values);
}

std::unique_ptr<Task> make(const json& params, Tensor image, const Tensor* clean = nullptr) {
  TensorMap inputs;
  inputs["image"] = std::move(image);
  if (clean) inputs["clean"] = *clean;
  return create_task("epll", params, std::move(inputs), store());
}

std::vector<float> values_of(const Tensor& tensor) {
  const auto values = tensor.as<float>();
  return {values.begin(), values.end()};
}

void run(Task& task, double budget = std::numeric_limits<double>::infinity()) {
  while (!task.status().done) task.step(budget);
}

TEST(EpllTask, BudgetAndThreadsChangeNoBit) {
  const int before = thread_count();
  std::vector<std::vector<float>> results;
  for (const auto& [budget, threads] : {std::pair{0.0, 1}, {3.0, 2}, {1e9, 3}}) {
    set_thread_count(threads);
    const auto task = make({{"sigma", 25}, {"colour", "colour"}}, colour_picture(30, 90, 25.0 / 255));
    run(*task, budget);
    results.push_back(values_of(task->output("restored")));
  }
  set_thread_count(before);
  EXPECT_EQ(results[0], results[1]);
  EXPECT_EQ(results[0], results[2]);
}

TEST(EpllTask, MeasuresAgainstTheCleanPicture) {
  for (const bool colour : {false, true}) {
    const Tensor clean = colour ? colour_picture(40, 60, 0) : grey_picture(40, 60);
    const auto task =
        make({{"sigma", 25}}, colour ? colour_picture(40, 60, 25.0 / 255) : grey_picture(40, 60, 25.0 / 255),
             &clean);
    const double before = task->metrics().at("psnr_noisy");
    EXPECT_NEAR(before, 20.17, 0.3);
    EXPECT_EQ(task->metrics().count("ssim"), 0u);
    double last = 0;
    while (!task->status().done) {
      task->step(1e9);
      last = task->metrics().at("psnr");
    }
    EXPECT_GT(last, before + 4) << "colour " << colour;
    EXPECT_GT(task->metrics().at("ssim"), 0.5);
    EXPECT_GT(task->metrics().at("work"), 0);
    EXPECT_EQ(task->output("restored").shape(), clean.shape());
  }
}

TEST(EpllTask, TheFirstStepAlreadyShowsSomething) {
  const auto task = make({{"sigma", 25}}, grey_picture(120, 200, 25.0 / 255));
  const auto before = values_of(task->output("restored"));
  const StepResult status = task->step(0);
  EXPECT_FALSE(status.done);
  EXPECT_GT(status.progress, 0);
  EXPECT_NE(values_of(task->output("restored")), before);
}

TEST(EpllTask, AmountBlendsWhileItRuns) {
  const auto task = make({{"sigma", 25}, {"schedule", "1 4"}}, grey_picture(20, 30, 0.05));
  run(*task);
  const auto full = values_of(task->output("restored")), noisy = values_of(task->output("noisy"));
  json params = {{"sigma", 25}, {"schedule", "1 4"}, {"amount", 0.25}};
  task->set(Params::from_json(epll_task.info().params, params), {});
  const auto quarter = values_of(task->output("restored"));
  for (std::size_t i = 0; i < full.size(); ++i)
    ASSERT_NEAR(quarter[i], std::clamp(0.25f * full[i] + 0.75f * noisy[i], 0.0f, 1.0f), 1e-3);
  const auto difference = values_of(task->output("difference"));
  for (std::size_t i = 0; i < full.size(); ++i)
    ASSERT_NEAR(difference[i], noisy[i] - quarter[i] + 0.5f, 1e-6);
}

TEST(EpllTask, WindowsAreCutFromTheWhole) {
  const auto task = make({{"sigma", 25}, {"schedule", "1"}}, colour_picture(33, 45, 0.1));
  run(*task);
  for (const char* name : {"restored", "noisy", "difference", "winners"}) {
    const Tensor whole = task->output(name), part = task->output(name, {4, 7, 5, 9});
    const auto width = static_cast<std::size_t>(whole.shape()[2]),
               plane = static_cast<std::size_t>(whole.shape()[1]) * width;
    for (std::size_t c = 0; c < static_cast<std::size_t>(whole.shape()[0]); ++c)
      for (std::size_t y = 0; y < 5; ++y)
        for (std::size_t x = 0; x < 9; ++x)
          ASSERT_EQ(part.as<float>()[(c * 5 + y) * 9 + x],
                    whole.as<float>()[c * plane + (4 + y) * width + 7 + x])
              << name;
    EXPECT_SENTENCE(task->output(name, {30, 0, 10, 10}), "not inside");
  }
}

TEST(EpllTask, LearnedMixturesOfAnySizeAreAPrior) {
  const Tensor clean = grey_picture(60, 70), noisy = grey_picture(60, 70, 25 / 255.0);
  for (const auto& [side, components] : {std::pair{4, 3}, {8, 1}, {8, 2}, {12, 6}}) {
    ModelStore learning;
    const auto learner =
        create_task("gmm_learn", {{"components", components}, {"patch", side}, {"iterations", 8}},
                    {{"image", clean}}, learning);
    while (!learner->step(std::numeric_limits<double>::infinity()).done) {
    }
    store().put("mine", write_safetensors(learner->model()));
    for (const char* quality : {"exact", "balanced", "fast"}) {
      const auto task = make({{"prior", "mine"}, {"sigma", 25}, {"quality", quality}}, noisy, &clean);
      run(*task);
      // What was learned from the clean picture takes most of the noise away.
      EXPECT_GT(task->metrics().at("psnr"), task->metrics().at("psnr_noisy") + 5) << side << " " << quality;
      EXPECT_EQ(task->output("winners").shape(), (Shape{1, 61 - side, 71 - side}));
    }
    const auto colour = make({{"prior", "mine"}}, colour_picture(30, 33, 0.1));
    run(*colour);
    EXPECT_EQ(colour->output("restored").shape(), (Shape{3, 30, 33}));
    const auto tiny = make({{"prior", "mine"}}, grey_picture(3, 7, 0.1));
    run(*tiny);
    EXPECT_EQ(tiny->output("restored").shape(), (Shape{1, 3, 7}));
  }
}

TEST(EpllTask, TheSmallestPicturesWork) {
  for (const auto& [height, width] : {std::pair{1, 1}, {3, 7}, {7, 3}, {8, 8}, {1, 40}}) {
    const auto task =
        make({{"sigma", 25}}, Tensor::from<float>({1, height, width}, test_scene(height, width)));
    run(*task);
    EXPECT_EQ(task->output("restored").shape(), (Shape{1, height, width}));
    for (const float v : values_of(task->output("restored"))) EXPECT_TRUE(v >= 0 && v <= 1);
  }
  // One pixel is mirrored to a constant patch: nothing changes.
  const auto one = make({{"sigma", 25}}, Tensor::from<float>({1, 1, 1}, std::vector<float>{0.3f}));
  run(*one);
  EXPECT_NEAR(values_of(one->output("restored"))[0], 0.3f, 1e-6);
}

TEST(EpllTask, GreyPixelsOfABytePictureAreWorkedOnAsGrey) {
  std::vector<std::uint8_t> rgba;
  for (int i = 0; i < 12 * 10; ++i)
    for (int c = 0; c < 4; ++c) rgba.push_back(static_cast<std::uint8_t>(c == 3 ? 255 : 2 * i));
  const Tensor bytes = Tensor::from<std::uint8_t>({12, 10, 4}, rgba);
  EXPECT_EQ(make({{"sigma", 10}}, bytes)->output("noisy").shape(), (Shape{1, 12, 10}));
  EXPECT_EQ(make({{"sigma", 10}, {"colour", "colour"}}, bytes)->output("noisy").shape(), (Shape{3, 12, 10}));
}

TEST(EpllTask, NoColourNoiseLeavesTheColoursAlone) {
  const auto task = make({{"sigma", 25}, {"chroma", 0}, {"schedule", "1"}}, colour_picture(20, 20, 0.05));
  run(*task);
  const Image noisy = image_from(task->output("noisy")), restored = image_from(task->output("restored"));
  for (std::size_t i = 0; i < noisy.pixels(); ++i) {
    const float before = noisy.plane(0)[i] - noisy.plane(2)[i],
                after = restored.plane(0)[i] - restored.plane(2)[i];
    if (restored.plane(0)[i] > 0 && restored.plane(0)[i] < 1 && restored.plane(2)[i] > 0 &&
        restored.plane(2)[i] < 1) {
      ASSERT_NEAR(after, before, 1e-5);
    }
  }
}

TEST(EpllTask, NoNoiseChangesNothing) {
  const auto task = make({{"sigma", 0}}, grey_picture(20, 30));
  run(*task);
  EXPECT_EQ(values_of(task->output("restored")), values_of(task->output("noisy")));
}

TEST(EpllTask, AutoMeasuresTheNoise) {
  const auto task = make(json::object(), grey_picture(160, 160, 20.0 / 255));
  EXPECT_NEAR(task->metrics().at("sigma"), 20, 3);
}

TEST(EpllTask, CoarseColourNoiseIsTakenFromHalvedColours) {
  const int height = 160, width = 163;
  const Tensor clean = colour_picture(height, width, 0);
  const Image image = camera_picture(image_from(clean), camera_of_strength(2), 5);
  ASSERT_TRUE(report_noise(image).chroma_at_half);
  const auto task = make(json::object(), tensor_from(image), &clean);
  const double before = task->metrics().at("psnr");
  run(*task);
  EXPECT_GT(task->metrics().at("psnr"), before + 1);
  const Tensor whole = task->output("restored"), part = task->output("restored", {31, 40, 6, 9});
  for (int c = 0; c < 3; ++c)
    for (int y = 0; y < 6; ++y)
      for (int x = 0; x < 9; ++x)
        ASSERT_EQ(image_from(part).at(c, y, x), image_from(whole).at(c, 31 + y, 40 + x));
}

TEST(EpllTask, RefusesInWords) {
  EXPECT_SENTENCE(make({{"sigma", std::nan("")}}, grey_picture(20, 20)), "sigma");
  EXPECT_SENTENCE(make({{"sigma", -1}}, grey_picture(20, 20)), "sigma");
  EXPECT_SENTENCE(make({{"sigma", 101}}, grey_picture(20, 20)), "sigma");
  EXPECT_SENTENCE(make({{"colour", "sepia"}}, grey_picture(20, 20)), "sepia");
  EXPECT_SENTENCE(make({{"prior", "none"}}, grey_picture(20, 20)), "none");
  for (const char* schedule :
       {"", "fast", "1 x", "0", "1:2", "1 a", "a100 1", "1 a100", "1:2:3:4", "a1:2 3", "1 a50 a50 2"})
    EXPECT_SENTENCE(make({{"sigma", 25}, {"schedule", schedule}}, grey_picture(20, 20)), "schedule")
        << schedule;
  EXPECT_SENTENCE(create_task("epll", json::object(), {}, store()), "needs the input");
  const Tensor other = grey_picture(21, 20);
  EXPECT_SENTENCE(make({{"sigma", 25}}, grey_picture(20, 20), &other), "20x21");
  EXPECT_SENTENCE(make({{"sigma", 25}}, Tensor(DType::f32, {2, 20, 20})), "(2, 20, 20)");
  EXPECT_SENTENCE(make({{"sigma", 25}}, Tensor(DType::u8, {7000, 7200, 4})), "50.4 megapixels) is too large");
}

// A page computes from the description what it may offer: the limit told there is the one that holds.
TEST(EpllTask, TheDescriptionTellsTheLimitOfSizes) {
  const json memory = describe_all()["tasks"]["epll"]["memory"];
  const double fixed = memory.at("fixed"), most = memory.at("most");
  const double colour = memory.at("per_pixel").get<double>() + 3 * memory.at("per_value").get<double>();
  ASSERT_GT(colour, 0);
  const auto width = 4000;
  const auto height = static_cast<std::int64_t>((most - fixed) / colour / width) + 1;
  EXPECT_SENTENCE(make({{"sigma", 25}}, Tensor(DType::u8, {height, width, 4})), "is too large");
}

TEST(EpllTask, SchedulesAreRead) {
  const EpllSchedule s = schedule_named("1, 4:5:6 a50 8", 0.1);
  ASSERT_EQ(s.size(), 3u);
  EXPECT_EQ(s[1].weight, 4);
  EXPECT_EQ(s[1].selection, 5);
  EXPECT_EQ(s[1].filter, 6);
  EXPECT_EQ(s[1].belief, 0);
  EXPECT_EQ(s[2].belief, 50);
  EXPECT_EQ(schedule_named("paper", 0.1).size(), 5u);
}

}  // namespace
}  // namespace priorlab
