// Expectation maximisation for a mixture of zero-mean Gaussians with full covariances (Dempster, Laird &
// Rubin 1977), in full batches or stepwise on mini-batches (Cappe & Moulines 2009; Liang & Klein 2009), with
// split-and-drop of starving components between steps.
//
// Covariances are kept above `floor` times the identity by clipping eigenvalues, which is the exact M-step
// under that constraint. Small components are kept from memorising their few patches by an inverse-Wishart
// prior of `prior_count` patches whose mean has the shape G of the overall covariance and, per component, the
// scale sigma_k that fits best (empirical Bayes): its logarithm is, maximised over sigma_k and up to a
// constant,
//   -prior_count / 2 * sum_k (log |S_k| + D log tr(S_k^-1 G)).
// The M-step takes sigma_k = D / tr(S_k^-1 G) at the old covariance and S_k at that scale, two steps up, so
// the log-likelihood with this term added never falls.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "ops/gaussian_bank.h"

namespace priorlab {

struct EmOptions {
  double floor = 1e-6;  // least eigenvalue of a covariance, (grey level)^2; 8-bit rounding alone makes 1.3e-6
  double prior_count = 0.0;  // patches' worth of belief in the prior covariance, >= 0
};

// Sums over patches, with r_ik the probability of component k given patch i.
struct EmStatistics {
  EmStatistics() = default;
  EmStatistics(int components, int stride);

  double patches = 0.0, log_likelihood = 0.0;  // number; sum of log densities in nats
  std::vector<double> weight;                  // (K): sum_i r_ik
  std::vector<double> second;                  // (K, stride, stride): sum_i r_ik z_i z_i^T
  std::vector<double>
      spread;  // (K): sum_i r_ik (d^2 / D - 1)^2, d the Mahalanobis length: 2 / D for a Gaussian
  std::vector<double> deletion;  // (K): sum_i -log(1 - r_ik), the nats lost if k alone were taken out
  GaussianBank::Work work;

  EmStatistics& operator+=(const EmStatistics&);
  void scale(double factor);
};

class GmmEm {
 public:
  // Starts from given components. `overall`: second moments of the data, D x D.
  GmmEm(EmOptions options, std::vector<double> log_weights, std::vector<Eigen::MatrixXd> covariances,
        Eigen::MatrixXd overall);

  // Expected statistics of `patches` (count, stride) under the current mixture. `winner` (count) carries each
  // patch's best component from one iteration to the next (-1 at first). Bitwise the same for any number of
  // threads.
  EmStatistics expect(std::span<const float> patches, std::span<std::int32_t> winner) const;
  // Sum of log densities only, nats.
  double log_likelihood(std::span<const float> patches, std::span<std::int32_t> winner) const;

  // Components and weights of greatest penalised likelihood given the statistics.
  void maximise(const EmStatistics& statistics);

  // Log of the prior (up to a constant) at the current mixture: what to add to a training log-likelihood.
  double log_prior() const;

  int components() const { return static_cast<int>(log_weights_.size()); }
  int dims() const { return static_cast<int>(overall_.rows()); }
  std::span<const double> log_weights() const { return log_weights_; }
  std::span<const Eigen::MatrixXd> covariances() const { return covariances_; }
  const Eigen::MatrixXd& overall() const { return overall_; }
  const GaussianBank& bank() const { return *bank_; }

 private:
  void prepare();
  // tr(S_k^-1 G).
  double inverse_trace(int k) const;

  EmOptions options_;
  std::vector<double> log_weights_;
  std::vector<Eigen::MatrixXd> covariances_;
  Eigen::MatrixXd overall_;
  std::unique_ptr<GaussianBank> bank_;
};

// Takes the `count` components that would be missed least out of the statistics and puts in their place
// halves of those that least resemble a Gaussian (heavy tails, weighted by how many patches they hold): one
// half narrower, one wider. The starving and the redundant so make room where a Gaussian is too simple.
// maximise() must follow.
void replace_components(EmStatistics& statistics, int dims, int count);

// Second moments of `patches` (count, stride), D x D.
Eigen::MatrixXd second_moments(int dims, std::span<const float> patches);

}  // namespace priorlab
