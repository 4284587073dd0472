#include "ops/noise_level.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>

#include "core/error.h"
#include "core/parallel_for.h"

namespace priorlab {
namespace {

constexpr int kSide = 8;       // of a block
constexpr int kHighOrder = 9;  // frequencies i + j below it judge flatness, the 21 from it on show the noise
constexpr int kTopOrder = 12;  // the last six of them: what texture reaches least
constexpr std::size_t kLow = 42, kHigh = 21, kTop = 6;
constexpr int kMaxBlocks = 24000;                  // cap of the work
constexpr double kFlat = 0.03, kFlattest = 0.004;  // shares of the blocks
constexpr double kNoiseAlone = 1.3;                // texture below which a block holds noise alone
constexpr double kMostlyTexture = 3;               // above it the level is reduced
constexpr std::size_t kLeast = 24;                 // blocks trusted at least, when there are so many

struct Block {
  float mean = 0;
  float low = 0;                  // energy of the low frequencies without the mean
  std::array<float, kHigh> high;  // squares of the high frequencies, the top ones last
};

// Orthonormal DCT-II: row k is frequency k. Row 0 is constant, sqrt(1/8); row k is cos(pi (x + 1/2) k / 8)
// / 2.
struct Dct {
  float d[kSide][kSide];
  Dct() {
    for (int k = 0; k < kSide; ++k) {
      for (int x = 0; x < kSide; ++x)
        d[k][x] = static_cast<float>((k == 0 ? std::sqrt(0.125) : 0.5) *
                                     std::cos(std::numbers::pi * (x + 0.5) * k / kSide));
    }
  }
};

// out(k, x) = sum over y of d(k, y) in(y, x); eight values of x stay in registers.
void transform_columns(const Dct& dct, const float* in, std::size_t stride, float (&out)[kSide][kSide]) {
  for (std::size_t k = 0; k < kSide; ++k) {
    float sum[kSide] = {};
    for (std::size_t y = 0; y < kSide; ++y) {
      const float weight = dct.d[k][y];
      const float* row = in + y * stride;
      for (std::size_t x = 0; x < kSide; ++x) sum[x] += weight * row[x];
    }
    for (std::size_t x = 0; x < kSide; ++x) out[k][x] = sum[x];
  }
}

Block transformed(const Dct& dct, const float* corner, std::size_t stride) {
  float columns[kSide][kSide], turned[kSide][kSide], coefficients[kSide][kSide];
  transform_columns(dct, corner, stride, columns);
  for (std::size_t x = 0; x < kSide; ++x) {
    for (std::size_t k = 0; k < kSide; ++k) turned[x][k] = columns[k][x];
  }
  transform_columns(dct, turned[0], kSide, coefficients);
  Block block;
  block.mean = coefficients[0][0] / kSide;
  std::size_t n = 0, top = kHigh - kTop;
  for (std::size_t i = 0; i < kSide; ++i) {
    for (std::size_t j = 0; j < kSide; ++j) {
      const float square = coefficients[i][j] * coefficients[i][j];
      if (i + j >= kTopOrder)
        block.high[top++] = square;
      else if (i + j >= kHighOrder)
        block.high[n++] = square;
      else if (i + j > 0)
        block.low += square;
    }
  }
  return block;
}

enum class Kind : unsigned char { ordinary, even, clipped };

// Even: a third of the neighbours along the rows are equal, as in a drawing, a caption's plate, a frame or a
// sky of 8 bits with little noise; continuous noise has none.
Kind kind_of(const float* corner, std::size_t stride) {
  int equal = 0;
  for (std::size_t y = 0; y < kSide; ++y) {
    const float* row = corner + y * stride;
    for (std::size_t x = 0; x < kSide; ++x) {
      const float v = row[x];
      if (v == 0.0f || v == 1.0f || std::isnan(v)) return Kind::clipped;
      equal += x > 0 && v == row[x - 1];
    }
  }
  return equal > kSide * (kSide - 1) / 3 ? Kind::even : Kind::ordinary;
}

struct Blocks {
  std::vector<Block> ordinary, even, clipped;
};

// Blocks on a grid of a step that bounds their number, shifted from one to the next so that every phase of
// JPEG's 8x8 grid is met.
Blocks blocks_of(std::span<const float> plane, int height, int width) {
  PRIORLAB_CHECK(plane.size() == static_cast<std::size_t>(height) * static_cast<std::size_t>(width));
  if (height < 2 * kSide || width < 2 * kSide) return {};
  const std::size_t w = static_cast<std::size_t>(width);
  const int places_y = height - kSide + 1, places_x = width - kSide + 1;
  int step = 1;
  while (static_cast<double>(places_y) * places_x / (static_cast<double>(step) * step) > kMaxBlocks) ++step;
  const int rows = std::max(1, places_y / step), columns = std::max(1, places_x / step);
  std::vector<Kind> kinds(static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns));
  std::vector<Block> all(kinds.size());
  const Dct dct;
  parallel_for(rows, [&](int r) {
    for (int c = 0; c < columns; ++c) {
      const int y = std::min(r * step + 3 * c % step, places_y - 1);
      const int x = std::min(c * step + 5 * r % step, places_x - 1);
      const float* corner = plane.data() + static_cast<std::size_t>(y) * w + static_cast<std::size_t>(x);
      const std::size_t i =
          static_cast<std::size_t>(r) * static_cast<std::size_t>(columns) + static_cast<std::size_t>(c);
      kinds[i] = kind_of(corner, w);
      all[i] = transformed(dct, corner, w);
    }
  });
  Blocks blocks;
  for (std::size_t i = 0; i < all.size(); ++i) {
    std::vector<Block>& where = kinds[i] == Kind::ordinary ? blocks.ordinary
                                : kinds[i] == Kind::even   ? blocks.even
                                                           : blocks.clipped;
    if (!std::isnan(all[i].low)) where.push_back(all[i]);
  }
  return blocks;
}

void append(std::vector<Block>& to, const std::vector<Block>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

// Moves the flattest `share` of the blocks (at least kLeast) to the front and returns them.
std::span<Block> flattest(std::span<Block> blocks, double share) {
  const std::size_t wanted = static_cast<std::size_t>(share * static_cast<double>(blocks.size()));
  const std::size_t n = std::min(blocks.size(), std::max(kLeast, wanted));
  std::nth_element(blocks.begin(), blocks.begin() + static_cast<std::ptrdiff_t>(n - 1), blocks.end(),
                   [](const Block& a, const Block& b) { return a.low < b.low; });
  return blocks.first(n);
}

NoiseEstimate estimate(std::span<Block> blocks, double flat_share) {
  if (blocks.empty()) return {};
  const std::span<Block> flat = flattest(blocks, flat_share);
  // Many blocks and the median over the 21 frequencies: the steady estimate where blocks are flat.
  std::array<double, kHigh> squares{};
  double low = 0, high = 0, highest = 0;
  for (const Block& b : flat) {
    low += b.low;
    for (std::size_t f = 0; f < kHigh; ++f) squares[f] += b.high[f];
  }
  for (double v : squares) high += v;
  if (high <= 0) return {};
  for (std::size_t f = kHigh - kTop; f < kHigh; ++f) highest += squares[f] / static_cast<double>(kTop);
  std::sort(squares.begin(), squares.end());
  const double median = squares[kHigh / 2], steady = median / static_cast<double>(flat.size());
  NoiseEstimate seen;
  seen.level = std::sqrt(steady);
  seen.tilt = median > 0 ? std::sqrt(highest / median) : 1;
  // White noise has as much energy per frequency below as above (less, for blocks chosen as flat). More below
  // is texture, which then leaks upward: there the few flattest blocks and the top frequencies are closer.
  seen.texture = low / static_cast<double>(kLow) / (high / static_cast<double>(kHigh));
  const double texture = std::clamp(seen.texture - 1, 0.0, 1.0);
  if (texture == 0) return seen;
  const std::span<Block> few = flattest(flat, kFlattest / flat_share);
  double top = 0;
  for (const Block& b : few) {
    for (std::size_t f = kHigh - kTop; f < kHigh; ++f) top += b.high[f];
  }
  const double careful = std::min(steady, top / static_cast<double>(kTop * few.size()));
  // Where texture outweighs noise even in the flattest blocks, most of the rest is texture's too.
  const double noise = std::min(1.0, kMostlyTexture / seen.texture);
  seen.level = std::sqrt(noise * (steady + texture * (careful - steady)));
  return seen;
}

}  // namespace

NoiseEstimate estimate_noise(std::span<const float> plane, int height, int width) {
  Blocks blocks = blocks_of(plane, height, width);
  // Noise seen in blocks that hold nothing else is there, however many even blocks a frame or a caption adds.
  // Otherwise the even blocks have a say, and in a drawing they decide.
  if (blocks.ordinary.size() >= kLeast) {
    const NoiseEstimate seen = estimate(blocks.ordinary, kFlat);
    if (blocks.even.empty() || (seen.level > 0 && seen.texture < kNoiseAlone)) return seen;
  }
  append(blocks.ordinary, blocks.even);
  if (blocks.ordinary.size() < kLeast) append(blocks.ordinary, blocks.clipped);
  return estimate(blocks.ordinary, kFlat);
}

std::vector<LevelAt> noise_curve(std::span<const float> plane, int height, int width, int bins) {
  PRIORLAB_CHECK(bins >= 1);
  Blocks sorted = blocks_of(plane, height, width);
  std::vector<Block>& blocks = sorted.ordinary;
  if (blocks.size() < kLeast) append(blocks, sorted.even);
  if (blocks.size() < kLeast) append(blocks, sorted.clipped);
  if (blocks.empty()) return {LevelAt{}};
  // Each class needs enough flat blocks of its own.
  const std::size_t classes =
      std::clamp(blocks.size() / 800, static_cast<std::size_t>(1), static_cast<std::size_t>(bins));
  std::sort(blocks.begin(), blocks.end(), [](const Block& a, const Block& b) { return a.mean < b.mean; });
  std::vector<LevelAt> curve;
  for (std::size_t k = 0; k < classes; ++k) {
    const std::size_t begin = blocks.size() * k / classes, end = blocks.size() * (k + 1) / classes;
    const std::span<Block> members(blocks.data() + begin, end - begin);
    LevelAt at;
    for (const Block& b : members) at.brightness += b.mean / static_cast<double>(members.size());
    at.level = estimate(members, 2 * kFlat).level;
    curve.push_back(at);
  }
  return curve;
}

std::vector<float> halved(std::span<const float> plane, int height, int width) {
  PRIORLAB_CHECK(plane.size() == static_cast<std::size_t>(height) * static_cast<std::size_t>(width));
  const std::size_t h = static_cast<std::size_t>(height / 2), w = static_cast<std::size_t>(width / 2);
  const std::size_t stride = static_cast<std::size_t>(width);
  std::vector<float> half(h * w);
  parallel_for(static_cast<int>(h), [&](int row) {
    const std::size_t y = static_cast<std::size_t>(row);
    const float* top = plane.data() + 2 * y * stride;
    for (std::size_t x = 0; x < w; ++x)
      half[y * w + x] = (top[2 * x] + top[2 * x + 1] + top[2 * x + stride] + top[2 * x + 1 + stride]) / 4;
  });
  return half;
}

}  // namespace priorlab
