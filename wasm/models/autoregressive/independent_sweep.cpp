#include "models/autoregressive/independent.h"
#include "models/autoregressive/lane_sweep.h"

namespace priorlab {
namespace {

class IndependentSweep final : public LaneSweep {
 public:
  IndependentSweep(const IndependentModel& model, int lanes)
      : LaneSweep(model.pixels(), lanes, 0), bias_(model.bias()) {}

 protected:
  void begin(float*) const override {}
  void odds(int t, const float*, std::size_t rows, float* of) const override {
    for (std::size_t i = 0; i < rows; ++i) of[i] = bias_[static_cast<std::size_t>(t)];
  }
  void turn_on(int, float*) const override {}

 private:
  std::span<const float> bias_;
};

}  // namespace

std::unique_ptr<Sweep> IndependentModel::sweep(int lanes) const {
  return std::make_unique<IndependentSweep>(*this, lanes);
}

}  // namespace priorlab
