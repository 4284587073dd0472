// What a mixture of zero-mean Gaussians knows about one patch that is seen through white Gaussian noise
// (Zoran and Weiss, ICCV 2011, section 4): which components explain it, how likely it is, and the clean
// patch.
#pragma once

#include <span>
#include <vector>

#include "ops/gaussian_bank.h"

namespace priorlab {

struct PatchPosterior {
  std::vector<double> responsibility;  // (K): p(k | z), summing to one
  int component = 0;                   // the most responsible, the lowest of equal ones
  double log_likelihood = 0;           // log sum_k pi_k N(z; 0, S_k + s I), nats
  std::vector<double> mean;  // (dims): E(x | z) = sum_k p(k | z) S_k (S_k + s I)^-1 z, the BLS estimate
  std::vector<double> map;   // (dims): the Wiener filter of `component`, EPLL's approximation of the MAP
};

// Of the coefficients z (dims or stride values) with noise variance s >= 0. In double, with the eigenvectors
// of `spectra`; eigenvalues below 1e-12 count as that.
PatchPosterior patch_posterior(const GaussianSpectra& spectra, std::span<const float> z,
                               double noise_variance);

}  // namespace priorlab
