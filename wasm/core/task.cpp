#include "core/task.h"

#include <chrono>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/parallel_for.h"

namespace priorlab {
namespace {

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
  nlohmann::json all = {{"id", info.id},
                        {"title", info.title},
                        {"summary", info.summary},
                        {"unit", info.unit},
                        {"source", info.source},
                        {"params", describe(info.params)},
                        {"inputs", to_json(info.inputs)},
                        {"outputs", to_json(info.outputs)},
                        {"metrics", std::move(metrics)}};
  if (const MemoryNeed& need = info.memory; need.most > 0)
    all["memory"] = {{"fixed", need.fixed},
                     {"per_pixel", need.per_pixel},
                     {"per_value", need.per_value},
                     {"most", need.most}};
  return all;
}

template <class Body>
void Task::guarded(const Body& body) {
  if (failed_) throw std::logic_error("This task failed in an earlier step; create it anew.");
  failed_ = true;
  body();
  failed_ = false;
}

void Task::open_unit() {
  if (!known_.empty()) return;
  const int total = blocks();
  PRIORLAB_CHECK(total >= 1);
  known_.assign(static_cast<std::size_t>(total), false);
  known_count_ = 0;
}

void Task::close_unit() {
  PRIORLAB_CHECK(!known_.empty() && known_count_ == static_cast<int>(known_.size()));
  merge();
  known_.clear();
  known_count_ = 0;
  ++units_done_;
}

StepResult Task::step(double budget_ms) {
  if (!(budget_ms >= 0)) invalid("The time budget must be 0 ms or more; ", budget_ms, " came.");
  if (!failed_ && status().done) return status();
  guarded([&] {
    const double deadline = now_ms() + budget_ms;
    open_unit();
    std::vector<int> open;
    for (std::size_t b = 0; b < known_.size(); ++b)
      if (!known_[b]) open.push_back(static_cast<int>(b));
    // Blocks are claimed in order, so those that ran are the first ones.
    const int ran = parallel_for_until(
        static_cast<int>(open.size()), [&](int i) { run_block(open[static_cast<std::size_t>(i)]); },
        [&] { return now_ms() >= deadline; });
    for (int i = 0; i < ran; ++i) known_[static_cast<std::size_t>(open[static_cast<std::size_t>(i)])] = true;
    known_count_ += ran;
    if (ran == static_cast<int>(open.size())) close_unit();
  });
  return status();
}

void Task::check_range(int first, int count) const {
  PRIORLAB_CHECK(shares() && !status().done);
  PRIORLAB_CHECK(first >= 0 && count >= 1 && count <= blocks() - first);
}

void Task::run_blocks(int first, int count) {
  check_range(first, count);
  guarded([&] {
    open_unit();
    std::vector<int> open;
    for (int b = first; b < first + count; ++b)
      if (!known_[static_cast<std::size_t>(b)]) open.push_back(b);
    parallel_for(static_cast<int>(open.size()), [&](int i) { run_block(open[static_cast<std::size_t>(i)]); });
    for (const int b : open) known_[static_cast<std::size_t>(b)] = true;
    known_count_ += static_cast<int>(open.size());
  });
}

// The unit, the first block, their number; then each block's length and bytes.
std::vector<std::byte> Task::results(int first, int count) const {
  check_range(first, count);
  ByteWriter to;
  for (const int v : {units_done_, first, count}) to.value(v);
  for (int b = first; b < first + count; ++b) {
    PRIORLAB_CHECK(!known_.empty() && known_[static_cast<std::size_t>(b)]);
    const std::size_t at = to.size();
    to.value(std::uint32_t{0});
    write_result(b, to);
    to.value_at(at, static_cast<std::uint32_t>(to.size() - at - sizeof(std::uint32_t)));
  }
  return to.take();
}

void Task::put_results(std::span<const std::byte> bytes) {
  ByteReader from(bytes);
  PRIORLAB_CHECK(from.value<int>() == units_done_);
  const int first = from.value<int>(), count = from.value<int>();
  check_range(first, count);
  guarded([&] {
    open_unit();
    for (int b = first; b < first + count; ++b) {
      ByteReader one(from.bytes(from.value<std::uint32_t>()));
      if (known_[static_cast<std::size_t>(b)]) continue;
      read_result(b, one);
      PRIORLAB_CHECK(one.at_end());
      known_[static_cast<std::size_t>(b)] = true;
      ++known_count_;
    }
    PRIORLAB_CHECK(from.at_end());
  });
}

StepResult Task::finish_unit() {
  guarded([&] { close_unit(); });
  return status();
}

StepResult Task::status() const {
  StepResult result;
  result.unit = units_done_;
  result.units = units();
  result.done = result.units > 0 && units_done_ >= result.units;
  result.unit_finished = known_count_ == 0 && units_done_ > 0;
  result.blocks = result.done ? 0 : blocks();
  const double within = known_count_ == 0 ? 0.0 : static_cast<double>(known_count_) / result.blocks;
  if (result.units == 0)
    result.progress = within;
  else
    result.progress = result.done ? 1.0 : (units_done_ + within) / result.units;
  return result;
}

void Task::set(const Params&, TensorMap) { invalid("Nothing about this task can be changed while it runs."); }

Safetensors Task::save() const { invalid("This task cannot be saved and resumed."); }

Safetensors Task::model() const { invalid("This task makes no model."); }

void Task::write_result(int, ByteWriter&) const { PRIORLAB_CHECK(!"a task that does not share its blocks"); }

void Task::read_result(int, ByteReader&) { PRIORLAB_CHECK(!"a task that does not share its blocks"); }

}  // namespace priorlab
