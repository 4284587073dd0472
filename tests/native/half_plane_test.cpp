#include "ops/half_plane.h"

#include <gtest/gtest.h>

#include <vector>

#include "ops/noise_level.h"

namespace priorlab {
namespace {

TEST(HalfPlane, EnlargedUndoesHalvedOnRamps) {
  for (const auto& [h, w] : {std::pair{8, 10}, {9, 11}}) {
    std::vector<float> plane;
    for (int y = 0; y < h; ++y) {
      for (int x = 0; x < w; ++x)
        plane.push_back(0.1f * static_cast<float>(y) + 0.3f * static_cast<float>(x));
    }
    const std::vector<float> half = halved(plane, h, w);
    const std::vector<float> full = enlarged(half, h, w, 0, 0, h, w);
    for (int y = 1; y < h / 2 * 2 - 1; ++y) {
      for (int x = 1; x < w / 2 * 2 - 1; ++x) {
        const std::size_t i = static_cast<std::size_t>(y * w + x);
        EXPECT_NEAR(full[i], plane[i], 1e-5) << y << " " << x;
      }
    }
    // A window is a part of the whole.
    const std::vector<float> part = enlarged(half, h, w, 3, 2, 4, 5);
    for (int y = 0; y < 4; ++y) {
      for (int x = 0; x < 5; ++x)
        EXPECT_EQ(part[static_cast<std::size_t>(y * 5 + x)],
                  full[static_cast<std::size_t>((y + 3) * w + x + 2)]);
    }
  }
}

}  // namespace
}  // namespace priorlab
