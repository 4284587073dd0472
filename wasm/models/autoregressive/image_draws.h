// Drawing images from an autoregressive model and telling how likely given ones are: written once, on Sweep,
// for every kind. Pixels are stored in raster order whatever the model's order. The same bits everywhere.
#pragma once

#include <cstdint>
#include <span>

#include "models/autoregressive/autoregressive.h"

namespace priorlab {

// What is known of `count` images of n pixels; spans that are empty are not wanted.
struct ImageDraws {
  std::span<std::uint8_t> pixels;    // (count, n) 0 or 1
  std::span<float> probabilities;    // (count, n) p(pixel = 1 | pixels before it), under the temperature
  std::span<double> log_likelihood;  // (count) nats, of the model itself, that is at temperature 1
};

// Ancestral sampling, all lanes of `sweep` side by side: pixel t of lane i is 1 where the t-th uniform of
// Rng(seed, first + i) is below sigmoid(log-odds / temperature). An image depends on seed and stream alone.
void draw_images(const Autoregressive&, Sweep& sweep, std::uint64_t seed, std::uint64_t first,
                 float temperature, const ImageDraws& to);

struct ImageScores {
  std::span<float> nats;             // (count, n) -log p(pixel | pixels before it)
  std::span<float> probabilities;    // (count, n) as above, at temperature 1
  std::span<double> log_likelihood;  // (count) nats
};

// `pixels` (lanes, n), 0 or 1.
void score_images(const Autoregressive&, Sweep& sweep, std::span<const std::uint8_t> pixels,
                  const ImageScores& to);

}  // namespace priorlab
