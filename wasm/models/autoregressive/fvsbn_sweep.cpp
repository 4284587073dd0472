// State: the log-odds of all pixels, as far as the pixels known add to them. A pixel that is on adds its
// column of the weights to those that come after: at once to the rest of its stretch of the order, to the far
// ones when the stretch is over, with the others of the stretch that were on, so that what is far is read and
// written once for several. Each log-odds gets its weights in the order of pixels either way. After the
// log-odds the state holds the number of those waiting, and which they are.
#include <algorithm>

#include "models/autoregressive/fvsbn.h"
#include "models/autoregressive/lane_sweep.h"

namespace priorlab {
namespace {

std::vector<float> fvsbn_columns(std::span<const float> rows, std::size_t n) {
  std::vector<float> columns;
  columns.reserve(rows.size());
  for (std::size_t s = 0; s < n; ++s)
    for (std::size_t t = s + 1; t < n; ++t) columns.push_back(rows[t * (t - 1) / 2 + s]);
  return columns;
}

constexpr std::size_t kStretch = 32;

class FvsbnSweep final : public LaneSweep {
 public:
  FvsbnSweep(const FvsbnModel& model, std::span<const float> columns, int lanes)
      : LaneSweep(model.pixels(), lanes, model.bias().size() + 1 + kStretch),
        bias_(model.bias()),
        columns_(columns) {}

 protected:
  void begin(float* state) const override {
    std::copy(bias_.begin(), bias_.end(), state);
    state[bias_.size()] = 0;
  }
  void reach(int t, float* states, std::size_t rows) const override {
    const auto from = static_cast<std::size_t>(t);
    if (from % kStretch != 0) return;
    for (std::size_t i = 0; i < rows; ++i) {
      float* state = states + i * stride();
      float* waiting = state + bias_.size();
      const auto count = static_cast<std::size_t>(waiting[0]);
      std::size_t k = 1;
      for (; k + 4 <= count + 1; k += 4) add_columns<4>(waiting + k, from, state);
      for (; k <= count; ++k) add_columns<1>(waiting + k, from, state);
      waiting[0] = 0;
    }
  }
  void odds(int t, const float* states, std::size_t rows, float* of) const override {
    for (std::size_t i = 0; i < rows; ++i) of[i] = states[i * stride() + static_cast<std::size_t>(t)];
  }
  void turn_on(int t, float* state) const override {
    const auto s = static_cast<std::size_t>(t);
    const std::size_t end = std::min(bias_.size(), (s / kStretch + 1) * kStretch);
    const float* column = weights_from(s, s + 1);
    for (std::size_t j = s + 1; j < end; ++j) state[j] += column[j - s - 1];
    float* waiting = state + bias_.size();
    waiting[0] += 1;
    waiting[static_cast<std::size_t>(waiting[0])] = static_cast<float>(t);
  }

 private:
  // What pixel s adds to pixel t and those after it, s < t.
  const float* weights_from(std::size_t s, std::size_t t) const {
    return columns_.data() + s * (2 * bias_.size() - s - 1) / 2 + (t - s - 1);
  }
  template <std::size_t Count>
  void add_columns(const float* which, std::size_t from, float* state) const {
    const float* columns[Count];
    for (std::size_t k = 0; k < Count; ++k)
      columns[k] = weights_from(static_cast<std::size_t>(which[k]), from);
    float* to = state + from;
    for (std::size_t j = 0; j < bias_.size() - from; ++j) {
      float sum = to[j];
      for (std::size_t k = 0; k < Count; ++k) sum += columns[k][j];
      to[j] = sum;
    }
  }

  std::span<const float> bias_, columns_;
};

}  // namespace

std::unique_ptr<Sweep> FvsbnModel::sweep(int lanes) const {
  const auto& columns = columns_.get([this] { return fvsbn_columns(weight_, bias_.size()); });
  return std::make_unique<FvsbnSweep>(*this, columns, lanes);
}

}  // namespace priorlab
