// The smallest task that uses the whole contract: noisy diffusion on a ring. x <- x + 0.1 (left - 2 x +
// right) + amount * noise; one unit is one such pass, a block is a stretch of the ring that also returns its
// partial sum.
#pragma once

#include <atomic>
#include <chrono>
#include <cmath>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "core/rng.h"
#include "core/task.h"

namespace priorlab {

class ToyTask : public Task {
 public:
  static TaskInfo info() {
    ParamSpec amount = number("amount", 0.1, 0, 1, "Amount", "Size of the noise.");
    amount.live = true;
    TaskInfo info;
    info.id = "toy";
    info.title = "Noisy diffusion";
    info.summary = "Diffuses a ring of numbers.";
    info.unit = "pass";
    info.source = "made for the tests";
    info.params = {amount,
                   integer("passes", 6, 0, 100, "Passes", "0 runs without end."),
                   integer("blocks", 13, 1, 1000, "Blocks", "Blocks of a pass."),
                   integer("seed", 1, 0, 1000000, "Seed", "Seed of the noise."),
                   number("wait", 0, 0, 100, "Wait", "Milliseconds that a block takes at least."),
                   boolean("share", true, "Share", "Whether blocks may be computed by replicas."),
                   choice("fail", "no", {{"no", "No"}, {"block", "A block"}, {"merge", "The merge"}}, "Fail",
                          "What throws in the third pass.")};
    info.inputs = {{"x", "(N)", "The numbers to start from.", false}};
    info.outputs = {{"x", "(N)", "The numbers now.", false}};
    info.metrics = {{"sum", "", "Sum of the numbers."}};
    return info;
  }

  static std::unique_ptr<Task> create(const Params& params, TensorMap inputs, ModelStore&,
                                      const Safetensors* state) {
    return std::make_unique<ToyTask>(params, inputs, state);
  }

  ToyTask(const Params& params, const TensorMap& inputs, const Safetensors* state) : params_(params) {
    const auto given = inputs.find("x");
    if (given == inputs.end()) invalid("The input \"x\" is missing.");
    const auto from = given->second.as<float>();
    x_.assign(from.begin(), from.end());
    if (state) {
      const Tensor x = take_f32(*state, "x", {static_cast<std::int64_t>(x_.size())}, "the task itself");
      x_.assign(x.as<float>().begin(), x.as<float>().end());
      units_done_ = std::stoi(state->metadata.at("unit"));
    }
    next_ = x_;
    sums_.resize(static_cast<std::size_t>(params.integer("blocks")));
  }

  void set(const Params& params, TensorMap) override { params_ = params; }

  Tensor output(const std::string& name, const Window&) const override {
    if (name != "x") invalid("There is no output \"", name, "\"; there is x.");
    return Tensor::from<float>({static_cast<std::int64_t>(x_.size())}, x_);
  }
  Metrics metrics() const override { return {{"sum", sum_}}; }

  Safetensors save() const override {
    Safetensors state;
    state.metadata["unit"] = std::to_string(units_done_);
    state.tensors["x"] = output("x", {});
    return state;
  }

  bool shares() const override { return params_.boolean("share"); }
  double bytes() const override { return 12.0 * static_cast<double>(x_.size()); }

  std::atomic<int> blocks_run{0};  // for the tests: how much was computed

 protected:
  int units() const override { return params_.integer("passes"); }
  int blocks() const override { return static_cast<int>(sums_.size()); }

  void run_block(int block) override {
    ++blocks_run;
    if (params_.text("fail") == "block" && units_done_ == 2 && block == 5)
      throw std::runtime_error("block 5 of the third pass");
    if (const double wait = params_.number("wait"); wait > 0)
      std::this_thread::sleep_for(std::chrono::duration<double, std::milli>(wait));
    const auto amount = static_cast<float>(params_.number("amount"));
    const std::size_t n = x_.size(), b = static_cast<std::size_t>(block);
    // Keyed by (seed, pass, block): no stream is shared between blocks.
    Rng rng(static_cast<std::uint64_t>(params_.integer("seed")),
            static_cast<std::uint64_t>(units_done_) << 32 | b);
    float sum = 0;
    for (std::size_t i = begin(b); i < begin(b + 1); ++i) {
      const float diffused = x_[i] + 0.1f * (x_[(i + n - 1) % n] - 2 * x_[i] + x_[(i + 1) % n]);
      next_[i] = diffused + amount * rng.normal();
      sum += next_[i];
    }
    sums_[b] = sum;
  }

  void merge() override {
    if (params_.text("fail") == "merge" && units_done_ == 2) throw std::runtime_error("the third merge");
    float sum = 0;
    for (float s : sums_) sum += s;  // in block order: addition of floats does not commute with regrouping
    sum_ = sum;
    x_.swap(next_);
  }

  void write_result(int block, ByteWriter& to) const override {
    const auto b = static_cast<std::size_t>(block);
    to.value(sums_[b]);
    to.values(std::span(next_).subspan(begin(b), begin(b + 1) - begin(b)));
  }
  void read_result(int block, ByteReader& from) override {
    const auto b = static_cast<std::size_t>(block);
    sums_[b] = from.value<float>();
    from.values(std::span(next_).subspan(begin(b), begin(b + 1) - begin(b)));
  }

 private:
  std::size_t begin(std::size_t block) const { return x_.size() * block / sums_.size(); }

  Params params_;
  std::vector<float> x_, next_, sums_;
  double sum_ = 0;
};

}  // namespace priorlab
