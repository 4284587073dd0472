// Half-size planes: what `halved` (ops/noise_level.h) made smaller, brought back to full size.
#pragma once

#include <span>
#include <vector>

namespace priorlab {

// Rows y.. and columns x.. (high x wide of them) of the full-size plane height x width whose halved plane
// (height/2 x width/2, both >= 1) is `half`: bilinear between the centres of the 2x2 boxes, constant beyond
// the outermost centres.
std::vector<float> enlarged(std::span<const float> half, int height, int width, int y, int x, int high,
                            int wide);

}  // namespace priorlab
