// Several images side by side of which an orderless NADE is told pixel by pixel, in any order. The same bits
// on every flavour for the same pixels told in the same order.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/autoregressive/orderless.h"

namespace priorlab {

class OrderlessLanes {
 public:
  // Pixels are counted in raster order, whatever the model's. The model must outlive this.
  OrderlessLanes(const OrderlessModel& model, int lanes);

  // All lanes know what `known` marks, with the values in `image`, and nothing else.
  void restart(std::span<const std::uint8_t> known, std::span<const std::uint8_t> image);
  // As restart, each lane with an image of its own, (lanes, n).
  void restart_each(std::span<const std::uint8_t> known, std::span<const std::uint8_t> images);
  // One pixel more is known, with one value for each lane.
  void learn(int pixel, std::span<const std::uint8_t> of_lanes);
  // Log-odds of a pixel given what is known.
  void log_odds(int pixel, std::span<float> of_lanes) const;

 private:
  void add(const std::vector<float>& rows, std::size_t place, float* state) const;

  const OrderlessModel::Rows* rows_;
  std::span<const float> b_;
  std::vector<std::size_t> place_;  // of each raster pixel in the model's order
  std::size_t lanes_;
  std::vector<float> states_;  // (lanes, wide)
};

}  // namespace priorlab
