// Orderless NADE over batches, as the trainer takes it. Here `seen` has four values: 0 and 1 for known
// pixels, kAsked and kHidden for the others. The loss of an image is the mean over the pixels asked for,
// times n: for a random order and the pixel after a random place in it, an unbiased estimate of -log p(x)
// (Uria et al., equation 8).
#pragma once

#include "models/learner.h"

namespace priorlab {

constexpr std::uint8_t kAsked = 2, kHidden = 3;

std::unique_ptr<Learner> orderless_learner(OrderedPixels::Frame frame, int hidden);

}  // namespace priorlab
