// What can be seen of quick EPLL while it runs.
#include <algorithm>

#include "core/error.h"
#include "models/epll/epll_quick.h"

namespace priorlab {

std::vector<float> QuickEpllPlane::preview(int y, int x, int high, int wide) const {
  PRIORLAB_CHECK(y >= 0 && x >= 0 && high >= 1 && wide >= 1 && y + high <= height_ && x + wide <= width_);
  const auto area = static_cast<std::size_t>(high) * static_cast<std::size_t>(wide);
  std::vector<float> sum(area, 0.0f), count(area, 0.0f);
  for (const Tile& tile : tiles_) {
    if (!tile.done) continue;
    const PatchTile& at = tile.at;
    const int top = std::max(y, at.y), bottom = std::min(y + high, at.y + at.pixel_rows());
    const int left = std::max(x, at.x), right = std::min(x + wide, at.x + at.pixel_columns());
    if (top >= bottom || left >= right) continue;
    const Coverage c = coverage(at);
    const auto sums = this->sum(tile);
    for (int row = top; row < bottom; ++row)
      for (int column = left; column < right; ++column) {
        const auto to = static_cast<std::size_t>(row - y) * static_cast<std::size_t>(wide) +
                        static_cast<std::size_t>(column - x);
        sum[to] += sums[static_cast<std::size_t>(row - at.y) * static_cast<std::size_t>(at.pixel_columns()) +
                        static_cast<std::size_t>(column - at.x)];
        count[to] += c.at(row - at.y, column - at.x);
      }
  }
  const double weight = done() ? 0 : pass().weight;
  return folded_in(y, x, wide, sum, count, static_cast<float>(weight));
}

std::vector<std::int32_t> QuickEpllPlane::winners() const {
  const int rows = height_ - kPatchSide + 1, columns = width_ - kPatchSide + 1;
  std::vector<std::int32_t> all(static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns), -1);
  for (const Tile& tile : tiles_)
    for (std::size_t i = 0; i < tile.count; ++i) {
      const std::int32_t at = position(tile, i);
      all[static_cast<std::size_t>(at / width_) * static_cast<std::size_t>(columns) +
          static_cast<std::size_t>(at % width_)] = component_[tile.first + i];
    }
  // Patches off the grid: that to the left, else that above; the grid has the first patch of its rows or the
  // second, so going forth and back over each row fills it.
  for (int y = 0; y < rows; ++y) {
    std::int32_t* row = all.data() + static_cast<std::ptrdiff_t>(y) * columns;
    if (row_kind(y) < 0 || (y > 0 && *std::max_element(row, row + columns) < 0)) {
      std::copy_n(row - columns, columns, row);
      continue;
    }
    for (int x = 1; x < columns; ++x)
      if (row[x] < 0) row[x] = row[x - 1];
    for (int x = columns - 2; x >= 0; --x)
      if (row[x] < 0) row[x] = row[x + 1];
  }
  return all;
}

}  // namespace priorlab
