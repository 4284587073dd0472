// Resizing by cubic convolution (Keys, IEEE TASSP 1981, a = -1/2), stretched against aliasing when the
// picture gets smaller, mirrored at the borders, weights that sum to one: what the super-resolution
// literature calls bicubic down-sampling.
#pragma once

#include <vector>

#include "ops/linear_operator.h"

namespace priorlab {

class CubicResampling final : public LinearOperator {
 public:
  // Both at least 1 pixel each way.
  CubicResampling(PlaneSize input, PlaneSize output);

  PlaneSize input() const override { return input_; }
  PlaneSize output() const override { return output_; }
  void apply(std::span<const float> x, std::span<float> y) const override;
  void adjoint(std::span<const float> y, std::span<float> x) const override;

 private:
  // One direction: output i is the sum of weight[i * taps + t] times input place[i * taps + t].
  struct Axis {
    int taps = 0;
    std::vector<int> place;
    std::vector<float> weight;
  };
  static Axis axis(int input, int output);

  PlaneSize input_, output_;
  Axis rows_, columns_;
};

}  // namespace priorlab
