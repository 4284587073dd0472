#include "models/autoregressive/plain_sweep.h"

#include "core/error.h"

namespace priorlab {

PlainSweep::PlainSweep(const Autoregressive& model, int lanes)
    : model_(model),
      lanes_(static_cast<std::size_t>(lanes),
             std::vector<std::uint8_t>(static_cast<std::size_t>(model.pixels()))) {}

void PlainSweep::log_odds(std::span<float> of_lanes) {
  PRIORLAB_CHECK(of_lanes.size() == lanes_.size() && t_ < model_.pixels());
  for (std::size_t i = 0; i < lanes_.size(); ++i)
    of_lanes[i] = static_cast<float>(model_.log_odds_plain(t_, lanes_[i]));
}

void PlainSweep::push(std::span<const std::uint8_t> of_lanes) {
  PRIORLAB_CHECK(of_lanes.size() == lanes_.size() && t_ < model_.pixels());
  for (std::size_t i = 0; i < lanes_.size(); ++i) lanes_[i][static_cast<std::size_t>(t_)] = of_lanes[i];
  ++t_;
}

void PlainSweep::select(std::span<const int> from) {
  PRIORLAB_CHECK(from.size() == lanes_.size());
  std::vector<std::vector<std::uint8_t>> chosen;
  for (const int i : from) chosen.push_back(lanes_[static_cast<std::size_t>(i)]);
  lanes_ = std::move(chosen);
}

}  // namespace priorlab
