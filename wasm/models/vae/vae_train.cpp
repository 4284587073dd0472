#include "models/vae/vae_train.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "core/error.h"
#include "core/rng.h"
#include "core/text.h"
#include "models/digits/digit_batches.h"
#include "models/training/lesson.h"
#include "models/training/trainer.h"
#include "models/vae/vae_objective.h"
#include "ops/logistic.h"

namespace priorlab {
namespace {

constexpr int kParts = 4;            // of a batch, and of the pictures kept out
constexpr int kBoundSamples = 5;     // of the bounds on pictures kept out
constexpr std::size_t kRecent = 50;  // batches that the figures on the way are means of
constexpr int kSide = 15, kDrawn = 64;
constexpr float kReach = 3;
constexpr std::size_t kMostMeans = 500;
constexpr std::size_t kRows = 7;  // of the curve

TaskInfo info() {
  TaskInfo t;
  t.id = "vae_train";
  t.title = "Learning a latent space";
  t.summary = "Learns a variational autoencoder from black-and-white pictures by stochastic gradient ascent.";
  t.unit = "batch";
  t.source =
      "Kingma and Welling, Auto-encoding variational Bayes, ICLR 2014; beta: Higgins et al., ICLR 2017; "
      "several samples: Burda, Grosse and Salakhutdinov, ICLR 2016; Adam: Kingma and Ba, ICLR 2015.";
  t.params = {
      integer("latents", 2, 1, 50, "Latents", "Dimensions of the latent space."),
      integer("hidden", 200, 16, 400, "Hidden units", "In each of the two layers of encoder and decoder."),
      number("beta", 1, 0, 10, "Weight of the KL term",
             "1 is the evidence lower bound; less gives sharper reconstructions, more a posterior nearer to "
             "the prior. It may change while learning goes on; with several samples it has no effect."),
      integer("epochs", 0, 0, 1000, "Epochs", "How often each digit is used; 0: until you stop."),
      number("rate", 2e-3, 1e-6, 0.05, "Learning rate",
             "Adam's step size; with a number of epochs it falls to zero."),
      integer("batch", 200, 1, 5000, "Batch", "Digits in a mini-batch."),
      integer("samples", 1, 1, 50, "Samples",
              "Latents drawn for each digit: 1 learns by the ELBO, more by the importance-weighted bound."),
      integer("seed", 1, 0, 4294967295.0, "Seed", "Of the first weights, the batches and the latents.")};
  t.params[2].symbol = "beta";
  t.params[2].live = true;
  t.params[4].symbol = "alpha";
  t.params[6].symbol = "k";
  t.inputs = lesson_inputs();
  t.outputs = {
      {"sheet", "(N, H, W)",
       "p(pixel = 1 | z). One latent: 15 from -3 to 3. Two: 15 rows of 15, the first from -3 to 3 along "
       "each, "
       "the second from 3 down to -3. More: 64 latents drawn from the prior, always the same."},
      {"means", "(M, D)", "Posterior means of at most 500 of the pictures kept out."},
      {"curve", "(7, E)",
       "After each epoch: ELBO, its reconstruction term and KL on the batches on the way, the same on the "
       "pictures kept out, and the importance-weighted bound on them; (3, E) where none are kept out."}};
  t.metrics = {
      {"epoch", "", "Epochs done, with the part of the one under way."},
      {"elbo", "nats",
       "Mean ELBO of the last 50 batches, each before it was learned from: beta has no part."},
      {"reconstruction", "nats", "Its mean of log p(x | z), z drawn from q(z | x)."},
      {"kl", "nats", "Its mean of KL(q(z | x) || p(z))."},
      {"valid_elbo", "nats", "Mean ELBO of the pictures kept out, 5 samples each, after the last epoch."},
      {"valid_reconstruction", "nats", "Its reconstruction term."},
      {"valid_kl", "nats", "Its KL term."},
      {"iw", "nats", "Mean importance-weighted bound of the pictures kept out with 5 samples."},
      {"beta", "", "The weight of the KL term that batches are learned with now."},
      {"parameters", "", "How many numbers are learned."}};
  return t;
}

VaeShape shape_of(const Params& params, const Lesson& lesson) {
  return {lesson.height, lesson.width, params.integer("hidden"), params.integer("latents")};
}

TrainerOptions trainer_options() {
  TrainerOptions options;
  options.parts = kParts;
  options.average = 0.99;
  return options;
}

class VaeTrainTask final : public Task {
 public:
  VaeTrainTask(const Params& params, const TensorMap& inputs, const Safetensors* state)
      : params_(params),
        lesson_(take_lesson("vae_train", inputs)),
        objective_(std::make_shared<VaeObjective>(shape_of(params, lesson_), params.integer("samples"))),
        judge_(objective_->shape(), kBoundSamples),
        trainer_(objective_, trainer_options(),
                 objective_->first_weights(shares_on(lesson_.train, lesson_.pixels()), seed()),
                 objective_->penalties()),
        batches_(lesson_.train, objective_->pixels(), params.integer("batch"), 0.0, seed()),
        beta_(params.number("beta")),
        wanted_beta_(beta_),
        carried_beta_(beta_) {
    judge_.set_round(1);  // always the same noise
    if (state) resume(*state);
    prepare();
  }

