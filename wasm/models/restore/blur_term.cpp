#include "models/restore/blur_term.h"

#include <algorithm>

#include "core/error.h"

namespace priorlab {
namespace {

using Complex = Fft2::Complex;

// A spectrum as the plain numbers it is made of: inner products are the same.
std::span<const float> numbers(std::span<const Complex> s) {
  return {reinterpret_cast<const float*>(s.data()), 2 * s.size()};
}
std::span<float> numbers(std::span<Complex> s) { return {reinterpret_cast<float*>(s.data()), 2 * s.size()}; }
std::span<const Complex> spectrum(std::span<const float> s) {
  return {reinterpret_cast<const Complex*>(s.data()), s.size() / 2};
}
std::span<Complex> spectrum(std::span<float> s) {
  return {reinterpret_cast<Complex*>(s.data()), s.size() / 2};
}

float square(Complex c) { return c.real() * c.real() + c.imag() * c.imag(); }

}  // namespace

BlurTerm::BlurTerm(PlaneSize x, std::vector<float> y, PlaneSize blurred, const BlurKernel& kernel,
                   double ratio)
    : x_(x),
      blurred_(blurred),
      blur_(x, kernel),
      ratio_(ratio),
      torus_(blur_.fft().size().pixels(), 0.0f),
      back_(blur_.fft().spectrum_size()) {
  PRIORLAB_CHECK(ratio > 0 && y.size() == blurred.pixels());
  PRIORLAB_CHECK(blurred.height <= blur_.output().height && blurred.width <= blur_.output().width);
  std::vector<float> seen(blur_.output().pixels(), 0.0f);
  for (int row = 0; row < blurred.height; ++row)
    std::copy_n(y.data() + static_cast<std::ptrdiff_t>(row) * blurred.width, blurred.width,
                seen.data() + static_cast<std::ptrdiff_t>(row) * blur_.output().width);
  blur_.place_y(seen, torus_);
  blur_.fft().forward(torus_, back_);
  for (std::size_t i = 0; i < back_.size(); ++i) back_[i] *= std::conj(blur_.spectrum()[i]);
}

void BlurTerm::see(std::span<float> torus) const {
  const PlaneSize size = blur_.fft().size();
  const int top = x_.height - blur_.output().height, left = x_.width - blur_.output().width;
  for (int row = 0; row < size.height; ++row) {
    float* at = torus.data() + static_cast<std::ptrdiff_t>(row) * size.width;
    const bool seen = row >= top && row < top + blurred_.height;
    std::fill(at, at + (seen ? left : size.width), 0.0f);
    if (seen) std::fill(at + left + blurred_.width, at + size.width, 0.0f);
  }
}

void BlurTerm::solve(std::span<const float> average, double weight, std::span<float> x) {
  PRIORLAB_CHECK(average.size() == x_.pixels() && x.size() == x_.pixels());
  const Fft2& fft = blur_.fft();
  const auto k = blur_.spectrum();
  const auto b = static_cast<float>(ratio_ * weight);
  std::vector<float> torus(fft.size().pixels());
  std::vector<Complex> right(k.size()), now(k.size());
  blur_.place_x(average, torus);
  fft.forward(torus, right);
  for (std::size_t i = 0; i < right.size(); ++i) right[i] = back_[i] + b * right[i];
  blur_.place_x(x, torus);
  fft.forward(torus, now);
  std::vector<float> inverse(k.size());
  for (std::size_t i = 0; i < inverse.size(); ++i) inverse[i] = 1 / (square(k[i]) + b);

  const auto matrix = [&](std::span<const float> in, std::span<float> out) {
    const auto from = spectrum(in);
    const auto to = spectrum(out);
    for (std::size_t i = 0; i < to.size(); ++i) to[i] = k[i] * from[i];
    fft.inverse(to, torus);
    see(torus);
    fft.forward(torus, to);
    for (std::size_t i = 0; i < to.size(); ++i) to[i] = std::conj(k[i]) * to[i] + b * from[i];
  };
  const auto precondition = [&](std::span<const float> in, std::span<float> out) {
    const auto from = spectrum(in);
    const auto to = spectrum(out);
    for (std::size_t i = 0; i < to.size(); ++i) to[i] = from[i] * inverse[i];
  };
  convergence_ = conjugate_gradients(matrix, precondition, numbers(std::span<const Complex>(right)),
                                     numbers(std::span(now)), kTolerance, kMostIterations);
  fft.inverse(now, torus);
  blur_.take_x(torus, x);
}

double BlurTerm::misfit(std::span<const float> x) const {
  const Fft2& fft = blur_.fft();
  std::vector<float> torus(fft.size().pixels());
  std::vector<Complex> s(fft.spectrum_size());
  blur_.place_x(x, torus);
  fft.forward(torus, s);
  for (std::size_t i = 0; i < s.size(); ++i) s[i] *= blur_.spectrum()[i];
  fft.inverse(s, torus);
  see(torus);
  double sum = 0;
  for (std::size_t i = 0; i < torus.size(); ++i) {
    const double off = static_cast<double>(torus[i]) - torus_[i];
    sum += off * off;
  }
  return sum;
}

}  // namespace priorlab
