// Half-size pictures and planes, made by means of 2x2 boxes (`halved` of a plane: ops/noise_level.h), and the
// way back to full size.
#pragma once

#include <span>
#include <vector>

#include "core/image.h"

namespace priorlab {

// Every channel halved; height and width at least 2 (a CHECK).
Image halved(const Image& image);

// Rows y.. and columns x.. (high x wide of them) of the full-size plane height x width whose halved plane
// (height/2 x width/2, both >= 1) is `half`: bilinear between the centres of the 2x2 boxes, constant beyond
// the outermost centres.
std::vector<float> enlarged(std::span<const float> half, int height, int width, int y, int x, int high,
                            int wide);

}  // namespace priorlab
