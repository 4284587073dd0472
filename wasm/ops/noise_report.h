// What kind of noise a picture has, and how much: per opponent channel and at three scales.
//
// White noise has the same level at every scale once the levels are multiplied by the scale. Noise that went
// through demosaicing, sharpening or JPEG has less of it in the finest detail: the level at half size is then
// the one that counts. Texture is told from noise by where it lies: see NoiseEstimate::texture.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "core/image.h"
#include "ops/noise_level.h"

namespace priorlab {

enum class NoiseKind {
  none,        // none that could be told from the picture itself
  white,       // the same at all scales
  correlated,  // coarser than one pixel
};

std::string name_of(NoiseKind);  // "none", "white", "correlated"

// One plane, levels as those of white noise: at full size, at half size times 2, at quarter size times 4.
struct ScaleLevels {
  NoiseEstimate full, half, quarter;
};

struct NoiseReport {
  NoiseKind kind = NoiseKind::none;
  std::array<ScaleLevels, 3> channels;  // opponent channels o1, o2, o3 (ops/colour.h); a grey picture has one
  int channel_count = 1;
  // Level for EPLL to denoise with, zero for none: brightness (o1), and colour (o2 and o3), [0,1] scale. For
  // white noise its standard deviation.
  double luma = 0, chroma = 0;
  // Coarse colour noise is best removed from halved colour planes (ops/noise_level.h halved, ops/half_plane.h
  // back): what is lost in the finest detail of the colours is noise. `chroma` is then the level on those.
  bool chroma_at_half = false;
  double correlation = 1;  // level at half size over level at full size, of brightness; 1 for white noise
  // Level of the brightness noise against brightness ([0,1]), at the scale that counts; dark to bright.
  std::vector<LevelAt> curve;
  double dark_to_bright = 1;  // level in the darkest over level in the brightest class
};

NoiseReport report_noise(const Image& image);

}  // namespace priorlab
