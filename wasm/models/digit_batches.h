// Mini-batches of images for training: each epoch goes through all of them in an order of its own, drawn from
// the seed; noise on what conditionals are given can be added.
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
};

}  // namespace priorlab
