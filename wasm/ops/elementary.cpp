#include "ops/elementary.h"

#include <bit>
#include <cstdint>
#include <limits>

namespace priorlab::elementary {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// ln 2 and pi/2 in pieces whose upper parts end in zeros: k times an upper part is exact for the k met here.
constexpr double kLn2High = 0x1.62e42feep-1;
constexpr double kLn2Low = 0x1.a39ef35793c76p-33;
constexpr double kHalfPiA = 0x1.921fb544p0;
constexpr double kHalfPiB = 0x1.0b4611a6p-34;
constexpr double kHalfPiC = 0x1.3198a2e037073p-69;

// Adding and taking away 1.5 * 2^52 rounds to the nearest whole number, |x| < 2^51.
double nearest(double x) {
  constexpr double shift = 0x1.8p52;
  return (x + shift) - shift;
}

double power_of_two(int k) {  // -1022 <= k <= 1023
  return std::bit_cast<double>(static_cast<std::uint64_t>(k + 1023) << 52);
}

// Taylor sums on |x| <= pi/4; the first term left out is below 2^-60 of the result.
double sin_core(double x) {
  const double z = x * x;
  double p = 1.0 / 355687428096000.0;  // 17!
  p = -1.0 / 1307674368000.0 + z * p;
  p = 1.0 / 6227020800.0 + z * p;
  p = -1.0 / 39916800.0 + z * p;
  p = 1.0 / 362880.0 + z * p;
  p = -1.0 / 5040.0 + z * p;
  p = 1.0 / 120.0 + z * p;
  p = -1.0 / 6.0 + z * p;
  return x + x * z * p;
}

double cos_core(double x) {
  const double z = x * x;
  double p = -1.0 / 6402373705728000.0;  // 18!
  p = 1.0 / 20922789888000.0 + z * p;
  p = -1.0 / 87178291200.0 + z * p;
  p = 1.0 / 479001600.0 + z * p;
  p = -1.0 / 3628800.0 + z * p;
  p = 1.0 / 40320.0 + z * p;
  p = -1.0 / 720.0 + z * p;
  p = 1.0 / 24.0 + z * p;
  return 1.0 - (0.5 * z - z * z * p);
}

// From the rest of the reduction and the quadrant.
SinCos turn(double rest, long long quadrant) {
  const double s = sin_core(rest), c = cos_core(rest);
  switch (quadrant & 3) {
    case 0:
      return {s, c};
    case 1:
      return {c, -s};
    case 2:
      return {-s, -c};
    default:
      return {-c, s};
  }
}

SinCos sincos(double x) {
  if (!(x >= -1e5 && x <= 1e5)) return {kNaN, kNaN};
  const double k = nearest(x * 0x1.45f306dc9c883p-1);  // 2 / pi
  const double rest = ((x - k * kHalfPiA) - k * kHalfPiB) - k * kHalfPiC;
  return turn(rest, static_cast<long long>(k));
}

}  // namespace

double exp(double x) {
  if (x != x) return kNaN;
  if (x > 709.79) return kInfinity;
  if (x < -745.14) return 0.0;
  const double k = nearest(x * 0x1.71547652b82fep0);  // 1 / ln 2
  const double high = x - k * kLn2High;
  const double low = k * kLn2Low;
  const double r = high - low;  // |r| <= 0.3466
  // Taylor to degree 13: what is left out is below 2^-57.
  double p = 1.0 / 6227020800.0;
  p = 1.0 / 479001600.0 + r * p;
  p = 1.0 / 39916800.0 + r * p;
  p = 1.0 / 3628800.0 + r * p;
  p = 1.0 / 362880.0 + r * p;
  p = 1.0 / 40320.0 + r * p;
  p = 1.0 / 5040.0 + r * p;
  p = 1.0 / 720.0 + r * p;
  p = 1.0 / 120.0 + r * p;
  p = 1.0 / 24.0 + r * p;
  p = 1.0 / 6.0 + r * p;
  p = 0.5 + r * p;
  // What high - low rounded away is put back in the small part of the sum.
  const double lost = (high - r) - low;
  const double y = 1.0 + (r + (r * r * p + lost));
  // In two factors, so that the ends of the range are reached without overflow on the way.
  const int n = static_cast<int>(k);
  const int half = n / 2;
  return y * power_of_two(half) * power_of_two(n - half);
}

double log(double x) {
  if (x != x || x < 0) return kNaN;
  if (x == 0) return -kInfinity;
  if (x == kInfinity) return kInfinity;
  int k = 0;
  if (x < 0x1p-1022) {
    x *= 0x1p54;
    k = -54;
  }
  // x = 2^k m with m in [sqrt(1/2), sqrt(2)).
  const std::uint64_t bits = std::bit_cast<std::uint64_t>(x);
  constexpr std::uint64_t kSqrtHalf = 0x3fe6a09e667f3bcdull;
  const std::uint64_t shifted = bits - kSqrtHalf;
  k += static_cast<int>(static_cast<std::int64_t>(shifted) >> 52);
  const double m = std::bit_cast<double>((shifted & 0xfffffffffffffull) + kSqrtHalf);
  // log m = log(1 + f) = f - f^2/2 + s (f^2/2 + R), s = f / (2 + f), R the tail of 2 atanh(s) / s: f is exact
  // and the rest small, so the rounding errors are.
  const double f = m - 1.0;
  const double s = f / (2.0 + f);
  const double z = s * s;
  double p = 2.0 / 23.0;
  p = 2.0 / 21.0 + z * p;
  p = 2.0 / 19.0 + z * p;
  p = 2.0 / 17.0 + z * p;
  p = 2.0 / 15.0 + z * p;
  p = 2.0 / 13.0 + z * p;
  p = 2.0 / 11.0 + z * p;
  p = 2.0 / 9.0 + z * p;
  p = 2.0 / 7.0 + z * p;
  p = 2.0 / 5.0 + z * p;
  p = 2.0 / 3.0 + z * p;
  const double tail = z * p;
  const double half_square = 0.5 * f * f;
  const double d = k;
  return d * kLn2High - ((half_square - (s * (half_square + tail) + d * kLn2Low)) - f);
}

double sin(double x) { return sincos(x).sin; }

double cos(double x) { return sincos(x).cos; }

SinCos sincos_turns(double t) {
  if (!(t >= -0x1p50 && t <= 0x1p50)) return {kNaN, kNaN};
  t -= nearest(t);                         // exact; in [-1/2, 1/2]
  const double quarter = nearest(4 * t);   // -2 .. 2
  const double rest = t - 0.25 * quarter;  // exact; in [-1/8, 1/8]
  return turn(rest * 0x1.921fb54442d18p2, static_cast<long long>(quarter));
}

}  // namespace priorlab::elementary
