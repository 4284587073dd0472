#include "ops/colour.h"

#include <cmath>

#include "core/error.h"

namespace priorlab {
namespace {

const float kThird = static_cast<float>(1 / std::sqrt(3.0));
const float kHalf = static_cast<float>(1 / std::sqrt(2.0));
const float kSixth = static_cast<float>(1 / std::sqrt(6.0));

}  // namespace

void to_opponent(Image& image) {
  PRIORLAB_CHECK(image.channels() == 3);
  const auto p0 = image.plane(0), p1 = image.plane(1), p2 = image.plane(2);
  for (std::size_t i = 0; i < p0.size(); ++i) {
    const float r = p0[i], g = p1[i], b = p2[i];
    p0[i] = kThird * (r + g + b);
    p1[i] = kHalf * (r - b);
    p2[i] = kSixth * (r - 2 * g + b);
  }
}

std::vector<float> opponent_plane(const Image& image, int which) {
  PRIORLAB_CHECK(image.channels() == 3 && which >= 0 && which < 3);
  const auto r = image.plane(0), g = image.plane(1), b = image.plane(2);
  std::vector<float> out(r.size());
  for (std::size_t i = 0; i < out.size(); ++i)
    out[i] = which == 0   ? kThird * (r[i] + g[i] + b[i])
             : which == 1 ? kHalf * (r[i] - b[i])
                          : kSixth * (r[i] - 2 * g[i] + b[i]);
  return out;
}

void from_opponent(Image& image) {
  PRIORLAB_CHECK(image.channels() == 3);
  const auto p0 = image.plane(0), p1 = image.plane(1), p2 = image.plane(2);
  for (std::size_t i = 0; i < p0.size(); ++i) {
    const float o1 = kThird * p0[i], o2 = kHalf * p1[i], o3 = kSixth * p2[i];
    p0[i] = o1 + o2 + o3;
    p1[i] = o1 - 2 * o3;
    p2[i] = o1 - o2 + o3;
  }
}

}  // namespace priorlab
