// The orthonormal opponent colours: white noise of one level in red, green and blue is white noise of that
// level, independent, in each of them.
//
//   o1 = (R + G + B) / sqrt(3)     brightness, [0, sqrt(3)]
//   o2 = (R - B) / sqrt(2)         red against blue
//   o3 = (R - 2 G + B) / sqrt(6)   green against magenta
#pragma once

#include <vector>

#include "core/image.h"

namespace priorlab {

// In place, on pictures of three channels; a CHECK fails on others. from_opponent undoes to_opponent up to
// rounding.
void to_opponent(Image& image);
void from_opponent(Image& image);

// One of the three alone, 0 to 2: the bits that to_opponent gives.
std::vector<float> opponent_plane(const Image& image, int which);

}  // namespace priorlab
