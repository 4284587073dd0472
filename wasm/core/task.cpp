#include "core/task.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/parallel_for.h"

namespace priorlab {
namespace {

constexpr double kSliceMs = 10;

double now_ms() {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

nlohmann::json to_json(const std::vector<TensorSpec>& specs) {
  nlohmann::json list = nlohmann::json::array();
  for (const TensorSpec& spec : specs) {
    list.push_back({{"name", spec.name}, {"shape", spec.shape}, {"help", spec.help}});
    if (spec.optional) list.back()["optional"] = true;
  }
  return list;
}

}  // namespace

nlohmann::json to_json(const TaskInfo& info) {
  nlohmann::json metrics = nlohmann::json::array();
  for (const MetricSpec& spec : info.metrics)
    metrics.push_back({{"name", spec.name}, {"unit", spec.unit}, {"help", spec.help}});
  return {{"id", info.id},
          {"title", info.title},
          {"summary", info.summary},
          {"unit", info.unit},
          {"source", info.source},
          {"params", describe(info.params)},
          {"inputs", to_json(info.inputs)},
          {"outputs", to_json(info.outputs)},
          {"metrics", std::move(metrics)}};
}

StepResult Task::step(double budget_ms) {
  if (!(budget_ms >= 0)) invalid("The time budget must be 0 ms or more; ", budget_ms, " came.");
  if (failed_) throw std::logic_error("This task failed in an earlier step; create it anew.");
  if (status().done) return status();
  failed_ = true;  // until this step has ended well: a task that threw half-way is in no defined state
  const double start = now_ms();
  double now = start;
  do {
    const int total = blocks();
    PRIORLAB_CHECK(total >= 1 && next_block_ < total);
    // The estimate only decides how many blocks run before the clock is read again, never what they compute.
    const int threads = thread_count();
    const double wanted = block_ms_ > 0 ? kSliceMs * threads / block_ms_ : threads;
    const int count = static_cast<int>(std::clamp(wanted, 1.0, static_cast<double>(total - next_block_)));
    const int first = next_block_;
    parallel_for(count, [&](int i) { run_block(first + i); });
    next_block_ += count;
    const double end = now_ms();
    const double block_ms = (end - now) * std::min(threads, count) / count;
    block_ms_ = block_ms_ > 0 ? 0.5 * (block_ms_ + block_ms) : block_ms;
    now = end;
    if (next_block_ == total) {
      merge();
      next_block_ = 0;
      ++units_done_;
      break;
    }
  } while (now - start < budget_ms);
  failed_ = false;
  return status();
}

StepResult Task::status() const {
  StepResult result;
  result.unit = units_done_;
  result.units = units();
  result.done = result.units > 0 && units_done_ >= result.units;
  result.unit_finished = next_block_ == 0 && units_done_ > 0;
  const double within = next_block_ == 0 ? 0.0 : static_cast<double>(next_block_) / blocks();
  if (result.units == 0)
    result.progress = within;
  else
    result.progress = result.done ? 1.0 : (units_done_ + within) / result.units;
  return result;
}

void Task::set(const Params&, TensorMap) { invalid("Nothing about this task can be changed while it runs."); }

Safetensors Task::save() const { invalid("This task cannot be saved and resumed."); }

Safetensors Task::model() const { invalid("This task makes no model."); }

}  // namespace priorlab
