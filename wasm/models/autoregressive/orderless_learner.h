// Orderless NADE over batches, as the trainer takes it. Here `seen` has three values: 0 and 1 for known
// pixels, kHidden for the others. The loss of an image is that of its hidden pixels, n / (number hidden)
// times: for a random order and a random place in it, an unbiased estimate of -log p(x) (Uria et al.,
// equation 8).
#pragma once

#include "models/training/learner.h"

namespace priorlab {

constexpr std::uint8_t kHidden = 2;

std::unique_ptr<Learner> orderless_learner(OrderedPixels::Frame frame, int hidden);

}  // namespace priorlab