  void set(const Params& params, TensorMap inputs) override {
    if (!inputs.empty()) invalid("The pictures cannot be changed while a model learns from them.");
    wanted_beta_ = params.number("beta");
  }

  Tensor output(const std::string& name, const Window&) const override {
    if (name == "curve")
      return Tensor::from<float>(
          {static_cast<std::int64_t>(rows()), static_cast<std::int64_t>(curve_[0].size())},
          std::span<const float>(curve_values()));
    if (name != "sheet" && name != "means")
      invalid("There is no output \"", name, "\"; there are sheet, means and curve.");
    const Vae vae = vae_now();
    const std::int64_t d = vae.shape().latents;
    if (name == "means") {
      const std::size_t n = lesson_.pixels(), rows = std::min(kMostMeans, lesson_.valid.size() / n);
      const Posterior q = vae.encode(std::span(lesson_.valid).first(rows * n));
      return Tensor::from<float>({static_cast<std::int64_t>(rows), d}, std::span<const float>(q.mean));
    }
    std::vector<float> pictures = vae.decode(sheet_latents(static_cast<int>(d)));
    sigmoids(pictures);
    return Tensor::from<float>(
        {static_cast<std::int64_t>(pictures.size() / lesson_.pixels()), lesson_.height, lesson_.width},
        std::span<const float>(pictures));
  }

  Metrics metrics() const override {
    const int per = units_per_epoch(), count = batches_.count(), in = units_done_ % per;
    Metrics m = {{"epoch", units_done_ / per + std::min(in, count) / static_cast<double>(count)},
                 {"beta", beta_},
                 {"parameters", static_cast<double>(trainer_.weights().size())}};
    if (!recent_.empty()) {
      const std::size_t batches = recent_.size() / 2;
      double log_p = 0, kl = 0;
      for (std::size_t i = 0; i < batches; ++i) {
        log_p -= recent_[2 * i] / static_cast<double>(batches);
        kl += recent_[2 * i + 1] / static_cast<double>(batches);
      }
      m["reconstruction"] = log_p;
      m["kl"] = kl;
      m["elbo"] = log_p - kl;
    }
    if (!lesson_.valid.empty() && !curve_[0].empty()) {
      const char* const names[] = {"valid_elbo", "valid_reconstruction", "valid_kl", "iw"};
      for (std::size_t i = 0; i < 4; ++i) m[names[i]] = static_cast<double>(curve_[3 + i].back());
    }
    return m;
  }

  Safetensors save() const override {
    Safetensors state = trainer_.save();
    state.metadata["task"] = "vae_train";
    state.metadata["params"] = described(params_, "beta");
    state.metadata["unit"] = std::to_string(units_done_);
    state.tensors.emplace("curve", output("curve", {}));
    put_doubles(state, "recent", recent_);
    put_doubles(state, "numbers", std::array{beta_, epoch_.reconstruction, epoch_.kl});
    return state;
  }

