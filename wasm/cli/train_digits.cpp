// priorlab train independent|markov|fvsbn|nade|made: models of binary digits from the fixed binarisation of
// MNIST. The first two are counted; the others are trained by mini-batches with an average of the weights,
// which is measured on the validation split after each epoch; the best epoch's is kept.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <sstream>

#include "cli/args.h"
#include "cli/digit_data.h"
#include "cli/model_files.h"
#include "cli/resampling.h"
#include "cli/training_run.h"
#include "core/error.h"
#include "models/autoregressive/autoencoder.h"
#include "models/autoregressive/autoregressive_model.h"
#include "models/autoregressive/independent.h"
#include "models/autoregressive/markov.h"
#include "models/autoregressive/pixel_conditional.h"
#include "models/autoregressive/pixel_orders.h"
#include "models/digits/digit_batches.h"
#include "models/training/learner.h"
#include "models/training/trainer.h"

namespace priorlab {
namespace {

using Clock = std::chrono::steady_clock;

struct Settings {
  std::string kind, data, out, order, activation, conditional;
  int hidden, radius, batch, epochs, patience;
  double rate, noise, minutes, resample;
  FvsbnPenalty fvsbn;
  std::uint64_t seed;
  TrainerOptions trainer;
  bool resume;
};

double mean(std::span<const double> values) {
  double sum = 0.0;
  for (const double v : values) sum += v;
  return sum / static_cast<double>(values.size());
}

// Writes the model, reads it back and measures what was written.
void write_model(const Settings& s, const Autoregressive& model, const Digits& valid,
                 const std::string& command, const std::string& title) {
  write_bytes(s.out, write_safetensors(model.to_file({{"title", title}, {"command", command}})));
  const AutoregressiveModel written = AutoregressiveModel::from(read_safetensors(read_bytes(s.out)));
  std::printf("%s: %lld parameters, %llu bytes, validation %.3f nats as written\n", s.out.c_str(),
              static_cast<long long>(written->parameters()),
              static_cast<unsigned long long>(std::filesystem::file_size(s.out)),
              mean(losses_of(*written, valid.pixels)));
}

// Log-odds of `on` of `all`, both counted with `more` made-up images of either value.
float log_odds(double on, double all, double more) {
  return static_cast<float>(std::log((on + more) / (all - on + more)));
}

// Independent pixels and the Markov chain are counts; how many made-up images are added is chosen on the
// validation split.
void count_model(const Settings& s, const Digits& train, const Digits& valid, const std::string& command) {
  const OrderedPixels::Frame frame{train.height, train.width, {}};
  const std::size_t n = static_cast<std::size_t>(train.height * train.width);
  std::vector<double> on(n), both(n), before(n);
  for (int i = 0; i < train.count; ++i) {
    const auto x = train.digit(i);
    for (std::size_t t = 0; t < n; ++t) {
      on[t] += x[t];
      if (t > 0 && x[t - 1]) {
        before[t] += 1.0;
        both[t] += x[t];
      }
    }
  }
  const auto build = [&](double more) -> std::shared_ptr<const Autoregressive> {
    std::vector<float> bias, weight;
    const double all = train.count;
    for (std::size_t t = 0; t < n; ++t) {
      if (s.kind == "independent" || t == 0) {
        bias.push_back(log_odds(on[t], all, more));
        continue;
      }
      bias.push_back(log_odds(on[t] - both[t], all - before[t], more));
      weight.push_back(log_odds(both[t], before[t], more) - bias[t]);
    }
    if (s.kind == "independent") return std::make_shared<IndependentModel>(frame, std::move(bias));
    return std::make_shared<MarkovModel>(frame, std::move(bias), std::move(weight));
  };
  double best = INFINITY, chosen = 0.0;
  for (const double more : {2.0, 1.0, 0.5, 0.25, 0.1, 0.05, 0.02}) {
    const double loss = mean(losses_of(*build(more), valid.pixels));
    std::printf("%g made-up images of either value: validation %.3f nats\n", more, loss);
    if (loss < best) {
      best = loss;
      chosen = more;
    }
  }
  write_model(s, *build(chosen), valid, command,
              s.kind == "independent" ? "Independent pixels" : "Markov chain along the pixels");
}

std::shared_ptr<const Learner> make_learner(const Settings& s, int height, int width) {
  OrderedPixels::Frame frame{height, width, pixel_order(s.order, height, width, s.seed)};
  const Activation activation = s.activation == "relu" ? Activation::relu : Activation::sigmoid;
  if (s.kind == "fvsbn") return fvsbn_learner(std::move(frame), s.fvsbn);
  if (s.kind == "nade") return nade_learner(std::move(frame), activation, s.hidden);
  return made_learner(std::move(frame), activation, even_degrees(height * width, s.hidden), s.radius);
}

std::string title_of(const Settings& s) {
  std::ostringstream text;
  if (s.kind == "fvsbn") text << "FVSBN, all pixels before";
  if (s.kind == "nade") text << "NADE, " << s.hidden << " hidden units";
  if (s.kind == "made") text << "MADE, " << s.hidden << " hidden units";
  if (s.order != "raster") text << ", order " << s.order;
  return text.str();
}

// The share of images in which each pixel, in the order, is on; never 0 nor 1.
std::vector<double> shares(const Digits& digits, std::span<const int> order) {
  std::vector<double> share;
  const std::size_t n = order.size();
  for (const int at : order) {
    double on = 0.5;
    for (std::size_t i = static_cast<std::size_t>(at); i < digits.pixels.size(); i += n)
      on += digits.pixels[i];
    share.push_back(on / (digits.count + 1.0));
  }
  return share;
}

void train_conditional(const Settings& s, const Digits& train, const Digits& valid) {
  constexpr int kBatch = 100;
  constexpr double kRate = 5e-3;
  const std::shared_ptr<const Objective> objective =
      conditional_objective(train.height, train.width, kConditionalRadius, kConditionalUnits);
  TrainerOptions options;
  options.average = 0.998;
  Trainer trainer(
      objective, options,
      objective->first_weights(shares(train, pixel_order("raster", train.height, train.width, 0)), s.seed),
      objective->penalties());
  DigitBatches batches(train.pixels, objective->pixels(), kBatch, 0.0, s.seed);
  Batch batch;
  for (int epoch = 0; epoch < s.epochs; ++epoch) {
    double loss = 0.0;
    for (int i = 0; i < batches.count(); ++i) {
      batches.fill(epoch, i, batch);
      const double done = (epoch + i / static_cast<double>(batches.count())) / s.epochs;
      loss += trainer.train(batch.seen, batch.told, kRate * (1.0 - done));
    }
    std::printf("epoch %d  -log pseudo-likelihood %.3f\n", epoch + 1, loss / batches.count());
    std::fflush(stdout);
  }
  std::printf("validation: -log pseudo-likelihood %.3f\n",
              objective->loss(trainer.averaged(), valid.pixels, valid.pixels, {}, {}) / valid.count);
  Safetensors file;
  file.metadata = {{"family", "conditional"}};
  file.tensors.emplace(
      "weights", Tensor::from<float>({static_cast<std::int64_t>(objective->size())}, trainer.averaged()));
  write_bytes(s.out, write_safetensors(file));
}

void train_autoencoder(const Settings& s, const Digits& train, const Digits& valid, int code,
                       const std::string& command) {
  const auto objective = std::make_shared<AutoencoderObjective>(train.height, train.width, s.hidden, code);
  Trainer trainer(
      objective, s.trainer,
      objective->first_weights(shares(train, pixel_order("raster", train.height, train.width, 0)), s.seed),
      objective->penalties());
  DigitBatches batches(train.pixels, objective->pixels(), s.batch, 0.0, s.seed);
  Batch batch;
  const Clock::time_point start = Clock::now();
  for (int epoch = 0; epoch < s.epochs; ++epoch) {
    double loss = 0.0;
    for (int i = 0; i < batches.count(); ++i) {
      batches.fill(epoch, i, batch);
      const double done = (epoch + i / static_cast<double>(batches.count())) / s.epochs;
      loss += trainer.train(batch.seen, batch.told, s.rate * (1.0 - done));
    }
    const double held_out =
        objective->loss(trainer.averaged(), valid.pixels, valid.pixels, {}, {}) / valid.count;
    std::printf("epoch %d  training %.3f  validation %.3f  %.0f s\n", epoch + 1, loss / batches.count(),
                held_out, std::chrono::duration<double>(Clock::now() - start).count());
    std::fflush(stdout);
  }
  std::ostringstream title;
  title << "Autoencoder, code of " << code << " numbers";
  write_bytes(s.out, write_safetensors(objective->autoencoder(trainer.averaged(), train.pixels)
                                           .to_file({{"title", title.str()}, {"command", command}})));
  const Autoencoder written = Autoencoder::from(read_safetensors(read_bytes(s.out)));
  std::printf("%s: %lld parameters, %llu bytes\n", s.out.c_str(),
              static_cast<long long>(written.parameters()),
              static_cast<unsigned long long>(std::filesystem::file_size(s.out)));
}

class Run {
 public:
  Run(const Settings& s, const Digits& train, const Digits& valid)
      : s_(s),
        learner_(make_learner(s, train.height, train.width)),
        order_(pixel_order(s.order, train.height, train.width, s.seed)),
        train_(in_order(train.pixels, order_)),
        valid_(valid),
        valid_rows_(in_order(valid.pixels, order_)),
        trainer_(learner_, s.trainer, learner_->first_weights(shares(train, order_), s.seed),
                 learner_->penalties()),
        batches_(train_, learner_->pixels(), s.batch, s.noise, s.seed),
        run_(s.out, s.rate, s.epochs, trainer_) {
    if (s.resample > 0.0) {
      conditionals_ = in_order(conditionals_of(s.conditional, train), order_);
      batches_.resample(conditionals_, s.resample);
    }
    if (s.resume) run_.resume();
  }

