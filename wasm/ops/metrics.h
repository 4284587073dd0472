// Quality of a picture against the true one. Values on the [0,1] scale, peak 1.
#pragma once

#include <span>

#include "core/image.h"

namespace priorlab {

// Mean squared difference over all values of all channels, summed in double.
double mean_squared_error(std::span<const float> a, std::span<const float> b);

// PSNR = 10 log10(1 / MSE), dB; infinity for equal pictures.
double psnr(std::span<const float> a, std::span<const float> b);

// Structural similarity (Wang, Bovik, Sheikh, Simoncelli, IEEE TIP 2004): Gaussian window of 11x11 with
// standard deviation 1.5 and sum 1, K1 = 0.01, K2 = 0.03, L = 1; the mean over every position that holds a
// whole window, no reduction in size beforehand; the mean over channels. Where the picture is lower or
// narrower than 11 the window is cut to it about its centre (and sums to 1 again). 1 for equal pictures.
// Shapes must agree (a CHECK).
double ssim(const Image& a, const Image& b);

}  // namespace priorlab
