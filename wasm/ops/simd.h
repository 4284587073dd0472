// Vec8: eight f32 lanes on every flavour; one AVX register natively, two v128 in wasm. A multiply-add is
// fused only where the source says madd() and the flavour has it (FMA natively, relaxed SIMD in wasm), so
// results of one flavour never depend on what a compiler likes to contract.
#pragma once

#if defined(__AVX__)
#include <immintrin.h>
#elif defined(__wasm_simd128__)
#include <wasm_simd128.h>
#endif

namespace priorlab {

#if defined(__AVX__)

struct Vec8 {
  __m256 v;
  static Vec8 zero() { return {_mm256_setzero_ps()}; }
  static Vec8 load(const float* p) { return {_mm256_loadu_ps(p)}; }
  static Vec8 splat(float x) { return {_mm256_set1_ps(x)}; }
  void store(float* p) const { _mm256_storeu_ps(p, v); }
  friend Vec8 operator+(Vec8 a, Vec8 b) { return {_mm256_add_ps(a.v, b.v)}; }
  friend Vec8 operator*(Vec8 a, Vec8 b) { return {_mm256_mul_ps(a.v, b.v)}; }
};
// a * b + c
inline Vec8 madd(Vec8 a, Vec8 b, Vec8 c) {
#if defined(__FMA__)
  return {_mm256_fmadd_ps(a.v, b.v, c.v)};
#else
  return a * b + c;
#endif
}
inline Vec8 sqrt(Vec8 a) { return {_mm256_sqrt_ps(a.v)}; }
// max(0, a)
inline Vec8 positive(Vec8 a) { return {_mm256_max_ps(a.v, _mm256_setzero_ps())}; }
// Sum of the lanes, halves first: (x0+x4) + (x2+x6) + ...
inline float sum(Vec8 a) {
  const __m128 h = _mm_add_ps(_mm256_castps256_ps128(a.v), _mm256_extractf128_ps(a.v, 1));
  const __m128 q = _mm_add_ps(h, _mm_movehl_ps(h, h));
  return _mm_cvtss_f32(_mm_add_ss(q, _mm_shuffle_ps(q, q, 1)));
}
// pair[0] += sum(a), pair[1] += sum(b), both at once; the same bits as sum().
inline void add_sums(Vec8 a, Vec8 b, float* pair) {
  const __m128 x = _mm_add_ps(_mm256_castps256_ps128(a.v), _mm256_extractf128_ps(a.v, 1));
  const __m128 y = _mm_add_ps(_mm256_castps256_ps128(b.v), _mm256_extractf128_ps(b.v, 1));
  const __m128 q = _mm_add_ps(_mm_unpacklo_ps(x, y), _mm_unpackhi_ps(x, y));
  __m64* at = reinterpret_cast<__m64*>(pair);
  const __m128 old = _mm_loadl_pi(_mm_setzero_ps(), at);
  _mm_storel_pi(at, _mm_add_ps(old, _mm_add_ps(q, _mm_movehl_ps(q, q))));
}

#else  // two vectors of four

using Float4 = float __attribute__((vector_size(16)));
using Int4 = int __attribute__((vector_size(16)));

struct Vec8 {
  Float4 lo, hi;
  static Vec8 zero() { return {Float4{0, 0, 0, 0}, Float4{0, 0, 0, 0}}; }
  static Vec8 load(const float* p) {
    Vec8 r;
    __builtin_memcpy(&r.lo, p, 16);
    __builtin_memcpy(&r.hi, p + 4, 16);
    return r;
  }
  static Vec8 splat(float x) {
    const Float4 s = {x, x, x, x};
    return {s, s};
  }
  void store(float* p) const {
    __builtin_memcpy(p, &lo, 16);
    __builtin_memcpy(p + 4, &hi, 16);
  }
  friend Vec8 operator+(Vec8 a, Vec8 b) { return {a.lo + b.lo, a.hi + b.hi}; }
  friend Vec8 operator*(Vec8 a, Vec8 b) { return {a.lo * b.lo, a.hi * b.hi}; }
};
inline Float4 madd(Float4 a, Float4 b, Float4 c) {
#if defined(__wasm_relaxed_simd__)
  return reinterpret_cast<Float4>(wasm_f32x4_relaxed_madd(
      reinterpret_cast<v128_t>(a), reinterpret_cast<v128_t>(b), reinterpret_cast<v128_t>(c)));
#else
  return a * b + c;
#endif
}
inline Vec8 madd(Vec8 a, Vec8 b, Vec8 c) { return {madd(a.lo, b.lo, c.lo), madd(a.hi, b.hi, c.hi)}; }
inline Float4 sqrt(Float4 a) {
#if defined(__wasm_simd128__)
  return reinterpret_cast<Float4>(wasm_f32x4_sqrt(reinterpret_cast<v128_t>(a)));
#else
  for (int i = 0; i < 4; ++i) a[i] = __builtin_sqrtf(a[i]);
  return a;
#endif
}
inline Vec8 sqrt(Vec8 a) { return {sqrt(a.lo), sqrt(a.hi)}; }
inline Float4 positive(Float4 a) {
  return reinterpret_cast<Float4>(reinterpret_cast<Int4>(a) & (a > Float4{0, 0, 0, 0}));
}
inline Vec8 positive(Vec8 a) { return {positive(a.lo), positive(a.hi)}; }
inline float sum(Vec8 a) {
  const Float4 h = a.lo + a.hi;
  return (h[0] + h[2]) + (h[1] + h[3]);
}
inline void add_sums(Vec8 a, Vec8 b, float* pair) {
  const Float4 x = a.lo + a.hi, y = b.lo + b.hi;
  const Float4 q = __builtin_shufflevector(x, y, 0, 4, 1, 5) + __builtin_shufflevector(x, y, 2, 6, 3, 7);
  const Float4 r = q + __builtin_shufflevector(q, q, 2, 3, 2, 3);
  pair[0] += r[0];
  pair[1] += r[1];
}

#endif

}  // namespace priorlab