  Safetensors model() const override {
    const std::string title = text_of("VAE, ", params_.integer("latents"), " latents, learned from ",
                                      lesson_.train.size() / lesson_.pixels(), " pictures");
    return vae_now().to_file(
        {{"title", title}, {"command", text_of("vae_train ", described(params_, "beta"), "beta=", beta_)}});
  }

  bool shares() const override { return true; }
  // Of the live parameter.
  bool leader_runs_first_block() const override { return true; }
  double bytes() const override {
    return 4.0 * static_cast<double>(objective_->size()) * (6 + kParts) +
           static_cast<double>(lesson_.train.size() + lesson_.valid.size());
  }

 protected:
  int units() const override { return params_.integer("epochs") * units_per_epoch(); }
  int blocks() const override { return kParts; }

  void run_block(int block) override {
    if (block == 0) carried_beta_ = wanted_beta_;
    const std::size_t n = lesson_.pixels(), b = static_cast<std::size_t>(block);
    terms_[b] = {};
    const auto rows_from = [&](std::span<const std::uint8_t> all) {
      const auto [first, count] = trainer_.rows_of(block, all.size() / n);
      return all.subspan(first * n, count * n);
    };
    if (judges()) {
      const auto rows = rows_from(lesson_.valid);
      bounds_[b] = judge_.loss_and_terms(trainer_.averaged(), rows, rows, {}, {}, terms_[b]);
      return;
    }
    const auto rows = rows_from(batch_.told);
    const auto gradient = trainer_.part_gradient(block);
    std::ranges::fill(gradient, 0.0f);
    objective_->loss_and_terms(trainer_.weights(), rows, rows, gradient, {}, terms_[b]);
  }

  void merge() override {
    VaeTerms sum;
    for (const VaeTerms& t : terms_) {
      sum.reconstruction += t.reconstruction;
      sum.kl += t.kl;
    }
    if (judges()) {
      const double count = static_cast<double>(lesson_.valid.size() / lesson_.pixels());
      double bound = 0;
      for (const double b : bounds_) bound += b;
      end_epoch(sum.reconstruction / count, sum.kl / count, -bound / count);
    } else {
      const int rows = static_cast<int>(batch_.told.size() / lesson_.pixels());
      trainer_.step(rate(), rows);
      sum.reconstruction /= rows;
      sum.kl /= rows;
      recent_.insert(recent_.end(), {sum.reconstruction, sum.kl});
      if (recent_.size() > 2 * kRecent) recent_.erase(recent_.begin(), recent_.begin() + 2);
      epoch_.reconstruction += sum.reconstruction / batches_.count();
      epoch_.kl += sum.kl / batches_.count();
      if (lesson_.valid.empty() && (units_done_ + 1) % batches_.count() == 0) end_epoch(0, 0, 0);
    }
    beta_ = carried_beta_;
    next_ = units_done_ + 1;
    prepare();
  }

  void write_result(int block, ByteWriter& to) const override {
    const auto b = static_cast<std::size_t>(block);
    if (block == 0) to.value(carried_beta_);
    to.value(terms_[b]);
    if (judges()) return to.value(bounds_[b]);
    to.values(trainer_.part_gradient(block));
  }
  void read_result(int block, ByteReader& from) override {
    const auto b = static_cast<std::size_t>(block);
    if (block == 0) carried_beta_ = from.value<double>();
    terms_[b] = from.value<VaeTerms>();
    if (judges())
      bounds_[b] = from.value<double>();
    else
      from.values(trainer_.part_gradient(block));
  }

 private:
  std::uint64_t seed() const { return static_cast<std::uint64_t>(params_.number("seed")); }
  // Of the curve that can be told.
  std::size_t rows() const { return lesson_.valid.empty() ? 3 : kRows; }
  int units_per_epoch() const { return batches_.count() + (lesson_.valid.empty() ? 0 : 1); }
  // Whether the unit that comes next measures the pictures kept out.
  bool judges() const { return next_ % units_per_epoch() == batches_.count(); }

  // The batch that comes next.
  void prepare() {
    if (judges() || (units() > 0 && next_ >= units())) return;
    batches_.fill(next_ / units_per_epoch(), next_ % units_per_epoch(), batch_);
    objective_->set_round(1000 + static_cast<std::uint64_t>(trainer_.steps()));
    objective_->set_beta(beta_);
  }

