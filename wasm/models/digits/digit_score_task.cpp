#include "models/digits/digit_score_task.h"

#include <algorithm>
#include <numeric>

#include "core/error.h"
#include "models/autoregressive/autoregressive_model.h"
#include "models/autoregressive/image_draws.h"
#include "models/digits/digit_inputs.h"

namespace priorlab {
namespace {

constexpr int kLanes = 16;
// Of so many images what belongs to single pixels is kept.
constexpr std::size_t kMostPerPixel = 4096;

TaskInfo info() {
  TaskInfo t;
  t.id = "digit_score";
  t.title = "Likelihood of digits";
  t.summary = "Tells how likely images are under an autoregressive model and which pixels surprise it.";
  t.unit = "sheet";
  t.source = "Larochelle and Murray, The neural autoregressive distribution estimator, AISTATS 2011";
  t.params = {model("model", "nade", Autoregressive::family, "Model", "The model that judges.")};
  t.inputs = {{"digits", "(N, H, W)", "Images of zeros and ones, of the size that the model makes."}};
  t.outputs = {
      {"log_likelihood", "(N)", "log p(image) in nats."},
      {"nats", "(N, H, W)",
       "-log p(pixel | pixels before it): how much the pixel surprises; they sum to -log p(image). For at "
       "most 4096 images."},
      {"probabilities", "(N, H, W)", "p(pixel = 1 | pixels before it). For at most 4096 images."}};
  t.metrics = {{"log_likelihood", "nats", "Mean of log p(image) over the images."}};
  return t;
}

class DigitScoreTask final : public Task {
 public:
  DigitScoreTask(const Params& params, const Tensor& digits, ModelStore& models)
      : model_(models.get<AutoregressiveModel>(params.text("model"))),
        pixels_(take_binary(digits, "digits", (*model_)->height(), (*model_)->width())) {
    log_likelihood_.resize(count());
    if (count() > kMostPerPixel) return;
    nats_.resize(pixels_.size());
    probabilities_.resize(pixels_.size());
  }

  Tensor output(const std::string& name, const Window& window) const override {
    if (window.y != 0 || window.x != 0 || window.height != 0 || window.width != 0)
      invalid("The outputs of \"digit_score\" are given whole.");
    const auto images = static_cast<std::int64_t>(count());
    if (name == "log_likelihood") return f32_tensor({images}, log_likelihood_);
    if (name != "nats" && name != "probabilities")
      invalid("The task \"digit_score\" has no output \"", name,
              "\"; it gives log_likelihood, nats and probabilities.");
    if (nats_.empty())
      invalid("The output \"", name, "\" is kept for at most ", kMostPerPixel, " images; ", images, " came.");
    return Tensor::from<float>({images, (*model_)->height(), (*model_)->width()},
                               std::span<const float>(name == "nats" ? nats_ : probabilities_));
  }

  Metrics metrics() const override { return metrics_; }
  bool shares() const override { return true; }
  double bytes() const override { return 9.0 * static_cast<double>(pixels_.size()); }

 protected:
  int units() const override { return 1; }
  int blocks() const override { return static_cast<int>((count() + kLanes - 1) / kLanes); }

  void run_block(int block) override {
    const auto sweep = (*model_)->sweep(static_cast<int>(size(block)));
    score_images(
        **model_, *sweep,
        std::span<const std::uint8_t>(pixels_).subspan(begin(block) * n(), size(block) * n()),
        {part(nats_, block, n()), part(probabilities_, block, n()), part(log_likelihood_, block, 1)});
  }
  void write_result(int block, ByteWriter& to) const override {
    to.values(part(nats_, block, n()));
    to.values(part(probabilities_, block, n()));
    to.values(part(log_likelihood_, block, 1));
  }
  void read_result(int block, ByteReader& from) override {
    from.values(part(nats_, block, n()));
    from.values(part(probabilities_, block, n()));
    from.values(part(log_likelihood_, block, 1));
  }
  void merge() override {
    metrics_["log_likelihood"] =
        std::accumulate(log_likelihood_.begin(), log_likelihood_.end(), 0.0) / static_cast<double>(count());
  }

 private:
  std::size_t n() const { return static_cast<std::size_t>((*model_)->pixels()); }
  std::size_t count() const { return pixels_.size() / n(); }
  static std::size_t begin(int block) { return static_cast<std::size_t>(block) * kLanes; }
  std::size_t size(int block) const { return std::min<std::size_t>(kLanes, count() - begin(block)); }
  // Empty of what is not kept.
  template <class T>
  std::span<T> part(std::vector<T>& all, int block, std::size_t each) {
    if (all.empty()) return {};
    return std::span(all).subspan(begin(block) * each, size(block) * each);
  }
  template <class T>
  std::span<const T> part(const std::vector<T>& all, int block, std::size_t each) const {
    if (all.empty()) return {};
    return std::span(all).subspan(begin(block) * each, size(block) * each);
  }

  std::shared_ptr<const AutoregressiveModel> model_;
  std::vector<std::uint8_t> pixels_;
  std::vector<float> nats_, probabilities_;
  std::vector<double> log_likelihood_;
  Metrics metrics_;
};

std::unique_ptr<Task> create(const Params& params, TensorMap inputs, ModelStore& models,
                             const Safetensors* state) {
  check_inputs("digit_score", inputs, {"digits"}, state);
  return std::make_unique<DigitScoreTask>(params, inputs.at("digits"), models);
}

}  // namespace

const TaskFactory digit_score_task{info, create};

}  // namespace priorlab
