#include "cli/patch_sets.h"

#include <algorithm>

#include "cli/datasets.h"
#include "core/error.h"
#include "core/parallel_for.h"
#include "core/rng.h"

namespace priorlab {
namespace {

struct Place {
  const Image* picture;
  int y, x;
};

// A place where `side` x `side` pixels fit.
Place random_place(std::span<const Image> pictures, int side, Rng& rng) {
  const Image& picture = pictures[rng.below(static_cast<std::uint32_t>(pictures.size()))];
  const int y = static_cast<int>(rng.below(static_cast<std::uint32_t>(picture.height() - side + 1)));
  const int x = static_cast<int>(rng.below(static_cast<std::uint32_t>(picture.width() - side + 1)));
  return {&picture, y, x};
}

void check_sizes(std::span<const Image> pictures, int side) {
  for (const Image& picture : pictures)
    if (picture.height() < side || picture.width() < side)
      invalid("Pictures to take patches from need at least ", side, "x", side, " pixels; one has ",
              picture.width(), "x", picture.height(), ".");
}

// Pixels of the patch at `place` in pose 0..7: mirrored left-right (1), up-down (2), transposed (4).
void copy_pose(const Place& place, int side, unsigned pose, float* out) {
  for (int i = 0; i < side; ++i)
    for (int j = 0; j < side; ++j) {
      const int a = pose & 2u ? side - 1 - i : i, b = pose & 1u ? side - 1 - j : j;
      *out++ = pose & 4u ? place.picture->at(0, place.y + b, place.x + a)
                         : place.picture->at(0, place.y + a, place.x + b);
    }
}

}  // namespace

std::vector<Image> read_grey_all(std::span<const std::string> paths) {
  std::vector<Image> pictures(paths.size());
  parallel_for(static_cast<int>(paths.size()), [&](int i) {
    pictures[static_cast<std::size_t>(i)] = read_grey(paths[static_cast<std::size_t>(i)]);
  });
  return pictures;
}

std::vector<float> random_patches(std::span<const Image> pictures, const DctBasis& basis, std::int64_t count,
                                  std::uint64_t seed, std::uint64_t stream) {
  check_sizes(pictures, basis.side());
  constexpr std::int64_t kLot = 4096;
  const std::size_t pixels = static_cast<std::size_t>(basis.pixels()),
                    stride = static_cast<std::size_t>(basis.stride());
  std::vector<float> coefficients(static_cast<std::size_t>(count) * stride);
  parallel_for(static_cast<int>((count + kLot - 1) / kLot), [&](int lot) {
    const std::int64_t first = lot * kLot, here = std::min(kLot, count - first);
    std::vector<float> patches(static_cast<std::size_t>(here) * pixels);
    for (std::int64_t i = 0; i < here; ++i) {
      Rng rng(seed, stream, static_cast<std::uint64_t>(first + i) * 4);
      const Place place = random_place(pictures, basis.side(), rng);
      copy_pose(place, basis.side(), rng.below(8), patches.data() + static_cast<std::size_t>(i) * pixels);
    }
    basis.analyse(patches, std::span(coefficients)
                               .subspan(static_cast<std::size_t>(first) * stride,
                                        static_cast<std::size_t>(here) * stride));
  });
  return coefficients;
}

std::vector<float> window_patches(std::span<const Image> pictures, const DctBasis& basis, int side,
                                  std::uint64_t seed, std::uint64_t stream, std::uint64_t index) {
  check_sizes(pictures, side);
  Rng rng(seed, stream, index * 4);
  const Place window = random_place(pictures, side, rng);
  const int n = side - basis.side() + 1;
  std::vector<float> patches(static_cast<std::size_t>(n * n) * static_cast<std::size_t>(basis.pixels()));
  for (int i = 0; i < n * n; ++i)
    copy_pose({window.picture, window.y + i / n, window.x + i % n}, basis.side(), 0,
              patches.data() + static_cast<std::ptrdiff_t>(i) * basis.pixels());
  std::vector<float> coefficients(static_cast<std::size_t>(n * n) * static_cast<std::size_t>(basis.stride()));
  basis.analyse(patches, coefficients);
  return coefficients;
}

}  // namespace priorlab
