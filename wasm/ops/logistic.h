// Logistic functions of many f32 values at once, for likelihoods and gradients: relative error below 3e-7.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace priorlab {

// values[i] = 1 / (1 + exp(-values[i]))
void sigmoids(std::span<float> values);

// Of pixels with log-odds a and values x in {0, 1}: the sum of -log p(x) = log(1 + exp(a)) - x a in nats.
// On return log_odds holds the derivative by each, sigmoid(a) - x. At most 1000 pixels at a time.
double logistic_losses(std::span<float> log_odds, const std::uint8_t* x);

// The same for one pixel of several images walking side by side: adds each image's loss to its own sum.
class LogisticLosses {
 public:
  static constexpr std::size_t kMost = 8;  // images
  // kMost values each; unused ones may be anything finite.
  void add(float* log_odds, const float* x);
  double nats(std::size_t image) const;

 private:
  double linear_[kMost] = {}, product_[kMost] = {1, 1, 1, 1, 1, 1, 1, 1};
  int added_ = 0;
};

// The plain twins.
void sigmoids_plain(std::span<float> values);
double logistic_losses_plain(std::span<float> log_odds, const std::uint8_t* x);

}  // namespace priorlab