  void train() {
    Batch batch;
    while (run_.epoch() < s_.epochs && (run_.epoch() == 0 || run_.seconds() < 60.0 * s_.minutes)) {
      const int epoch = run_.epoch();
      double loss = 0.0;
      const double started = run_.seconds();
      for (int i = 0; i < batches_.count(); ++i) {
        batches_.fill(epoch, i, batch);
        const double at = epoch + i / static_cast<double>(batches_.count());
        loss += trainer_.train(batch.seen, batch.told, run_.rate(at));
      }
      constexpr std::size_t kLot = 64;
      const double epoch_seconds = run_.seconds() - started,
                   held_out = mean_loss(*learner_, trainer_.averaged(), valid_rows_, kLot);
      const bool better = run_.keep_if_best(held_out);
      std::printf("epoch %d  training %.3f  validation %.3f%s  rate %.2e  %.1f s, %.0f s in all\n", epoch + 1,
                  loss / batches_.count(), held_out, better ? " *" : "", run_.rate(epoch + 1), epoch_seconds,
                  run_.seconds());
      std::fflush(stdout);
      run_.next();
      if (run_.epoch() - run_.best_epoch() >= s_.patience) break;
    }
    run_.save();
  }

  void finish(const std::string& command) {
    write_model(s_, *learner_->model(run_.best()), valid_, command, title_of(s_));
    std::printf("best epoch %d, validation %.3f nats before rounding to f16; %.0f s\n", run_.best_epoch(),
                run_.best_loss(), run_.seconds());
  }

