// Random patches of pictures, as the patch priors are trained and measured on: grey, in DC-free DCT
// coefficients.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/image.h"
#include "ops/dct_basis.h"

namespace priorlab {

std::vector<Image> read_grey_all(std::span<const std::string> paths);

// `count` patches at uniformly random places of uniformly random pictures, each turned and mirrored into one
// of its 8 poses, (count, basis.stride()). Patch i depends on (seed, stream, i) only. Throws
// std::invalid_argument when a picture is smaller than a patch.
std::vector<float> random_patches(std::span<const Image> pictures, const DctBasis& basis, std::int64_t count,
                                  std::uint64_t seed, std::uint64_t stream);

// All patches of one random window of `side` pixels: what looks alike lies together, so such groups make good
// first components. (n, basis.stride())
std::vector<float> window_patches(std::span<const Image> pictures, const DctBasis& basis, int side,
                                  std::uint64_t seed, std::uint64_t stream, std::uint64_t index);

}  // namespace priorlab
