// priorlab train gmm: the patch mixture of EPLL from a folder of pictures.
//
// Three stages. (1) Components start as the second moments of random windows. (2) Stepwise EM on
// mini-batches; in its first part redundant components are regularly replaced by halves of heavy-tailed ones
// and the step size stays large, in its second part the step size falls as 1/t. (3) EM over all patches.
// Held-out pictures (datasets.h) are only measured on.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <optional>
#include <sstream>

#include "cli/args.h"
#include "cli/model_files.h"
#include "cli/patch_source.h"
#include "core/error.h"
#include "core/parallel_for.h"
#include "models/gmm/gmm.h"
#include "models/gmm/gmm_em.h"

namespace priorlab {
namespace {

using Clock = std::chrono::steady_clock;

struct Settings {
  PatchSource source;
  std::string out;
  int components, side, steps, batch, iterations;
  std::int64_t patches;
  std::uint64_t seed;
  double minutes;
  EmOptions em;
  bool resume;
};

struct Patches {
  std::vector<float> values;
  std::vector<std::int32_t> winner;

  Patches(std::vector<float> v, int stride)
      : values(std::move(v)), winner(values.size() / static_cast<std::size_t>(stride), -1) {}
  std::size_t count() const { return winner.size(); }
};

constexpr int kWindow = 24;            // most pixels of a first component's window
constexpr double kWindowPrior = 60.0;  // patches' worth of the overall shape added to it
constexpr int kHeldOutPatches = 100000;
constexpr int kReplaceEvery = 15;  // steps
enum Stream : std::uint64_t { kTraining = 1, kHeldOut = 2, kWindows = 3 };

void write_file(const std::string& path, const Safetensors& contents) {
  write_bytes(path, write_safetensors(contents));
}

// Everything a run needs to go on: f32 covariances and how far it is.
struct Checkpoint {
  std::vector<double> log_weights;
  std::vector<Eigen::MatrixXd> covariances;
  int step = 0, iteration = 0;
};

void save_checkpoint(const std::string& path, const GmmEm& em, int step, int iteration) {
  const std::int64_t k = em.components(), n = em.dims();
  Tensor weights(DType::f32, {k}), covariances(DType::f32, {k, n, n});
  float* out = covariances.as<float>().data();
  for (std::int64_t c = 0; c < k; ++c) {
    weights.as<float>()[static_cast<std::size_t>(c)] =
        static_cast<float>(em.log_weights()[static_cast<std::size_t>(c)]);
    const Eigen::MatrixXd& s = em.covariances()[static_cast<std::size_t>(c)];
    for (Eigen::Index i = 0; i < n; ++i)
      for (Eigen::Index j = 0; j < n; ++j) *out++ = static_cast<float>(s(i, j));
  }
  Safetensors file;
  file.metadata = {
      {"family", "gmm-checkpoint"}, {"step", std::to_string(step)}, {"iteration", std::to_string(iteration)}};
  file.tensors.emplace("log_weights", std::move(weights));
  file.tensors.emplace("covariances", std::move(covariances));
  write_file(path, file);
}

Checkpoint load_checkpoint(const std::string& path, int components, int dims) {
  const Safetensors file = read_safetensors(read_bytes(path));
  const Tensor weights = take_f32(file, "log_weights", {components}, "priorlab train gmm without --resume");
  const Tensor values =
      take_f32(file, "covariances", {components, dims, dims}, "priorlab train gmm without --resume");
  Checkpoint c;
  c.log_weights.assign(weights.as<float>().begin(), weights.as<float>().end());
  for (int k = 0; k < components; ++k)
    c.covariances.push_back(
        Eigen::Map<const Eigen::MatrixXf>(
            values.as<float>().data() + static_cast<std::ptrdiff_t>(k) * dims * dims, dims, dims)
            .cast<double>());
  c.step = std::stoi(file.metadata.at("step"));
  c.iteration = std::stoi(file.metadata.at("iteration"));
  return c;
}

GmmEm first_mixture(const Settings& s, std::span<const Image> pictures, const DctBasis& basis,
                    const Eigen::MatrixXd& overall) {
  std::vector<Eigen::MatrixXd> covariances(static_cast<std::size_t>(s.components));
  int window = kWindow;  // pictures of the mini model are a patch each
  for (const Image& picture : pictures) window = std::min({window, picture.height(), picture.width()});
  parallel_for(s.components, [&](int k) {
    const auto patches =
        window_patches(pictures, basis, window, s.seed, kWindows, static_cast<std::uint64_t>(k));
    const double count = static_cast<double>(patches.size()) / basis.stride();
    Eigen::MatrixXd moments = second_moments(basis.dims(), patches);
    moments.diagonal().array() += s.em.floor;
    covariances[static_cast<std::size_t>(k)] =
        (count * moments + kWindowPrior * (moments.trace() / overall.trace()) * overall) /
        (count + kWindowPrior);
  });
  std::vector<double> equal(covariances.size(), 0.0);
  return GmmEm(s.em, std::move(equal), std::move(covariances), overall);
}

// The statistics whose maximum the mixture is: where stepwise EM goes on from.
EmStatistics statistics_of(const GmmEm& em) {
  EmStatistics s(em.components(), em.bank().stride());
  s.patches = 1.0;
  for (int k = 0; k < em.components(); ++k) {
    const double w = std::exp(em.log_weights()[static_cast<std::size_t>(k)]);
    s.weight[static_cast<std::size_t>(k)] = w;
    const Eigen::MatrixXd& c = em.covariances()[static_cast<std::size_t>(k)];
    for (int i = 0; i < em.dims(); ++i)
      for (int j = 0; j < em.dims(); ++j)
        s.second[(static_cast<std::size_t>(k) * static_cast<std::size_t>(em.bank().stride()) +
                  static_cast<std::size_t>(i)) *
                     static_cast<std::size_t>(em.bank().stride()) +
                 static_cast<std::size_t>(j)] = w * c(i, j);
  }
  return s;
}

// Settings of stepwise EM as functions of the step.
struct Plan {
  int steps;
  // Steps in which components may be replaced. More of them fit the training pictures better and others
  // worse.
  int structural() const { return steps / 5; }
  double rate(int t) const {
    constexpr double kLarge = 0.12;
    if (t < structural()) return std::max(std::pow(t + 2.0, -0.6), kLarge);
    return 1.0 / (1.0 / kLarge + (t - structural()));
  }
  int replaced(int t, int components) const {
    if (t + 1 >= structural() || t % kReplaceEvery != kReplaceEvery - 1) return 0;
    const double left = 1.0 - static_cast<double>(t) / structural();
    return std::max(1, static_cast<int>(components * 0.10 * left * left));
  }
};

std::string basis_words(const Settings& s) {
  std::ostringstream text;
  text << "nats per patch, " << s.side * s.side - 1
       << "-d DC-free orthonormal basis, [0,1] scale, covariance floor " << s.em.floor;
  return text.str();
}

class Run {
 public:
  Run(const Settings& s, const TrainingPictures& pictures) : s_(s), basis_(s.side), start_(Clock::now()) {
    training_.emplace(random_patches(pictures.training, basis_, s.patches, s.seed, kTraining),
                      basis_.stride());
    held_out_.emplace(random_patches(pictures.held_out, basis_, kHeldOutPatches, s.seed, kHeldOut),
                      basis_.stride());
    std::printf("%zu patches of %zu pictures; held out: %zu patches of %zu pictures. Log-likelihoods: %s.\n",
                training_->count(), pictures.training.size(), held_out_->count(), pictures.held_out.size(),
                basis_words(s).c_str());
    const Eigen::MatrixXd overall = second_moments(basis_.dims(), training_->values);
    if (s.resume) {
      Checkpoint c = load_checkpoint(checkpoint_path(), s.components, basis_.dims());
      em_.emplace(s.em, std::move(c.log_weights), std::move(c.covariances), overall);
      step_ = c.step;
      iteration_ = c.iteration;
    } else {
      em_.emplace(first_mixture(s, pictures.training, basis_, overall));
    }
  }

