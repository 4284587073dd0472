// GaussianMixture: the patch prior of EPLL (Zoran & Weiss, ICCV 2011), K zero-mean Gaussians with full
// covariance over the DC-free DCT coefficients (ops/dct_basis.h) of square patches, values on the [0,1]
// scale.
//
// Its file is safetensors with
//   log_weights  f32 (K): natural logarithms, summing to one as weights within 1e-3;
//   cholesky     f16 (K, D (D + 1) / 2): rows of the lower Cholesky factors of the covariances, diagonal last
//   in each
//                row. Factors survive f16 where covariances do not: any factor gives a positive definite
//                product.
// and metadata family "gmm", version "1", basis "dct-zigzag-no-dc", patch (side), floor, and how it was made.
#pragma once

#include <Eigen/Core>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/safetensors.h"
#include "ops/gaussian_bank.h"

namespace priorlab {

class GaussianMixture {
 public:
  static constexpr const char* family = "gmm";

  // Throws std::invalid_argument when the file is no such mixture (family, version, basis, shapes, NaN,
  // weights that do not sum to one, a factor without positive diagonal), naming the command that rebuilds it.
  static GaussianMixture from(const Safetensors&);
  // From parts; `covariances` D x D symmetric positive definite with D = side^2 - 1. Weights are normalised.
  GaussianMixture(int side, std::vector<double> log_weights, std::vector<Eigen::MatrixXd> covariances);

  // The file; `notes` (training command, seed, ...) is added to the metadata.
  Safetensors to_file(const std::map<std::string, std::string>& notes = {}) const;

  int side() const { return side_; }  // pixels along an edge of the patch
  int dims() const { return side_ * side_ - 1; }
  int components() const { return static_cast<int>(log_weights_.size()); }
  std::span<const double> log_weights() const { return log_weights_; }
  std::span<const Eigen::MatrixXd> covariances() const { return covariances_; }

  // Eigen-decompositions, computed at the first call and shared. Not thread-safe at that first call.
  std::shared_ptr<const GaussianSpectra> spectra() const;

  // The covariances as f32 (components, stride, stride), stride = dims() rounded up to a multiple of 8 and
  // the padding zero. Computed at the first call and shared; not thread-safe at that first call.
  std::shared_ptr<const std::vector<float>> padded_covariances() const;

  // log sum_k pi_k N(z; 0, S_k) in double from the definition, nats; `z` has dims() values. Slow: for tests.
  double log_density_plain(std::span<const float> z) const;

 private:
  int side_;
  std::vector<double> log_weights_;
  std::vector<Eigen::MatrixXd> covariances_;
  mutable std::shared_ptr<const GaussianSpectra> spectra_;
  mutable std::shared_ptr<const std::vector<float>> padded_covariances_;
};

// log sum_k pi_k N(z; 0, S_k + s I) in nats of each patch, `patches` (count, bank.stride()). Components
// further than 20 nats below a patch's best are left out: at most K e^-20 nats missing. `winner` as in
// GaussianBank::best.
std::vector<double> log_densities(const GaussianBank& bank, std::span<const float> patches,
                                  std::span<std::int32_t> winner);
// Their mean over patches without noise, on all threads.
double mean_log_density(const GaussianMixture& mixture, std::span<const float> patches);

}  // namespace priorlab
