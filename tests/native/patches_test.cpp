#include "ops/patches.h"

#include <gtest/gtest.h>

#include <numeric>

#include "core/rng.h"
#include "errors.h"

namespace priorlab {
namespace {

std::vector<float> normals(std::size_t count, std::uint64_t seed) {
  std::vector<float> v(count);
  Rng(seed).fill_normal(v);
  return v;
}

double dot(std::span<const float> a, std::span<const float> b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += static_cast<double>(a[i]) * b[i];
  return sum;
}

TEST(Patches, TilesHoldEveryPositionOnce) {
  for (const auto& [height, width] : {std::pair{8, 8}, {9, 31}, {20, 8}, {33, 47}}) {
    std::vector<int> seen(static_cast<std::size_t>((height - 7) * (width - 7)));
    for (const PatchTile& t : patch_tiles(height, width, 5, 11))
      for (int y = t.y; y < t.y + t.high; ++y)
        for (int x = t.x; x < t.x + t.wide; ++x) ++seen[static_cast<std::size_t>(y * (width - 7) + x)];
    EXPECT_EQ(seen, std::vector<int>(seen.size(), 1)) << height << "x" << width;
  }
  EXPECT_SENTENCE(patch_tiles(7, 30, 8, 64), "30x7");
}

TEST(Patches, ExtractsWhatIsThere) {
  std::vector<float> plane(12 * 10);
  std::iota(plane.begin(), plane.end(), 0.0f);
  std::vector<float> out(3 * 64);
  extract_patches(plane, 10, {4, 0, 1, 3}, out);
  for (int p = 0; p < 3; ++p)
    for (int y = 0; y < 8; ++y)
      for (int x = 0; x < 8; ++x)
        ASSERT_EQ(out[static_cast<std::size_t>(p * 64 + y * 8 + x)],
                  static_cast<float>((4 + y) * 10 + p + x));
}

TEST(Patches, AddingIsTheAdjointOfExtracting) {
  const PatchTile tile{2, 3, 4, 5};
  const int height = 16, width = 18;
  const auto plane = normals(static_cast<std::size_t>(height * width), 1);
  const auto patches = normals(static_cast<std::size_t>(tile.patches() * 64), 2);
  std::vector<float> extracted(patches.size()), sum(static_cast<std::size_t>(tile.pixels()));
  extract_patches(plane, width, tile, extracted);
  add_patches(patches, tile, sum);
  std::vector<float> window;  // the plane's pixels under the tile
  for (int y = 0; y < tile.pixel_rows(); ++y)
    for (int x = 0; x < tile.pixel_columns(); ++x)
      window.push_back(plane[static_cast<std::size_t>((tile.y + y) * width + tile.x + x)]);
  EXPECT_NEAR(dot(extracted, patches), dot(window, sum), 1e-3);
}

TEST(Patches, CoverageCountsWhatAddingAdds) {
  for (const auto& [height, width] : {std::pair{8, 8}, {8, 13}, {11, 30}}) {
    const PatchTile all{0, 0, height - 7, width - 7};
    std::vector<float> ones(static_cast<std::size_t>(all.patches() * 64), 1.0f);
    std::vector<float> sum(static_cast<std::size_t>(height * width));
    add_patches(ones, all, sum);
    const auto down = patch_coverage(height), across = patch_coverage(width);
    for (int y = 0; y < height; ++y)
      for (int x = 0; x < width; ++x)
        ASSERT_EQ(
            sum[static_cast<std::size_t>(y * width + x)],
            static_cast<float>(down[static_cast<std::size_t>(y)] * across[static_cast<std::size_t>(x)]));
  }
}

TEST(Patches, PaddingMirrors) {
  const std::vector<float> row = {1, 2, 3};
  EXPECT_EQ(padded_by_reflection(row, 1, 3, 2, 8),
            (std::vector<float>{1, 2, 3, 3, 2, 1, 1, 2, 1, 2, 3, 3, 2, 1, 1, 2}));
  const std::vector<float> one = {5};
  EXPECT_EQ(padded_by_reflection(one, 1, 1, 8, 8), std::vector<float>(64, 5.0f));
}

}  // namespace
}  // namespace priorlab
