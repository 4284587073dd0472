// IEEE 754 binary16 <-> binary32, in plain integer arithmetic so that every flavour gives the same bits.
#pragma once

#include <cstdint>

namespace priorlab {

float half_to_float(std::uint16_t bits);
// Round to nearest, ties to even; overflow gives infinity, NaN stays NaN.
std::uint16_t float_to_half(float value);

}  // namespace priorlab