 private:
  Settings s_;
  std::shared_ptr<const Learner> learner_;
  std::vector<int> order_;
  std::vector<std::uint8_t> train_, conditionals_;
  const Digits& valid_;
  std::vector<std::uint8_t> valid_rows_;
  Trainer trainer_;
  DigitBatches batches_;
  TrainingRun run_;
};

}  // namespace

int train_digits(const std::string& kind, Args& args) {
  Settings s;
  s.kind = kind;
  s.data = args.required("data", "the folder with the fixed binarisation of MNIST");
  s.out = args.required("out", "the file to write");
  std::ostringstream command;
  command << "priorlab train " << kind << " --data mnist";
  int code = 0;
  const bool counted = kind == "independent" || kind == "markov", conditional = kind == "conditional",
             fvsbn = kind == "fvsbn";
  if (conditional) {
    s.epochs = static_cast<int>(args.integer("epochs", 6, 1, 1000));
    s.seed = static_cast<std::uint64_t>(args.integer("seed", 1, 0, 4294967295LL));
  } else if (kind == "autoencoder") {
    s.hidden = static_cast<int>(args.integer("hidden", 128, 1, 4096));
    code = static_cast<int>(args.integer("code", 32, 1, 1024));
    s.batch = static_cast<int>(args.integer("batch", 100, 1, 10000));
    s.epochs = static_cast<int>(args.integer("epochs", 20, 1, 1000));
    s.rate = args.number("rate", 2e-3, 1e-7, 1.0);
    s.seed = static_cast<std::uint64_t>(args.integer("seed", 1, 0, 4294967295LL));
    command << " --hidden " << s.hidden << " --code " << code << " --batch " << s.batch << " --epochs "
            << s.epochs << " --rate " << s.rate << " --seed " << s.seed;
  } else if (!counted) {
    s.order = args.text("order", "raster");
    s.hidden = fvsbn ? 0 : static_cast<int>(args.integer("hidden", 500, 1, 16384));
    s.activation = fvsbn ? "" : args.text("activation", kind == "made" ? "relu" : "sigmoid");
    s.radius = kind == "made" ? static_cast<int>(args.integer("radius", 0, 0, 63)) : 0;
    if (fvsbn) {
      s.fvsbn.reach = args.number("reach", 0.0, 0.0, 4.0);
      s.fvsbn.alike = args.number("alike", 0.0, 0.0, 10.0);
      s.fvsbn.smooth = args.number("smooth", 0.0, 0.0, 10.0);
      if (s.fvsbn.alike + s.fvsbn.smooth > 0.0 && s.order != "raster")
        invalid("--alike and --smooth are for the order raster alone.");
    }
    s.batch = static_cast<int>(args.integer("batch", 100, 1, 10000));
    s.epochs = static_cast<int>(args.integer("epochs", 50, 1, 100000));
    s.patience = static_cast<int>(args.integer("patience", 30, 1, 100000));
    s.rate = args.number("rate", 1e-3, 1e-7, 1.0);
    s.noise = args.number("noise", 0.0, 0.0, 0.5);
    s.resample = args.number("resample", 0.0, 0.0, 1.0);
    if (s.resample > 0.0)
      s.conditional = args.required("conditional", "the file that `" + kConditionalCommand + "` writes");
    s.trainer.penalty = args.number("penalty", 0.0, 0.0, 10.0);
    s.trainer.decay = args.number("decay", 0.0, 0.0, 10.0);
    s.trainer.average = args.number("average", 0.999, 0.0, 0.999999);
    s.trainer.parts = static_cast<int>(args.integer("parts", 2, 1, 64));
    s.seed = static_cast<std::uint64_t>(args.integer("seed", 1, 0, 4294967295LL));
    s.minutes = args.number("minutes", 1e6, 0.0, 1e6);
    s.resume = args.flag("resume");
    if (s.activation != "relu" && s.activation != "sigmoid" && !fvsbn)
      invalid("--activation is sigmoid or relu; \"", s.activation, "\" came.");
    command << " --order " << s.order;
    if (fvsbn)
      command << " --reach " << s.fvsbn.reach << " --alike " << s.fvsbn.alike << " --smooth "
              << s.fvsbn.smooth;
    if (!fvsbn) command << " --hidden " << s.hidden << " --activation " << s.activation;
    if (kind == "made") command << " --radius " << s.radius;
    command << " --batch " << s.batch << " --epochs " << s.epochs << " --patience " << s.patience
            << " --rate " << s.rate << " --noise " << s.noise << " --resample " << s.resample
            << (s.resample > 0.0 ? " --conditional conditional.safetensors" : "") << " --penalty "
            << s.trainer.penalty << " --decay " << s.trainer.decay << " --average " << s.trainer.average
            << " --parts " << s.trainer.parts << " --seed " << s.seed;
  }
  args.finish();
  const std::filesystem::path folder = std::filesystem::path(s.out).parent_path();
  if (!folder.empty() && !std::filesystem::exists(folder))
    invalid("The folder of ", s.out, " does not exist.");
  command << " --out " << std::filesystem::path(s.out).filename().string();

  const Digits train = read_digit_split(s.data, "train"), valid = read_digit_split(s.data, "valid");
  if (train.height != valid.height || train.width != valid.width)
    invalid("The digits for training have ", train.height, "x", train.width, " pixels, those for validation ",
            valid.height, "x", valid.width, ".");
  std::printf("%d digits of %dx%d pixels for training, %d for validation. Losses: mean -log p(x) in nats.\n",
              train.count, train.height, train.width, valid.count);
  std::fflush(stdout);
  if (counted) {
    count_model(s, train, valid, command.str());
    return 0;
  }
  if (kind == "autoencoder") {
    train_autoencoder(s, train, valid, code, command.str());
    return 0;
  }
  if (conditional) {
    train_conditional(s, train, valid);
    return 0;
  }
  Run run(s, train, valid);
  run.train();
  run.finish(command.str());
  return 0;
}

}  // namespace priorlab
