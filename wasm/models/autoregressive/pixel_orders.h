// Orders in which the pixels of an image can be taken.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace priorlab {

// "raster" (row by row), "columns" (column by column), "random" (from the seed) or "centre" (from the middle
// outwards, equal distances in raster order). Throws std::invalid_argument on any other name.
std::vector<int> pixel_order(const std::string& name, int height, int width, std::uint64_t seed);

}  // namespace priorlab
