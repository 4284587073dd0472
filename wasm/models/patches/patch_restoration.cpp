#include "models/patches/patch_restoration.h"

#include <algorithm>

#include "core/error.h"
#include "core/parallel_for.h"
#include "ops/dct_basis.h"

namespace priorlab {
namespace {

std::size_t at(int i) { return static_cast<std::size_t>(i); }

// The pixel (py, px) of the patch at position (y, x).
float pixel_of(std::span<const float> patches, int width, int side, int y, int x, int py, int px) {
  const std::size_t patch = at(y) * at(width - side + 1) + at(x);
  return patches[patch * at(side * side) + at((py - y) * side + px - x)];
}

}  // namespace

std::vector<float> restored_patches(std::span<const float> plane, int height, int width, int side,
                                    const PatchDenoiser& denoiser, PatchEstimate estimate) {
  PRIORLAB_CHECK(height >= side && width >= side && plane.size() == at(height) * at(width));
  const DctBasis basis(side);
  const std::size_t pixels = at(side * side), columns = at(width - side + 1);
  std::vector<float> all(at(height - side + 1) * columns * pixels);
  parallel_for(height - side + 1, [&](int y) {
    const std::span<float> row = std::span(all).subspan(at(y) * columns * pixels, columns * pixels);
    extract_patches(plane, width, {y, 0, 1, static_cast<int>(columns)}, row, side);
    std::vector<float> mean(columns, 0.0f), coefficients(columns * at(basis.stride()));
    for (std::size_t p = 0; p < columns; ++p) {
      for (std::size_t i = 0; i < pixels; ++i) mean[p] += row[p * pixels + i] / static_cast<float>(pixels);
      for (std::size_t i = 0; i < pixels; ++i) row[p * pixels + i] -= mean[p];
    }
    basis.analyse(row, coefficients);
    std::vector<float> restored(coefficients.size());
    if (estimate == PatchEstimate::most_probable)
      denoiser.map(coefficients, restored);
    else
      denoiser.mean(coefficients, at(y) * columns, 0, restored);
    basis.synthesise(restored, row);
    for (std::size_t p = 0; p < columns; ++p)
      for (std::size_t i = 0; i < pixels; ++i) row[p * pixels + i] += mean[p];
  });
  return all;
}

std::vector<float> centre_pixels(std::span<const float> patches, int height, int width, int side) {
  std::vector<float> picture;
  for (int py = 0; py < height; ++py)
    for (int px = 0; px < width; ++px)
      picture.push_back(pixel_of(patches, width, side, std::clamp(py - side / 2, 0, height - side),
                                 std::clamp(px - side / 2, 0, width - side), py, px));
  return picture;
}

std::vector<float> tiled_patches(std::span<const float> patches, int height, int width, int side) {
  std::vector<float> picture;
  for (int py = 0; py < height; ++py)
    for (int px = 0; px < width; ++px)
      picture.push_back(pixel_of(patches, width, side, std::min(py / side * side, height - side),
                                 std::min(px / side * side, width - side), py, px));
  return picture;
}

std::vector<float> averaged_patches(std::span<const float> patches, int height, int width, int side) {
  std::vector<float> picture(at(height) * at(width), 0.0f);
  add_patches(patches, {0, 0, height - side + 1, width - side + 1}, picture, side);
  const auto rows = patch_coverage(height, side), columns = patch_coverage(width, side);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      picture[at(y) * at(width) + at(x)] /= static_cast<float>(rows[at(y)] * columns[at(x)]);
  return picture;
}

std::vector<float> restored_by_epll(std::span<const float> noisy, int height, int width, double sigma,
                                    const PatchPrior& prior, std::span<const double> weights,
                                    const DenoiserOptions& options) {
  PRIORLAB_CHECK(sigma > 0);
  std::vector<float> x(noisy.begin(), noisy.end());
  for (const double b : weights) {
    const auto denoiser = prior.denoiser(sigma * sigma / b, options);
    const auto average = averaged_patches(restored_patches(x, height, width, prior.side(), *denoiser), height,
                                          width, prior.side());
    for (std::size_t i = 0; i < x.size(); ++i)
      x[i] =
          static_cast<float>((static_cast<double>(noisy[i]) + b * static_cast<double>(average[i])) / (1 + b));
  }
  return x;
}

}  // namespace priorlab
