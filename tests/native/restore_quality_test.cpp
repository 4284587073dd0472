// The quality dial of restoration: quick EPLL with an operator, patches that are passed over, and the three
// tasks at every setting.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "core/parallel_for.h"
#include "epll_prior.h"
#include "errors.h"
#include "models/epll/epll_quick.h"
#include "models/restore/mask_term.h"
#include "models/restore/restore_task.h"

namespace priorlab {
namespace {

using nlohmann::json;

std::vector<float> run_all(PlaneRestorer& plane) {
  while (!plane.done()) {
    parallel_for(plane.blocks(), [&](int i) { plane.run_block(i); });
    plane.finish_stage();
  }
  return {plane.estimate().begin(), plane.estimate().end()};
}

TEST(QuickRestore, TheIdentityIsQuickDenoisingToTheBit) {
  constexpr double kSigma = 25.0 / 255;
  const TestPrior prior(9);
  const auto mixture = std::make_shared<GaussianMixture>(kPatchSide, prior.log_weights, prior.covariances);
  const int height = 26, width = 41;
  const auto noisy = with_noise(test_scene(height, width), kSigma);
  for (const QuickSchedule& schedule : {balanced_schedule(kSigma), fast_schedule(kSigma)}) {
    QuickEpllPlane denoising(noisy, height, width, kSigma, mixture, schedule);
    QuickEpllPlane identity(
        noisy, height, width, kSigma, mixture, schedule,
        std::make_shared<MaskTerm>(noisy, std::vector<std::uint8_t>(noisy.size(), 0), 1.0));
    EXPECT_EQ(run_all(identity), run_all(denoising));
    EXPECT_EQ(identity.passes_done(), static_cast<int>(schedule.size()));
  }
}

// A mask that does not tell what it is certain of.
class Reticent final : public DataTerm {
 public:
  explicit Reticent(MaskTerm term) : term_(std::move(term)) {}
  void solve(std::span<const float> average, double weight, std::span<float> x) override {
    term_.solve(average, weight, x);
  }
  double misfit(std::span<const float> x) const override { return term_.misfit(x); }
  std::size_t seen() const override { return term_.seen(); }

 private:
  MaskTerm term_;
};

TEST(CertainPatches, ArePassedOverAndChangeNoBit) {
  const TestPrior prior(9);
  const int height = 40, width = 90;
  auto scene = test_scene(height, width);
  std::vector<std::uint8_t> missing(scene.size(), 0);
  for (int y = 10; y < 20; ++y)
    for (int x = 12; x < 30; ++x) missing[static_cast<std::size_t>(y * width + x)] = 1;
  for (std::size_t i = 0; i < scene.size(); ++i)
    if (missing[i]) scene[i] = 0.5f;
  // Components kept, and a prior that is fitted from the winners of the pass before the last one.
  const EpllSchedule schedule = {
      EpllPass::plain(200), {400, 0, 400, 0}, {800, 800, 800, 30}, EpllPass::plain(1600), {3200, 0, 3200, 0}};
  const MaskTerm mask(scene, missing, 0);
  EXPECT_TRUE(mask.certain(0));
  EXPECT_FALSE(mask.certain(static_cast<std::size_t>(10 * width + 12)));
  EXPECT_FALSE(MaskTerm(scene, missing, 0.1).certain(0));
  EpllPlane quick(scene, height, width, 1.0, prior.spectra(), schedule, std::make_shared<MaskTerm>(mask));
  EpllPlane whole(scene, height, width, 1.0, prior.spectra(), schedule, std::make_shared<Reticent>(mask));
  EXPECT_EQ(run_all(quick), run_all(whole));
  EXPECT_LT(quick.work().dense, whole.work().dense);

  // Nothing is missing: the picture stays, and no patch is scored.
  std::fill(missing.begin(), missing.end(), std::uint8_t{0});
  EpllPlane known(scene, height, width, 1.0, prior.spectra(), {EpllPass::plain(200)},
                  std::make_shared<MaskTerm>(scene, missing, 0));
  EXPECT_EQ(run_all(known), scene);
  EXPECT_EQ(known.work().dense, 0u);
}

TEST(RestoreQuality, EveryTaskHasTheDialInGreyAndColour) {
  ModelStore models;
  std::ifstream file("shared/models/gmm/gmm.safetensors", std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  models.put("gmm", std::as_bytes(std::span(bytes)));
  const int height = 20, width = 34;
  const auto grey = test_scene(height, width);
  Tensor mask(DType::f32, {height, width});
  for (std::size_t i = 0; i < grey.size(); i += 5) mask.as<float>()[i] = 1;
  const auto make = [&](const TaskFactory& factory, const char* quality, int channels) {
    std::vector<float> values;
    for (int c = 0; c < channels; ++c)
      for (const float v : grey) values.push_back(v * (1.0f - 0.1f * static_cast<float>(c)));
    TensorMap inputs;
    inputs["image"] = Tensor::from<float>({channels, height, width}, std::span<const float>(values));
    if (factory.info().id == "inpaint") inputs["mask"] = mask;
    json params = {{"quality", quality}};
    if (factory.info().id == "deblur") params["size"] = 1.5;
    return factory.create(Params::from_json(factory.info().params, params), std::move(inputs), models,
                          nullptr);
  };
  for (const TaskFactory* factory : {&deblur_task, &inpaint_task, &superres_task}) {
    std::vector<std::vector<float>> results;
    for (const char* quality : {"balanced", "fast"}) {
      const auto task = make(*factory, quality, 1);
      while (!task->status().done) task->step(1e9);
      const Tensor restored = task->output("restored");
      results.emplace_back(restored.as<float>().begin(), restored.as<float>().end());
      EXPECT_TRUE(task->metrics().contains("residual"));
      EXPECT_FALSE(task->metrics().contains("work"));
      EXPECT_GT(task->bytes(), 0);
    }
    EXPECT_NE(results[0], results[1]) << factory->info().id;
    double off = 0;
    for (std::size_t i = 0; i < results[0].size(); ++i) off += std::pow(results[0][i] - results[1][i], 2);
    EXPECT_LT(off / static_cast<double>(results[0].size()), 0.01) << factory->info().id;
    EXPECT_SENTENCE(make(*factory, "perfect", 1), "quality");
  }
  // Colours beside the brightness, which take another number of stages: all of them change.
  for (const TaskFactory* factory : {&deblur_task, &inpaint_task, &superres_task})
    for (const char* quality : {"exact", "balanced", "fast"}) {
      if (factory != &inpaint_task && quality != std::string("exact")) continue;
      const auto task = make(*factory, quality, 3);
      while (!task->status().done) task->step(1e9);
      const Tensor restored = task->output("restored"), given = task->output("given");
      const std::size_t n = restored.as<float>().size() / 3;
      for (std::size_t c = 0; c < 3; ++c)
        EXPECT_FALSE(std::equal(restored.as<float>().begin() + static_cast<std::ptrdiff_t>(c * n),
                                restored.as<float>().begin() + static_cast<std::ptrdiff_t>((c + 1) * n),
                                given.as<float>().begin() + static_cast<std::ptrdiff_t>(c * n)))
            << factory->info().id << " " << quality << " " << c;
      if (factory != &inpaint_task) continue;
      for (std::size_t i = 1; i < grey.size(); i += 5)
        ASSERT_FLOAT_EQ(restored.as<float>()[grey.size() + i], grey[i] * 0.9f);
    }
}

}  // namespace
}  // namespace priorlab
