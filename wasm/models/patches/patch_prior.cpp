#include "models/patches/patch_prior.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/parallel_for.h"
#include "models/gmm/gmm.h"
#include "models/patches/source_gibbs.h"
#include "models/patches/source_map.h"
#include "models/patches/source_prior.h"

namespace priorlab {
namespace {

std::size_t at(int i) { return static_cast<std::size_t>(i); }

// body(first, count) over lots of patches, on all threads.
template <class Body>
void for_lots(std::size_t count, const Body& body) {
  constexpr std::size_t kLot = 2048;
  parallel_for(static_cast<int>((count + kLot - 1) / kLot), [&](int i) {
    const std::size_t first = at(i) * kLot;
    body(first, std::min(kLot, count - first));
  });
}

class MixtureDenoiser final : public PatchDenoiser {
 public:
  MixtureDenoiser(std::shared_ptr<const GaussianSpectra> spectra, double noise_variance)
      : bank_(std::move(spectra), noise_variance) {}

  void map(std::span<const float> noisy, std::span<float> restored) const override {
    std::vector<std::int32_t> winner(noisy.size() / at(bank_.stride()), -1);
    bank_.best(noisy, winner);
    for (std::size_t p = 0; p < winner.size(); ++p) {
      const float* from = noisy.data() + p * at(bank_.stride());
      float* to = restored.data() + p * at(bank_.stride());
      bank_.wiener(winner[p], &from, &to, 1);
    }
  }

  void mean(std::span<const float> noisy, std::uint64_t, std::uint64_t,
            std::span<float> restored) const override {
    const std::size_t width = at(bank_.stride()), count = noisy.size() / width;
    std::vector<std::int32_t> winner(count, -1);
    std::vector<GaussianBank::Candidate> near;
    bank_.near(noisy, winner, 40.0f, near);  // the rest weighs less than K e^-20
    std::vector<float> least(count, INFINITY);
    for (const auto& c : near) least[at(c.patch)] = std::min(least[at(c.patch)], c.energy);
    std::vector<double> total(count, 0.0), sum(noisy.size(), 0.0);
    std::vector<float> filtered(width);
    for (const auto& c : near) {
      const double weight = std::exp(-0.5 * static_cast<double>(c.energy - least[at(c.patch)]));
      const float* from = noisy.data() + at(c.patch) * width;
      float* to = filtered.data();
      bank_.wiener(c.component, &from, &to, 1);
      total[at(c.patch)] += weight;
      for (std::size_t d = 0; d < width; ++d)
        sum[at(c.patch) * width + d] += weight * static_cast<double>(filtered[d]);
    }
    for (std::size_t i = 0; i < sum.size(); ++i) restored[i] = static_cast<float>(sum[i] / total[i / width]);
  }

 private:
  GaussianBank bank_;
};

class MixturePrior final : public PatchPrior {
 public:
  explicit MixturePrior(const GaussianMixture& mixture)
      : side_(mixture.side()), spectra_(mixture.spectra()) {}

  int side() const override { return side_; }
  bool samples() const override { return false; }
  std::vector<double> log_densities(std::span<const float> patches) const override {
    const GaussianBank bank(spectra_, 0.0);
    const std::size_t width = at(bank.stride()), count = patches.size() / width;
    std::vector<double> all(count);
    for_lots(count, [&](std::size_t first, std::size_t here) {
      std::vector<std::int32_t> winner(here, -1);
      const auto some = priorlab::log_densities(bank, patches.subspan(first * width, here * width), winner);
      std::copy(some.begin(), some.end(), all.begin() + static_cast<std::ptrdiff_t>(first));
    });
    return all;
  }
  std::unique_ptr<PatchDenoiser> denoiser(double noise_variance, const DenoiserOptions&) const override {
    return std::make_unique<MixtureDenoiser>(spectra_, noise_variance);
  }

