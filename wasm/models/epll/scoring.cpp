#include "models/epll/scoring.h"

#include <numeric>

#include "core/bytes.h"
#include "core/error.h"
#include "core/rng.h"
#include "models/gmm/gmm.h"
#include "ops/gaussian_bank.h"
#include "ops/gemm.h"

namespace priorlab {
namespace {

constexpr int kBlock = GaussianBank::kBlock;
constexpr double kSigma = 25.0 / 255;

TaskInfo info() {
  TaskInfo t;
  t.id = "scoring";
  t.title = "Dense scoring";
  t.summary =
      "Scores patches of noise under every component in full, or forms the matrix products alone: the work "
      "that "
      "pruning is measured against.";
  t.unit = "round";
  t.source = "Zoran and Weiss, ICCV 2011: the component of greatest pi_k N(P_i x; 0, S_k + s I).";
  t.params = {
      choice("kernel", "products", {{"products", "matrix products"}, {"dense", "dense scoring"}}, "Kernel",
             "Matrix products alone, or all of dense scoring: products, squares, weights, the least of all."),
      integer("patches", 8192, 512, 131072, "Patches", "How many are scored; rounded down to blocks of 512."),
      integer("rounds", 3, 1, 100, "Rounds", "How often."),
      model("prior", "gmm", "gmm", "Patch prior", "The mixture of Gaussians.")};
  t.outputs = {
      {"result", "(N)", "A sum for each block, so that nothing is left out: of products, or of energies."}};
  t.metrics = {{"gflop", "GFLOP", "Floating-point operations of a round: 2 patches components stride^2."}};
  return t;
}

class ScoringTask final : public Task {
 public:
  ScoringTask(const Params& params, const TensorMap& inputs, ModelStore& models)
      : dense_(params.text("kernel") == "dense"),
        rounds_(params.integer("rounds")),
        blocks_(params.integer("patches") / kBlock),
        spectra_(models.get<GaussianMixture>(params.text("prior"))->spectra()),
        bank_(spectra_, kSigma * kSigma),
        results_(static_cast<std::size_t>(blocks_)) {
    if (!inputs.empty())
      invalid("The task \"scoring\" has no input \"", inputs.begin()->first,
              "\"; it makes its patches itself.");
    Rng rng(1);
    const auto stride = static_cast<std::size_t>(spectra_->stride);
    patches_.assign(static_cast<std::size_t>(blocks_) * kBlock * stride, 0.0f);
    for (std::size_t i = 0; i < patches_.size(); i += stride)
      for (int d = 0; d < spectra_->dims; ++d)
        patches_[i + static_cast<std::size_t>(d)] = static_cast<float>(kSigma) * rng.normal();
  }

  Tensor output(const std::string& name, const Window& window) const override {
    if (name != "result") invalid("The task \"scoring\" has no output \"", name, "\"; it gives result.");
    if (window.y != 0 || window.x != 0 || window.height != 0 || window.width != 0)
      invalid("The output \"result\" is no picture and is given whole.");
    return Tensor::from<float>({blocks_}, std::span<const float>(results_));
  }
  Metrics metrics() const override {
    const double size = static_cast<double>(spectra_->block());
    return {{"gflop", 2e-9 * blocks_ * kBlock * spectra_->components * size}};
  }
  bool shares() const override { return true; }

 protected:
  int units() const override { return rounds_; }
  int blocks() const override { return blocks_; }
  void run_block(int block) override {
    const auto stride = static_cast<std::size_t>(spectra_->stride);
    const std::size_t count = kBlock * stride;
    const auto patches =
        std::span<const float>(patches_).subspan(static_cast<std::size_t>(block) * count, count);
    std::vector<float> values;
    if (dense_) {
      std::vector<std::int32_t> winner(kBlock, -1);
      values.resize(kBlock);
      bank_.best_dense(patches, winner, values);
    } else {
      values.resize(count);
      for (int k = 0; k < spectra_->components; ++k)
        gemm(kBlock, spectra_->stride, spectra_->stride, {patches.data(), spectra_->stride},
             spectra_->synthesis.data() + static_cast<std::size_t>(k) * spectra_->block(), spectra_->stride,
             values.data(), spectra_->stride);
    }
    results_[static_cast<std::size_t>(block)] = std::accumulate(values.begin(), values.end(), 0.0f);
  }
  void merge() override {}
  void write_result(int block, ByteWriter& to) const override {
    to.value(results_[static_cast<std::size_t>(block)]);
  }
  void read_result(int block, ByteReader& from) override {
    results_[static_cast<std::size_t>(block)] = from.value<float>();
  }

 private:
  bool dense_;
  int rounds_, blocks_;
  std::shared_ptr<const GaussianSpectra> spectra_;
  GaussianBank bank_;
  std::vector<float> patches_, results_;
};

std::unique_ptr<Task> create(const Params& params, TensorMap inputs, ModelStore& models,
                             const Safetensors* state) {
  if (state != nullptr) invalid("The task \"scoring\" cannot be resumed.");
  return std::make_unique<ScoringTask>(params, inputs, models);
}

}  // namespace

const TaskFactory scoring_task{info, create};

}  // namespace priorlab
