// The f32 inverse against Eigen's in double.
#include "ops/spd_inverse.h"

#include <gtest/gtest.h>

#include <Eigen/Cholesky>
#include <cmath>
#include <vector>

#include "core/rng.h"

namespace priorlab {
namespace {

Eigen::MatrixXd random_covariance(int n, double decades, Rng& rng) {
  Eigen::MatrixXd mix(n, n);
  for (int i = 0; i < n; ++i)
    for (int j = 0; j < n; ++j) mix(i, j) = static_cast<double>(rng.normal());
  Eigen::VectorXd fall(n);
  for (int i = 0; i < n; ++i) fall(i) = std::pow(10.0, -decades * i / n);
  return mix * fall.asDiagonal() * mix.transpose() / n;
}

TEST(SpdInverse, AgreesWithDoublePrecision) {
  Rng rng(3);
  for (const int n : {8, 24, 64})
    for (const double noise : {1e-1, 1e-2, 1e-4}) {
      const Eigen::MatrixXd a = random_covariance(n, 4, rng) + noise * Eigen::MatrixXd::Identity(n, n);
      Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor> f = a.cast<float>();
      const double log_determinant = invert_spd(f.data(), n);
      const Eigen::LLT<Eigen::MatrixXd> llt(a);
      const Eigen::MatrixXd inverse = llt.solve(Eigen::MatrixXd::Identity(n, n));
      EXPECT_LT((f.cast<double>() - inverse).norm(), 2e-4 * inverse.norm()) << n << " " << noise;
      EXPECT_NEAR(log_determinant, 2 * llt.matrixLLT().diagonal().array().log().sum(), 1e-3 * n);
      EXPECT_EQ(f, f.transpose());
    }
}

TEST(SpdInverse, StaysFiniteWhereTheMatrixIsNotPositiveDefinite) {
  std::vector<float> ones(64, 1.0f), zeros(64, 0.0f);
  for (auto* matrix : {&ones, &zeros}) {
    EXPECT_TRUE(std::isfinite(invert_spd(matrix->data(), 8)));
    for (const float v : *matrix) EXPECT_TRUE(std::isfinite(v));
  }
}

}  // namespace
}  // namespace priorlab
