#include "models/epll/mixture_adaptation.h"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "ops/patches.h"

namespace priorlab {

MixtureAdaptation::MixtureAdaptation(std::shared_ptr<const GaussianSpectra> prior, std::vector<float> picture,
                                     int width, const Patches& each_patch, double belief)
    : prior_(std::move(prior)),
      fitted_(std::make_shared<GaussianSpectra>(*prior_)),
      picture_(std::move(picture)),
      width_(width),
      first_(static_cast<std::size_t>(prior_->components) + 1, 0),
      belief_(belief),
      basis_(patch_side(prior_->dims)) {
  PRIORLAB_CHECK(belief > 0);
  each_patch([&](std::int32_t, std::int16_t k) {
    PRIORLAB_CHECK(k >= 0 && k < prior_->components);
    ++first_[static_cast<std::size_t>(k) + 1];
  });
  for (std::size_t k = 1; k < first_.size(); ++k) first_[k] += first_[k - 1];
  patches_.resize(first_.back());
  auto next = first_;
  each_patch(
      [&](std::int32_t pixel, std::int16_t k) { patches_[next[static_cast<std::size_t>(k)]++] = pixel; });
}

void MixtureAdaptation::run_block(int component) {
  const auto k = static_cast<std::size_t>(component);
  const auto n = static_cast<double>(first_[k + 1] - first_[k]);
  const double alpha = n / (n + belief_);
  fitted_->log_weights[k] = std::log(alpha * n / static_cast<double>(patches_.size()) +
                                     (1 - alpha) * std::exp(prior_->log_weights[k]) + 1e-7);
  if (n == 0) return;

  const int dims = basis_.dims(), stride = basis_.stride(), side = basis_.side();
  const auto per_patch = static_cast<std::size_t>(basis_.pixels());
  constexpr std::size_t kLot = 128;
  std::vector<float> pixels(kLot * per_patch), z(kLot * static_cast<std::size_t>(stride));
  Eigen::MatrixXf second = Eigen::MatrixXf::Zero(stride, stride);
  for (std::size_t i = first_[k]; i < first_[k + 1]; i += kLot) {
    const std::size_t count = std::min(kLot, first_[k + 1] - i);
    for (std::size_t p = 0; p < count; ++p) {
      float* patch = pixels.data() + p * per_patch;
      for (int row = 0; row < side; ++row)
        std::copy_n(picture_.data() + patches_[i + p] + static_cast<std::ptrdiff_t>(row) * width_, side,
                    patch + row * side);
      float mean = 0;
      for (std::size_t q = 0; q < per_patch; ++q) mean += patch[q];
      for (std::size_t q = 0; q < per_patch; ++q) patch[q] -= mean / static_cast<float>(per_patch);
    }
    basis_.analyse(std::span(pixels).first(count * per_patch),
                   std::span(z).first(count * static_cast<std::size_t>(stride)));
    const Eigen::Map<const Eigen::MatrixXf> lot(z.data(), stride, static_cast<Eigen::Index>(count));
    second.noalias() += lot * lot.transpose();
  }

  // The covariance at hand, from its spectrum.
  const float* u = prior_->analysis.data() + k * prior_->block();
  Eigen::MatrixXd vectors(dims, dims);
  Eigen::VectorXd values(dims);
  for (int j = 0; j < dims; ++j) {
    values(j) = prior_->eigenvalues[k * static_cast<std::size_t>(dims) + static_cast<std::size_t>(j)];
    for (int d = 0; d < dims; ++d) vectors(d, j) = u[(j / 8 * stride + d) * 8 + j % 8];
  }
  const Eigen::MatrixXd covariance = (alpha / n) * second.topLeftCorner(dims, dims).cast<double>() +
                                     (1 - alpha) * vectors * values.asDiagonal() * vectors.transpose();
  const double weight = 0;  // not used: weights are set above
  const GaussianSpectra one(std::span(&weight, 1), std::span(&covariance, 1), 1e-9);
  fitted_->take(component, one);
}

}  // namespace priorlab
