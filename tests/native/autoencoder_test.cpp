// The autoencoder: gradient by differences, file, errors, and the task.
#include "models/autoregressive/autoencoder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>

#include "core/rng.h"
#include "errors.h"
#include "models/training/trainer.h"
#include "registry.h"

namespace priorlab {
namespace {

constexpr double kForever = std::numeric_limits<double>::infinity();

std::vector<std::uint8_t> random_images(int count, std::uint64_t seed) {
  Rng rng(seed);
  std::vector<std::uint8_t> images(static_cast<std::size_t>(count) * 12);
  for (auto& v : images) v = rng.uniform() < 0.3f;
  return images;
}

// Images of 3 x 4 pixels that are one of four columns.
std::vector<std::uint8_t> columns() {
  std::vector<std::uint8_t> images;
  for (int i = 0; i < 4; ++i)
    for (int k = 0; k < 12; ++k) images.push_back(k % 4 == i);
  return images;
}

Autoencoder trained() {
  const auto objective = std::make_shared<AutoencoderObjective>(3, 4, 16, 2);
  Trainer trainer(objective, {}, objective->first_weights(std::vector<double>(12, 0.25), 1),
                  objective->penalties());
  const auto images = columns();
  for (int i = 0; i < 600; ++i) trainer.train(images, images, 0.02);
  return objective->autoencoder(trainer.weights(), images);
}

std::unique_ptr<Task> autoencode(const nlohmann::json& params, TensorMap inputs) {
  ModelStore models;
  models.put("autoencoder", write_safetensors(trained().to_file()));
  auto task = create_task("autoencode", params, std::move(inputs), models);
  task->step(kForever);
  return task;
}

Tensor as_input(const std::vector<std::uint8_t>& images) {
  Tensor t(DType::f32, {static_cast<std::int64_t>(images.size() / 12), 3, 4});
  std::ranges::copy(images, t.as<float>().begin());
  return t;
}

TEST(Autoencoder, GradientIsTheLosses) {
  const AutoencoderObjective objective(3, 4, 5, 3);
  auto weights = objective.first_weights(std::vector<double>(12, 0.3), 7);
  for (float& w : weights) w += 0.1f;  // biases that differ from zero
  int checked = 0;
  for (std::uint64_t row = 0; row < 8; ++row) {
    const auto seen = random_images(1, row), told = random_images(1, row + 50);
    std::vector<float> gradient(weights.size());
    const double loss = objective.loss(weights, seen, told, gradient, {});
    for (std::size_t i = 0; i < weights.size(); ++i) {
      constexpr float kStep = 0.01f;
      auto moved = weights;
      moved[i] = weights[i] + kStep;
      const double up = (objective.loss(moved, seen, told, {}, {}) - loss) / static_cast<double>(kStep);
      moved[i] = weights[i] - kStep;
      const double down = (loss - objective.loss(moved, seen, told, {}, {})) / static_cast<double>(kStep);
      EXPECT_GT(gradient[i], std::min(up, down) - 0.005 - 0.005 * std::abs(up)) << i;
      EXPECT_LT(gradient[i], std::max(up, down) + 0.005 + 0.005 * std::abs(up)) << i;
      checked += gradient[i] != 0.0f;
    }
  }
  EXPECT_GT(checked, 300);
}

TEST(Autoencoder, LossIsThatOfItsReconstruction) {
  const AutoencoderObjective objective(3, 4, 5, 3);
  const auto weights = objective.first_weights(std::vector<double>(12, 0.3), 7);
  const auto images = random_images(6, 3);
  const Autoencoder net = objective.autoencoder(weights, images);
  std::vector<double> losses(6);
  objective.loss(weights, images, images, {}, losses);
  for (std::size_t i = 0; i < 6; ++i) {
    const std::vector<float> x(images.begin() + static_cast<std::ptrdiff_t>(12 * i),
                               images.begin() + static_cast<std::ptrdiff_t>(12 * i + 12));
    const auto p = net.decode(net.encode(x));
    double expected = 0.0;
    for (std::size_t k = 0; k < 12; ++k)
      expected -= std::log(static_cast<double>(x[k] == 1.0f ? p[k] : 1.0f - p[k]));
    EXPECT_NEAR(losses[i], expected, 1e-4);
  }
  EXPECT_EQ(net.parameters(), static_cast<std::int64_t>(objective.size()));
}

TEST(Autoencoder, ComesBackFromItsFile) {
  const Autoencoder net = trained();
  const Safetensors file = read_safetensors(write_safetensors(net.to_file({{"seed", "1"}})));
  const Autoencoder again = Autoencoder::from(file);
  EXPECT_EQ(write_safetensors(again.to_file({{"seed", "1"}})), write_safetensors(file));
  EXPECT_EQ(again.hidden(), 16);
  EXPECT_EQ(again.code_size(), 2);
  const auto broken = [&](const std::function<void(Safetensors&)>& breakage) {
    Safetensors other = file;
    breakage(other);
    return sentence([&] { Autoencoder::from(other); });
  };
  EXPECT_THAT(broken([](auto& f) { f.metadata["family"] = "gmm"; }), testing::HasSubstr("says \"gmm\"."));
  EXPECT_THAT(broken([](auto& f) { f.metadata["version"] = "2"; }), testing::HasSubstr("not of version 1"));
  EXPECT_THAT(broken([](auto& f) { f.metadata["height"] = "0"; }), testing::HasSubstr("says \"0\""));
  EXPECT_THAT(broken([](auto& f) { f.tensors.erase("D1"); }), testing::HasSubstr("no tensor \"D1\""));
  EXPECT_SENTENCE(Autoencoder(3, 4, {}), "do not fit each other");
  EXPECT_SENTENCE(Autoencoder(0, 4, {}), "0x4 came");
}

TEST(Autoencode, ReconstructsWhatItHasLearned) {
  const auto images = columns();
  const auto task = autoencode({{"iterations", 3}}, {{"digits", as_input(images)}});
  const Tensor p = task->output("reconstruction");
  EXPECT_EQ(p.shape(), (Shape{4, 3, 4}));
  for (std::size_t i = 0; i < images.size(); ++i) EXPECT_NEAR(p.as<float>()[i], images[i], 0.1) << i;
  EXPECT_EQ(task->output("code").shape(), (Shape{4, 2}));
  EXPECT_LT(task->metrics().at("error"), 0.01);
}

TEST(Autoencode, DecodesRandomCodesOfTheRightSpread) {
  const auto task = autoencode({{"count", 2000}, {"seed", 4}}, {});
  const Tensor code = task->output("code"), p = task->output("reconstruction");
  EXPECT_EQ(p.shape(), (Shape{2000, 3, 4}));
  const Autoencoder net = Autoencoder::from(read_safetensors(write_safetensors(trained().to_file())));
  double mean = 0.0;
  for (std::size_t i = 0; i < 2000; ++i) mean += static_cast<double>(code.as<float>()[2 * i]) / 2000;
  const double deviation = static_cast<double>(net.weights().code_deviation[0]);
  EXPECT_NEAR(mean, static_cast<double>(net.weights().code_mean[0]), 0.1 * deviation);
  const auto again = net.decode(code.as<float>().subspan(10, 2));
  EXPECT_TRUE(std::ranges::equal(again, p.as<float>().subspan(60, 12)));
  const auto other = autoencode({{"count", 2000}, {"seed", 5}}, {});
  EXPECT_FALSE(std::ranges::equal(other->output("code").as<float>(), code.as<float>()));
}

TEST(Autoencode, SaysWhatIsWrong) {
  EXPECT_SENTENCE(autoencode(nlohmann::json::object(), {{"image", Tensor(DType::f32, {1, 3, 4})}}),
                  "no input \"image\"");
  EXPECT_SENTENCE(autoencode(nlohmann::json::object(), {{"digits", Tensor(DType::f32, {1, 4, 3})}}),
                  "3x4 pixels; the shape (1, 4, 3)");
  Tensor wrong(DType::f32, {1, 3, 4});
  wrong.as<float>()[2] = 2.0f;
  EXPECT_SENTENCE(autoencode(nlohmann::json::object(), {{"digits", wrong}}), "from 0 to 1; 2 came");
  EXPECT_SENTENCE(autoencode({{"model", "nothing"}}, {}), "no model \"nothing\"");
}

}  // namespace
}  // namespace priorlab
