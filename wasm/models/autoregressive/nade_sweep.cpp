// State: the hidden units' input, and the hidden units themselves, which change only where a pixel is on.
#include <algorithm>

#include "models/autoregressive/lane_sweep.h"
#include "models/autoregressive/nade.h"
#include "ops/lane_dots.h"
#include "ops/sigmoid.h"

namespace priorlab {
namespace {

std::size_t padded(std::size_t count) { return (count + 7) / 8 * 8; }

// Rows of `count` values, each followed by zeros up to a multiple of 8.
std::vector<float> padded_rows(std::span<const float> rows, std::size_t count) {
  const std::size_t wide = padded(count), high = rows.size() / count;
  std::vector<float> all(wide * high, 0.0f);
  for (std::size_t y = 0; y < high; ++y) std::copy_n(&rows[y * count], count, &all[y * wide]);
  return all;
}

class NadeSweep final : public LaneSweep {
 public:
  NadeSweep(const NadeModel& model, const NadeRows& rows, int lanes)
      : LaneSweep(model.pixels(), lanes, 2 * padded(model.weights().c.size())),
        rows_(rows),
        c_(model.weights().c),
        b_(model.weights().b),
        hidden_(padded(c_.size())),
        relu_(model.activation() == Activation::relu) {}

 protected:
  void begin(float* state) const override {
    std::fill_n(state, hidden_, 0.0f);
    std::copy(c_.begin(), c_.end(), state);
    activate(state);
  }
  void odds(int t, const float* states, std::size_t rows, float* of) const override {
    const auto at = static_cast<std::size_t>(t);
    lane_dots(&rows_.V[at * hidden_], states + hidden_, stride(), hidden_, rows, of);
    for (std::size_t i = 0; i < rows; ++i) of[i] = b_[at] + of[i];
  }
  void turn_on(int t, float* state) const override {
    const float* row = &rows_.W[static_cast<std::size_t>(t) * hidden_];
    for (std::size_t k = 0; k < hidden_; ++k) state[k] += row[k];
    activate(state);
  }

 private:
  // The padding becomes one half or zero; its weights are zero.
  void activate(float* state) const {
    const float* input = state;
    float* unit = state + hidden_;
    if (relu_)
      for (std::size_t k = 0; k < hidden_; ++k) unit[k] = input[k] > 0.0f ? input[k] : 0.0f;
    else
      for (std::size_t k = 0; k < hidden_; ++k) unit[k] = sigmoid(input[k]);
  }

  const NadeRows& rows_;
  std::span<const float> c_, b_;
  std::size_t hidden_;
  bool relu_;
};

}  // namespace

std::unique_ptr<Sweep> NadeModel::sweep(int lanes) const {
  const NadeRows& rows = rows_.get([this] {
    const std::size_t count = weights_.c.size();
    return NadeRows{padded_rows(weights_.W, count), padded_rows(weights_.V, count)};
  });
  return std::make_unique<NadeSweep>(*this, rows, lanes);
}

}  // namespace priorlab
