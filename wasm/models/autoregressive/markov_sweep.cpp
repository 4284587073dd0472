#include "models/autoregressive/lane_sweep.h"
#include "models/autoregressive/markov.h"

namespace priorlab {
namespace {

// State: what the pixel before adds to the next one's log-odds, then room for what the next one adds.
class MarkovSweep final : public LaneSweep {
 public:
  MarkovSweep(const MarkovModel& model, int lanes)
      : LaneSweep(model.pixels(), lanes, 2), bias_(model.bias()), weight_(model.weight()) {}

 protected:
  void begin(float* state) const override { state[0] = state[1] = 0; }
  void reach(int, float* states, std::size_t rows) const override {
    for (std::size_t i = 0; i < rows; ++i) {
      states[2 * i] = states[2 * i + 1];
      states[2 * i + 1] = 0;
    }
  }
  void odds(int t, const float* states, std::size_t rows, float* of) const override {
    for (std::size_t i = 0; i < rows; ++i) of[i] = bias_[static_cast<std::size_t>(t)] + states[2 * i];
  }
  void turn_on(int t, float* state) const override {
    if (static_cast<std::size_t>(t) < weight_.size()) state[1] = weight_[static_cast<std::size_t>(t)];
  }

 private:
  std::span<const float> bias_, weight_;
};

}  // namespace

std::unique_ptr<Sweep> MarkovModel::sweep(int lanes) const {
  return std::make_unique<MarkovSweep>(*this, lanes);
}

}  // namespace priorlab
