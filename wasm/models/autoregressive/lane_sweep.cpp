#include "models/autoregressive/lane_sweep.h"

#include <algorithm>

#include "core/error.h"

namespace priorlab {

LaneSweep::LaneSweep(int pixels, int lanes, std::size_t stride)
    : pixels_(pixels), lanes_(static_cast<std::size_t>(lanes)), stride_(stride) {
  PRIORLAB_CHECK(lanes >= 1);
  states_.resize(lanes_ * stride_);
}

void LaneSweep::restart() {
  t_ = 0;
  together_ = true;
  reached_ = -1;
}

void LaneSweep::reach_next() {
  if (reached_ == t_) return;
  if (t_ == 0) begin(row(0));
  reach(t_, states_.data(), rows());
  reached_ = t_;
}

void LaneSweep::log_odds(std::span<float> of_lanes) {
  PRIORLAB_CHECK(of_lanes.size() == lanes_ && t_ < pixels_);
  reach_next();
  odds(t_, states_.data(), rows(), of_lanes.data());
  if (together_) std::fill(of_lanes.begin() + 1, of_lanes.end(), of_lanes[0]);
}

void LaneSweep::push(std::span<const std::uint8_t> of_lanes) {
  PRIORLAB_CHECK(of_lanes.size() == lanes_ && t_ < pixels_);
  reach_next();
  if (together_ && std::any_of(of_lanes.begin(), of_lanes.end(),
                               [&](std::uint8_t v) { return (v != 0) != (of_lanes[0] != 0); })) {
    for (std::size_t i = 1; i < lanes_; ++i) std::copy_n(row(0), stride_, row(i));
    together_ = false;
  }
  for (std::size_t i = 0; i < rows(); ++i)
    if (of_lanes[i] != 0) turn_on(t_, row(i));
  ++t_;
}

void LaneSweep::select(std::span<const int> from) {
  PRIORLAB_CHECK(from.size() == lanes_);
  if (together_) return;
  others_.resize(states_.size());
  for (std::size_t i = 0; i < lanes_; ++i) {
    const auto source = static_cast<std::size_t>(from[i]);
    PRIORLAB_CHECK(source < lanes_);
    std::copy_n(row(source), stride_, others_.data() + i * stride_);
  }
  states_.swap(others_);
}

}  // namespace priorlab
