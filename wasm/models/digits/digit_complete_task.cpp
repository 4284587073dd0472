#include "models/digits/digit_complete_task.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <string>

#include "core/error.h"
#include "models/autoregressive/autoregressive_model.h"
#include "models/autoregressive/completion.h"
#include "models/digits/digit_inputs.h"

namespace priorlab {
namespace {

TaskInfo info() {
  TaskInfo t;
  t.id = "digit_complete";
  t.title = "Completing a digit";
  t.summary =
      "Draws the hidden pixels of an image given the others, by sequential Monte Carlo and moves, or by "
      "naive "
      "forcing, which ignores given pixels that come later.";
  t.unit = "stretch";
  t.source =
      "Doucet and Johansen, A tutorial on particle filtering and smoothing, 2011; Gilks and Berzuini, "
      "Following "
      "a moving target, JRSS B 2001; guide: Uria, Murray and Larochelle, ICML 2014";
  t.params = {model("model", "nade", Autoregressive::family, "Model", "The model whose images these are."),
              model("guide", "orderless", Autoregressive::family, "Guide",
                    "The orderless NADE that looks ahead and proposes moves; empty: the model does without."),
              choice("method", "smc", {{"smc", "SMC and moves"}, {"naive", "naive forcing"}}, "Method",
                     "Naive forcing draws hidden pixels forward and ignores given ones that come later."),
              integer("particles", 256, 1, 4096, "Particles", "Images that grow side by side."),
              integer("moves", CompletionOptions{}.moves, 0, 1000, "Moves",
                      "Rounds in which a small rectangle of each particle is proposed anew."),
              number("resample", CompletionOptions{}.threshold, 0, 1, "Resample",
                     "Particles are resampled when their effective number falls below this share of them."),
              integer("show", 64, 1, 64, "Completions", "How many completions to give."),
              integer("seed", 1, 0, 2147483647, "Seed", "The same seed gives the same completions.")};
  t.inputs = {{"digit", "(H, W)", "The image, 0 or 1; hidden pixels may have either."},
              {"mask", "(H, W)", "1 where the pixel is given, 0 where it is hidden."}};
  t.outputs = {
      {"completions", "(show, H, W)",
       "Images drawn from the weighted particles; pixels not reached yet are 0."},
      {"mean", "(H, W)",
       "Weighted mean of the particles: the probability that a pixel is on; one half where not reached yet."},
      {"ess", "(H * W)",
       "Effective number of particles after each pixel of the order; 0 where not reached yet. For naive "
       "forcing, that of the weights it ignores."}};
  t.metrics = {{"ess", "", "Effective number of particles after the last pixel, before moves."},
               {"log_evidence", "nats", "Estimate of log p(given pixels); its exponential is unbiased."},
               {"distinct", "", "Different images among the completions."},
               {"accepted", "", "Share of the moves that were accepted."},
               {"hidden", "", "Pixels that are not given."}};
  return t;
}

class DigitCompleteTask final : public Task {
 public:
  DigitCompleteTask(const Params& params, const TensorMap& inputs, ModelStore& models)
      : model_(models.get<AutoregressiveModel>(params.text("model"))), show_(params.integer("show")) {
    const Autoregressive& of = **model_;
    const OrderlessModel* guide = nullptr;
    const std::string& name = params.text("guide");
    const bool naive = params.text("method") == "naive";
    if (!name.empty() && !naive) {
      guide_ = models.get<AutoregressiveModel>(name);
      guide = dynamic_cast<const OrderlessModel*>(&**guide_);
      if (!guide)
        invalid("The guide must be an orderless NADE; the model \"", name, "\" is of kind \"",
                (*guide_)->kind(), "\".");
    }
    const auto one = [&](const char* input) {
      auto pixels = take_binary(inputs.find(input)->second, input, of.height(), of.width());
      if (static_cast<int>(pixels.size()) != of.pixels())
        invalid("The input \"", input, "\" has the shape ", to_text(inputs.find(input)->second.shape()),
                "; one image is completed at a time.");
      return pixels;
    };
    const auto digit = one("digit"), mask = one("mask");
    CompletionOptions options;
    options.naive = naive;
    options.particles = params.integer("particles");
    options.moves = params.integer("moves");
    options.threshold = params.number("resample");
    options.seed = static_cast<std::uint64_t>(params.integer("seed"));
    hidden_ = std::count(mask.begin(), mask.end(), 0);
    completion_.emplace(of, guide, digit, mask, options);
  }

  Tensor output(const std::string& name, const Window& window) const override {
    if (window.y != 0 || window.x != 0 || window.height != 0 || window.width != 0)
      invalid("The outputs of \"digit_complete\" are given whole.");
    const int height = (*model_)->height(), width = (*model_)->width();
    if (name == "mean") return f32_tensor({height, width}, completion_->mean());
    if (name == "ess") return Tensor::from<float>({height * width}, completion_->effective_sizes());
    if (name != "completions")
      invalid("The task \"digit_complete\" has no output \"", name,
              "\"; it gives completions, mean and ess.");
    Tensor completions(DType::f32, {show_, height, width});
    auto to = completions.as<float>().begin();
    for (int i : completion_->shown(show_))
      to = std::copy(completion_->particle(i).begin(), completion_->particle(i).end(), to);
    return completions;
  }

  Metrics metrics() const override { return metrics_; }
  bool shares() const override { return true; }
  double bytes() const override {
    // Pixels and their log-likelihoods, and what a block keeps of a model with 500 hidden units.
    return completion_->particles() * (10.0 * (*model_)->pixels() + 4.0 * 2000);
  }

 protected:
  int units() const override { return completion_->units(); }
  int blocks() const override { return completion_->blocks(); }
  void run_block(int block) override { completion_->run_block(block); }
  void write_result(int block, ByteWriter& to) const override { completion_->write_result(block, to); }
  void read_result(int block, ByteReader& from) override { completion_->read_result(block, from); }
  void merge() override {
    completion_->merge();
    metrics_["hidden"] = static_cast<double>(hidden_);
    metrics_["accepted"] = completion_->accepted();
    const double evidence = completion_->log_evidence();
    if (!std::isnan(evidence)) {
      metrics_["log_evidence"] = evidence;
      metrics_["ess"] = completion_->effective_size();
    }
    std::set<std::string> different;
    for (int i : completion_->shown(show_))
      different.emplace(completion_->particle(i).begin(), completion_->particle(i).end());
    metrics_["distinct"] = static_cast<double>(different.size());
  }

 private:
  std::shared_ptr<const AutoregressiveModel> model_, guide_;
  int show_;
  std::ptrdiff_t hidden_ = 0;
  std::optional<Completion> completion_;
  Metrics metrics_;
};

std::unique_ptr<Task> create(const Params& params, TensorMap inputs, ModelStore& models,
                             const Safetensors* state) {
  check_inputs("digit_complete", inputs, {"digit", "mask"}, state);
  return std::make_unique<DigitCompleteTask>(params, inputs, models);
}

}  // namespace

const TaskFactory digit_complete_task{info, create};

}  // namespace priorlab
