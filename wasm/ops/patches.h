// Overlapping square patches of a plane, in pieces (tiles) that can be worked on independently, and the
// padding that gives even the smallest picture one patch.
//
// A plane is height x width values, row-major. Every position that holds a whole patch is used: there are
// (height - side + 1) x (width - side + 1) patches, and the patch at (y, x) has its first pixel there.
#pragma once

#include <span>
#include <vector>

namespace priorlab {

inline constexpr int kPatchSide = 8;
inline constexpr int kPatchPixels = kPatchSide * kPatchSide;

// A rectangle of patch positions: rows [y, y + high), columns [x, x + wide). The pixels its patches touch are
// (high + side - 1) x (wide + side - 1), from (y, x) on: the tile and its halo of side - 1 pixels.
struct PatchTile {
  int y = 0, x = 0, high = 0, wide = 0;

  int patches() const { return high * wide; }
  int pixel_rows(int side = kPatchSide) const { return high + side - 1; }
  int pixel_columns(int side = kPatchSide) const { return wide + side - 1; }
  int pixels(int side = kPatchSide) const { return pixel_rows(side) * pixel_columns(side); }
};

// All patches of a plane cut into tiles of at most `high` x `wide`, rows of tiles from top to bottom. Throws
// std::invalid_argument when the plane is smaller than one patch.
std::vector<PatchTile> patch_tiles(int height, int width, int high, int wide, int side = kPatchSide);

// How many of a plane's patches cover each pixel of a row (or column) of `length` pixels; the number for a
// pixel is the product of that of its row and of its column. 1, 2, ..., side, ..., side, ..., 2, 1.
std::vector<int> patch_coverage(int length, int side = kPatchSide);

// The tile's patches, row by row: `out` is (patches, side * side).
void extract_patches(std::span<const float> plane, int width, const PatchTile& tile, std::span<float> out,
                     int side = kPatchSide);

// The adjoint: adds every patch to the pixels it came from. `sum` holds the tile's pixels with their halo,
// (pixel_rows, pixel_columns), and is added to.
void add_patches(std::span<const float> patches, const PatchTile& tile, std::span<float> sum,
                 int side = kPatchSide);

// A plane of at least `min_side` pixels each way, the extra ones below and to the right by mirroring (edge
// pixels repeat: a b c | c b a | a b c). The plane itself when it is large enough.
std::vector<float> padded_by_reflection(std::span<const float> plane, int height, int width, int new_height,
                                        int new_width);

}  // namespace priorlab
