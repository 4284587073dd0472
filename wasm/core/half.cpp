#include "core/half.h"

#include <bit>

namespace priorlab {

float half_to_float(std::uint16_t bits) {
  const std::uint32_t sign = (bits & 0x8000u) << 16;
  const std::uint32_t exponent = (bits >> 10) & 0x1fu;
  std::uint32_t fraction = bits & 0x3ffu;
  if (exponent == 31) return std::bit_cast<float>(sign | 0x7f800000u | fraction << 13);
  if (exponent != 0) return std::bit_cast<float>(sign | (exponent + 112) << 23 | fraction << 13);
  if (fraction == 0) return std::bit_cast<float>(sign);
  // Subnormal: shift the leading one up to the hidden place.
  std::uint32_t e = 113;
  while (!(fraction & 0x400u)) {
    fraction <<= 1;
    --e;
  }
  return std::bit_cast<float>(sign | e << 23 | (fraction & 0x3ffu) << 13);
}

std::uint16_t float_to_half(float value) {
  const std::uint32_t bits = std::bit_cast<std::uint32_t>(value);
  const std::uint32_t sign = (bits >> 16) & 0x8000u;
  const std::uint32_t magnitude = bits & 0x7fffffffu;
  // NaN keeps its top payload bits and is made quiet.
  if (magnitude > 0x7f800000u)
    return static_cast<std::uint16_t>(sign | 0x7e00u | ((magnitude >> 13) & 0x3ffu));
  if (magnitude >= 0x47800000u) return static_cast<std::uint16_t>(sign | 0x7c00u);  // 65536 and more
  std::uint32_t kept, rest, half_way;
  if (magnitude >= 0x38800000u) {  // normal half
    kept = (magnitude - 0x38000000u) >> 13;
    rest = magnitude & 0x1fffu;
    half_way = 0x1000u;
  } else {
    const std::uint32_t exponent = magnitude >> 23;
    if (exponent < 102) return static_cast<std::uint16_t>(sign);  // below half of the smallest subnormal
    const std::uint32_t fraction = (magnitude & 0x7fffffu) | 0x800000u;
    const std::uint32_t shift = 126 - exponent;
    kept = fraction >> shift;
    rest = fraction & ((1u << shift) - 1);
    half_way = 1u << (shift - 1);
  }
  // Nearest, ties to even; a carry walks into the exponent, which is right, up to infinity.
  if (rest > half_way || (rest == half_way && (kept & 1u))) ++kept;
  return static_cast<std::uint16_t>(sign | kept);
}

}  // namespace priorlab
