// A picture made smaller: A is a resampling with fewer pixels out than in. The x-step is solved for the small
// picture's residual,
//   x = average + A' v,   (A A' + b I) v = y - A average,   b = weight * ratio,
// by conjugate gradients: A A' is well conditioned, so that noise-free pictures (ratio 0, A x = y in the end)
// are no special case.
#pragma once

#include <memory>
#include <vector>

#include "models/epll/data_term.h"
#include "ops/conjugate_gradients.h"
#include "ops/linear_operator.h"

namespace priorlab {

class DownsampleTerm final : public DataTerm {
 public:
  // `y`: A's output. `ratio` >= 0 as in MaskTerm.
  DownsampleTerm(std::shared_ptr<const LinearOperator> a, std::vector<float> y, double ratio);

  void solve(std::span<const float> average, double weight, std::span<float> x) override;
  double misfit(std::span<const float> x) const override;
  std::size_t seen() const override { return y_.size(); }

  // Of the last solve.
  const Convergence& convergence() const { return convergence_; }
  static constexpr double kTolerance = 1e-6;
  static constexpr int kMostIterations = 100;

 private:
  std::shared_ptr<const LinearOperator> a_;
  std::vector<float> y_;
  double ratio_;
  Convergence convergence_;
};

}  // namespace priorlab
