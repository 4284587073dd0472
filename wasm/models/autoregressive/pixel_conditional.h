// The full conditionals of an image's pixels, p(x_i = 1 | all others), as a small convolutional network with
// a blind spot: the hidden units of pixel i see the window around it without its middle, and the same weights
// serve every pixel but for a bias of its own.
//
// What it is for: a fixed binarisation has each grey image once, with the noise of one draw, and models with
// many weights learn that noise by heart. Drawing some pixels anew from their conditionals is a step of Gibbs
// sampling: it leaves the distribution of digits as it is (as far as the conditionals are right) and gives a
// training set without end.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "models/training/learner.h"

namespace priorlab {

// The vector: biases of the pixels (n), of the hidden units, output weights, then for each of the
// (2 radius + 1)^2 places of the window the weights to all hidden units; the middle's stay zero. Rows are in
// raster order; the loss is the negative log pseudo-likelihood.
std::unique_ptr<Objective> conditional_objective(int height, int width, int radius, int hidden);

// p(x_i = 1 | the others) of each pixel of each row, on a scale of 0 to 255, on all threads.
std::vector<std::uint8_t> conditionals(const Objective& conditional, std::span<const float> weights,
                                       std::span<const std::uint8_t> rows);

}  // namespace priorlab
