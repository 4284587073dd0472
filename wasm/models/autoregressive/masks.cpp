#include "models/autoregressive/masks.h"

#include <algorithm>

#include "ops/elementary.h"

namespace priorlab {
namespace {

std::uint32_t whole(int x) { return static_cast<std::uint32_t>(x); }
std::size_t area(int height, int width) { return static_cast<std::size_t>(height * width); }

}  // namespace

std::vector<std::uint8_t> half_plane_mask(int height, int width, double spread, Rng& rng) {
  const auto direction = elementary::sincos_turns(static_cast<double>(rng.uniform()));
  const auto place = [&](int side) {
    return side * (0.5 + spread * (static_cast<double>(rng.uniform()) - 0.5)) - 0.5;
  };
  const double y0 = place(height), x0 = place(width);
  std::vector<std::uint8_t> mask(area(height, width));
  for (int y = 0, i = 0; y < height; ++y)
    for (int x = 0; x < width; ++x, ++i)
      mask[static_cast<std::size_t>(i)] = (y - y0) * direction.sin + (x - x0) * direction.cos > 0 ? 1 : 0;
  return mask;
}

std::vector<std::uint8_t> pixel_mask(int height, int width, float share, Rng& rng) {
  std::vector<std::uint8_t> mask(area(height, width));
  for (std::uint8_t& m : mask) m = rng.uniform() < share ? 1 : 0;
  return mask;
}

std::vector<std::uint8_t> rectangle_mask(int height, int width, int least, int most, Rng& rng) {
  const auto side = [&](int limit) {
    return std::min(limit, least + static_cast<int>(rng.below(whole(most - least + 1))));
  };
  const int high = side(height), wide = side(width);
  const int top = static_cast<int>(rng.below(whole(height - high + 1)));
  const int left = static_cast<int>(rng.below(whole(width - wide + 1)));
  std::vector<std::uint8_t> mask(area(height, width));
  for (int y = top; y < top + high; ++y) std::fill_n(mask.begin() + y * width + left, wide, std::uint8_t{1});
  return mask;
}

}  // namespace priorlab
