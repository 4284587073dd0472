// Learners: likelihood and gradient of the autoregressive models over batches of images, on one flat vector
// of f32 weights that an optimiser can work on without knowing the model.
//
// Images are rows of n values 0 or 1 in the model's order. What conditionals are given (`seen`) and what they
// are asked for (`told`) may differ: noise on the inputs alone is a regulariser.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "models/autoregressive/ordered_pixels.h"

namespace priorlab {

// What a Trainer can make small: a loss of images, in nats, as a function of weights.
class Objective {
 public:
  virtual ~Objective() = default;
  // Length of the vector of weights; some entries may be padding that stays zero.
  virtual std::size_t size() const = 0;
  virtual int pixels() const = 0;
  // Where learning starts: random weights from the seed, biases from the share of images in which each pixel
  // (in the order) is on, between 0 and 1.
  virtual std::vector<float> first_weights(std::span<const double> share_on, std::uint64_t seed) const = 0;
  // The sum over the rows of -log p(told | seen) in nats. Where they are given, adds its gradient to
  // `gradient` (size()) and writes each row's part to `of_rows`. Serial, the same bits at each call.
  virtual double loss(std::span<const float> weights, std::span<const std::uint8_t> seen,
                      std::span<const std::uint8_t> told, std::span<float> gradient,
                      std::span<double> of_rows) const = 0;
  // How strongly an L2 penalty acts on each weight: 0 for biases and padding, 1 for most others.
  virtual std::vector<float> penalties() const = 0;
  // Adds `times` the gradient of a penalty of the objective's own (nats per image), if it has one.
  virtual void add_penalty(std::span<const float>, float /*times*/, std::span<float> /*gradient*/) const {}
};

// An autoregressive model as such an objective.
class Learner : public Objective {
 public:
  virtual std::shared_ptr<const Autoregressive> model(std::span<const float> weights) const = 0;
  // A model's weights as the vector; the model must have the learner's shape.
  virtual std::vector<float> weights_of(const Autoregressive& model) const = 0;
};

// What FVSBN's weights w_ts are drawn to. The last two are for raster order alone.
struct FvsbnPenalty {
  // penalties() are (distance of the two pixels)^reach: with a reach above 0 far pixels are to matter less.
  double reach = 0.0;
  // Strokes look alike wherever they are: alike / 2 times the squared difference of the weights of two pairs
  // that lie alike, one pixel apart to the side or down, summed over all such pairs.
  double alike = 0.0;
  // Far pixels next to each other matter alike: smooth / 2 times the squared difference of two weights that
  // share one pixel and whose other pixels are neighbours, times min(1, (distance / 4)^2).
  double smooth = 0.0;
};

std::unique_ptr<Learner> fvsbn_learner(OrderedPixels::Frame frame, const FvsbnPenalty& penalty = {});
std::unique_ptr<Learner> nade_learner(OrderedPixels::Frame frame, Activation activation, int hidden);
std::unique_ptr<Learner> made_learner(OrderedPixels::Frame frame, Activation activation,
                                      std::vector<int> degrees, int radius);

// `hidden` degrees from 1 to n - 1, as evenly spread as whole numbers can be.
std::vector<int> even_degrees(int pixels, int hidden);

// The learner whose shape is that of a model of kind fvsbn, nade or made; null for the others.
std::unique_ptr<Learner> learner_of(const Autoregressive& model);

// Images (count, n) in raster order -> in the model's order.
std::vector<std::uint8_t> in_order(std::span<const std::uint8_t> images, std::span<const int> order);

// -log p(x) in nats of each image (raster order) on all threads: by the kind's learner, or for
// the others by sweeping through them.
std::vector<double> losses_of(const Autoregressive& model, std::span<const std::uint8_t> images);

}  // namespace priorlab
