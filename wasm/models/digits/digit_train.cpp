#include "models/digits/digit_train.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/error.h"
#include "core/parallel_for.h"
#include "core/text.h"
#include "models/autoregressive/pixel_orders.h"
#include "models/digits/digit_batches.h"
#include "models/training/learner.h"
#include "models/training/lesson.h"
#include "models/training/trainer.h"

namespace priorlab {
namespace {

constexpr int kParts = 4;  // of a batch: so many threads can share it

TaskInfo info() {
  TaskInfo t;
  t.id = "digit_train";
  t.title = "Learning digits";
  t.summary = "Learns an autoregressive model from black-and-white pictures by stochastic gradient descent.";
  t.unit = "batch";
  t.source =
      "FVSBN: Frey, Hinton and Dayan 1996; NADE: Larochelle and Murray, AISTATS 2011; MADE: Germain et al., "
      "ICML 2015; Adam: Kingma and Ba, ICLR 2015.";
  t.params = {
      choice("kind", "fvsbn", {{"fvsbn", "FVSBN"}, {"nade", "NADE"}, {"made", "MADE"}}, "Model",
             "What is learned."),
      integer("hidden", 64, 1, 1000, "Hidden units", "Of NADE and MADE; FVSBN has none."),
      choice("activation", "relu", {{"sigmoid", "sigmoid"}, {"relu", "ReLU"}}, "Activation",
             "What a hidden unit makes of its input."),
      integer("radius", 2, 0, 8, "Direct connections",
              "MADE: pixels are also joined directly to those before them so many rows and columns around."),
      choice("order", "raster",
             {{"raster", "row by row"},
              {"columns", "column by column"},
              {"random", "random"},
              {"centre", "from the middle"}},
             "Order", "The order of the pixels."),
      number("rate", 3e-3, 1e-6, 0.1, "Learning rate", "Adam's step size at the start; it falls to zero."),
      integer("batch", 100, 1, 5000, "Batch", "Digits in a mini-batch."),
      integer("epochs", 20, 1, 1000, "Epochs", "How often each digit is used."),
      number("penalty", 1e-4, 0, 1, "Penalty",
             "Half of this times the sum of squared weights is added to the mean loss."),
      number("alike", 100, 0, 10000, "Likeness",
             "FVSBN row by row: how strongly weights are drawn together whose pairs of pixels lie alike; so "
             "many digits' worth."),
      number("noise", 0, 0, 0.5, "Input noise",
             "Share of the pixels given that are replaced by a coin's toss."),
      integer("seed", 1, 0, 4294967295.0, "Seed", "Of the first weights, the batches and the noise.")};
  t.params[5].symbol = "alpha";
  t.inputs = lesson_inputs();
  t.outputs = {
      {"curve", "(2, E)",
       "Mean loss of each finished epoch: of its batches on the way in the first row, of the pictures "
       "kept out in the second (0 without any)."}};
  t.metrics = {{"epoch", "", "Epochs done, with the part of the one under way."},
               {"loss", "nats", "Mean -log p(x) of the last hundred batches, before each was learned from."},
               {"valid", "nats", "Mean -log p(x) of the pictures kept out, after the last finished epoch."},
               {"parameters", "", "How many numbers are learned."}};
  return t;
}

std::shared_ptr<const Learner> learner_for(const Params& params, int height, int width, double digits) {
  const std::string& kind = params.text("kind");
  const Activation activation = params.text("activation") == "relu" ? Activation::relu : Activation::sigmoid;
  const auto seed = static_cast<std::uint64_t>(params.number("seed"));
  OrderedPixels::Frame frame{height, width, pixel_order(params.text("order"), height, width, seed)};
  if (kind == "fvsbn") {
    FvsbnPenalty penalty;
    if (params.text("order") == "raster") penalty.alike = params.number("alike") / digits;
    return fvsbn_learner(std::move(frame), penalty);
  }
  if (kind == "nade") return nade_learner(std::move(frame), activation, params.integer("hidden"));
  return made_learner(std::move(frame), activation, even_degrees(height * width, params.integer("hidden")),
                      params.integer("radius"));
}

class DigitTrainTask final : public Task {
 public:
  DigitTrainTask(const Params& params, const TensorMap& inputs, const Safetensors* state)
      : params_(params), seed_(static_cast<std::uint64_t>(params.number("seed"))) {
    const Lesson lesson = take_lesson("digit_train", inputs);
    order_ = pixel_order(params.text("order"), lesson.height, lesson.width, seed_);
    rows_ = in_order(lesson.train, order_);
    valid_ = in_order(lesson.valid, order_);
    learner_ =
        learner_for(params, lesson.height, lesson.width, static_cast<double>(rows_.size() / order_.size()));
    TrainerOptions options;
    options.parts = kParts;
    options.penalty = params.number("penalty");
    options.average = 0.99;
    trainer_ = std::make_unique<Trainer>(learner_, options,
                                         learner_->first_weights(shares_on(rows_, order_.size()), seed_),
                                         learner_->penalties());
    batches_ = std::make_unique<DigitBatches>(rows_, learner_->pixels(), params.integer("batch"),
                                              params.number("noise"), seed_);
    parameters_ = static_cast<double>(learner_->model(trainer_->weights())->parameters());
    if (state) resume(*state);
    prepare();
  }

  Tensor output(const std::string& name, const Window&) const override {
    if (name != "curve") invalid("There is no output \"", name, "\"; there is curve.");
    const auto epochs = static_cast<std::int64_t>(train_curve_.size());
    std::vector<float> both = train_curve_;
    both.insert(both.end(), valid_curve_.begin(), valid_curve_.end());
    return Tensor::from<float>({2, epochs}, std::span<const float>(both));
  }

