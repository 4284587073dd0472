#include "models/patches/ica.h"

#include <Eigen/Eigenvalues>
#include <Eigen/LU>
#include <Eigen/QR>
#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/parallel_for.h"
#include "core/rng.h"
#include "models/gmm/gmm_em.h"
#include "ops/gemm.h"

namespace priorlab {
namespace {

std::size_t at(int i) { return static_cast<std::size_t>(i); }

constexpr int kFirstFit = 100, kRefit = 10;  // steps of EM
constexpr double kLeastCurvature = 0.05;

}  // namespace

Ica::Ica(std::span<const float> patches, int dims, const Eigen::MatrixXd& rotation, IcaOptions options)
    : patches_(patches), dims_(dims), stride_((dims + 7) / 8 * 8), options_(options) {
  PRIORLAB_CHECK(rotation.rows() == dims && rotation.cols() == dims);
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(second_moments(dims, patches));
  const Eigen::VectorXd variance = solver.eigenvalues().cwiseMax(options.floor);
  analysis_ = rotation * variance.cwiseSqrt().cwiseInverse().asDiagonal() * solver.eigenvectors().transpose();
  refit(kFirstFit);
  moments_ = measure(analysis_);
  loss_ = moments_.loss;
}

void Ica::refit(int iterations) {
  const auto histograms = source_histograms(analysis_, patches_);
  const Eigen::VectorXd floors = source_floors(analysis_, options_.floor);
  if (marginals_.empty()) {
    marginals_ = fit_marginals(histograms, options_.scales, floors, iterations);
  } else {
    parallel_for(dims_, [&](int i) {
      const auto points = histograms[at(i)].points();
      for (int t = 0; t < iterations; ++t) em_step(marginals_[at(i)], points, floors(i));
    });
  }
  tabulate();
}

void Ica::tabulate() {
  tables_.clear();
  for (const ScaleMixture& g : marginals_) tables_.emplace_back(g);
}

Ica::Moments Ica::measure(const Eigen::MatrixXd& analysis) const {
  std::vector<float> transposed(at(stride_ * stride_), 0.0f);
  for (int i = 0; i < dims_; ++i)
    for (int j = 0; j < dims_; ++j) transposed[at(j * stride_ + i)] = static_cast<float>(analysis(i, j));
  struct Share {
    double log_density = 0;
    std::vector<double> score_source, fisher;
  };
  constexpr int kShares = 16;
  constexpr std::size_t kBlock = 256;
  std::vector<Share> shares(kShares);
  const std::size_t width = at(stride_), count = patches_.size() / width;
  parallel_for(kShares, [&](int s) {
    Share& share = shares[at(s)];
    share.score_source.assign(width * width, 0.0);
    share.fisher.assign(width * width, 0.0);
    const std::size_t first = count * at(s) / kShares, end = count * at(s + 1) / kShares;
    std::vector<float> x, score, sums, squares;
    for (std::size_t from = first; from < end; from += kBlock) {
      const std::size_t here = std::min(kBlock, end - from);
      x.assign(here * width, 0.0f);
      score.assign(here * width, 0.0f);
      sums.assign(width * width, 0.0f);
      squares.assign(width * width, 0.0f);
      gemm(static_cast<int>(here), stride_, stride_, {patches_.data() + from * width, stride_},
           transposed.data(), stride_, x.data(), stride_);
      for (std::size_t p = 0; p < here; ++p) {
        float log_density = 0;
        for (std::size_t i = 0; i < at(dims_); ++i) {
          const float value = x[p * width + i], square = value * value;
          log_density += tables_[i].log_density(square);
          const float psi = tables_[i].precision(square) * value;
          score[p * width + i] = psi;
        }
        share.log_density += static_cast<double>(log_density);
      }
      gemm(stride_, stride_, static_cast<int>(here), {score.data(), 1, stride_}, x.data(), stride_,
           sums.data(), stride_);
      for (float& v : score) v *= v;
      for (float& v : x) v *= v;
      gemm(stride_, stride_, static_cast<int>(here), {score.data(), 1, stride_}, x.data(), stride_,
           squares.data(), stride_);
      for (std::size_t i = 0; i < sums.size(); ++i) {
        share.score_source[i] += static_cast<double>(sums[i]);
        share.fisher[i] += static_cast<double>(squares[i]);
      }
    }
  });
  Moments m{0, Eigen::MatrixXd::Zero(dims_, dims_), Eigen::MatrixXd::Zero(dims_, dims_)};
  const double n = static_cast<double>(count);
  for (const Share& share : shares) {
    m.loss -= share.log_density / n;
    for (int i = 0; i < dims_; ++i)
      for (int j = 0; j < dims_; ++j) {
        m.score_source(i, j) += share.score_source[at(i * stride_ + j)] / n;
        m.fisher(i, j) += share.fisher[at(i * stride_ + j)] / n;
      }
  }
  m.loss -= Eigen::PartialPivLU<Eigen::MatrixXd>(analysis).matrixLU().diagonal().array().abs().log().sum();
  return m;
}

double Ica::step() {
  Eigen::MatrixXd direction = Eigen::MatrixXd::Zero(dims_, dims_);
  for (int i = 0; i < dims_; ++i)
    for (int j = 0; j < i; ++j) {
      double a = moments_.fisher(i, j), b = moments_.fisher(j, i);
      // The least eigenvalue of [a 1; 1 b] is kept above kLeastCurvature.
      const double least = 0.5 * (a + b - std::sqrt((a - b) * (a - b) + 4));
      const double lift = std::max(0.0, kLeastCurvature - least);
      a += lift;
      b += lift;
      const double g = moments_.score_source(i, j), h = moments_.score_source(j, i);
      direction(i, j) = -(b * g - h) / (a * b - 1);
      direction(j, i) = -(a * h - g) / (a * b - 1);
    }
  double length = 1;
  for (int attempt = 0; attempt < 12; ++attempt, length /= 2) {
    const Eigen::MatrixXd moved = analysis_ + length * direction * analysis_;
    Moments m = measure(moved);
    if (m.loss < loss_) {
      analysis_ = moved;
      moments_ = std::move(m);
      loss_ = moments_.loss;
      break;
    }
  }
  if (++steps_ % options_.refit_every == 0) {
    const auto before = marginals_;
    refit(kRefit);
    Moments m = measure(analysis_);
    if (m.loss <= loss_) {
      moments_ = std::move(m);
      loss_ = moments_.loss;
    } else {  // floors rise with rows of W; then the marginals stay as they were
      marginals_ = before;
      tabulate();
    }
  }
  return -loss_;
}

Eigen::MatrixXd random_rotation(int n, std::uint64_t seed, double spread) {
  Rng rng(seed);
  Eigen::MatrixXd a = Eigen::MatrixXd::Identity(n, n);
  for (int i = 0; i < n; ++i)
    for (int j = 0; j < n; ++j) a(i, j) += spread * static_cast<double>(rng.normal());
  const Eigen::HouseholderQR<Eigen::MatrixXd> qr(a);
  const Eigen::VectorXd sign = qr.matrixQR().diagonal().cwiseSign();
  return Eigen::MatrixXd(qr.householderQ()) * sign.asDiagonal();
}

}  // namespace priorlab
