// Completing an image of which an autoregressive model is given some pixels: draws of the hidden ones from
// p(hidden | given). Ancestral sampling cannot do it, since a pixel made now must fit given pixels that come
// later in the order; it is exact only where all given ones come first.
//
// Sequential Monte Carlo (Doucet and Johansen 2011): particles grow pixel by pixel, hidden ones drawn from
// the model, and carry the probability of the given ones as weights. With a guide, an orderless NADE that
// sees all given pixels at once, they are chosen (resampled) by weights that look ahead:
//   weight * (q(hidden so far | given) / q(all so far))^look_ahead,
// both under the guide: its estimate of p(given pixels to come | all so far). The weights make up for it, so
// the estimate of the evidence p(given) is unbiased with and without a guide. Then each particle is moved by
// Metropolis-Hastings steps that leave p(hidden | given) as it is (resample-move, Gilks and Berzuini 2001):
// the hidden pixels of a small rectangle are proposed anew, by the guide given all others, or by the model.
//
// "naive" is the baseline: the given pixels are put in as they come, hidden ones are drawn forward by the
// model, and nothing looks at what came later. All particles count the same.
//
// Work is done in units of blocks that are independent, as a Task's: a stretch of the order or one round of
// moves for some of the particles. The same bits with any number of threads.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "core/bytes.h"
#include "models/autoregressive/autoregressive.h"
#include "models/autoregressive/orderless_lanes.h"

namespace priorlab {

struct CompletionOptions {
  bool naive = false;
  int particles = 256;
  int moves = 30;          // rounds; one small rectangle of each particle in each
  double threshold = 0.5;  // resample when the effective sample size falls below this share of the particles
  // Power of the guide's look ahead, 0 to 1; the guide exaggerates, and what it gets wrong adds up over
  // pixels.
  double look_ahead = 0.25;
  int stretch = 28;  // pixels in a unit; particles are resampled between units
  std::uint64_t seed = 1;
};

class Completion {
 public:
  // `image` and `given` (n, raster): the values where given is 1. The guide may be null; it must be of the
  // model's size. Model and guide must outlive this.
  Completion(const Autoregressive& model, const OrderlessModel* guide, std::span<const std::uint8_t> image,
             std::span<const std::uint8_t> given, const CompletionOptions& options);

  int units() const;
  int unit() const { return unit_; }
  bool done() const { return unit_ == units(); }
  int blocks() const;
  void run_block(int block);
  void write_result(int block, ByteWriter& to) const;
  void read_result(int block, ByteReader& from);
  void merge();

  int particles() const { return static_cast<int>(log_weight_.size()); }
  // Normalised to sum 1. After moves, and of the naive method, they are equal.
  std::vector<double> weights() const;
  // (n), raster. Pixels not reached yet are 0.
  std::span<const std::uint8_t> particle(int i) const;
  // (n), raster: the weighted mean of the particles; given pixels as given, one half where nothing is known.
  std::vector<double> mean() const;
  // (how_many) particles, a systematic sample by their weights.
  std::vector<int> shown(int how_many) const;
  // (n), by the order: effective sample size (sum w)^2 / sum w^2 after each pixel, of the weights that
  // particles are chosen by; 0 where not reached. For the naive method, of the weights it ought to have used.
  std::span<const float> effective_sizes() const { return effective_; }
  // Of the particles at the end of the pass, before moves.
  double effective_size() const { return final_effective_; }
  // log p(given) in nats: exp of it is unbiased. NaN before the last pixel.
  double log_evidence() const { return log_evidence_; }
  // Share of the moves that were accepted; 0 without moves.
  double accepted() const;

 private:
  static constexpr int kLanes = 16;  // particles in a block

  // What a block keeps while particles grow, so that a stretch goes on where the last one ended.
  struct Growth {
    std::unique_ptr<Sweep> sweep;
    std::optional<OrderlessLanes> all,
        before;   // the guide told of given pixels and those so far; of those alone
    int at = -1;  // pixels known to it; -1: to be made anew
  };

  std::size_t count() const { return log_weight_.size(); }
  std::size_t first(int block) const { return static_cast<std::size_t>(block) * kLanes; }
  std::size_t size(int block) const { return std::min<std::size_t>(kLanes, count() - first(block)); }
  bool growing() const { return unit_ < growing_units_; }
  void catch_up(Growth& growth, int block, int t) const;
  void grow(int block);
  void move(int block);
  std::vector<std::uint8_t> window(int round) const;  // hidden pixels to be proposed anew, raster
  void choose(std::span<const double> log_priority, double log_total);
  float guarded(float log_odds) const;

  const Autoregressive& model_;
  const OrderlessModel* guide_;
  CompletionOptions options_;
  std::size_t n_;
  std::vector<std::uint8_t> image_, given_;
  int last_given_ = -1;  // place in the order of the last given pixel; -1: none
  int growing_units_ = 0, unit_ = 0;
  std::vector<Growth> growth_;
  std::vector<std::uint8_t> pixels_;            // (particles, n), raster
  std::vector<float> log_likelihood_;           // (particles, n), by the order
  std::vector<double> log_weight_, log_ahead_;  // (particles)
  std::vector<double> trace_;                   // (stretch, particles): log weights to choose by
  std::vector<float> effective_;
  std::vector<std::uint8_t> moved_;  // (particles): accepted in this round
  double log_evidence_, final_effective_ = 0, moves_accepted_ = 0;
};

}  // namespace priorlab
