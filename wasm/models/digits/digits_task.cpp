#include "models/digits/digits_task.h"

#include <algorithm>
#include <numeric>

#include "core/error.h"
#include "models/autoregressive/autoregressive_model.h"
#include "models/autoregressive/image_draws.h"
#include "models/digits/digit_inputs.h"

namespace priorlab {
namespace {

// Enough for the kernels to share what they read of a model's weights.
constexpr int kLanes = 16;

TaskInfo info() {
  TaskInfo t;
  t.id = "digits";
  t.title = "Digits, drawn pixel by pixel";
  t.summary = "Draws images from an autoregressive model, each pixel given those before it.";
  t.unit = "sheet";
  t.source = "Larochelle and Murray, The neural autoregressive distribution estimator, AISTATS 2011";
  t.params = {
      model("model", "nade", Autoregressive::family, "Model", "The model to draw from."),
      integer("count", 64, 1, 4096, "Digits", "How many images to draw."),
      integer("first", 0, 0, 1000000000, "First",
              "Number of the first image: image number j depends on the seed and j alone."),
      number("temperature", 1, 0.1, 5, "Temperature",
             "The log-odds are divided by it: below 1 likely pixels become likelier, above 1 all are mixed."),
      integer("seed", 1, 0, 2147483647, "Seed", "The same seed draws the same images.")};
  t.outputs = {{"samples", "(N, H, W)", "The images, 0 or 1."},
               {"probabilities", "(N, H, W)",
                "p(pixel = 1 | pixels before it in the model's order), at the temperature asked for."},
               {"log_likelihood", "(N)", "log p(image) in nats, of the model itself (temperature 1)."}};
  t.metrics = {{"log_likelihood", "nats", "Mean of log p(image) over the images."}};
  return t;
}

class DigitsTask final : public Task {
 public:
  DigitsTask(const Params& params, ModelStore& models)
      : model_(models.get<AutoregressiveModel>(params.text("model"))),
        count_(params.integer("count")),
        first_(params.integer("first")),
        temperature_(static_cast<float>(params.number("temperature"))),
        seed_(static_cast<std::uint64_t>(params.integer("seed"))) {
    const std::size_t values = count() * pixels();
    samples_.resize(values);
    probabilities_.resize(values);
    log_likelihood_.resize(count());
  }

  Tensor output(const std::string& name, const Window& window) const override {
    if (window.y != 0 || window.x != 0 || window.height != 0 || window.width != 0)
      invalid("The outputs of \"digits\" are given whole.");
    const Shape shape = {count_, (*model_)->height(), (*model_)->width()};
    if (name == "samples") {
      const std::vector<float> values(samples_.begin(), samples_.end());
      return Tensor::from<float>(shape, std::span<const float>(values));
    }
    if (name == "probabilities") return Tensor::from<float>(shape, std::span<const float>(probabilities_));
    if (name == "log_likelihood") return f32_tensor({count_}, log_likelihood_);
    invalid("The task \"digits\" has no output \"", name,
            "\"; it gives samples, probabilities and log_likelihood.");
  }

  Metrics metrics() const override { return metrics_; }
  bool shares() const override { return true; }
  double bytes() const override { return 13.0 * static_cast<double>(samples_.size()); }

 protected:
  int units() const override { return 1; }
  int blocks() const override { return (count_ + kLanes - 1) / kLanes; }

  void run_block(int block) override {
    const auto sweep = (*model_)->sweep(static_cast<int>(size(block)));
    draw_images(**model_, *sweep, seed_, static_cast<std::uint64_t>(first_) + begin(block), temperature_,
                {part(samples_, block, pixels()), part(probabilities_, block, pixels()),
                 part(log_likelihood_, block, 1)});
  }
  void write_result(int block, ByteWriter& to) const override {
    to.values(part(samples_, block, pixels()));
    to.values(part(probabilities_, block, pixels()));
    to.values(part(log_likelihood_, block, 1));
  }
  void read_result(int block, ByteReader& from) override {
    from.values(part(samples_, block, pixels()));
    from.values(part(probabilities_, block, pixels()));
    from.values(part(log_likelihood_, block, 1));
  }
  void merge() override {
    metrics_["log_likelihood"] =
        std::accumulate(log_likelihood_.begin(), log_likelihood_.end(), 0.0) / static_cast<double>(count_);
  }

 private:
  std::size_t count() const { return static_cast<std::size_t>(count_); }
  std::size_t pixels() const { return static_cast<std::size_t>((*model_)->pixels()); }
  static std::size_t begin(int block) { return static_cast<std::size_t>(block) * kLanes; }
  std::size_t size(int block) const { return std::min<std::size_t>(kLanes, count() - begin(block)); }
  template <class T>
  std::span<T> part(std::vector<T>& all, int block, std::size_t each) {
    return std::span(all).subspan(begin(block) * each, size(block) * each);
  }
  template <class T>
  std::span<const T> part(const std::vector<T>& all, int block, std::size_t each) const {
    return std::span(all).subspan(begin(block) * each, size(block) * each);
  }

  std::shared_ptr<const AutoregressiveModel> model_;
  int count_, first_;
  float temperature_;
  std::uint64_t seed_;
  std::vector<std::uint8_t> samples_;
  std::vector<float> probabilities_;
  std::vector<double> log_likelihood_;
  Metrics metrics_;
};

std::unique_ptr<Task> create(const Params& params, TensorMap inputs, ModelStore& models,
                             const Safetensors* state) {
  check_inputs("digits", inputs, {}, state);
  return std::make_unique<DigitsTask>(params, models);
}

}  // namespace

const TaskFactory digits_task{info, create};

}  // namespace priorlab