  // Up over the first fifty batches; where there is an end, down along a cosine.
  double rate() const {
    const double done = static_cast<double>(trainer_.steps()),
                 all = static_cast<double>(params_.integer("epochs")) * batches_.count(),
                 fall = all > 0 ? 0.5 + 0.5 * std::cos(std::numbers::pi * done / all) : 1.0;
    return params_.number("rate") * fall * std::min(1.0, (done + 1) / 50);
  }

  void end_epoch(double reconstruction, double kl, double bound) {
    const double row[kRows] = {-epoch_.reconstruction - epoch_.kl,
                               -epoch_.reconstruction,
                               epoch_.kl,
                               -reconstruction - kl,
                               -reconstruction,
                               kl,
                               bound};
    for (std::size_t i = 0; i < rows(); ++i) curve_[i].push_back(static_cast<float>(row[i]));
    epoch_ = {};
  }

  std::vector<float> curve_values() const {
    std::vector<float> all;
    for (std::size_t i = 0; i < rows(); ++i) all.insert(all.end(), curve_[i].begin(), curve_[i].end());
    return all;
  }

  Vae vae_now() const {
    return Vae(objective_->shape(), {trainer_.averaged().begin(), trainer_.averaged().end()});
  }

  std::vector<float> sheet_latents(int d) const {
    const auto at = [](int i) { return kReach * (2.0f * static_cast<float>(i) / (kSide - 1) - 1.0f); };
    std::vector<float> z;
    if (d > 2) {
      z.resize(static_cast<std::size_t>(kDrawn * d));
      Rng(1, 0x56414553).fill_normal(z);
      return z;
    }
    for (int y = 0; y < (d == 1 ? 1 : kSide); ++y)
      for (int x = 0; x < kSide; ++x) {
        z.push_back(at(x));
        if (d == 2) z.push_back(-at(y));
      }
    return z;
  }

  void resume(const Safetensors& state) {
    check_state(state, "vae_train", described(params_, "beta"));
    trainer_.load(state);
    const Tensor curve =
        take_f32(state, "curve", {static_cast<std::int64_t>(rows()), -1}, "the same training from its start");
    const auto values = curve.as<float>();
    const std::size_t epochs = values.size() / rows();
    for (std::size_t i = 0; i < rows(); ++i) {
      const auto row = values.subspan(i * epochs, epochs);
      curve_[i].assign(row.begin(), row.end());
    }
    recent_ = take_doubles(state, "recent");
    const std::vector<double> numbers = take_doubles(state, "numbers");
    next_ = std::atoi(note_of(state, "unit").c_str());
    if (numbers.size() != 3 || !(numbers[0] >= 0) || recent_.size() % 2 != 0 || next_ < 0 ||
        (units() > 0 && next_ > units()))
      invalid("The saved training is damaged.");
    beta_ = numbers[0];  // of the batch that comes next; after it that of the parameters
    epoch_ = {numbers[1], numbers[2]};
    units_done_ = next_;
  }

  Params params_;
  Lesson lesson_;
  std::shared_ptr<VaeObjective> objective_;
  VaeObjective judge_;
  Trainer trainer_;
  DigitBatches batches_;
  Batch batch_;
  int next_ = 0;  // the unit that is prepared
  // The weight of the KL term: of the batch at hand; as it was last asked for; and what the first block of
  // this unit says that comes next, so that all replicas change it together.
  double beta_, wanted_beta_, carried_beta_;
  std::array<VaeTerms, kParts> terms_;  // of each block
  std::array<double, kParts> bounds_{};
  std::vector<double> recent_;  // (batches, 2): reconstruction and KL
  VaeTerms epoch_;              // means over the epoch's batches so far
  std::array<std::vector<float>, kRows> curve_;
};

std::unique_ptr<Task> create(const Params& params, TensorMap inputs, ModelStore&, const Safetensors* state) {
  return std::make_unique<VaeTrainTask>(params, inputs, state);
}

}  // namespace

const TaskFactory vae_train_task{info, create};

}  // namespace priorlab
