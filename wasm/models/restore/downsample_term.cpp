#include "models/restore/downsample_term.h"

#include "core/error.h"

namespace priorlab {

DownsampleTerm::DownsampleTerm(std::shared_ptr<const LinearOperator> a, std::vector<float> y, double ratio)
    : a_(std::move(a)), y_(std::move(y)), ratio_(ratio) {
  PRIORLAB_CHECK(y_.size() == a_->output().pixels() && ratio >= 0);
}

void DownsampleTerm::solve(std::span<const float> average, double weight, std::span<float> x) {
  PRIORLAB_CHECK(average.size() == a_->input().pixels() && x.size() == average.size());
  const auto b = static_cast<float>(ratio_ * weight);
  std::vector<float> right(y_.size()), v(y_.size(), 0.0f), large(x.size());
  a_->apply(average, right);
  for (std::size_t i = 0; i < right.size(); ++i) right[i] = y_[i] - right[i];
  const auto matrix = [&](std::span<const float> in, std::span<float> out) {
    a_->adjoint(in, large);
    a_->apply(large, out);
    for (std::size_t i = 0; i < out.size(); ++i) out[i] += b * in[i];
  };
  convergence_ = conjugate_gradients(matrix, {}, right, v, kTolerance, kMostIterations);
  a_->adjoint(v, x);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] += average[i];
}

double DownsampleTerm::misfit(std::span<const float> x) const {
  std::vector<float> small(y_.size());
  a_->apply(x, small);
  double sum = 0;
  for (std::size_t i = 0; i < small.size(); ++i) {
    const double off = static_cast<double>(small[i]) - y_[i];
    sum += off * off;
  }
  return sum;
}

}  // namespace priorlab