 private:
  int side_;
  std::shared_ptr<const GaussianSpectra> spectra_;
};

// Whether the sources' directions are orthogonal, so that white noise is independent in them too.
bool orthogonal(const Eigen::MatrixXd& synthesis) {
  Eigen::MatrixXd gram = synthesis.transpose() * synthesis;
  const double scale = gram.diagonal().cwiseAbs().minCoeff();
  gram.diagonal().setZero();
  return gram.cwiseAbs().maxCoeff() < 1e-5 * scale;
}

class SourceDenoiser final : public PatchDenoiser {
 public:
  SourceDenoiser(std::shared_ptr<const SourcePrior> prior, double noise_variance,
                 const DenoiserOptions& options)
      : prior_(std::move(prior)),
        noise_variance_(noise_variance),
        map_(*prior_, noise_variance, options.map_iterations),
        stride_((prior_->dims() + 7) / 8 * 8) {
    // Two chains, each with random numbers of its own.
    if (!orthogonal(prior_->synthesis()))
      for (std::uint64_t chain = 0; chain < 2; ++chain)
        chains_.emplace_back(*prior_, noise_variance,
                             GibbsSettings{options.sweeps / 4, options.sweeps, 1 + chain});
  }

  void map(std::span<const float> noisy, std::span<float> restored) const override {
    map_.restore(noisy, restored);
  }

  void mean(std::span<const float> noisy, std::uint64_t first, std::uint64_t chain,
            std::span<float> restored) const override {
    PRIORLAB_CHECK(chain < 2);
    const std::size_t width = at(stride_), count = noisy.size() / width;
    for (std::size_t p = 0; p < count; ++p) {
      const auto from = noisy.subspan(p * width, width);
      const auto to = restored.subspan(p * width, width);
      if (chains_.empty())
        shrink(from, to);
      else
        chains_[chain].posterior_mean(from, first + p, to);
    }
  }

 private:
  // Noise in source i: s / |m_i|^2.
  void shrink(std::span<const float> noisy, std::span<float> restored) const {
    const int n = prior_->dims();
    Eigen::VectorXd x =
        prior_->analysis() * Eigen::Map<const Eigen::VectorXf>(noisy.data(), n).cast<double>();
    for (int i = 0; i < n; ++i)
      x(i) = prior_->marginals()[at(i)].posterior_mean(
          x(i), noise_variance_ / prior_->synthesis().col(i).squaredNorm());
    Eigen::Map<Eigen::VectorXf>(restored.data(), n) = (prior_->synthesis() * x).cast<float>();
    std::fill(restored.begin() + n, restored.end(), 0.0f);
  }

  std::shared_ptr<const SourcePrior> prior_;
  double noise_variance_;
  SourceMap map_;
  int stride_;
  std::vector<SourceGibbs> chains_;  // none where the mean has a closed form
};

class SourcesPrior final : public PatchPrior {
 public:
  explicit SourcesPrior(SourcePrior prior) : prior_(std::make_shared<const SourcePrior>(std::move(prior))) {}

  int side() const override { return prior_->side(); }
  bool samples() const override { return !orthogonal(prior_->synthesis()); }
  std::vector<double> log_densities(std::span<const float> patches) const override {
    const std::size_t width = at((prior_->dims() + 7) / 8 * 8);
    std::vector<double> all(patches.size() / width);
    for_lots(all.size(), [&](std::size_t first, std::size_t here) {
      for (std::size_t p = first; p < first + here; ++p)
        all[p] = prior_->log_density(patches.subspan(p * width, width));
    });
    return all;
  }
  std::unique_ptr<PatchDenoiser> denoiser(double noise_variance,
                                          const DenoiserOptions& options) const override {
    return std::make_unique<SourceDenoiser>(prior_, noise_variance, options);
  }

 private:
  std::shared_ptr<const SourcePrior> prior_;
};

}  // namespace

std::unique_ptr<PatchPrior> patch_prior_from(const Safetensors& file) {
  const auto family = file.metadata.find("family");
  const std::string name = family == file.metadata.end() ? "" : family->second;
  if (name == GaussianMixture::family) return std::make_unique<MixturePrior>(GaussianMixture::from(file));
  if (name == SourcePrior::family) return std::make_unique<SourcesPrior>(SourcePrior::from(file));
  invalid("A patch prior is of the family gmm or patch-sources; this model is of the family \"", name, "\".");
}

}  // namespace priorlab
