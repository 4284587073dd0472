// A diagonal matrix above a covariance: with diag(u) - S positive semi-definite,
//   z^T (S + s I)^-1 z >= sum_d z_d^2 / (u_d + s)    for every z and every s >= 0.
// A lower bound of a Mahalanobis distance for one multiply-add a coordinate: in a basis in which S is nearly
// diagonal, as covariances of patches are in the DCT, it is not far below.
#pragma once

#include <Eigen/Core>

namespace priorlab {

// Such a u of small sum_d u_d / (S_dd + typical); `s` D x D, symmetric, positive semi-definite; typical > 0
// is the noise variance at which the bound is to be close. The sum's minimum is, by duality, the maximum of
// tr(S X) over positive semi-definite X with diagonal 1 / (S_dd + typical); that is approached by coordinate
// ascent on the columns of V, X = V^T V (Wang, Chang and Kolter, The Mixing Method, 2017), and u raised until
// a Cholesky factorisation of diag(u) - S proves it.
Eigen::VectorXd diagonal_above(const Eigen::MatrixXd& s, double typical);

}  // namespace priorlab
