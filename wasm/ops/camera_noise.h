// Noise to add to clean pictures: white Gaussian, and what a camera makes of a scene.
//
// The camera: sRGB decoded to linear light -> divided by the white-balance gains -> RGGB Bayer mosaic ->
// electrons counted (Poisson) plus Gaussian read noise -> white balance -> demosaicing -> sRGB encoding,
// clipped to [0,1]. The noise is then signal dependent (variance a x + b in linear light: Foi, Trimeche,
// Katkovnik, Egiazarian, "Practical Poissonian-Gaussian noise modeling and fitting for single-image
// raw-data", IEEE TIP 2008) and correlated between neighbours and colours.
//
// The same seed gives the same bits on every flavour: random numbers are Philox, one stream per row, and
// powers go through ops/elementary.h.
#pragma once

#include <array>
#include <cstdint>

#include "core/image.h"

namespace priorlab {

// Adds white Gaussian noise of standard deviation `sigma` ([0,1] scale, >= 0), not clipped.
void add_gaussian_noise(Image& image, double sigma, std::uint64_t seed);

enum class Demosaic {
  bilinear,  // mean of the nearest samples of the colour
  malvar,    // 5x5 linear, gradient corrected: Malvar, He, Cutler, ICASSP 2004
};

struct Camera {
  double electrons = 800;                               // counted at white in green, > 0
  double read_noise = 2.5;                              // electrons, standard deviation, >= 0
  std::array<double, 3> white_balance = {1.9, 1, 1.6};  // gains of red, green, blue, >= 1
  Demosaic demosaic = Demosaic::malvar;
  bool noise = true;  // false: the mosaic alone
};

// Strength 1 is about ISO 1600 on a small sensor, 3 about ISO 12800: the noise on mid grey grows in
// proportion, in the shadows faster. Strength 0 is the mosaic without noise. Typical 0..4.
Camera camera_of_strength(double strength);

// The picture such a camera takes of the scene `srgb` (1 or 3 channels, values clipped to [0,1] first). A
// grey scene gives the luma of the camera's picture. Pictures narrower or lower than four pixels skip the
// mosaic.
Image camera_picture(const Image& srgb, const Camera& camera, std::uint64_t seed);

// sRGB transfer functions (IEC 61966-2-1), [0,1] to [0,1].
double srgb_to_linear(double value);
double linear_to_srgb(double value);

}  // namespace priorlab
