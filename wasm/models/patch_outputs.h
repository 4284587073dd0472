// Small things that the tasks about patches share.
#pragma once

#include <span>

namespace priorlab {

// Takes from each patch of `pixels` values their mean, summed in double in their order.
void subtract_means(std::span<float> patches, int pixels);

}  // namespace priorlab
