// From a task's output to what a canvas takes: whole, or reduced to what a small view shows.
#pragma once

#include "core/tensor.h"

namespace priorlab {

// Means over boxes of scale x scale elements of the last two axes: f32 (..., H, W) -> f32 (...,
// ceil(H/scale), ceil(W/scale)). Boxes cut by the right or lower border are means of what they hold. Throws
// std::invalid_argument when scale < 1, the type is not f32 or there are fewer than two axes.
Tensor box_mean(const Tensor&, int scale);

// f32 (H, W), (1, H, W) or (3, H, W) -> u8 (ceil(H/scale), ceil(W/scale), 4): box means, clipped to [0,1]
// (NaN is black), rounded to nearest, alpha 255; one channel is repeated in the three colours. Throws
// std::invalid_argument on other types and shapes.
Tensor preview_rgba8(const Tensor&, int scale);

}  // namespace priorlab
