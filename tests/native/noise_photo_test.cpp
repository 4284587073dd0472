// What EPLL with sigma auto does on a small camera picture, on a clean one and on degenerate ones, with the
// shipped prior.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <vector>

#include "core/image.h"
#include "ops/camera_noise.h"
#include "ops/metrics.h"
#include "ops/noise_report.h"
#include "registry.h"

namespace priorlab {
namespace {

// Ramps, a disc, an edge and a patch of texture, in colours; edges as soft as a lens leaves them.
Image scene() {
  constexpr int kSide = 112;
  const auto step = [](double at) { return static_cast<float>(0.5 + 0.5 * std::tanh(at / 1.5)); };
  Image image(3, kSide, kSide);
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < kSide; ++y) {
      for (int x = 0; x < kSide; ++x) {
        float v = 0.25f + 0.1f * static_cast<float>(c) + 0.002f * static_cast<float>(c == 1 ? x : y);
        v += step(22 - std::hypot(x - 70.0, y - 40.0)) * ((c == 0 ? 0.6f : 0.35f) - v);
        v += step(y - 80.0) * (0.6f - 0.08f * static_cast<float>(c) - v);
        if (x < 28 && y < 60)
          v += 0.08f * std::sin(1.1f * static_cast<float>(x)) * std::sin(0.8f * static_cast<float>(y));
        image.at(c, y, x) = std::round(255 * v) / 255;
      }
    }
  }
  return image;
}

Image restored(const Image& noisy, Metrics& metrics) {
  ModelStore models;
  std::ifstream file("shared/models/gmm/gmm.safetensors", std::ios::binary);
  const std::vector<char> bytes((std::istreambuf_iterator<char>(file)), {});
  models.put("gmm", std::as_bytes(std::span<const char>(bytes)));
  TensorMap inputs;
  inputs["image"] = tensor_from(noisy);
  const auto task = create_task("epll", nlohmann::json::object(), std::move(inputs), models);
  while (!task->status().done) task->step(1000);
  metrics = task->metrics();
  return image_from(task->output("restored"));
}

TEST(NoisePhoto, ACameraPictureGetsBetter) {
  const Image clean = scene();
  for (double strength : {1.0, 2.0}) {
    const Image noisy = camera_picture(clean, camera_of_strength(strength), 5);
    const NoiseReport report = report_noise(noisy);
    EXPECT_EQ(report.kind, NoiseKind::correlated) << strength;
    EXPECT_TRUE(report.chroma_at_half);
    Metrics metrics;
    const Image better = restored(noisy, metrics);
    EXPECT_NEAR(metrics.at("sigma"), 255 * report.luma, 1e-9);
    EXPECT_NEAR(metrics.at("sigma_colour"), 255 * report.chroma, 1e-9);
    EXPECT_GT(psnr(better.values(), clean.values()), psnr(noisy.values(), clean.values()) + 4) << strength;
  }
}

TEST(NoisePhoto, ACleanPictureStaysWhatItIs) {
  const Image clean = scene();
  Metrics metrics;
  const Image same = restored(clean, metrics);
  EXPECT_EQ(metrics.at("sigma"), 0);
  EXPECT_TRUE(std::equal(same.values().begin(), same.values().end(), clean.values().begin()));
}

TEST(NoisePhoto, DegeneratePicturesStayWhatTheyAre) {
  for (const auto& [h, w] : {std::pair{1, 1}, {7, 3}, {20, 20}}) {
    const Image image(3, h, w, 0.25f);
    Metrics metrics;
    const Image same = restored(image, metrics);
    EXPECT_EQ(same.height(), h);
    EXPECT_EQ(same.width(), w);
    EXPECT_TRUE(std::equal(same.values().begin(), same.values().end(), image.values().begin()));
  }
}

}  // namespace
}  // namespace priorlab
