#include "ops/diagonal_bound.h"

#include <Eigen/Cholesky>
#include <cstdint>

#include "core/error.h"

namespace priorlab {
namespace {

// More of either bring the bound closer by little: of the multiply-adds of a pruned search, 3 % at most.
constexpr int kRank = 4, kSweeps = 4;
constexpr double kFirstRaise = 5e-3;

// Columns of any length but none alike.
Eigen::MatrixXd first_columns(Eigen::Index count) {
  Eigen::MatrixXd v(kRank, count);
  std::uint32_t state = 1;
  for (Eigen::Index i = 0; i < v.size(); ++i) {
    state = state * 1664525u + 1013904223u;
    v.data()[i] = static_cast<double>(state >> 8) / (1 << 24) - 0.5;
  }
  v.colwise().normalize();
  return v;
}

}  // namespace

Eigen::VectorXd diagonal_above(const Eigen::MatrixXd& s, double typical) {
  PRIORLAB_CHECK(s.rows() == s.cols() && typical > 0);
  const Eigen::Index n = s.rows();
  // In units in which every column of V has length one.
  const Eigen::VectorXd unit = (s.diagonal().array() + typical).rsqrt();
  Eigen::MatrixXd scaled = unit.asDiagonal() * s * unit.asDiagonal();
  const Eigen::VectorXd variance = scaled.diagonal();
  scaled.diagonal().setZero();
  Eigen::MatrixXd v = first_columns(n);
  Eigen::VectorXd u(n), pull(kRank);
  for (int sweep = 0; sweep < kSweeps; ++sweep)
    for (Eigen::Index i = 0; i < n; ++i) {
      pull.noalias() = v * scaled.col(i);
      const double length = pull.norm();
      u(i) = variance(i) + length;
      if (length > 0) v.col(i) = pull / length;
    }
  for (double raise = kFirstRaise;; raise *= 2) {
    Eigen::MatrixXd rest = -scaled;
    rest.diagonal() = (1 + raise) * u.array() + 1e-9 - variance.array();
    if (Eigen::LLT<Eigen::MatrixXd>(rest).info() == Eigen::Success)
      return ((1 + raise) * u.array() + 1e-9) / unit.array().square();
    PRIORLAB_CHECK(raise < 1e3);  // n is enough: a matrix of ones is below n times the identity
  }
}

}  // namespace priorlab
