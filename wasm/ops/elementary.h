// exp, log, sin and cos with the same bits on every flavour and machine. The libraries' own differ in the
// last digits between platforms, and one flipped bit changes the rest of a sampled picture. These use only
// double additions, products, quotients and bit operations, which IEEE 754 defines to the bit; the build
// forbids contraction to fused multiply-adds (-ffp-contract=off).
//
// Errors against the exact value, as the tests measure them: at most 1 ulp for exp, 2 ulp for log away from
// 1 (absolute 2^-53 near it), and absolute 2^-52 for sin and cos.
#pragma once

namespace priorlab::elementary {

double exp(double x);  // 0 below -745.14, infinity above 709.79, NaN for NaN
double log(double x);  // -infinity at 0, NaN below, infinity at infinity
double sin(double x);  // |x| <= 1e5; NaN outside, where the argument reduction would lose digits
double cos(double x);  // as sin

// Sine and cosine of 2 pi t, |t| <= 2^50: the reduction is exact, so a whole turn gives exactly 0 and 1.
struct SinCos {
  double sin, cos;
};
SinCos sincos_turns(double t);

}  // namespace priorlab::elementary
