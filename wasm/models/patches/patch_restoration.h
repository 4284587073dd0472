// Whole pictures restored by a patch prior, in the four ways of Zoran and Weiss (ICCV 2011): each pixel from
// the patch around it, tiles side by side, the average of all overlapping patches, and EPLL. Plainly: every
// patch of the picture at once in memory (64 f32 for each pixel). For comparisons; models/epll/epll.h is the
// fast one for mixtures.
#pragma once

#include <span>
#include <vector>

#include "models/epll/epll.h"
#include "models/patches/patch_prior.h"

namespace priorlab {

enum class PatchEstimate { most_probable, posterior_mean };

// Every patch of a plane restored, with the mean it had, (patches, side * side) by rows of patch positions.
// height and width >= side. All threads.
std::vector<float> restored_patches(std::span<const float> plane, int height, int width, int side,
                                    const PatchDenoiser& denoiser,
                                    PatchEstimate estimate = PatchEstimate::most_probable);

// Pictures made of those patches, height x width:
// pixel (y, x) from the patch whose pixel (side / 2, side / 2) it is, at borders from the outermost patch;
std::vector<float> centre_pixels(std::span<const float> patches, int height, int width, int side);
// patches side by side from the upper left, the last ones moved back to the border, where the pixel belongs
// to the last tile;
std::vector<float> tiled_patches(std::span<const float> patches, int height, int width, int side);
// the mean over all patches that hold the pixel.
std::vector<float> averaged_patches(std::span<const float> patches, int height, int width, int side);

// Half-quadratic splitting: for each b of `weights`, patches restored at noise variance sigma^2 / b and
// averaged, then x <- (y + b avg) / (1 + b). sigma > 0 on the plane's scale. Not clipped.
std::vector<float> restored_by_epll(std::span<const float> noisy, int height, int width, double sigma,
                                    const PatchPrior& prior, std::span<const double> weights,
                                    const DenoiserOptions& options = {});

}  // namespace priorlab
