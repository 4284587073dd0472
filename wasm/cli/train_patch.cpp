// priorlab train patch-independent | patch-mvg | patch-pca | patch-ica: the simple patch priors that the
// mixture is compared with (Zoran and Weiss, ICCV 2011), on the patches of `priorlab train gmm`.
//
// Marginals are Gaussian scale mixtures fitted by EM; ICA is learned by maximum likelihood
// (models/patches/ica.h). Held-out pictures (datasets.h) are only measured on.
#include <Eigen/Eigenvalues>
#include <chrono>
#include <cstdio>
#include <sstream>

#include "cli/args.h"
#include "cli/figures.h"
#include "cli/model_files.h"
#include "cli/patch_source.h"
#include "core/error.h"
#include "models/gmm/gmm.h"
#include "models/gmm/gmm_em.h"
#include "models/patches/ica.h"
#include "models/patches/patch_prior.h"
#include "models/patches/source_prior.h"

namespace priorlab {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::int64_t kHeldOutPatches = 100000;
enum Stream : std::uint64_t { kTraining = 1, kHeldOut = 2 };  // those of `priorlab train gmm`

struct Settings {
  PatchSource source;
  std::string out;
  int side, scales, em_iterations, steps;
  std::int64_t patches;
  std::uint64_t seed;
  double floor, spread;
};

std::vector<ScaleMixture> marginals_of(const Eigen::MatrixXd& analysis, std::span<const float> patches,
                                       const Settings& s) {
  const auto histograms = source_histograms(analysis, patches);
  return fit_marginals(histograms, s.scales, source_floors(analysis, s.floor), s.em_iterations);
}

// The least variance everywhere, by raising eigenvalues.
Eigen::MatrixXd floored(const Eigen::MatrixXd& covariance, double floor) {
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(covariance);
  return solver.eigenvectors() * solver.eigenvalues().cwiseMax(floor).asDiagonal() *
         solver.eigenvectors().transpose();
}

SourcePrior ica(std::span<const float> patches, const DctBasis& basis, const Settings& s) {
  Ica learner(patches, basis.dims(), random_rotation(basis.dims(), s.seed, s.spread), {s.scales, s.floor, 5});
  const auto start = Clock::now();
  for (int t = 1; t <= s.steps; ++t) {
    learner.step();
    if (t % 20 == 0 || t == s.steps) {
      std::printf("step %d  training %.3f  %.0f s\n", t, learner.log_likelihood(),
                  std::chrono::duration<double>(Clock::now() - start).count());
      std::fflush(stdout);
    }
  }
  return SourcePrior(s.side, "ica", learner.analysis(), marginals_of(learner.analysis(), patches, s));
}

const char* title_of(const std::string& kind) {
  if (kind == "independent") return "Patch prior, independent pixels";
  if (kind == "mvg") return "Patch prior, one Gaussian";
  return kind == "pca" ? "Patch prior, independent principal components" : "Patch prior, ICA";
}

}  // namespace

int train_patch(const std::string& method, Args& args) {
  const std::string kind = method.substr(std::string("patch-").size());
  const auto start = Clock::now();
  Settings s;
  s.source = patch_source(args);
  s.out = args.required("out", "the file to write");
  s.side = static_cast<int>(args.integer("patch", 8, 2, 16));
  s.patches = args.integer("patches", 200000, 1000, 50000000);
  s.scales = static_cast<int>(args.integer("scales", 3, 1, 64));
  s.em_iterations = static_cast<int>(args.integer("em", 300, 1, 100000));
  s.steps = static_cast<int>(args.integer("steps", 250, 0, 100000));
  s.seed = static_cast<std::uint64_t>(args.integer("seed", 1, 0, 4294967295LL));
  s.floor = args.number("floor", 1e-6, 1e-9, 1.0);
  s.spread = args.number("spread", 0.02, 0, 1e6);
  args.finish();
  check_folder_of(s.out);

  const DctBasis basis(s.side);
  const TrainingPictures pictures = training_pictures(s.source, s.side, s.seed);
  const auto patches = random_patches(pictures.training, basis, s.patches, s.seed, kTraining);
  const auto held_out = random_patches(pictures.held_out, basis, kHeldOutPatches, s.seed, kHeldOut);
  std::printf("%lld patches of %zu pictures; held out: %lld patches of %zu pictures.\n",
              static_cast<long long>(s.patches), pictures.training.size(),
              static_cast<long long>(kHeldOutPatches), pictures.held_out.size());
  std::fflush(stdout);

  std::ostringstream command, floor;
  command << "priorlab train " << method << words_of(s.source) << " --patch " << s.side << " --patches "
          << s.patches;
  if (kind != "mvg") command << " --scales " << s.scales << " --em " << s.em_iterations;
  if (kind == "ica") command << " --steps " << s.steps << " --spread " << s.spread;
  command << " --floor " << s.floor << " --seed " << s.seed << " --out " << method << ".safetensors";
  floor << s.floor;
  const std::map<std::string, std::string> notes = {
      {"title", title_of(kind)}, {"floor", floor.str()}, {"command", command.str()}};

  const Eigen::MatrixXd covariance = second_moments(basis.dims(), patches);
  Safetensors file;
  if (kind == "mvg") {
    file = GaussianMixture(s.side, {0.0}, {floored(covariance, s.floor)}).to_file(notes);
  } else if (kind == "ica") {
    file = ica(patches, basis, s).to_file(notes);
  } else {
    const Eigen::MatrixXd analysis =
        kind == "independent" ? pixel_analysis(s.side) : eigen_analysis(covariance);
    file = SourcePrior(s.side, kind, analysis, marginals_of(analysis, patches, s)).to_file(notes);
  }
  write_bytes(s.out, write_safetensors(file));
  const auto written = patch_prior_from(read_safetensors(read_bytes(s.out)));
  std::printf(
      "%s: log-likelihood of training patches %.3f, of held-out ones %.3f (nats per patch, %d-d DC-free "
      "orthonormal basis, [0,1] scale, variance floor %g)\n%.0f s\n",
      s.out.c_str(), mean_of(written->log_densities(patches)), mean_of(written->log_densities(held_out)),
      basis.dims(), s.floor, std::chrono::duration<double>(Clock::now() - start).count());
  return 0;
}

}  // namespace priorlab
