// Standard normals of many streams side by side, in f32 and the same to the bit on every flavour: only sums,
// products, quotients and square roots, in one order. For sampling in bulk; Rng::normal is the double one.
#pragma once

#include <cstddef>
#include <cstdint>

namespace priorlab {

// Four normals of each of `count` streams: to[k * count + i], 0 <= k < 4, made by Box and Muller's method
// from the four words of block `block` of Rng(seed, first + i): numbers 0 and 1 from the first two words, 2
// and 3 from the others. A uniform has 24 bits, so the largest is sqrt(48 ln 2) = 5.77; each is within 4e-7
// of what exact functions give, relative to the length of its pair.
void normals_of_streams(std::uint64_t seed, std::uint64_t first, std::uint64_t block, std::size_t count,
                        float* to);
// One after another with Rng and <cmath> in double: its values differ from those by rounding alone.
void normals_of_streams_plain(std::uint64_t seed, std::uint64_t first, std::uint64_t block, std::size_t count,
                              float* to);

}  // namespace priorlab
