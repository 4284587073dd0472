#include "ops/patches.h"

#include <algorithm>
#include <cstddef>

#include "core/error.h"

namespace priorlab {

std::vector<PatchTile> patch_tiles(int height, int width, int high, int wide, int side) {
  PRIORLAB_CHECK(high >= 1 && wide >= 1 && side >= 1);
  if (height < side || width < side)
    invalid("A plane of ", width, "x", height, " pixels holds no patch of ", side, "x", side, ".");
  const int rows = height - side + 1, columns = width - side + 1;
  std::vector<PatchTile> tiles;
  for (int y = 0; y < rows; y += high)
    for (int x = 0; x < columns; x += wide)
      tiles.push_back({y, x, std::min(high, rows - y), std::min(wide, columns - x)});
  return tiles;
}

std::vector<int> patch_coverage(int length, int side) {
  PRIORLAB_CHECK(length >= side && side >= 1);
  std::vector<int> count(static_cast<std::size_t>(length));
  for (int i = 0; i < length; ++i)
    count[static_cast<std::size_t>(i)] = std::min({i + 1, length - i, side, length - side + 1});
  return count;
}

void extract_patches(std::span<const float> plane, int width, const PatchTile& tile, std::span<float> out,
                     int side) {
  PRIORLAB_CHECK(out.size() >= static_cast<std::size_t>(tile.patches() * side * side));
  float* to = out.data();
  for (int y = tile.y; y < tile.y + tile.high; ++y)
    for (int x = tile.x; x < tile.x + tile.wide; ++x)
      for (int row = 0; row < side; ++row, to += side)
        std::copy_n(plane.data() + static_cast<std::ptrdiff_t>(y + row) * width + x, side, to);
}

void add_patches(std::span<const float> patches, const PatchTile& tile, std::span<float> sum, int side) {
  const int stride = tile.pixel_columns(side);
  PRIORLAB_CHECK(patches.size() >= static_cast<std::size_t>(tile.patches() * side * side));
  PRIORLAB_CHECK(sum.size() == static_cast<std::size_t>(tile.pixels(side)));
  const float* from = patches.data();
  for (int y = 0; y < tile.high; ++y)
    for (int x = 0; x < tile.wide; ++x)
      for (int row = 0; row < side; ++row, from += side) {
        float* to = sum.data() + static_cast<std::ptrdiff_t>(y + row) * stride + x;
        for (int i = 0; i < side; ++i) to[i] += from[i];
      }
}

std::vector<float> padded_by_reflection(std::span<const float> plane, int height, int width, int new_height,
                                        int new_width) {
  PRIORLAB_CHECK(height >= 1 && width >= 1 && new_height >= height && new_width >= width);
  const auto mirrored = [](int i, int n) {
    i %= 2 * n;
    return i < n ? i : 2 * n - 1 - i;
  };
  std::vector<float> padded(static_cast<std::size_t>(new_height) * static_cast<std::size_t>(new_width));
  auto to = padded.begin();
  for (int y = 0; y < new_height; ++y)
    for (int x = 0; x < new_width; ++x)
      *to++ = plane[static_cast<std::size_t>(mirrored(y, height)) * static_cast<std::size_t>(width) +
                    static_cast<std::size_t>(mirrored(x, width))];
  return padded;
}

}  // namespace priorlab
