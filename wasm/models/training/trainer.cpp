#include "models/training/trainer.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/parallel_for.h"

namespace priorlab {
namespace {

constexpr std::size_t kLot = 16384;  // weights updated at a time by one thread
const std::string kFamily = "training";

}  // namespace

Trainer::Trainer(std::shared_ptr<const Objective> objective, const TrainerOptions& options,
                 std::vector<float> weights, std::vector<float> penalties)
    : objective_(std::move(objective)),
      options_(options),
      weights_(std::move(weights)),
      penalties_(std::move(penalties)),
      first_moment_(weights_.size()),
      second_moment_(weights_.size()),
      gradients_(static_cast<std::size_t>(options.parts), std::vector<float>(weights_.size())),
      losses_(static_cast<std::size_t>(options.parts)) {
  PRIORLAB_CHECK(weights_.size() == objective_->size() && penalties_.size() == weights_.size());
  PRIORLAB_CHECK(options_.parts >= 1);
  if (options_.average > 0.0) average_ = weights_;
}

std::pair<std::size_t, std::size_t> Trainer::rows_of(int part, std::size_t rows) const {
  const std::size_t parts = static_cast<std::size_t>(options_.parts), p = static_cast<std::size_t>(part),
                    first = rows * p / parts;
  return {first, rows * (p + 1) / parts - first};
}

void Trainer::run_part(int part, std::span<const std::uint8_t> seen, std::span<const std::uint8_t> told) {
  const std::size_t n = static_cast<std::size_t>(objective_->pixels()), p = static_cast<std::size_t>(part);
  const auto [first, count] = rows_of(part, told.size() / n);
  std::ranges::fill(gradients_[p], 0.0f);
  losses_[p] = objective_->loss(weights_, seen.subspan(first * n, count * n),
                                told.subspan(first * n, count * n), gradients_[p], {});
}

double Trainer::step(double rate, int rows) {
  PRIORLAB_CHECK(rows > 0);
  ++steps_;
  objective_->add_penalty(weights_, static_cast<float>(rows), gradients_[0]);
  const double correction1 = 1.0 - std::pow(options_.beta1, static_cast<double>(steps_)),
               correction2 = 1.0 - std::pow(options_.beta2, static_cast<double>(steps_));
  const float b1 = static_cast<float>(options_.beta1), b2 = static_cast<float>(options_.beta2),
              step = static_cast<float>(rate * std::sqrt(correction2) / correction1),
              epsilon = static_cast<float>(options_.epsilon * std::sqrt(correction2)),
              penalty = static_cast<float>(options_.penalty),
              decay = static_cast<float>(options_.decay * rate), scale = 1.0f / static_cast<float>(rows);
  // The average follows quickly at first, so that it does not remember where training began.
  const double count = static_cast<double>(steps_);
  const float fresh = static_cast<float>(1.0 - std::min(options_.average, (1.0 + count) / (10.0 + count)));
  const std::size_t lots = (weights_.size() + kLot - 1) / kLot;
  parallel_for(static_cast<int>(lots), [&](int lot) {
    const std::size_t first = static_cast<std::size_t>(lot) * kLot,
                      last = std::min(first + kLot, weights_.size());
    float* g = gradients_[0].data();
    for (std::size_t part = 1; part < gradients_.size(); ++part) {
      const float* more = gradients_[part].data();
      for (std::size_t i = first; i < last; ++i) g[i] += more[i];
    }
    float *w = weights_.data(), *m = first_moment_.data(), *v = second_moment_.data();
    const float* p = penalties_.data();
    for (std::size_t i = first; i < last; ++i) {
      const float slope = g[i] * scale + penalty * p[i] * w[i];
      m[i] = b1 * m[i] + (1.0f - b1) * slope;
      v[i] = b2 * v[i] + (1.0f - b2) * slope * slope;
      const float shrink = p[i] > 0.0f ? decay : 0.0f;
      w[i] -= step * m[i] / (std::sqrt(v[i]) + epsilon) + shrink * w[i];
    }
    if (average_.empty()) return;
    float* a = average_.data();
    for (std::size_t i = first; i < last; ++i) a[i] += fresh * (w[i] - a[i]);
  });
  double loss = 0.0;
  for (const double l : losses_) loss += l;
  return loss / rows;
}

double Trainer::train(std::span<const std::uint8_t> seen, std::span<const std::uint8_t> told, double rate) {
  parallel_for(options_.parts, [&](int part) { run_part(part, seen, told); });
  return step(rate, static_cast<int>(told.size() / static_cast<std::size_t>(objective_->pixels())));
}

Safetensors Trainer::save() const {
  Safetensors file;
  file.metadata = {{"family", kFamily}, {"steps", std::to_string(steps_)}};
  const auto put = [&](const char* name, const std::vector<float>& values) {
    file.tensors.emplace(name, Tensor::from<float>({static_cast<std::int64_t>(values.size())},
                                                   std::span<const float>(values)));
  };
  put("weights", weights_);
  put("first_moment", first_moment_);
  put("second_moment", second_moment_);
  if (!average_.empty()) put("average", average_);
  return file;
}

void Trainer::load(const Safetensors& file) {
  const auto family = file.metadata.find("family"), steps = file.metadata.find("steps");
  if (family == file.metadata.end() || family->second != kFamily || steps == file.metadata.end())
    invalid("This is no saved training of a model of digits.");
  const auto take = [&](const char* name, std::vector<float>& values) {
    const Tensor tensor =
        take_f32(file, name, {static_cast<std::int64_t>(values.size())}, "the same training from its start");
    values.assign(tensor.as<float>().begin(), tensor.as<float>().end());
  };
  take("weights", weights_);
  take("first_moment", first_moment_);
  take("second_moment", second_moment_);
  if (!average_.empty()) take("average", average_);
  steps_ = std::atoll(steps->second.c_str());
}

}  // namespace priorlab
