// The level of the noise in one plane, from the picture alone.
//
// Method: 8x8 blocks are taken to the DCT; the flattest of them, judged by their low frequencies only, show
// the noise in their high frequencies, which for white noise are independent of the choice. After
// Ponomarenko, Lukin, Zriakhov, Kaarna, Astola, "An automatic approach to lossy compression of AVIRIS images"
// (IGARSS 2007) in the form of Colom and Buades, "Analysis and Extension of the Ponomarenko et al. Method,
// Estimating a Noise Curve from a Single Image" (IPOL 3, 2013).
//
// Levels are standard deviations on the scale of the plane ([0,1] for pictures). Work is capped: a bigger
// picture is sampled on a wider grid.
#pragma once

#include <span>
#include <vector>

namespace priorlab {

// The level at one brightness (the plane's value, mean of the blocks).
struct LevelAt {
  double brightness = 0;
  double level = 0;
};

struct NoiseEstimate {
  // Standard deviation of the finest noise: for white noise its standard deviation. Within 2 % on average for
  // photographs with sigma 5/255 or more. 0 for a plane of less than 16 x 16 values (too small to tell), for
  // a constant one and for drawings, whose blocks are mostly constant.
  double level = 0;
  // Energy per low frequency over energy per high frequency in the flattest blocks: below 1 when white noise
  // is all that they hold, 3 and more when it is texture that was measured. 0 when the level is 0.
  double texture = 0;
  // Level in the highest frequencies over `level` before texture is allowed for: 1 for white noise, less when
  // demosaicing or JPEG took the finest noise away. 1 when the level is 0.
  double tilt = 1;
};

// Blocks with clipped values (exactly 0 or 1) are left out while others remain; blocks with NaN, by which a
// caller marks values not to be looked at, always.
NoiseEstimate estimate_noise(std::span<const float> plane, int height, int width);

// The level as a function of brightness: the blocks in up to `bins` classes of equal number, dark to bright.
// Never empty; one entry when the plane is too small for more.
std::vector<LevelAt> noise_curve(std::span<const float> plane, int height, int width, int bins);

// A plane of half the height and width: means of 2x2 values (a last odd row or column is dropped). White
// noise of level s becomes white noise of level s/2; correlated noise keeps more.
std::vector<float> halved(std::span<const float> plane, int height, int width);

}  // namespace priorlab
