#include "models/patches/dead_leaves.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/parallel_for.h"
#include "core/rng.h"
#include "ops/elementary.h"

namespace priorlab {
namespace {

// Patches have the streams below; a picture's parts have their own.
enum Stream : std::uint64_t { kDiscs = std::uint64_t{1} << 40, kSheet, kNoise };

constexpr int kSheetSide = 256;  // pixels of the texture that the discs of a picture cut theirs from

// Whole numbers that are the same on every platform, unlike those that std::floor of a float product gives:
// 0 <= x < limit.
int whole(double x, int limit) { return std::min(static_cast<int>(x), limit - 1); }

double contrast(ContrastLaw law, Rng& rng) {
  const double u = static_cast<double>(rng.uniform());
  const double n = static_cast<double>(rng.normal());
  switch (law) {
    case ContrastLaw::constant:
      return 1.0;
    case ContrastLaw::uniform:
      return std::sqrt(3.0) * u;
    case ContrastLaw::exponential:
      return -std::sqrt(0.5) * elementary::log(1.0 - u);
    case ContrastLaw::lognormal:
      break;
  }
  return elementary::exp(n - 1.0);  // E z^2 = exp(-2 + 2)
}

// A stationary texture of unit variance: white noise through a first-order recursion along the rows, then
// along the columns, each started in its stationary law.
void texture(double length, int height, int width, Rng& rng, float* out) {
  const double keep = elementary::exp(-1.0 / length);
  const auto rho = static_cast<float>(keep), fresh = static_cast<float>(std::sqrt(1.0 - keep * keep));
  rng.fill_normal({out, static_cast<std::size_t>(height) * static_cast<std::size_t>(width)});
  for (int y = 0; y < height; ++y)
    for (int x = 1; x < width; ++x)
      out[y * width + x] = rho * out[y * width + x - 1] + fresh * out[y * width + x];
  for (int i = width; i < height * width; ++i) out[i] = rho * out[i - width] + fresh * out[i];
}

void flat_region(const DeadLeaves& leaves, int side, Rng& rng, float* out) {
  const float mean = rng.uniform();
  const auto scale = static_cast<float>(leaves.texture * contrast(leaves.contrast, rng));
  texture(leaves.length, side, side, rng, out);
  for (int i = 0; i < side * side; ++i) out[i] = mean + scale * out[i];
}

// Pixels beyond a line of random angle, which passes among the patch's pixels, get those of `other`.
void divide(int side, Rng& rng, const float* other, float* out) {
  const elementary::SinCos n = elementary::sincos_turns(static_cast<double>(rng.uniform()));
  const double middle = 0.5 * (side - 1), reach = middle * (std::abs(n.sin) + std::abs(n.cos));
  const double offset = reach * (2.0 * static_cast<double>(rng.uniform()) - 1.0);
  for (int y = 0; y < side; ++y)
    for (int x = 0; x < side; ++x)
      if ((x - middle) * n.cos + (y - middle) * n.sin > offset) out[y * side + x] = other[y * side + x];
}

void add_noise(double level, Rng& rng, std::span<float> values) {
  if (level <= 0.0) return;
  for (float& v : values) v += static_cast<float>(level) * rng.normal();
}

// By inversion of the distribution function of r^-exponent on [min, max].
class RadiusLaw {
 public:
  explicit RadiusLaw(const DeadLeaves& leaves)
      : low_(elementary::log(leaves.radius_min)),
        high_(elementary::log(leaves.radius_max)),
        power_(1.0 - leaves.exponent),
        a_(elementary::exp(power_ * low_)),
        b_(elementary::exp(power_ * high_)) {}
  // The quantile u, in [0, 1).
  double operator()(double u) const {
    if (std::abs(power_) < 1e-9) return elementary::exp(low_ + u * (high_ - low_));
    return elementary::exp(elementary::log(a_ + u * (b_ - a_)) / power_);
  }

