// Patches to learn a mixture from, apart from those kept out to measure it on: of a picture, given as they
// are, or made by the dead leaves model. All in DC-free DCT coefficients, (count, basis.stride()).
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <span>
#include <vector>

#include "core/image.h"
#include "models/patches/dead_leaves.h"
#include "ops/dct_basis.h"

namespace priorlab {

struct PatchData {
  std::vector<float> training, held_out;
};

// At most `count` patches of a grey picture in random order, no position twice. The picture is cut into
// square blocks; a share of them is kept out: no pixel of a held-out patch is one of a training patch. A
// picture of too few blocks (less than two) has no patch kept out. Throws std::invalid_argument when the
// picture is smaller than a patch.
PatchData patches_of_picture(const Image& grey, const DctBasis& basis, int count, double held_out_share,
                             std::uint64_t seed);

// The first `count` of given patches (n, side * side), the last ones of these kept out. At least one patch
// stays to be learned from.
PatchData given_patches(std::span<const float> patches, const DctBasis& basis, int count,
                        double held_out_share);

// `count` patches of the mini dead leaves model.
PatchData leaf_patches(const DeadLeaves& leaves, LeafKind kind, const DctBasis& basis, int count,
                       double held_out_share, std::uint64_t seed);

// Covariances to start EM from: `components` patches are picked at random, every patch goes to the nearest of
// them or of their negatives, and each group's second moments are mixed with the shape of all patches,
// `overall`, as if that had been seen 2 * dims times; no eigenvalue is below `floor`. `patches` as above, at
// least as many as components.
std::vector<Eigen::MatrixXd> first_covariances(std::span<const float> patches, const Eigen::MatrixXd& overall,
                                               int components, double floor, std::uint64_t seed);

}  // namespace priorlab
