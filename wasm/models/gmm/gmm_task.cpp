#include <algorithm>

#include "core/error.h"
#include "core/parallel_for.h"
#include "models/digits/digit_inputs.h"
#include "models/gmm/gmm.h"
#include "models/gmm/gmm_tasks.h"
#include "models/patches/patch_outputs.h"
#include "models/patches/patch_sampler.h"
#include "ops/dct_basis.h"

namespace priorlab {
namespace {

// Patches of a block: enough that a component's patches meet, few enough that their normals stay in a cache.
constexpr int kLot = 512;

TaskInfo info() {
  TaskInfo t;
  t.id = "gmm";
  t.title = "Patches, drawn from a mixture of Gaussians";
  t.summary =
      "Draws patches from a mixture of zero-mean Gaussians: a component by its weight, then a patch of it.";
  t.unit = "sheet";
  t.source = "Zoran and Weiss, Natural images, Gaussian mixtures and dead leaves, NIPS 2012";
  t.params = {
      model("model", "gmm", GaussianMixture::family, "Model", "The mixture to draw from."),
      integer("component", -1, -1, 4095, "Component", "Number of the component; -1 draws it by its weight."),
      integer("count", 64, 1, 4096, "Patches", "How many patches to draw."),
      integer("first", 0, 0, 1000000000, "First",
              "Number of the first patch: patch number j depends on the seed and j alone."),
      number("temperature", 1, 0.1, 3, "Temperature", "Standard deviations are multiplied by it."),
      integer("seed", 1, 0, 2147483647, "Seed", "The same seed draws the same patches.")};
  t.params[1].symbol = "k";
  t.outputs = {
      {"patches", "(N, S, S)", "The patches, of mean zero, on the [0,1] scale."},
      {"component", "(N)", "Number of the component each was drawn from."},
      {"log_density", "(N)",
       "log p(patch) in nats under the mixture itself (temperature 1), in the DC-free orthonormal basis."}};
  t.metrics = {{"components", "", "Components of the model."}, {"patch", "pixels", "Side of its patches."}};
  return t;
}

// Between replicas it does not share: a sheet of 4096 patches of 8x8 pixels takes less time to draw than its
// megabyte takes to travel.
class GmmTask final : public Task {
 public:
  GmmTask(const Params& params, ModelStore& models)
      : mixture_(models.get<GaussianMixture>(params.text("model"))),
        sampler_(models.get<PatchSampler>(params.text("model"))),
        count_(params.integer("count")),
        first_(static_cast<std::uint64_t>(params.integer("first"))),
        seed_(static_cast<std::uint64_t>(params.integer("seed"))),
        temperature_(static_cast<float>(params.number("temperature"))) {
    check_component(params, *mixture_);
    component_.assign(static_cast<std::size_t>(count_), params.integer("component"));
    patches_.resize(component_.size() * pixels());
  }

  Tensor output(const std::string& name, const Window& window) const override {
    if (window.y != 0 || window.x != 0 || window.height != 0 || window.width != 0)
      invalid("The outputs of \"gmm\" are given whole.");
    if (name == "patches")
      return Tensor::from<float>({count_, sampler_->side(), sampler_->side()},
                                 std::span<const float>(patches_));
    if (name == "component") {
      const std::vector<float> values(component_.begin(), component_.end());
      return Tensor::from<float>({count_}, std::span<const float>(values));
    }
    if (name == "log_density") return f32_tensor({count_}, log_densities_of(*mixture_, patches_));
    invalid("The task \"gmm\" has no output \"", name, "\"; it gives patches, component and log_density.");
  }

  Metrics metrics() const override {
    return {{"components", sampler_->components()}, {"patch", sampler_->side()}};
  }

 protected:
  int units() const override { return 1; }
  int blocks() const override { return (count_ + kLot - 1) / kLot; }
  void run_block(int block) override {
    sampler_->draw(seed_, first_ + begin(block), temperature_,
                   std::span(component_).subspan(begin(block), size(block)),
                   std::span(patches_).subspan(begin(block) * pixels(), size(block) * pixels()));
  }
  void merge() override {}

 private:
  std::size_t pixels() const { return static_cast<std::size_t>(sampler_->pixels()); }
  static std::size_t begin(int block) { return static_cast<std::size_t>(block) * kLot; }
  std::size_t size(int block) const { return std::min<std::size_t>(kLot, component_.size() - begin(block)); }

  std::shared_ptr<const GaussianMixture> mixture_;
  std::shared_ptr<const PatchSampler> sampler_;
  int count_;
  std::uint64_t first_, seed_;
  float temperature_;
  std::vector<std::int32_t> component_;
  std::vector<float> patches_;
};

std::unique_ptr<Task> create(const Params& params, TensorMap inputs, ModelStore& models,
                             const Safetensors* state) {
  check_inputs("gmm", inputs, {}, state);
  return std::make_unique<GmmTask>(params, models);
}

}  // namespace

const TaskFactory gmm_task{info, create};

}  // namespace priorlab
