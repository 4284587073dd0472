#include "models/autoregressive/orderless_lanes.h"

#include <algorithm>

#include "core/error.h"
#include "ops/lane_dots.h"

namespace priorlab {

OrderlessLanes::OrderlessLanes(const OrderlessModel& model, int lanes)
    : rows_(&model.rows()), b_(model.weights().b), lanes_(static_cast<std::size_t>(lanes)) {
  place_.resize(model.order().size());
  for (std::size_t t = 0; t < place_.size(); ++t) place_[static_cast<std::size_t>(model.order()[t])] = t;
  states_.resize(lanes_ * rows_->wide);
}

void OrderlessLanes::add(const std::vector<float>& rows, std::size_t place, float* state) const {
  const float* row = rows.data() + place * rows_->wide;
  for (std::size_t k = 0; k < rows_->wide; ++k) state[k] += row[k];
}

void OrderlessLanes::restart(std::span<const std::uint8_t> known, std::span<const std::uint8_t> image) {
  PRIORLAB_CHECK(known.size() == place_.size() && image.size() == place_.size());
  float* first = states_.data();
  std::copy(rows_->c.begin(), rows_->c.end(), first);
  for (std::size_t i = 0; i < place_.size(); ++i) {
    if (known[i] == 0) continue;
    add(rows_->M, place_[i], first);
    if (image[i] != 0) add(rows_->X, place_[i], first);
  }
  for (std::size_t lane = 1; lane < lanes_; ++lane)
    std::copy_n(first, rows_->wide, first + lane * rows_->wide);
}

void OrderlessLanes::restart_each(std::span<const std::uint8_t> known, std::span<const std::uint8_t> images) {
  const std::size_t n = place_.size();
  PRIORLAB_CHECK(known.size() == n && images.size() == lanes_ * n);
  // What is known is the same for all lanes; its values are not.
  const std::vector<std::uint8_t> off(n, 0);
  restart(known, off);
  for (std::size_t lane = 0; lane < lanes_; ++lane)
    for (std::size_t i = 0; i < n; ++i)
      if (known[i] != 0 && images[lane * n + i] != 0) add(rows_->X, place_[i], &states_[lane * rows_->wide]);
}

void OrderlessLanes::learn(int pixel, std::span<const std::uint8_t> of_lanes) {
  PRIORLAB_CHECK(of_lanes.size() == lanes_);
  const std::size_t place = place_[static_cast<std::size_t>(pixel)];
  for (std::size_t lane = 0; lane < lanes_; ++lane) {
    float* state = &states_[lane * rows_->wide];
    add(rows_->M, place, state);
    if (of_lanes[lane] != 0) add(rows_->X, place, state);
  }
}

void OrderlessLanes::log_odds(int pixel, std::span<float> of_lanes) const {
  const std::size_t place = place_[static_cast<std::size_t>(pixel)];
  lane_relu_dots(&rows_->V[place * rows_->wide], states_.data(), rows_->wide, rows_->wide, lanes_,
                 of_lanes.data());
  for (float& v : of_lanes) v = b_[place] + v;
}

}  // namespace priorlab
