// LaneSweep: what the fast sweeps share. A lane's state is a row of floats, changed only where a pixel is on;
// as long as all lanes have been told the same (the first pixels of most digits, given ones) one row stands
// for all of them.
#pragma once

#include <span>
#include <vector>

#include "models/autoregressive/autoregressive.h"

namespace priorlab {

class LaneSweep : public Sweep {
 public:
  void restart() final;
  void log_odds(std::span<float> of_lanes) final;
  void push(std::span<const std::uint8_t> of_lanes) final;
  void select(std::span<const int> from) final;

 protected:
  // `stride` floats of state for each lane, images of `pixels`.
  LaneSweep(int pixels, int lanes, std::size_t stride);

  // The state of a lane that knows no pixel.
  virtual void begin(float* state) const = 0;
  // Brings the states up to pixel t where that is more than turn_on() did; called once for each t, in order.
  virtual void reach(int /*t*/, float* /*states*/, std::size_t /*rows*/) const {}
  // of[i] = log-odds of pixel t from state row i, i < rows; rows are `stride` apart.
  virtual void odds(int t, const float* states, std::size_t rows, float* of) const = 0;
  // Pixel t is on in this lane.
  virtual void turn_on(int t, float* state) const = 0;

  std::size_t stride() const { return stride_; }

 private:
  float* row(std::size_t lane) { return states_.data() + lane * stride_; }
  std::size_t rows() const { return together_ ? 1 : lanes_; }
  void reach_next();

  int pixels_, t_ = 0, reached_ = -1;
  std::size_t lanes_, stride_;
  bool together_ = true;
  std::vector<float> states_, others_;
};

}  // namespace priorlab