 private:
  double low_, high_, power_, a_, b_;
};

// The texture continued beyond its sides by mirroring.
int mirrored(int i) {
  i %= 2 * kSheetSide;
  return i < kSheetSide ? i : 2 * kSheetSide - 1 - i;
}

}  // namespace

ParamSpecs dead_leaves_params() {
  ParamSpecs p = {
      number("radius_min", 2, 1, 64, "Least radius", "Of the discs of a picture."),
      number("radius_max", 64, 1, 512, "Largest radius", "Of the discs of a picture."),
      number("exponent", 3, 0, 6, "Exponent", "Radii have a density proportional to r to minus this."),
      choice("contrast", "lognormal",
             {{"constant", "constant"},
              {"uniform", "uniform"},
              {"exponential", "exponential"},
              {"lognormal", "log-normal"}},
             "Contrast law", "The law of the random contrast that scales a region's texture."),
      number("texture", 0.05, 0, 0.5, "Texture", "Root mean square of the texture, in grey levels of [0,1]."),
      number("length", 4, 0.25, 64, "Texture length",
             "Pixels over which the texture's correlation falls to 1/e."),
      number("edges", 0.5, 0, 1, "Edge share", "Share of the mini patches that have an edge."),
      number("noise", 0, 0, 100, "Noise", "Standard deviation of white noise put on everything.")};
  p[0].unit = p[1].unit = p[5].unit = "pixels";
  p[7].unit = "1/255";
  return p;
}

DeadLeaves dead_leaves_from(const Params& params) {
  DeadLeaves leaves;
  leaves.radius_min = params.number("radius_min");
  leaves.radius_max = params.number("radius_max");
  if (leaves.radius_min > leaves.radius_max)
    invalid("The least radius, ", leaves.radius_min, ", is above the largest, ", leaves.radius_max, ".");
  leaves.exponent = params.number("exponent");
  const std::string& law = params.text("contrast");
  leaves.contrast = law == "constant"      ? ContrastLaw::constant
                    : law == "uniform"     ? ContrastLaw::uniform
                    : law == "exponential" ? ContrastLaw::exponential
                                           : ContrastLaw::lognormal;
  leaves.texture = params.number("texture");
  leaves.length = params.number("length");
  leaves.edges = params.number("edges");
  leaves.noise = params.number("noise") / 255;
  return leaves;
}

void mini_dead_leaves(const DeadLeaves& leaves, LeafKind kind, int side, std::uint64_t seed,
                      std::uint64_t first, std::span<float> patches, std::span<std::int32_t> edge) {
  PRIORLAB_CHECK(side >= 2 && side <= 32);
  const auto pixels = static_cast<std::size_t>(side * side), count = edge.size();
  PRIORLAB_CHECK(patches.size() == count * pixels);
  constexpr std::size_t kLot = 256;
  parallel_for(static_cast<int>((count + kLot - 1) / kLot), [&](int lot) {
    std::vector<float> other(pixels);
    const std::size_t begin = static_cast<std::size_t>(lot) * kLot, end = std::min(count, begin + kLot);
    for (std::size_t i = begin; i < end; ++i) {
      Rng rng(seed, first + i);
      const bool chosen = static_cast<double>(rng.uniform()) < leaves.edges;
      float* patch = patches.data() + i * pixels;
      edge[i] = kind == LeafKind::edge || (kind == LeafKind::mini && chosen);
      flat_region(leaves, side, rng, patch);
      if (edge[i]) {
        flat_region(leaves, side, rng, other.data());
        divide(side, rng, other.data(), patch);
      }
      add_noise(leaves.noise, rng, {patch, pixels});
    }
  });
}

LeafPicture dead_leaves_picture(const DeadLeaves& leaves, int height, int width, std::uint64_t seed) {
  PRIORLAB_CHECK(height >= 1 && height <= 2048 && width >= 1 && width <= 2048);
  PRIORLAB_CHECK(leaves.radius_min >= 1 && leaves.radius_min <= leaves.radius_max);
  LeafPicture picture{Image(1, height, width), {}, 0};
  picture.leaves.assign(picture.image.pixels(), -1);
  std::vector<float> sheet(static_cast<std::size_t>(kSheetSide) * kSheetSide);
  Rng sheet_rng(seed, kSheet);
  texture(leaves.length, kSheetSide, kSheetSide, sheet_rng, sheet.data());

  const RadiusLaw radius(leaves);
  const double margin = leaves.radius_max;
  std::size_t left = picture.image.pixels();
  for (std::uint64_t disc = 0; left > 0; ++disc) {
    Rng rng(seed, kDiscs, 4 * disc);
    const double r = radius(static_cast<double>(rng.uniform()));
    const double y = static_cast<double>(rng.uniform()) * (height - 1 + 2 * margin) - margin;
    const double x = static_cast<double>(rng.uniform()) * (width - 1 + 2 * margin) - margin;
    const int top = static_cast<int>(std::max(0.0, std::ceil(y - r))),
              bottom = static_cast<int>(std::min<double>(height - 1, std::floor(y + r))),
              near = static_cast<int>(std::max(0.0, std::ceil(x - r))),
              far = static_cast<int>(std::min<double>(width - 1, std::floor(x + r)));
    if (top > bottom || near > far) continue;
    const float mean = rng.uniform();
    const auto scale = static_cast<float>(leaves.texture * contrast(leaves.contrast, rng));
    const int down = whole(static_cast<double>(rng.uniform()) * kSheetSide, kSheetSide),
              right = whole(static_cast<double>(rng.uniform()) * kSheetSide, kSheetSide);
    const std::size_t before = left;
    for (int v = top; v <= bottom; ++v)
      for (int u = near; u <= far; ++u) {
        std::int32_t& leaf = picture.leaves[static_cast<std::size_t>(v) * static_cast<std::size_t>(width) +
                                            static_cast<std::size_t>(u)];
        if (leaf >= 0 || (v - y) * (v - y) + (u - x) * (u - x) > r * r) continue;
        leaf = picture.seen;
        --left;
        picture.image.at(0, v, u) =
            mean +
            scale * sheet[static_cast<std::size_t>(mirrored(v + down) * kSheetSide + mirrored(u + right))];
      }
    picture.seen += left < before;
  }
  Rng noise_rng(seed, kNoise);
  add_noise(leaves.noise, noise_rng, picture.image.values());
  return picture;
}

}  // namespace priorlab
