// Dead leaves: pictures of opaque things that hide each other, and the mini model of single patches (Zoran
// and Weiss, "Natural images, Gaussian mixtures and dead leaves", NIPS 2012, section 4).
//
// Full pictures: discs fall at uniformly random places, radii r with density proportional to r^-exponent on
// [radius_min, radius_max] (Lee, Mumford and Huang, "Occlusion models for natural images", IJCV 2001), until
// every pixel is hidden; made from the front, where nothing that is drawn can be hidden later. A disc is a
// flat region.
//
// A flat region has the values mu + z t: mu uniform on [0,1], t a stationary Gaussian texture of unit
// variance and covariance exp(-(|dx| + |dy|) / length), z a random contrast: a Gaussian scale mixture. A flat
// patch is one such region, an edge patch two independent ones that meet in a line of random angle and
// offset.
//
// Values are grey levels on the [0,1] scale, not clipped. The same seed gives the same bits everywhere.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/image.h"
#include "core/params.h"

namespace priorlab {

// Laws of the contrast z >= 0, all with root mean square 1 before `texture` scales them.
enum class ContrastLaw { constant, uniform, exponential, lognormal };

enum class LeafKind { flat, edge, mini };  // mini: each patch an edge with probability `edges`, else flat

struct DeadLeaves {
  double radius_min = 2, radius_max = 64;  // pixels, 1 <= min <= max
  double exponent = 3;                     // of the radii's density, >= 0
  ContrastLaw contrast = ContrastLaw::lognormal;
  double texture = 0.05;  // root mean square of z: grey levels, >= 0
  double length = 4;      // pixels over which a texture's correlation falls to 1/e, > 0
  double edges = 0.5;     // share of edge patches, [0, 1]
  double noise = 0;       // standard deviation of white noise put on everything, grey levels
};

// The parameters of tasks that make dead leaves, and what they say. Throws std::invalid_argument when the
// least radius is above the largest.
ParamSpecs dead_leaves_params();
DeadLeaves dead_leaves_from(const Params&);

// Patches number first, first + 1, ... into `patches` (count, side * side), `edge` (count) 1 for an edge
// patch and 0 for a flat one. Patch j depends on the seed and j alone. 2 <= side <= 32. On all threads.
void mini_dead_leaves(const DeadLeaves&, LeafKind kind, int side, std::uint64_t seed, std::uint64_t first,
                      std::span<float> patches, std::span<std::int32_t> edge);

struct LeafPicture {
  Image image;                       // grey
  std::vector<std::int32_t> leaves;  // (height, width): number of the disc seen at a pixel, 0 the front one
  int seen = 0;                      // discs of which anything is seen
};
// 1 <= height, width <= 2048.
LeafPicture dead_leaves_picture(const DeadLeaves&, int height, int width, std::uint64_t seed);

}  // namespace priorlab
