// OneUnitTask: a task whose whole work is one function, run as one block. For questions asked through `call`.
#pragma once

#include <functional>
#include <string>

#include "core/image.h"
#include "core/task.h"

namespace priorlab {

struct OneUnitResult {
  TensorMap outputs;
  Metrics metrics;
};

// `work` runs once, in the only block; it may use parallel_for. Before that there are no outputs and no
// metrics.
class OneUnitTask final : public Task {
 public:
  explicit OneUnitTask(std::function<OneUnitResult()> work) : work_(std::move(work)) {}

  Tensor output(const std::string& name, const Window& window) const override;
  Metrics metrics() const override { return result_.metrics; }

 protected:
  int units() const override { return 1; }
  int blocks() const override { return 1; }
  void run_block(int) override { result_ = work_(); }
  void merge() override {}

 private:
  std::function<OneUnitResult()> work_;
  OneUnitResult result_;
};

// The picture such a task is about, its only input "image". Throws std::invalid_argument when it is missing,
// when another input came, or a saved state: there is none for such tasks.
Image take_picture(const TensorMap& inputs, const Safetensors* state, const std::string& task);

}  // namespace priorlab
