// priorlab train vae: a variational autoencoder of binary digits from the fixed binarisation of MNIST, by the
// ELBO (--samples 1) or an importance-weighted bound, from the start or from the weights of another. The
// average of the weights is measured on the validation split after every few epochs; the best is kept.
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
#include "models/digits/digit_batches.h"
#include "models/training/trainer.h"
#include "models/vae/vae_objective.h"

namespace priorlab {
namespace {

constexpr int kValidSamples = 50;  // of the bound that chooses

struct Settings {
  std::string data, out, conditional;
  std::optional<std::string> from;
  VaeShape shape;
  int samples, batch, epochs, every;
  double rate, warm_up, noise, resample, minutes;
  std::uint64_t seed;
  TrainerOptions trainer;
  bool resume, doubly;
};

// Mean of the negative importance-weighted bound with so many samples, nats, always with the same noise.
double bound_of(const VaeShape& shape, std::span<const float> weights, std::span<const std::uint8_t> rows,
                int samples) {
  constexpr std::size_t kLot = 50;
  VaeObjective objective(shape, samples);
  objective.set_round(1);
  return mean_loss(objective, weights, rows, kLot);
}

class Run {
 public:
  Run(const Settings& s, const Digits& train, const Digits& valid)
      : s_(s),
        train_(train),
        valid_(valid),
        objective_(std::make_shared<VaeObjective>(s.shape, s.samples)),
        trainer_(objective_, s.trainer, start_weights(), objective_->penalties()),
        batches_(train.pixels, objective_->pixels(), s.batch, s.noise, s.seed),
        run_(s.out, s.rate, s.epochs, trainer_) {
    if (s.resample > 0.0) {
      conditionals_ = conditionals_of(s.conditional, train);
      batches_.resample(conditionals_, s.resample);
    }
    objective_->set_doubly_reparameterised(s.doubly);
    if (s.resume) run_.resume();
  }

  void train() {
    Batch batch;
    while (run_.epoch() < s_.epochs && (run_.epoch() == 0 || run_.seconds() < 60.0 * s_.minutes)) {
      const int epoch = run_.epoch();
      double loss = 0.0;
      for (int i = 0; i < batches_.count(); ++i) {
        const double at = epoch + i / static_cast<double>(batches_.count());
        batches_.fill(epoch, i, batch);
        objective_->set_round(1000 + static_cast<std::uint64_t>(trainer_.steps()));
        objective_->set_beta(s_.warm_up > 0.0 ? std::min(1.0, at / s_.warm_up) : 1.0);
        loss += trainer_.train(batch.seen, batch.told, run_.rate(at));
      }
      std::printf("epoch %d  training %.3f", epoch + 1, loss / batches_.count());
      if ((epoch + 1) % s_.every == 0 || epoch + 1 == s_.epochs) {
        const double elbo = bound_of(s_.shape, trainer_.averaged(), valid_.pixels, 1),
                     held_out = bound_of(s_.shape, trainer_.averaged(), valid_.pixels, kValidSamples);
        const bool better = run_.keep_if_best(held_out);
        std::printf("  validation ELBO %.3f, IW-%d %.3f%s", elbo, kValidSamples, held_out,
                    better ? " *" : "");
      }
      std::printf("  rate %.2e, %.0f s in all\n", run_.rate(epoch + 1), run_.seconds());
      std::fflush(stdout);
      run_.next();
    }
    run_.save();
  }

  void finish(const std::string& command) {
    std::ostringstream title;
    title << (s_.samples > 1 ? "Importance-weighted autoencoder, " : "Variational autoencoder, ")
          << s_.shape.latents << " latents";
    write_bytes(s_.out, write_safetensors(Vae(s_.shape, {run_.best().begin(), run_.best().end()})
                                              .to_file({{"title", title.str()}, {"command", command}})));
    const Vae written = Vae::from(read_safetensors(read_bytes(s_.out)));
    std::printf(
        "%s: %lld parameters, %llu bytes, best epoch %d, validation IW-%d %.3f nats as written; %.0f s\n",
        s_.out.c_str(), static_cast<long long>(written.parameters()),
        static_cast<unsigned long long>(std::filesystem::file_size(s_.out)), run_.best_epoch(), kValidSamples,
        bound_of(s_.shape, written.weights(), valid_.pixels, kValidSamples), run_.seconds());
  }