  Metrics metrics() const override {
    Metrics m = {{"epoch", static_cast<double>(units_done_) / batches_->count()},
                 {"parameters", parameters_}};
    if (!recent_.empty()) {
      double sum = 0.0;
      for (const double l : recent_) sum += l;
      m["loss"] = sum / static_cast<double>(recent_.size());
    }
    if (!valid_.empty() && !valid_curve_.empty()) m["valid"] = static_cast<double>(valid_curve_.back());
    return m;
  }

  Safetensors save() const override {
    Safetensors state = trainer_->save();
    state.metadata["task"] = "digit_train";
    state.metadata["params"] = described(params_);
    state.metadata["unit"] = std::to_string(units_done_);
    state.tensors.emplace("curve", output("curve", {}));
    put_doubles(state, "recent", recent_);
    put_doubles(state, "epoch_sum", std::span(&epoch_sum_, 1));
    return state;
  }

  Safetensors model() const override {
    const std::string title =
        text_of(params_.text("kind"), " learned from ", rows_.size() / order_.size(), " pictures");
    return learner_->model(trainer_->averaged())
        ->to_file({{"title", title}, {"command", "digit_train " + described(params_)}});
  }

  bool shares() const override { return true; }
  double bytes() const override {
    return 4.0 * static_cast<double>(learner_->size()) * (5 + kParts) + static_cast<double>(rows_.size());
  }

 protected:
  int units() const override { return params_.integer("epochs") * batches_->count(); }
  int blocks() const override { return kParts; }
  void run_block(int block) override { trainer_->run_part(block, batch_.seen, batch_.told); }

  void merge() override {
    const int count = batches_->count(), done = units_done_ + 1;
    const double progress = static_cast<double>(units_done_) / units();
    // Up over the first fiftieth, then down along a cosine.
    const double rate = params_.number("rate") * (0.5 + 0.5 * std::cos(std::numbers::pi * progress)) *
                        std::min(1.0, 50.0 * (progress + 1.0 / units()));
    const double loss = trainer_->step(rate, static_cast<int>(batch_.told.size() / order_.size()));
    recent_.push_back(loss);
    if (recent_.size() > 100) recent_.erase(recent_.begin());
    epoch_sum_ += loss;
    if (done % count == 0) {
      train_curve_.push_back(static_cast<float>(epoch_sum_ / count));
      valid_curve_.push_back(static_cast<float>(valid_loss()));
      epoch_sum_ = 0.0;
    }
    next_ = done;
    prepare();
  }

  void write_result(int block, ByteWriter& to) const override {
    to.values(std::span<const float>(trainer_->part_gradient(block)));
    to.value(trainer_->part_loss(block));
  }
  void read_result(int block, ByteReader& from) override {
    from.values(trainer_->part_gradient(block));
    trainer_->part_loss(block) = from.value<double>();
  }

 private:
  // The batch that comes next.
  void prepare() {
    if (next_ < units()) batches_->fill(next_ / batches_->count(), next_ % batches_->count(), batch_);
  }

  double valid_loss() const {
    if (valid_.empty()) return 0.0;
    constexpr std::size_t kRows = 64;
    const std::size_t n = order_.size(), count = valid_.size() / n;
    std::vector<double> sums((count + kRows - 1) / kRows);
    parallel_for(static_cast<int>(sums.size()), [&](int block) {
      const std::size_t first = static_cast<std::size_t>(block) * kRows,
                        here = std::min(kRows, count - first);
      const auto rows = std::span(valid_).subspan(first * n, here * n);
      sums[static_cast<std::size_t>(block)] = learner_->loss(trainer_->averaged(), rows, rows, {}, {});
    });
    double sum = 0.0;
    for (const double s : sums) sum += s;
    return sum / static_cast<double>(count);
  }

  void resume(const Safetensors& state) {
    check_state(state, "digit_train", described(params_));
    trainer_->load(state);
    const Tensor curve = take_f32(state, "curve", {2, -1}, "the same training from its start");
    const auto values = curve.as<float>();
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    train_curve_.assign(values.begin(), middle);
    valid_curve_.assign(middle, values.end());
    recent_ = take_doubles(state, "recent");
    const std::vector<double> sum = take_doubles(state, "epoch_sum");
    next_ = std::atoi(note_of(state, "unit").c_str());
    if (sum.size() != 1 || next_ < 0 || next_ > units()) invalid("The saved training is damaged.");
    epoch_sum_ = sum[0];
    units_done_ = next_;
  }

  Params params_;
  std::uint64_t seed_;
  std::vector<int> order_;
  std::vector<std::uint8_t> rows_, valid_;
  std::shared_ptr<const Learner> learner_;
  std::unique_ptr<Trainer> trainer_;
  std::unique_ptr<DigitBatches> batches_;
  double parameters_ = 0.0;
  Batch batch_;
  int next_ = 0;  // the batch in batch_, counted from the start
  std::vector<double> recent_;
  double epoch_sum_ = 0.0;
  std::vector<float> train_curve_, valid_curve_;
};

std::unique_ptr<Task> create(const Params& params, TensorMap inputs, ModelStore&, const Safetensors* state) {
  return std::make_unique<DigitTrainTask>(params, inputs, state);
}

}  // namespace

const TaskFactory digit_train_task{info, create};

}  // namespace priorlab
