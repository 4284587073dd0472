// Independent component analysis by maximum likelihood, complete, with Gaussian-scale-mixture marginals.
//
// Each step moves W along the relative (natural) gradient G = E[psi(x) x^T] - I, psi = -(log g)', divided by
// the block-diagonal approximation of the Hessian whose 2 x 2 blocks are [h_ij 1; 1 h_ji], h_ij =
// E[psi_i^2 x_j^2] (Amari 1998; Ablin, Cardoso and Gramfort, IEEE TSP 2018, without the memory):
//   W <- (I + t P) W,   P_ij = -(h_ji G_ij - G_ji) / (h_ij h_ji - 1) off the diagonal,
// with t halved until the log-likelihood of all patches rises. Every few steps the marginals are fitted anew
// by EM, which also sets the scale of the sources.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/patches/source_prior.h"

namespace priorlab {

struct IcaOptions {
  int scales = 3;       // of each marginal
  double floor = 1e-6;  // least variance of a patch in any direction, (grey level)^2
  int refit_every = 5;  // steps
};

class Ica {
 public:
  // `patches` (count, stride), stride = dims rounded up to a multiple of 8; kept by reference. Starts from
  // `rotation` (dims x dims, orthogonal) of the patches whitened by their eigenvectors.
  Ica(std::span<const float> patches, int dims, const Eigen::MatrixXd& rotation, IcaOptions options);

  // One step; the mean log-likelihood after it, nats per patch, never less than before (up to f32 rounding).
  double step();

  double log_likelihood() const { return -loss_; }
  const Eigen::MatrixXd& analysis() const { return analysis_; }
  std::span<const ScaleMixture> marginals() const { return marginals_; }

 private:
  struct Moments {
    double loss = 0;                       // -mean log p, nats
    Eigen::MatrixXd score_source, fisher;  // E[psi_i x_j], E[psi_i^2 x_j^2]
  };
  Moments measure(const Eigen::MatrixXd& analysis) const;
  void refit(int iterations);
  void tabulate();

  std::span<const float> patches_;
  int dims_, stride_;
  IcaOptions options_;
  Eigen::MatrixXd analysis_;
  std::vector<ScaleMixture> marginals_;
  std::vector<ScaleMixtureTable> tables_;
  Moments moments_;  // at analysis_
  double loss_ = 0;
  int steps_ = 0;
};

// A random rotation, n x n, from normal numbers of Rng(seed): the identity plus noise of standard deviation
// `spread`, made orthogonal.
Eigen::MatrixXd random_rotation(int n, std::uint64_t seed, double spread);

}  // namespace priorlab
