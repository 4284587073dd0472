// Mini-batches of images for training: each epoch goes through all of them in an order of its own, drawn from
// the seed. Two ways of not learning them by heart: noise on what conditionals are given, and pixels drawn
// anew from their conditionals (models/autoregressive/pixel_conditional.h) in what is given and told alike.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace priorlab {

struct Batch {
  std::vector<std::uint8_t> seen, told;  // (rows, n)
};

class DigitBatches {
 public:
  // `rows` are images of n pixels in the model's order, not copied. `noise` is the probability with which a
  // seen pixel is replaced by a fair coin's toss.
  DigitBatches(std::span<const std::uint8_t> rows, int pixels, int batch, double noise, std::uint64_t seed);

  // From now on each pixel is drawn anew with probability `share`: on with p / 255, where `p` (as large as
  // the rows, not copied) is its conditional.
  void resample(std::span<const std::uint8_t> p, double share);

  // In an epoch; what is left over when the images do not divide is spread over all batches.
  int count() const { return count_; }
  // The same epoch and batch give the same rows.
  void fill(int epoch, int batch, Batch& out);

 private:
  std::span<const std::uint8_t> rows_;
  std::size_t n_;
  int images_, count_, epoch_ = -1;
  double noise_;
  std::uint64_t seed_;
  std::vector<int> shuffled_;
  std::span<const std::uint8_t> conditionals_;
  double share_ = 0.0;
};

}  // namespace priorlab