  void stepwise() {
    const Plan plan{s_.steps};
    const std::size_t width = static_cast<std::size_t>(basis_.stride()),
                      batch = std::min<std::size_t>(static_cast<std::size_t>(s_.batch), training_->count());
    EmStatistics running = statistics_of(*em_);
    double sum = 0.0;
    int summed = 0;
    for (; step_ < s_.steps && !out_of_time(); ++step_) {
      // Batches walk through the patches; what is left at the end of a round is for the next.
      const std::size_t per_round = training_->count() / batch,
                        at = static_cast<std::size_t>(step_) % per_round * batch;
      EmStatistics fresh = em_->expect(std::span(training_->values).subspan(at * width, batch * width),
                                       std::span(training_->winner).subspan(at, batch));
      sum += fresh.log_likelihood / fresh.patches;
      ++summed;
      work_ += fresh.work;
      const double rate = plan.rate(step_);
      fresh.scale(rate / fresh.patches);
      running.scale((1.0 - rate) / running.patches);
      running += fresh;
      if (const int count = plan.replaced(step_, s_.components))
        replace_components(running, basis_.dims(), count);
      // The prior counts patches: the running sums stand for about batch / rate of them.
      EmStatistics scaled = running;
      scaled.scale(std::min(static_cast<double>(training_->count()), static_cast<double>(batch) / rate));
      em_->maximise(scaled);
      if (step_ % 20 == 19) {
        report("step", step_ + 1, sum / summed, "these batches");
        sum = summed = 0;
      }
      checkpoint();
    }
  }

