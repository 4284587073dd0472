#include "ops/noise_report.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numbers>

#include "ops/colour.h"

namespace priorlab {
namespace {

// White noise: a level worth removing, in an upright spectrum unless blocks hold little but noise, and not
// where texture is all there is. At sigma 5 the least level measured is 4.3 and the least tilt 0.78; of clean
// pictures without grain the largest level is 2.4.
constexpr double kSeenWhite = 3.5;       // 1/255
constexpr double kUpright = 0.75;        // tilt
constexpr double kLittleTexture = 1.5;   // texture at full size
constexpr double kTextureInstead = 4.5;  // texture at full size

// Coarse noise is looked for where texture or noise lies low at full size and there is more of it at half
// size.
constexpr double kColoured = 1.4;    // texture at full size: coarse noise lies low itself
constexpr double kCorrelated = 1.4;  // half over full: above it the noise is coarser than one pixel
constexpr double kNoFineNoise = 15;  // half over full: above it there is no noise, as in a drawing
constexpr double kTilted = 0.8;  // tilt in colour pictures: white noise is above, but in 1 of 200 at sigma 5

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

// Coarse noise against texture and against white noise: logistic regression. For coarse noise speak a high
// level at half size, a finest detail that is gone (tilt), a level that does not rise again at quarter size,
// as texture's does, blocks that hold nothing else, and noise in both colours where there are any. Fitted on
// bsds300/train to `priorlab eval noise --white 5,10 --camera 0,1,2 [--colour] --json`: strengths 1 and 2
// against white noise, the camera without noise, JPEG 90 and the clean pictures (these counted threefold).
// The limits lie 0.4 above the largest value that any of the 200 clean pictures has.
bool is_correlated(const NoiseReport& report) {
  const ScaleLevels& luma = report.channels[0];
  const double half = 255 * luma.half.level, full = 255 * luma.full.level, tilt = luma.full.tilt;
  if (luma.full.texture <= kColoured || half <= kCorrelated * full || half >= kNoFineNoise * full)
    return false;
  const double rise = std::log(std::clamp(luma.quarter.level / luma.half.level, 0.3, 3.0));
  const double texture = std::log(std::max(0.5, luma.half.texture));
  if (report.channel_count == 1)
    return 2.89 * std::log(half) - 38.1 * (tilt - 0.7) - 1.52 * rise - 0.94 * texture > 7.03;
  const double colours = 255 * std::min(report.channels[1].half.level, report.channels[2].half.level);
  return tilt < kTilted && 0.55 * std::log(half) - 26.32 * (tilt - 0.7) - 2.11 * rise - 0.79 * texture +
                                   3.01 * std::log(std::max(0.3, colours)) >
                               -1.11;
}

bool is_white(const NoiseEstimate& luma) {
  return 255 * luma.level > kSeenWhite && luma.texture < kTextureInstead &&
         (luma.tilt > kUpright || luma.texture < kLittleTexture);
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
  if (is_correlated(report))
    report.kind = NoiseKind::correlated;
  else if (is_white(luma.full))
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
