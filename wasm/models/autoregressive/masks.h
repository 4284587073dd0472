// Random parts of an image, as completion and its training are given them. 1 is in the part.
#pragma once

#include <cstdint>
#include <vector>

#include "core/rng.h"

namespace priorlab {

// One side of a line of random direction through a random point, which is at most `spread` / 2 of the image's
// sides from its middle; at spread 0 it is half of the image.
std::vector<std::uint8_t> half_plane_mask(int height, int width, double spread, Rng& rng);
// Each pixel with probability `share`, independently.
std::vector<std::uint8_t> pixel_mask(int height, int width, float share, Rng& rng);
// A rectangle inside the image, sides from `least` to `most` pixels or the image's.
std::vector<std::uint8_t> rectangle_mask(int height, int width, int least, int most, Rng& rng);

}  // namespace priorlab
