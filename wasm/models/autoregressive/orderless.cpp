#include "models/autoregressive/orderless.h"

#include <algorithm>

#include "core/error.h"
#include "models/autoregressive/lane_sweep.h"
#include "ops/lane_dots.h"

namespace priorlab {
namespace {

// State: the hidden units' input.
class OrderlessSweep final : public LaneSweep {
 public:
  OrderlessSweep(const OrderlessModel& model, int lanes)
      : LaneSweep(model.pixels(), lanes, model.rows().wide), rows_(model.rows()), b_(model.weights().b) {}

 protected:
  void begin(float* state) const override { std::copy(rows_.c.begin(), rows_.c.end(), state); }
  void reach(int t, float* states, std::size_t rows) const override {
    if (t == 0) return;
    const float* before = &rows_.M[static_cast<std::size_t>(t - 1) * rows_.wide];  // known now
    for (std::size_t i = 0; i < rows; ++i)
      for (std::size_t k = 0; k < rows_.wide; ++k) states[i * rows_.wide + k] += before[k];
  }
  void odds(int t, const float* states, std::size_t rows, float* of) const override {
    const auto at = static_cast<std::size_t>(t);
    lane_relu_dots(&rows_.V[at * rows_.wide], states, rows_.wide, rows_.wide, rows, of);
    for (std::size_t i = 0; i < rows; ++i) of[i] = b_[at] + of[i];
  }
  void turn_on(int t, float* state) const override {
    const float* row = &rows_.X[static_cast<std::size_t>(t) * rows_.wide];
    for (std::size_t k = 0; k < rows_.wide; ++k) state[k] += row[k];
  }

 private:
  const OrderlessModel::Rows& rows_;
  std::span<const float> b_;
};

}  // namespace

OrderlessModel::OrderlessModel(Frame frame, Weights weights)
    : OrderedPixels(frame.height, frame.width, std::move(frame.order)), weights_(std::move(weights)) {
  const std::size_t n = static_cast<std::size_t>(pixels()), units = weights_.c.size();
  if (units < 1 || units > 4096) invalid("An orderless NADE has 1 to 4096 hidden units; ", units, " came.");
  const Weights& w = weights_;
  if (w.X.size() != n * units || w.M.size() != n * units || w.V.size() != n * units || w.b.size() != n)
    invalid("An orderless NADE of ", n, " pixels and ", units, " units has X, M and V of ", n * units,
            " and b of ", n, " values; ", w.X.size(), ", ", w.M.size(), ", ", w.V.size(), " and ", w.b.size(),
            " came.");
}

OrderlessModel OrderlessModel::from(const Safetensors& file) {
  const std::string name = "orderless";
  Frame frame = frame_from(file, name);
  const std::int64_t n = frame.height * frame.width;
  Weights w;
  w.c = weights_from(file, name, "c", {-1});
  const auto units = static_cast<std::int64_t>(w.c.size());
  w.X = weights_from(file, name, "X", {n, units});
  w.M = weights_from(file, name, "M", {n, units});
  w.V = weights_from(file, name, "V", {n, units});
  w.b = weights_from(file, name, "b", {n});
  return OrderlessModel(std::move(frame), std::move(w));
}

std::int64_t OrderlessModel::parameters() const {
  return static_cast<std::int64_t>(3 * weights_.X.size() + weights_.c.size() + weights_.b.size());
}

double OrderlessModel::log_odds_plain(int t, std::span<const std::uint8_t> known,
                                      std::span<const std::uint8_t> x) const {
  const std::size_t units = weights_.c.size(), at = static_cast<std::size_t>(t);
  double sum = static_cast<double>(weights_.b[at]);
  for (std::size_t k = 0; k < units; ++k) {
    double input = static_cast<double>(weights_.c[k]);
    for (std::size_t s = 0; s < known.size(); ++s) {
      if (!known[s]) continue;
      input += static_cast<double>(weights_.M[s * units + k]);
      if (x[s]) input += static_cast<double>(weights_.X[s * units + k]);
    }
    if (input > 0) sum += static_cast<double>(weights_.V[at * units + k]) * input;
  }
  return sum;
}

double OrderlessModel::log_odds_plain(int t, std::span<const std::uint8_t> before) const {
  const std::vector<std::uint8_t> known(static_cast<std::size_t>(t), 1);
  return log_odds_plain(t, known, before);
}

const OrderlessModel::Rows& OrderlessModel::rows() const {
  return rows_.get([this] {
    const std::size_t units = weights_.c.size(), wide = (units + 7) / 8 * 8;
    const auto padded = [&](const std::vector<float>& rows) {
      std::vector<float> all(rows.size() / units * wide, 0.0f);
      for (std::size_t y = 0; y < rows.size() / units; ++y)
        std::copy_n(&rows[y * units], units, &all[y * wide]);
      return all;
    };
    return Rows{wide, padded(weights_.X), padded(weights_.M), padded(weights_.c), padded(weights_.V)};
  });
}

std::unique_ptr<Sweep> OrderlessModel::sweep(int lanes) const {
  return std::make_unique<OrderlessSweep>(*this, lanes);
}

Safetensors OrderlessModel::to_file(const std::map<std::string, std::string>& notes) const {
  Safetensors file = start_file(notes);
  const std::int64_t n = pixels(), units = hidden();
  file.tensors["X"] = half_tensor("X", {n, units}, weights_.X);
  file.tensors["M"] = half_tensor("M", {n, units}, weights_.M);
  file.tensors["c"] = half_tensor("c", {units}, weights_.c);
  file.tensors["V"] = half_tensor("V", {n, units}, weights_.V);
  file.tensors["b"] = half_tensor("b", {n}, weights_.b);
  return file;
}

}  // namespace priorlab
