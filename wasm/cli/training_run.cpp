#include "cli/training_run.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <sstream>

#include "cli/model_files.h"
#include "core/error.h"
#include "core/parallel_for.h"

namespace priorlab {

TrainingRun::TrainingRun(std::string out, double rate, int epochs, Trainer& trainer)
    : out_(std::move(out)), highest_(rate), epochs_(epochs), trainer_(trainer), best_loss_(INFINITY) {}

double TrainingRun::seconds() const {
  return before_ + std::chrono::duration<double>(Clock::now() - start_).count();
}

double TrainingRun::rate(double epoch) const {
  const double fall = 0.505 + 0.495 * std::cos(std::numbers::pi * epoch / epochs_);
  return highest_ * fall * std::min(1.0, (epoch + 0.01) / 0.5);
}

bool TrainingRun::keep_if_best(double held_out) {
  if (!(held_out < best_loss_)) return false;
  best_loss_ = held_out;
  best_epoch_ = epoch_ + 1;
  best_.assign(trainer_.averaged().begin(), trainer_.averaged().end());
  return true;
}

void TrainingRun::next() {
  ++epoch_;
  if (seconds() - saved_ > 60.0) save();
}

void TrainingRun::resume() {
  const Safetensors file = read_safetensors(read_bytes(path()));
  for (const char* key : {"epoch", "seconds", "best_epoch"})
    if (!file.metadata.contains(key))
      invalid(path(), " is no checkpoint of a training on the command line: it has no \"", key, "\".");
  trainer_.load(file);
  epoch_ = std::stoi(file.metadata.at("epoch"));
  before_ = std::stod(file.metadata.at("seconds"));
  best_epoch_ = std::stoi(file.metadata.at("best_epoch"));
  if (best_epoch_ == 0) return;
  best_loss_ = std::stod(file.metadata.at("best_loss"));
  const auto size = static_cast<std::int64_t>(trainer_.averaged().size());
  const Tensor best = take_f32(file, "best", {size}, "--resume off");
  best_.assign(best.as<float>().begin(), best.as<float>().end());
}

void TrainingRun::save() {
  Safetensors file = trainer_.save();
  file.metadata["epoch"] = std::to_string(epoch_);
  file.metadata["seconds"] = std::to_string(seconds());
  file.metadata["best_epoch"] = std::to_string(best_epoch_);
  std::ostringstream loss;
  loss.precision(17);
  loss << best_loss_;
  file.metadata["best_loss"] = loss.str();
  if (!best_.empty())
    file.tensors.emplace("best", Tensor::from<float>({static_cast<std::int64_t>(best_.size())},
                                                     std::span<const float>(best_)));
  write_bytes(path(), write_safetensors(file));
  saved_ = seconds();
}

double mean_loss(const Objective& objective, std::span<const float> weights,
                 std::span<const std::uint8_t> rows, std::size_t lot) {
  const std::size_t n = static_cast<std::size_t>(objective.pixels()), count = rows.size() / n;
  std::vector<double> sums((count + lot - 1) / lot);
  parallel_for(static_cast<int>(sums.size()), [&](int block) {
    const std::size_t first = static_cast<std::size_t>(block) * lot, here = std::min(lot, count - first);
    const auto part = rows.subspan(first * n, here * n);
    sums[static_cast<std::size_t>(block)] = objective.loss(weights, part, part, {}, {});
  });
  double sum = 0;
  for (const double v : sums) sum += v;
  return sum / static_cast<double>(count);
}

}  // namespace priorlab
