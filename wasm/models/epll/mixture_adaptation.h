// A patch prior fitted to one picture: one step of maximum a posteriori EM for the covariances and weights of
// the mixture, from an estimate of the picture and the component of each of its patches (Luo, Chan and
// Nguyen, "Adaptive Image Denoising by Mixture Adaptation", IEEE TIP 2016, with hard assignments).
//
//   alpha_k = n_k / (n_k + belief),   S_k <- alpha_k C_k + (1 - alpha_k) S_k,   pi_k <- alpha_k n_k / n + (1
//   - alpha_k) pi_k
//
// n_k: number of patches of component k, C_k: their second moments about zero (patches without mean). A
// component without patches keeps its covariance.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "core/bytes.h"
#include "ops/dct_basis.h"
#include "ops/gaussian_bank.h"

namespace priorlab {

class MixtureAdaptation {
 public:
  // Calls its argument with the index of each patch's first pixel in the picture and the patch's component,
  // in the same order each time.
  using Patches = std::function<void(const std::function<void(std::int32_t, std::int16_t)>&)>;

  // `picture`: the estimate, `width` pixels a row. `belief` > 0 in patches. `each_patch` is called twice,
  // now.
  MixtureAdaptation(std::shared_ptr<const GaussianSpectra> prior, std::vector<float> picture, int width,
                    const Patches& each_patch, double belief);

  // One block per component: independent, each once.
  int blocks() const { return prior_->components; }
  void run_block(int component);
  // The fitted component of such a block, and the same into a replica of this step (epll_share.cpp).
  void write_result(int component, ByteWriter& to) const;
  void read_result(int component, ByteReader& from);
  // After all blocks; once.
  std::shared_ptr<const GaussianSpectra> result() { return std::move(fitted_); }

 private:
  std::shared_ptr<const GaussianSpectra> prior_;
  std::shared_ptr<GaussianSpectra> fitted_;
  std::vector<float> picture_;
  int width_;
  std::vector<std::int32_t> patches_;  // first pixels, grouped by component
  std::vector<std::size_t> first_;     // (components + 1): where each component's begin
  double belief_;
  DctBasis basis_;
};

}  // namespace priorlab
