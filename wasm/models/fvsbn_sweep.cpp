// State: the log-odds of all pixels, as far as the pixels known add to them. A pixel that is on adds its
// column of the weights to those that come after.
#include <algorithm>

#include "models/fvsbn.h"
#include "models/lane_sweep.h"

namespace priorlab {
namespace {

std::vector<float> fvsbn_columns(std::span<const float> rows, std::size_t n) {
  std::vector<float> columns;
  columns.reserve(rows.size());
  for (std::size_t s = 0; s < n; ++s)
    for (std::size_t t = s + 1; t < n; ++t) columns.push_back(rows[t * (t - 1) / 2 + s]);
  return columns;
}

class FvsbnSweep final : public LaneSweep {
 public:
  FvsbnSweep(const FvsbnModel& model, std::span<const float> columns, int lanes)
      : LaneSweep(model.pixels(), lanes, model.bias().size()), bias_(model.bias()), columns_(columns) {}

 protected:
  void begin(float* state) const override { std::copy(bias_.begin(), bias_.end(), state); }
  void odds(int t, const float* states, std::size_t rows, float* of) const override {
    for (std::size_t i = 0; i < rows; ++i) of[i] = states[i * stride() + static_cast<std::size_t>(t)];
  }
  void turn_on(int t, float* state) const override {
    const std::size_t n = bias_.size(), s = static_cast<std::size_t>(t), count = n - s - 1;
    const float* column = columns_.data() + s * (2 * n - s - 1) / 2;
    float* to = state + s + 1;
    for (std::size_t j = 0; j < count; ++j) to[j] += column[j];
  }

 private:
  std::span<const float> bias_, columns_;
};

}  // namespace

std::unique_ptr<Sweep> FvsbnModel::sweep(int lanes) const {
  const auto& columns = columns_.get([this] { return fvsbn_columns(weight_, bias_.size()); });
  return std::make_unique<FvsbnSweep>(*this, columns, lanes);
}

}  // namespace priorlab
