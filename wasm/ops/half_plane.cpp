#include "ops/half_plane.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "core/error.h"
#include "core/parallel_for.h"
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

std::vector<float> detail_beyond_half(std::span<const float> plane, int height, int width) {
  PRIORLAB_CHECK(height > 1 && width > 1);
  std::vector<float> lost = enlarged(halved(plane, height, width), height, width, 0, 0, height, width);
  for (std::size_t i = 0; i < lost.size(); ++i) lost[i] = plane[i] - lost[i];
  std::vector<float> sizes(lost.size());
  std::transform(lost.begin(), lost.end(), sizes.begin(), [](float v) { return std::abs(v); });
  const auto middle = sizes.begin() + static_cast<std::ptrdiff_t>(sizes.size() / 2);
  std::nth_element(sizes.begin(), middle, sizes.end());
  const float grain = 4 * (*middle / 0.6745f) * (*middle / 0.6745f);
  std::vector<float> detail(lost.size());
  const std::size_t stride = static_cast<std::size_t>(width);
  parallel_for(height, [&](int y) {
    const int top = std::max(y - 1, 0), bottom = std::min(y + 1, height - 1);
    for (int x = 0; x < width; ++x) {
      const int left = std::max(x - 1, 0), right = std::min(x + 1, width - 1);
      float energy = 0;
      for (int v = top; v <= bottom; ++v) {
        for (int u = left; u <= right; ++u) {
          const float value = lost[static_cast<std::size_t>(v) * stride + static_cast<std::size_t>(u)];
          energy += value * value;
        }
      }
      energy /= static_cast<float>((bottom - top + 1) * (right - left + 1));
      const std::size_t i = static_cast<std::size_t>(y) * stride + static_cast<std::size_t>(x);
      detail[i] = energy > grain ? lost[i] * (1 - grain / energy) : 0.0f;
    }
  });
  return detail;
}

}  // namespace priorlab
