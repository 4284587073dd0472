// What the patch priors have in common, whatever their family: how probable a patch is, and how a noisy one
// is restored. Patches are DC-free DCT coefficients (ops/dct_basis.h), (count, stride), [0,1] scale.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/safetensors.h"

namespace priorlab {

// A prior at one noise level. Thread-safe.
class PatchDenoiser {
 public:
  virtual ~PatchDenoiser() = default;

  // The most probable patch. Gaussians: the Wiener filter, under a mixture that of the most probable
  // component (Zoran and Weiss, ICCV 2011); independent sources: models/patches/source_map.h.
  virtual void map(std::span<const float> noisy, std::span<float> restored) const = 0;

  // The posterior mean. `first` numbers the patches for random numbers; `chain` chooses among independent
  // repetitions. Closed form: Gaussians, mixtures, and sources along orthogonal directions; then `chain` does
  // not matter. Else models/patches/source_gibbs.h.
  virtual void mean(std::span<const float> noisy, std::uint64_t first, std::uint64_t chain,
                    std::span<float> restored) const = 0;
};

// Of the methods that iterate.
struct DenoiserOptions {
  int map_iterations = 40;  // models/patches/source_map.h
  int sweeps = 200;         // counted ones of a Gibbs chain, after a quarter as many that are not
};

class PatchPrior {
 public:
  virtual ~PatchPrior() = default;

  virtual int side() const = 0;
  // Whether PatchDenoiser::mean is a Monte Carlo estimate.
  virtual bool samples() const = 0;
  // Nats of each patch in the DC-free orthonormal basis, all threads.
  virtual std::vector<double> log_densities(std::span<const float> patches) const = 0;
  // noise_variance > 0.
  virtual std::unique_ptr<PatchDenoiser> denoiser(double noise_variance,
                                                  const DenoiserOptions& options = {}) const = 0;
};

// By the family in the file's metadata: "gmm" or "patch-sources". Throws std::invalid_argument on any other
// and when the file is no such model.
std::unique_ptr<PatchPrior> patch_prior_from(const Safetensors& file);

}  // namespace priorlab
