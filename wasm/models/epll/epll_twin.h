// EPLL's half-quadratic pass as plainly as it can be said: every patch, every component, dense, in double.
// The oracle of models/epll/epll.h, for small pictures.
#pragma once

#include <Eigen/Core>
#include <span>
#include <vector>

namespace priorlab {

// A component of the patch prior in pixels: covariance (64, 64) of patches without their mean, so its null
// space holds the constant patch.
struct DenseGaussian {
  double log_weight = 0;
  Eigen::MatrixXd covariance;
};

struct PlainPass {
  std::vector<int> winners;  // (patches) rows of patch positions
  std::vector<double>
      energies;  // (patches) -2 log(pi_k N(z; 0, S_k + s I)), without 63 log(2 pi), of the winner
  std::vector<double> average;  // (height, width) mean of the restored patches over each pixel
};

// Patch step at noise variance s = 1 / beta: z = patch - mean; k = argmin of the energy (lowest index on
// ties); patch <- mean + S_k (S_k + s I)^-1 z; overlapping patches averaged. Zoran and Weiss, ICCV 2011,
// section 3.2.
PlainPass plain_epll_pass(std::span<const double> x, int height, int width,
                          const std::vector<DenseGaussian>& prior, double noise_variance);

// All passes: x <- (y + b avg) / (1 + b) with b the entries of `betas`, patch step at sigma^2 / b. Not
// clipped.
std::vector<double> plain_epll(std::span<const float> noisy, int height, int width, double sigma,
                               const std::vector<DenseGaussian>& prior, const std::vector<double>& betas);

}  // namespace priorlab
