// Trainer: stochastic gradient descent on an Objective by Adam (Kingma and Ba, ICLR 2015) with decoupled
// weight decay (Loshchilov and Hutter, ICLR 2019) and an average of the weights along the way (Polyak and
// Juditsky 1992), which is what gets measured and kept.
//
// A batch is cut into parts whose gradients are made independently and added in order, so that threads change
// no bit.
#pragma once

#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "core/safetensors.h"
#include "models/training/learner.h"

namespace priorlab {

struct TrainerOptions {
  int parts = 2;           // of a batch
  double penalty = 0.0;    // nats per image: penalty / 2 * sum_i p_i w_i^2 is added to the mean loss
  double decay = 0.0;      // share of the weight that a step at rate 1 takes away
  double average = 0.999;  // how much of the average a step keeps, fewer at first; 0: no average
  double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;
};

class Trainer {
 public:
  // Throws std::logic_error when `weights` does not fit the objective. `penalties` are the p_i above; the
  // decay acts where they are not zero.
  Trainer(std::shared_ptr<const Objective> objective, const TrainerOptions& options,
          std::vector<float> weights, std::vector<float> penalties);

  int parts() const { return options_.parts; }

  // One part of the next step's gradient: rows seen and told of the whole batch, of which it takes its share.
  // Parts may run at the same time.
  void run_part(int part, std::span<const std::uint8_t> seen, std::span<const std::uint8_t> told);
  // Which rows of a batch of so many a part takes: the first, and how many.
  std::pair<std::size_t, std::size_t> rows_of(int part, std::size_t rows) const;
  // After all parts of a batch of so many rows: the step of size `rate` (Adam's alpha). Returns the batch's
  // mean loss before it, nats per image, without the penalty.
  double step(double rate, int rows);
  // All parts on all threads, and the step.
  double train(std::span<const std::uint8_t> seen, std::span<const std::uint8_t> told, double rate);

  long long steps() const { return steps_; }
  std::span<const float> weights() const { return weights_; }
  std::span<const float> averaged() const { return options_.average > 0.0 ? average_ : weights_; }

  // Everything a run needs to go on with the same bits, f32; load() throws std::invalid_argument when the
  // file is of another shape.
  Safetensors save() const;
  void load(const Safetensors&);

  // A part's gradient and loss, for handing them to another replica.
  std::span<float> part_gradient(int part) { return gradients_[static_cast<std::size_t>(part)]; }
  std::span<const float> part_gradient(int part) const { return gradients_[static_cast<std::size_t>(part)]; }
  double& part_loss(int part) { return losses_[static_cast<std::size_t>(part)]; }

 private:
  std::shared_ptr<const Objective> objective_;
  TrainerOptions options_;
  std::vector<float> weights_, penalties_, first_moment_, second_moment_, average_;
  std::vector<std::vector<float>> gradients_;  // (parts)
  std::vector<double> losses_;                 // (parts)
  long long steps_ = 0;
};

}  // namespace priorlab
