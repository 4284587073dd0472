// Draws of patches from a mixture of zero-mean Gaussians, the same to the bit on every flavour (Zoran and
// Weiss 2012, section 2): choose component k by its weight, then x = B L_k z with z standard normal, B the
// DCT basis (ops/dct_basis.h) and L_k the Cholesky factor of the covariance that the model's file holds. V_k
// D_k^(1/2) z has the same law; its bits would depend on an eigen-solver.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/prepared.h"
#include "core/safetensors.h"
#include "ops/dct_basis.h"

namespace priorlab {

class PatchSampler {
 public:
  static constexpr const char* family = "gmm draws";  // tells it from the mixture of the same file

  // Of a file that GaussianMixture::from takes.
  static PatchSampler from(const Safetensors&);

  int side() const { return side_; }
  int pixels() const { return side_ * side_; }
  int dims() const { return side_ * side_ - 1; }
  int components() const { return static_cast<int>(until_.size()); }

  // Patches number first, first + 1, ...: `component` (count) comes with -1 where one is to be drawn, else
  // with the component's number, and leaves with the one drawn; `patches` is (count, pixels), zero-mean,
  // standard deviations times `temperature`. Patch j uses stream j of the seed alone: block 0 for the
  // component, 1 and on for z (ops/normals.h).
  void draw(std::uint64_t seed, std::uint64_t first, float temperature, std::span<std::int32_t> component,
            std::span<float> patches) const;
  // The same to the bit, patch after patch and pixel after pixel.
  void draw_plain(std::uint64_t seed, std::uint64_t first, float temperature,
                  std::span<std::int32_t> component, std::span<float> patches) const;

  // B L_k by eights of pixels, [pixel / 8][j][pixel % 8]; padding zero. Made at the first call; any thread.
  const std::vector<float>& product(int k) const;

 private:
  void choose(std::uint64_t seed, std::uint64_t first, std::span<std::int32_t> component) const;

  PatchSampler(int side, std::vector<double> until, std::vector<float> factors);

  int side_;
  DctBasis basis_;
  std::vector<double> until_;   // (components): weights summed up to and with this one
  std::vector<float> factors_;  // (components, dims (dims + 1) / 2): rows of L_k
  std::vector<Prepared<std::vector<float>>> products_;
};

}  // namespace priorlab
