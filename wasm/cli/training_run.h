// What long trainings by mini-batches share: the time they took, a rate that falls along a cosine, the best
// weights so far by what is held out, and checkpoints to go on from.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "models/training/trainer.h"

namespace priorlab {

class TrainingRun {
 public:
  // `out`: the file the model will be written to; checkpoints lie beside it. `rate`: the highest.
  TrainingRun(std::string out, double rate, int epochs, Trainer& trainer);

  // Takes up the checkpoint. Throws std::invalid_argument when it is not there or of another model.
  void resume();

  // Epochs that are over.
  int epoch() const { return epoch_; }
  // Spent on it, by earlier runs too.
  double seconds() const;
  // Rises over the first half epoch, then falls along a cosine to a hundredth at the last.
  double rate(double epoch) const;

  // The epoch is over: now and then a checkpoint is written.
  void next();
  // A checkpoint, at once.
  void save();

  // `held_out`: the loss of the trainer's averaged weights after epoch() + 1 epochs; they are kept when it is
  // the least so far. Whether it is.
  bool keep_if_best(double held_out);
  // The weights that were kept; the average at hand when none were.
  std::span<const float> best() const { return best_.empty() ? trainer_.averaged() : best_; }
  int best_epoch() const { return best_epoch_; }  // 0: none
  double best_loss() const { return best_loss_; }

 private:
  using Clock = std::chrono::steady_clock;
  std::string path() const { return out_ + ".checkpoint"; }

  std::string out_;
  double highest_;
  int epochs_;
  Trainer& trainer_;
  Clock::time_point start_ = Clock::now();
  int epoch_ = 0, best_epoch_ = 0;
  double best_loss_, saved_ = 0.0, before_ = 0.0;
  std::vector<float> best_;
};

// Mean loss of `rows`, lots of so many on all threads; the same bits on any number of them.
double mean_loss(const Objective& objective, std::span<const float> weights,
                 std::span<const std::uint8_t> rows, std::size_t lot);

}  // namespace priorlab
