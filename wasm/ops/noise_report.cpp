#include "ops/noise_report.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numbers>

#include "ops/colour.h"

namespace priorlab {
namespace {

constexpr double kSeenWhite = 2;         // 1/255: below it nothing is claimed to be seen
constexpr double kSeenFlat = 3;          // 1/255: the same for coarse noise in flat blocks
constexpr double kCorrelated = 1.4;      // half over full: above it the noise is coarser than one pixel
constexpr double kNoFineNoise = 15;      // half over full: above it there is no noise, as in a drawing
constexpr double kColoured = 1.4;        // texture at full size: coarse noise lies low itself
constexpr double kNoiseAlone = 1.2;      // texture at half size: below it blocks hold noise alone
constexpr double kTextureAlone = 2.5;    // texture at half size: above it nothing else is seen
constexpr double kTextureInstead = 4.5;  // texture at full size: above it white noise is not believed
constexpr double kTilted = 0.8, kUpright = 0.92;  // of the tilt: cameras 0.6 to 0.8, white noise above 0.9

// Level to denoise with over level measured, where EPLL, made for white noise, meets coarse noise. Best on
// pictures of bsds300/train through the camera at strengths 1 and 2: 1.2 to 1.35 in brightness, 0.8 to 1.8 in
// colours at half size.
constexpr double kCoarseLuma = 1.25, kCoarseChroma = 1.2;
constexpr int kCurveClasses = 8;

ScaleLevels levels_of(std::span<const float> plane, int height, int width) {
  ScaleLevels levels;
  levels.full = estimate_noise(plane, height, width);
  const std::vector<float> half = halved(plane, height, width);
  levels.half = estimate_noise(half, height / 2, width / 2);
  const std::vector<float> quarter = halved(half, height / 2, width / 2);
  levels.quarter = estimate_noise(quarter, height / 4, width / 4);
  levels.half.level *= 2;
  levels.quarter.level *= 4;
  return levels;
}

// Coarse noise against texture and against white noise. Where flat blocks hold noise alone at half size and
// the finest noise has been taken away, a low level is believed; else it takes a higher one, the more the
// less was taken away. Line and limits: logistic regression on 50 pictures of bsds300/train, clean, through
// JPEG 90, with white noise, and through the camera with both demosaicings at strengths 0 to 3; the line is
// then moved so that clean pictures are left alone.
bool is_correlated(const ScaleLevels& luma) {
  const double half = 255 * luma.half.level, full = 255 * luma.full.level, tilt = luma.full.tilt;
  if (luma.full.texture <= kColoured || half <= kCorrelated * full) return false;
  if (half > kSeenFlat && luma.half.texture < kNoiseAlone && tilt < kTilted) return true;
  if (luma.half.texture > kTextureAlone || half > kNoFineNoise * full || tilt > kUpright) return false;
  return 1.89 * std::log(half) > 5.05 + 17.2 * (tilt - 0.75);
}

// The picture in opponent colours. Pixels with a clipped channel (exactly 0 or 1: in opponent colours and at
// half size that could no longer be told) become NaN, unless that would leave little to look at.
Image opponent_unclipped(const Image& image) {
  Image opponent = image;
  if (image.channels() == 3) to_opponent(opponent);
  std::vector<char> clipped(image.pixels(), 0);
  for (int c = 0; c < image.channels(); ++c) {
    const std::span<const float> plane = image.plane(c);
    for (std::size_t i = 0; i < plane.size(); ++i) clipped[i] |= plane[i] == 0.0f || plane[i] == 1.0f;
  }
  if (2 * static_cast<std::size_t>(std::count(clipped.begin(), clipped.end(), 1)) > image.pixels())
    return opponent;
  for (int c = 0; c < image.channels(); ++c) {
    const std::span<float> plane = opponent.plane(c);
    for (std::size_t i = 0; i < plane.size(); ++i) {
      if (clipped[i]) plane[i] = std::numeric_limits<float>::quiet_NaN();
    }
  }
  return opponent;
}

}  // namespace

std::string name_of(NoiseKind kind) {
  switch (kind) {
    case NoiseKind::none:
      return "none";
    case NoiseKind::white:
      return "white";
    case NoiseKind::correlated:
      return "correlated";
  }
  return "none";
}

NoiseReport report_noise(const Image& image) {
  const int height = image.height(), width = image.width();
  const Image opponent = opponent_unclipped(image);
  NoiseReport report;
  report.channel_count = image.channels();
  for (int c = 0; c < image.channels(); ++c)
    report.channels[static_cast<std::size_t>(c)] = levels_of(opponent.plane(c), height, width);

  const ScaleLevels& luma = report.channels[0];
  if (luma.full.level > 0) report.correlation = luma.half.level / luma.full.level;
  if (is_correlated(luma))
    report.kind = NoiseKind::correlated;
  else if (255 * luma.full.level > kSeenWhite && luma.full.texture < kTextureInstead)
    report.kind = NoiseKind::white;

  const bool coarse = report.kind == NoiseKind::correlated;
  if (report.kind == NoiseKind::white) {
    report.luma = luma.full.level;
    const double a = report.channels[1].full.level, b = report.channels[2].full.level;
    report.chroma = std::sqrt((a * a + b * b) / 2);
  } else if (coarse) {
    report.luma = kCoarseLuma * std::max(luma.half.level, luma.full.level);
    // Chroma is smooth: its quarter size is still a fair witness, and after JPEG the only one.
    report.chroma =
        kCoarseChroma * std::max(report.channels[1].quarter.level, report.channels[2].quarter.level);
    report.chroma_at_half = image.channels() == 3;
  }

  const double top = image.channels() == 3 ? std::numbers::sqrt3 : 1.0;  // o1 of white
  if (coarse) {
    report.curve =
        noise_curve(halved(opponent.plane(0), height, width), height / 2, width / 2, kCurveClasses);
    for (LevelAt& at : report.curve) at.level *= 2;
  } else {
    report.curve = noise_curve(opponent.plane(0), height, width, kCurveClasses);
  }
  for (LevelAt& at : report.curve) at.brightness /= top;
  if (report.curve.back().level > 0)
    report.dark_to_bright = report.curve.front().level / report.curve.back().level;
  return report;
}

}  // namespace priorlab