 private:
  std::vector<float> start_weights() const {
    if (s_.from) {
      const Vae other = Vae::from(read_safetensors(read_bytes(*s_.from)));
      if (!(other.shape() == s_.shape))
        invalid("The model in ", *s_.from, " has other sizes than asked for.");
      return {other.weights().begin(), other.weights().end()};
    }
    const std::size_t n = s_.shape.pixels();
    std::vector<double> share(n, 0.5);
    for (std::size_t i = 0; i < train_.pixels.size(); ++i) share[i % n] += train_.pixels[i];
    for (double& v : share) v /= train_.count + 1.0;
    return objective_->first_weights(share, s_.seed);
  }

  Settings s_;
  const Digits &train_, &valid_;
  std::vector<std::uint8_t> conditionals_;
  std::shared_ptr<VaeObjective> objective_;
  Trainer trainer_;
  DigitBatches batches_;
  TrainingRun run_;
};

}  // namespace

int train_vae(Args& args) {
  Settings s;
  s.data = args.required("data", "the folder with the fixed binarisation of MNIST");
  s.out = args.required("out", "the file to write");
  s.shape.latents = static_cast<int>(args.integer("latents", 50, 1, 1024));
  s.shape.hidden = static_cast<int>(args.integer("hidden", 200, 1, 4096));
  s.samples = static_cast<int>(args.integer("samples", 1, 1, 5000));
  s.from = args.option("from");
  s.batch = static_cast<int>(args.integer("batch", 100, 1, 10000));
  s.epochs = static_cast<int>(args.integer("epochs", 100, 1, 100000));
  s.every = static_cast<int>(args.integer("every", 5, 1, 100000));
  s.rate = args.number("rate", 1e-3, 1e-7, 1.0);
  s.warm_up = args.number("warm-up", 0.0, 0.0, 1e5);
  s.noise = args.number("noise", 0.0, 0.0, 0.5);
  s.resample = args.number("resample", 0.0, 0.0, 1.0);
  if (s.resample > 0.0)
    s.conditional = args.required("conditional", "the file that `" + kConditionalCommand + "` writes");
  s.trainer.decay = args.number("decay", 0.0, 0.0, 10.0);
  s.trainer.average = args.number("average", 0.999, 0.0, 0.999999);
  s.trainer.parts = static_cast<int>(args.integer("parts", 2, 1, 64));
  s.seed = static_cast<std::uint64_t>(args.integer("seed", 1, 0, 4294967295LL));
  s.minutes = args.number("minutes", 1e6, 0.0, 1e6);
  s.doubly = args.flag("doubly");
  if (s.doubly && s.warm_up > 0.0) invalid("--doubly knows no weight of the KL term; leave out --warm-up.");
  s.resume = args.flag("resume");
  args.finish();
  const std::filesystem::path folder = std::filesystem::path(s.out).parent_path();
  if (!folder.empty() && !std::filesystem::exists(folder))
    invalid("The folder of ", s.out, " does not exist.");
  std::ostringstream command;
  command << "priorlab train vae --data mnist --latents " << s.shape.latents << " --hidden " << s.shape.hidden
          << " --samples " << s.samples << (s.doubly ? " --doubly" : "")
          << (s.from ? " --from " + std::filesystem::path(*s.from).filename().string() : "") << " --batch "
          << s.batch << " --epochs " << s.epochs << " --every " << s.every << " --rate " << s.rate
          << " --warm-up " << s.warm_up << " --noise " << s.noise << " --resample " << s.resample
          << (s.resample > 0.0 ? " --conditional conditional.safetensors" : "") << " --decay "
          << s.trainer.decay << " --average " << s.trainer.average << " --parts " << s.trainer.parts
          << " --seed " << s.seed << " --out " << std::filesystem::path(s.out).filename().string();

  const Digits train = read_digit_split(s.data, "train"), valid = read_digit_split(s.data, "valid");
  s.shape.height = train.height;
  s.shape.width = train.width;
  if (valid.height != train.height || valid.width != train.width)
    invalid("The digits for training have ", train.height, "x", train.width, " pixels, those for validation ",
            valid.height, "x", valid.width, ".");
  std::printf("%d digits of %dx%d pixels for training, %d for validation. Losses: negative bounds in nats.\n",
              train.count, train.height, train.width, valid.count);
  std::fflush(stdout);
  Run run(s, train, valid);
  run.train();
  run.finish(command.str());
  return 0;
}

}  // namespace priorlab
