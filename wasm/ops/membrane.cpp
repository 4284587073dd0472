#include "ops/membrane.h"

#include <algorithm>
#include <vector>

#include "core/error.h"

namespace priorlab {
namespace {

constexpr int kSweeps = 6;

}  // namespace

void fill_missing(std::span<float> plane, std::span<const std::uint8_t> missing, PlaneSize size) {
  PRIORLAB_CHECK(plane.size() == size.pixels() && missing.size() == size.pixels());
  const auto lost = static_cast<std::size_t>(
      std::count_if(missing.begin(), missing.end(), [](std::uint8_t m) { return m != 0; }));
  if (lost == 0) return;
  PRIORLAB_CHECK(lost < size.pixels());

  // Means of what is known in boxes of 2x2, filled the same way, are the guess.
  const PlaneSize half{(size.height + 1) / 2, (size.width + 1) / 2};
  const auto at = [](PlaneSize s, int y, int x) {
    return static_cast<std::size_t>(y) * static_cast<std::size_t>(s.width) + static_cast<std::size_t>(x);
  };
  std::vector<float> coarse(half.pixels(), 0.0f), count(half.pixels(), 0.0f);
  std::vector<std::uint8_t> coarse_missing(half.pixels(), 0);
  for (int y = 0; y < size.height; ++y)
    for (int x = 0; x < size.width; ++x) {
      if (missing[at(size, y, x)]) continue;
      coarse[at(half, y / 2, x / 2)] += plane[at(size, y, x)];
      count[at(half, y / 2, x / 2)] += 1;
    }
  for (std::size_t i = 0; i < coarse.size(); ++i) {
    coarse_missing[i] = count[i] == 0;
    if (count[i] > 0) coarse[i] /= count[i];
  }
  fill_missing(coarse, coarse_missing, half);
  for (int y = 0; y < size.height; ++y)
    for (int x = 0; x < size.width; ++x)
      if (missing[at(size, y, x)]) plane[at(size, y, x)] = coarse[at(half, y / 2, x / 2)];
  for (int sweep = 0; sweep < kSweeps; ++sweep)
    for (int y = 0; y < size.height; ++y)
      for (int x = 0; x < size.width; ++x) {
        if (!missing[at(size, y, x)]) continue;
        plane[at(size, y, x)] =
            0.25f *
            (plane[at(size, std::max(y - 1, 0), x)] + plane[at(size, std::min(y + 1, size.height - 1), x)] +
             plane[at(size, y, std::max(x - 1, 0))] + plane[at(size, y, std::min(x + 1, size.width - 1))]);
      }
}

}  // namespace priorlab
