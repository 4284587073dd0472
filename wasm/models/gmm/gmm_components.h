// What the components of a patch mixture are, in pixels: eigenvectors as patches, contrast, edge-ness.
#pragma once

#include <Eigen/Core>
#include <span>
#include <vector>

#include "ops/gaussian_bank.h"

namespace priorlab {

// The leading eigenvectors of component k as patches of unit norm, `out` (leading, side * side), 1 <= leading
// <= dims(). Their sign: the value of largest size (the first of equal ones) is positive.
void leading_eigenvectors(const GaussianSpectra&, int side, int k, int leading, std::span<float> out);

// Root of the mean variance of a pixel, sqrt(tr S / side^2), of eigenvalues (dims): grey levels.
double contrast_of(std::span<const double> eigenvalues, int side);

// Edge-ness of covariances: the coherence of the structure tensor J = E sum g g^T of a patch drawn, g the
// gradient at the corners between four pixels (means of two differences), in closed form. That is
// sqrt((J_xx - J_yy)^2 + 4 J_xy^2) / (J_xx + J_yy), in [0, 1]: 0 where no direction is preferred, 1 where all
// gradients are parallel (Bigun and Granlund, ICCV 1987).
class EdgeNess {
 public:
  explicit EdgeNess(int side);
  double of(const Eigen::MatrixXd& covariance) const;  // (dims, dims), in the DCT basis

 private:
  Eigen::MatrixXd xx_, xy_, yy_;  // (dims, dims): J_xx = tr(xx S) and so on
};

}  // namespace priorlab
