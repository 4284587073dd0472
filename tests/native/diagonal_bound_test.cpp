#include "ops/diagonal_bound.h"

#include <gtest/gtest.h>

#include <Eigen/Eigenvalues>

#include "core/rng.h"

namespace priorlab {
namespace {

// A covariance of falling spectrum in a random basis.
Eigen::MatrixXd covariance(int n, double decay, std::uint64_t seed) {
  Rng rng(seed);
  Eigen::MatrixXd a(n, n);
  for (Eigen::Index i = 0; i < a.size(); ++i) a.data()[i] = static_cast<double>(rng.normal());
  for (int j = 0; j < n; ++j) a.col(j) *= std::exp(-decay * j);
  return a * a.transpose() / n;
}

double least_eigenvalue(const Eigen::MatrixXd& m) {
  return Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(m).eigenvalues()(0);
}

void expect_above(const Eigen::MatrixXd& s, double typical) {
  const Eigen::VectorXd u = diagonal_above(s, typical);
  Eigen::MatrixXd rest = -s;
  rest.diagonal() += u;
  EXPECT_GE(least_eigenvalue(rest), -1e-12 * (s.trace() + typical));
}

TEST(DiagonalBound, IsAboveTheCovariance) {
  for (const int n : {1, 2, 7, 63})
    for (const double decay : {0.0, 0.05, 0.5})
      for (const double typical : {1e-9, 1e-3, 10.0})
        expect_above(1e-2 * covariance(n, decay, static_cast<std::uint64_t>(n)), typical);
  expect_above(Eigen::MatrixXd::Ones(20, 20), 1e-3);
  expect_above(Eigen::MatrixXd::Zero(5, 5), 1e-3);
}

TEST(DiagonalBound, OfADiagonalMatrixIsNearlyItself) {
  const Eigen::VectorXd d = Eigen::VectorXd::LinSpaced(10, 0.1, 2.0);
  const Eigen::VectorXd u = diagonal_above(d.asDiagonal(), 1e-3);
  for (int i = 0; i < 10; ++i) EXPECT_NEAR(u(i), d(i), 0.01 * d(i));
}

TEST(DiagonalBound, OfEqualCorrelationsIsTheLeastThereIs) {
  // Of 1 1^T every u above it has sum 1 / u_i <= 1, so sum u_i >= n^2.
  const int n = 16;
  EXPECT_LT(diagonal_above(Eigen::MatrixXd::Ones(n, n), 1e-6).sum(), 1.1 * n * n);
}

TEST(DiagonalBound, BoundsTheMahalanobisDistanceWell) {
  const int n = 63;
  const double noise = 3e-4;
  const Eigen::MatrixXd s =
      1e-3 * covariance(n, 0.05, 3) + Eigen::MatrixXd(Eigen::VectorXd::LinSpaced(n, 0.05, 1e-4).asDiagonal());
  const Eigen::VectorXd u = diagonal_above(s, noise);
  const Eigen::MatrixXd noisy = s + noise * Eigen::MatrixXd::Identity(n, n), inverse = noisy.inverse();
  Rng rng(9);
  double bounds = 0, distances = 0;
  for (int i = 0; i < 200; ++i) {
    Eigen::VectorXd z(n);
    for (int d = 0; d < n; ++d) z(d) = std::sqrt(s(d, d)) * static_cast<double>(rng.normal());
    const double bound = (z.array().square() / (u.array() + noise)).sum(), distance = z.dot(inverse * z);
    EXPECT_LE(bound, distance);
    bounds += bound;
    distances += distance;
  }
  EXPECT_GT(bounds, 0.2 * distances);
}

}  // namespace
}  // namespace priorlab