  void full() {
    for (; iteration_ < s_.iterations && !out_of_time(); ++iteration_) {
      const EmStatistics sums = em_->expect(training_->values, training_->winner);
      work_ += sums.work;
      const double before = (sums.log_likelihood + em_->log_prior()) / sums.patches;
      em_->maximise(sums);
      std::printf("iteration %d objective before it %.4f\n", iteration_ + 1, before);
      report("iteration", iteration_ + 1, sums.log_likelihood / sums.patches, "all, before the step");
      checkpoint();
    }
  }

  // Writes the file, reads it back and measures what was written.
  void finish(const std::string& command) {
    save_checkpoint(checkpoint_path(), *em_, step_, iteration_);
    const GaussianMixture mixture(s_.side, {em_->log_weights().begin(), em_->log_weights().end()},
                                  {em_->covariances().begin(), em_->covariances().end()});
    std::ostringstream title, floor;
    title << (s_.source.kind == PatchKind::pictures ? "Patch mixture, "
              : s_.source.kind == PatchKind::leaves ? "Dead leaves, "
                                                    : "Mini dead leaves, ")
          << s_.components << " Gaussians on " << s_.side << "x" << s_.side << " patches";
    floor << s_.em.floor;
    write_file(s_.out,
               mixture.to_file({{"title", title.str()}, {"floor", floor.str()}, {"command", command}}));
    const GaussianMixture written = GaussianMixture::from(read_safetensors(read_bytes(s_.out)));
    std::printf("%s: log-likelihood of the held-out pictures %.3f (%s)\n", s_.out.c_str(),
                mean_log_density(written, held_out_->values), basis_words(s_).c_str());
    std::printf("%.0f s\n", seconds());
  }

 private:
  std::string checkpoint_path() const { return s_.out + ".checkpoint"; }
  double seconds() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }
  bool out_of_time() const { return seconds() > s_.minutes * 60.0; }

  void report(const char* unit, int number, double training, const char* which) {
    const double held_out =
        em_->log_likelihood(held_out_->values, held_out_->winner) / static_cast<double>(held_out_->count());
    const auto [least, most] = std::minmax_element(em_->log_weights().begin(), em_->log_weights().end());
    std::printf(
        "%s %d  training (%s) %.3f  held-out %.3f  weights %.1e to %.1e  multiply-adds %.1f %% of dense  "
        "%.0f s\n",
        unit, number, which, training, held_out, std::exp(*least), std::exp(*most),
        100.0 * static_cast<double>(work_.done) / static_cast<double>(work_.dense), seconds());
    std::fflush(stdout);
    work_ = {};
  }

  void checkpoint() {
    if (seconds() - saved_ < 30.0) return;
    save_checkpoint(checkpoint_path(), *em_, step_ + 1, iteration_);
    saved_ = seconds();
  }

  Settings s_;
  DctBasis basis_;
  Clock::time_point start_;
  std::optional<Patches> training_, held_out_;
  std::optional<GmmEm> em_;
  int step_ = 0, iteration_ = 0;
  double saved_ = 0.0;
  GaussianBank::Work work_;
};

}  // namespace

int train_gmm(Args& args) {
  Settings s;
  s.source = patch_source(args);
  s.out = args.required("out", "the file to write");
  s.components = static_cast<int>(args.integer("k", 200, 1, 4096));
  s.side = static_cast<int>(args.integer("patch", 8, 2, 16));
  s.patches = args.integer("patches", 2000000, 1000, 50000000);
  s.steps = static_cast<int>(args.integer("steps", 600, 0, 1000000));
  s.batch = static_cast<int>(args.integer("batch", 20000, 100, 10000000));
  s.iterations = static_cast<int>(args.integer("iterations", 10, 0, 100000));
  s.seed = static_cast<std::uint64_t>(args.integer("seed", 1, 0, 4294967295LL));
  s.minutes = args.number("minutes", 1e6, 0.0, 1e6);
  s.em.floor = args.number("floor", 1e-6, 1e-9, 1.0);
  s.em.prior_count = args.number("prior", 0.0, 0.0, 1e6);
  s.resume = args.flag("resume");
  args.finish();
  check_folder_of(s.out);

  std::ostringstream command;
  command << "priorlab train gmm" << words_of(s.source) << " --k " << s.components << " --patch " << s.side
          << " --patches " << s.patches << " --steps " << s.steps << " --batch " << s.batch
          << " --iterations " << s.iterations << " --floor " << s.em.floor << " --prior " << s.em.prior_count
          << " --seed " << s.seed << " --out gmm.safetensors";
  Run run(s, training_pictures(s.source, s.side, s.seed));
  run.stepwise();
  run.full();
  run.finish(command.str());
  return 0;
}

}  // namespace priorlab
