#include "ops/half_plane.h"

#include <algorithm>
#include <cstddef>

#include "core/error.h"
#include "ops/noise_level.h"

namespace priorlab {
namespace {

struct Between {
  std::size_t first, second;
  float share;  // of the second
};

// Where row or column i of the full plane lies among the n halved ones, whose centres are at 2 k + 1/2.
Between place(int i, int n) {
  const float at = std::clamp((static_cast<float>(i) - 0.5f) / 2, 0.0f, static_cast<float>(n - 1));
  const int first = std::min(static_cast<int>(at), n - 1), second = std::min(first + 1, n - 1);
  return {static_cast<std::size_t>(first), static_cast<std::size_t>(second), at - static_cast<float>(first)};
}

}  // namespace

Image halved(const Image& image) {
  PRIORLAB_CHECK(image.height() > 1 && image.width() > 1);
  Image half(image.channels(), image.height() / 2, image.width() / 2);
  for (int c = 0; c < image.channels(); ++c) {
    const std::vector<float> plane = halved(image.plane(c), image.height(), image.width());
    std::copy(plane.begin(), plane.end(), half.plane(c).begin());
  }
  return half;
}

std::vector<float> enlarged(std::span<const float> half, int height, int width, int y, int x, int high,
                            int wide) {
  const int rows = height / 2, columns = width / 2;
  PRIORLAB_CHECK(rows >= 1 && columns >= 1);
  const std::size_t stride = static_cast<std::size_t>(columns);
  PRIORLAB_CHECK(half.size() == static_cast<std::size_t>(rows) * stride);
  PRIORLAB_CHECK(y >= 0 && x >= 0 && high >= 0 && wide >= 0 && y + high <= height && x + wide <= width);
  std::vector<Between> across;
  for (int j = 0; j < wide; ++j) across.push_back(place(x + j, columns));
  std::vector<float> out;
  out.reserve(static_cast<std::size_t>(high) * static_cast<std::size_t>(wide));
  for (int i = 0; i < high; ++i) {
    const Between down = place(y + i, rows);
    const float* above = half.data() + down.first * stride;
    const float* below = half.data() + down.second * stride;
    for (const Between& b : across) {
      const float left = above[b.first] + down.share * (below[b.first] - above[b.first]);
      const float right = above[b.second] + down.share * (below[b.second] - above[b.second]);
      out.push_back(left + b.share * (right - left));
    }
  }
  return out;
}

}  // namespace priorlab
