#include "models/restore/mask_term.h"

#include <algorithm>

#include "core/error.h"

namespace priorlab {

MaskTerm::MaskTerm(std::vector<float> y, std::vector<std::uint8_t> missing, double ratio)
    : y_(std::move(y)), missing_(std::move(missing)), ratio_(ratio) {
  PRIORLAB_CHECK(y_.size() == missing_.size() && ratio >= 0);
}

float MaskTerm::folded(std::size_t i, float average, double weight) const {
  if (missing_[i]) return average;
  if (ratio_ == 0) return y_[i];
  const auto b = static_cast<float>(ratio_ * weight);
  return (y_[i] + b * average) * (1.0f / (1.0f + b));
}

void MaskTerm::solve(std::span<const float> average, double weight, std::span<float> x) {
  PRIORLAB_CHECK(x.size() == y_.size() && average.size() == y_.size());
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = folded(i, average[i], weight);
}

std::size_t MaskTerm::seen() const {
  return static_cast<std::size_t>(std::count(missing_.begin(), missing_.end(), 0));
}

double MaskTerm::misfit(std::span<const float> x) const {
  double sum = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double off = missing_[i] ? 0 : static_cast<double>(x[i]) - y_[i];
    sum += off * off;
  }
  return sum;
}

}  // namespace priorlab
