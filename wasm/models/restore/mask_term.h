// Pixels of which some are missing: A picks the known ones. The x-step is closed form, pixel by pixel:
//   x = (y + b average) / (1 + b) where known,   x = average where missing,   b = weight * ratio.
#pragma once

#include <cstdint>
#include <vector>

#include "models/epll/data_term.h"

namespace priorlab {

class MaskTerm final : public DataTerm {
 public:
  // `y` and `missing` (0: known) have one value per pixel; `ratio` >= 0 is the squared ratio of the noise's
  // level to the level that weights are relative to. Ratio 0: known pixels are kept as they are.
  MaskTerm(std::vector<float> y, std::vector<std::uint8_t> missing, double ratio);

  void solve(std::span<const float> average, double weight, std::span<float> x) override;
  double misfit(std::span<const float> x) const override;
  std::size_t seen() const override;
  float folded(std::size_t i, float average, double weight) const override;
  bool certain(std::size_t i) const override { return ratio_ == 0 && missing_[i] == 0; }

 private:
  std::vector<float> y_;
  std::vector<std::uint8_t> missing_;
  double ratio_;
};

}  // namespace priorlab
