// PlainSweep: a sweep that computes every log-odds from the definition. The twin of the fast ones.
#pragma once

#include "models/autoregressive/autoregressive.h"

namespace priorlab {

class PlainSweep final : public Sweep {
 public:
  // `model` must outlive the sweep.
  PlainSweep(const Autoregressive& model, int lanes);
  void restart() override { t_ = 0; }
  void log_odds(std::span<float> of_lanes) override;
  void push(std::span<const std::uint8_t> of_lanes) override;
  void select(std::span<const int> from) override;

 private:
  const Autoregressive& model_;
  int t_ = 0;
  std::vector<std::vector<std::uint8_t>> lanes_;  // each (n), the first t_ known
};

}  // namespace priorlab
