#include "models/gmm/gmm_components.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "ops/dct_basis.h"

namespace priorlab {
namespace {

// The covariance of a plane wave of random phase: gradients all along (cos a, sin a).
Eigen::MatrixXd wave(int side, double angle, double frequency) {
  const DctBasis basis(side);
  Eigen::MatrixXd b(basis.dims(), basis.pixels()), pair(basis.pixels(), 2);
  for (int j = 0; j < basis.dims(); ++j)
    for (int p = 0; p < basis.pixels(); ++p) b(j, p) = static_cast<double>(basis.at(j, p));
  for (int p = 0; p < basis.pixels(); ++p) {
    const double phase = frequency * (std::cos(angle) * (p % side) + std::sin(angle) * (p / side));
    pair(p, 0) = std::cos(phase);
    pair(p, 1) = std::sin(phase);
  }
  const Eigen::MatrixXd in_basis = b * pair;
  return in_basis * in_basis.transpose();
}

TEST(EdgeNess, WavesOfOneDirectionHaveOneAndMixturesLess) {
  const EdgeNess edge_ness(8);
  for (const double angle : {0.0, 0.4, 1.2, 2.5}) {
    EXPECT_GT(edge_ness.of(wave(8, angle, 0.6)), 0.97) << angle;
    // Two waves at right angles prefer no direction.
    const Eigen::MatrixXd both = wave(8, angle, 0.6) + wave(8, angle + std::numbers::pi / 2, 0.6);
    EXPECT_LT(edge_ness.of(both), 0.03) << angle;
    // Of unequal strength a and b: (a - b) / (a + b).
    const Eigen::MatrixXd most = 3.0 * wave(8, angle, 0.6) + wave(8, angle + std::numbers::pi / 2, 0.6);
    EXPECT_NEAR(edge_ness.of(most), 0.5, 0.03) << angle;
  }
}

TEST(EdgeNess, DoesNotDependOnContrastAndIsZeroWithoutAny) {
  const EdgeNess edge_ness(5);
  const Eigen::MatrixXd s = wave(5, 1.0, 0.5) + 0.1 * Eigen::MatrixXd::Identity(24, 24);
  EXPECT_NEAR(edge_ness.of(s), edge_ness.of(100 * s), 1e-12);
  EXPECT_EQ(edge_ness.of(Eigen::MatrixXd::Zero(24, 24)), 0);
  EXPECT_NEAR(edge_ness.of(Eigen::MatrixXd::Identity(24, 24)), 0, 1e-6);
}

}  // namespace
}  // namespace priorlab
