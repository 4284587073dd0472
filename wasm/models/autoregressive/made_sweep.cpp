// State: the hidden units' input, the hidden units whose pixels are all known (the others are zero), and what
// biases and direct connections give to each pixel's log-odds. Units are sorted by degree, so those that a
// pixel reaches, and those that reach a pixel, are neighbours.
#include <algorithm>

#include "models/autoregressive/lane_sweep.h"
#include "models/autoregressive/made.h"
#include "ops/lane_dots.h"
#include "ops/sigmoid.h"

namespace priorlab {
namespace {

std::size_t padded(std::size_t count) { return (count + 7) / 8 * 8; }

MadeRows rows_of(const MadeModel& model) {
  const auto n = static_cast<std::size_t>(model.pixels());
  const auto degrees = model.degrees();
  const std::size_t hidden = degrees.size();
  MadeRows rows;
  rows.final_units.push_back(0);
  for (std::size_t t = 0; t < n; ++t)
    rows.final_units.push_back(static_cast<std::size_t>(
        std::upper_bound(degrees.begin(), degrees.end(), static_cast<int>(t)) - degrees.begin()));
  const auto final_at = [&](std::size_t t) { return rows.final_units[t + 1]; };
  for (std::size_t t = 0; t < n; ++t) {
    rows.W_start.push_back(rows.W.size());
    for (std::size_t k = final_at(t); k < hidden; ++k)
      rows.W.push_back(model.inputs_of(static_cast<int>(k))[t]);
    rows.V_start.push_back(rows.V.size());
    for (std::size_t k = 0; k < final_at(t); ++k)
      rows.V.push_back(model.outputs_of(static_cast<int>(k))[t - static_cast<std::size_t>(degrees[k])]);
    rows.V.resize(rows.V_start[t] + padded(final_at(t)), 0.0f);
  }
  rows.V.resize(rows.V.size() + 8,
                0.0f);  // the last rows may be empty: there is always something to point at
  std::vector<std::vector<MadeRows::Link>> links(n);
  const auto direct = std::span(model.weights().direct);
  for (std::size_t t = 0; t < n && !direct.empty(); ++t) {
    const auto before = model.near().before(static_cast<int>(t));
    for (std::size_t j = 0; j < before.size(); ++j)
      links[static_cast<std::size_t>(before[j])].push_back({t, direct[model.near().start[t] + j]});
  }
  for (const auto& from : links) {
    rows.links_start.push_back(rows.links.size());
    rows.links.insert(rows.links.end(), from.begin(), from.end());
  }
  rows.links_start.push_back(rows.links.size());
  return rows;
}

class MadeSweep final : public LaneSweep {
 public:
  MadeSweep(const MadeModel& model, const MadeRows& rows, int lanes)
      : LaneSweep(model.pixels(), lanes,
                  2 * padded(model.weights().c.size()) + static_cast<std::size_t>(model.pixels())),
        rows_(rows),
        c_(model.weights().c),
        b_(model.weights().b),
        wide_(padded(c_.size())),
        relu_(model.activation() == Activation::relu) {}

 protected:
  void begin(float* state) const override {
    std::copy(c_.begin(), c_.end(), state);
    std::fill(state + c_.size(), state + 2 * wide_, 0.0f);
    std::copy(b_.begin(), b_.end(), state + 2 * wide_);
  }
  void reach(int t, float* states, std::size_t rows) const override {
    const auto at = static_cast<std::size_t>(t);
    const std::size_t done = rows_.final_units[at + 1];
    for (std::size_t i = 0; i < rows; ++i) {
      const float* input = states + i * stride();
      float* unit = states + i * stride() + wide_;
      for (std::size_t k = rows_.final_units[at]; k < done; ++k)
        unit[k] = relu_ ? (input[k] > 0.0f ? input[k] : 0.0f) : sigmoid(input[k]);
    }
  }
  void odds(int t, const float* states, std::size_t rows, float* of) const override {
    const auto at = static_cast<std::size_t>(t);
    const std::size_t done = rows_.final_units[at + 1];
    lane_dots(&rows_.V[rows_.V_start[at]], states + wide_, stride(), padded(done), rows, of);
    for (std::size_t i = 0; i < rows; ++i) of[i] = states[i * stride() + 2 * wide_ + at] + of[i];
  }
  void turn_on(int t, float* state) const override {
    const auto at = static_cast<std::size_t>(t);
    const std::size_t first = rows_.final_units[at + 1], count = c_.size() - first;
    const float* row = rows_.W.data() + rows_.W_start[at];
    float* input = state + first;
    for (std::size_t k = 0; k < count; ++k) input[k] += row[k];
    for (std::size_t j = rows_.links_start[at]; j < rows_.links_start[at + 1]; ++j)
      state[2 * wide_ + rows_.links[j].to] += rows_.links[j].weight;
  }

 private:
  const MadeRows& rows_;
  std::span<const float> c_, b_;
  std::size_t wide_;
  bool relu_;
};

}  // namespace

std::unique_ptr<Sweep> MadeModel::sweep(int lanes) const {
  return std::make_unique<MadeSweep>(*this, rows_.get([this] { return rows_of(*this); }), lanes);
}

}  // namespace priorlab
