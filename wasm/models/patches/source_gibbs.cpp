#include "models/patches/source_gibbs.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/rng.h"

namespace priorlab {

SourceGibbs::SourceGibbs(const SourcePrior& prior, double noise_variance, GibbsSettings settings)
    : dims_(prior.dims()),
      noise_variance_(noise_variance),
      settings_(settings),
      analysis_(prior.analysis()),
      synthesis_(prior.synthesis()),
      gram_(synthesis_.transpose() * synthesis_ / noise_variance),
      scales_(static_cast<int>(prior.marginals()[0].weights.size())) {
  PRIORLAB_CHECK(noise_variance > 0 && settings.burn_in >= 0 && settings.sweeps >= 1);
  for (int i = 0; i < dims_; ++i) {
    const ScaleMixture& g = prior.marginals()[static_cast<std::size_t>(i)];
    const double own = 1 / gram_(i, i);
    for (std::size_t j = 0; j < g.weights.size(); ++j) {
      const double v = g.variances[j], total = v + own;
      constant_.push_back(std::log(g.weights[j]) - 0.5 * std::log(total));
      inverse_.push_back(-0.5 / total);
      gain_.push_back(v / total);
      deviation_.push_back(std::sqrt(v * own / total));
    }
  }
}

void SourceGibbs::posterior_mean(std::span<const float> noisy, std::uint64_t stream,
                                 std::span<float> mean) const {
  const Eigen::VectorXd y = Eigen::Map<const Eigen::VectorXf>(noisy.data(), dims_).cast<double>();
  Eigen::VectorXd x = analysis_ * y, sum = Eigen::VectorXd::Zero(dims_);
  // residual = M^T (y - M x) / s, kept up to date as sources change
  Eigen::VectorXd residual = synthesis_.transpose() * (y - synthesis_ * x) / noise_variance_;
  Rng rng(settings_.seed, stream);
  double terms[64];
  for (int sweep = 0; sweep < settings_.burn_in + settings_.sweeps; ++sweep)
    for (int i = 0; i < dims_; ++i) {
      const double centre = x(i) + residual(i) / gram_(i, i), square = centre * centre;
      const std::size_t from = static_cast<std::size_t>(i) * static_cast<std::size_t>(scales_);
      double largest = -INFINITY, total = 0, weighted = 0;
      for (int j = 0; j < scales_; ++j) {
        terms[j] = constant_[from + static_cast<std::size_t>(j)] +
                   square * inverse_[from + static_cast<std::size_t>(j)];
        largest = std::max(largest, terms[j]);
      }
      for (int j = 0; j < scales_; ++j) {
        terms[j] = std::exp(terms[j] - largest);
        total += terms[j];
        weighted += terms[j] * gain_[from + static_cast<std::size_t>(j)];
      }
      if (sweep >= settings_.burn_in) sum(i) += centre * weighted / total;
      double u = static_cast<double>(rng.uniform()) * total;
      int scale = 0;
      while (scale + 1 < scales_ && (u -= terms[scale]) >= 0) ++scale;
      const std::size_t chosen = from + static_cast<std::size_t>(scale);
      const double fresh = gain_[chosen] * centre + deviation_[chosen] * static_cast<double>(rng.normal());
      residual -= (fresh - x(i)) * gram_.col(i);
      x(i) = fresh;
    }
  const Eigen::VectorXd z = synthesis_ * (sum / settings_.sweeps);
  for (int d = 0; d < dims_; ++d) mean[static_cast<std::size_t>(d)] = static_cast<float>(z(d));
}

}  // namespace priorlab
