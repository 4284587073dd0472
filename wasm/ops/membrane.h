// A first guess for missing pixels: the surface that is as flat as can be between the known ones.
#pragma once

#include <cstdint>
#include <span>

#include "ops/linear_operator.h"

namespace priorlab {

// Fills the pixels of `plane` whose `missing` is not 0, nearly the mean of their four neighbours each
// (Laplace's equation, by a few sweeps from coarse grids to fine ones). At least one pixel must be known (a
// CHECK).
void fill_missing(std::span<float> plane, std::span<const std::uint8_t> missing, PlaneSize size);

}  // namespace priorlab
