#include "ops/valid_blur.h"

#include <algorithm>

#include "core/error.h"

namespace priorlab {
namespace {

// Copies a rectangle of rows between two planes.
void copy_rows(const float* from, std::ptrdiff_t from_stride, float* to, std::ptrdiff_t to_stride,
               PlaneSize size) {
  for (int row = 0; row < size.height; ++row)
    std::copy_n(from + row * from_stride, size.width, to + row * to_stride);
}

}  // namespace

ValidBlur::ValidBlur(PlaneSize input, const BlurKernel& kernel)
    : input_(input),
      kernel_(kernel),
      fft_({Fft2::good_size(input.height), Fft2::good_size(input.width)}),
      spectrum_(fft_.spectrum_size()) {
  PRIORLAB_CHECK(input.height >= kernel.height && input.width >= kernel.width);
  std::vector<float> torus(fft_.size().pixels(), 0.0f);
  copy_rows(kernel.weights.data(), kernel.width, torus.data(), fft_.size().width,
            {kernel.height, kernel.width});
  fft_.forward(torus, spectrum_);
  for (int v = 0; v < fft_.columns(); ++v) {
    const float usual = 1 / fft_.scale(v);
    for (int u = 0; u < fft_.size().height; ++u)
      spectrum_[static_cast<std::size_t>(v * fft_.size().height + u)] *= usual;
  }
}

void ValidBlur::place_x(std::span<const float> x, std::span<float> torus) const {
  std::fill(torus.begin(), torus.end(), 0.0f);
  copy_rows(x.data(), input_.width, torus.data(), fft_.size().width, input_);
}

void ValidBlur::take_x(std::span<const float> torus, std::span<float> x) const {
  copy_rows(torus.data(), fft_.size().width, x.data(), input_.width, input_);
}

void ValidBlur::place_y(std::span<const float> y, std::span<float> torus) const {
  std::fill(torus.begin(), torus.end(), 0.0f);
  const std::ptrdiff_t wide = fft_.size().width;
  copy_rows(y.data(), output().width, torus.data() + (kernel_.height - 1) * wide + kernel_.width - 1, wide,
            output());
}

void ValidBlur::take_y(std::span<const float> torus, std::span<float> y) const {
  const std::ptrdiff_t wide = fft_.size().width;
  copy_rows(torus.data() + (kernel_.height - 1) * wide + kernel_.width - 1, wide, y.data(), output().width,
            output());
}

void ValidBlur::apply(std::span<const float> x, std::span<float> y) const {
  std::vector<float> torus(fft_.size().pixels());
  std::vector<Fft2::Complex> s(spectrum_.size());
  place_x(x, torus);
  fft_.forward(torus, s);
  for (std::size_t i = 0; i < s.size(); ++i) s[i] *= spectrum_[i];
  fft_.inverse(s, torus);
  take_y(torus, y);
}

void ValidBlur::adjoint(std::span<const float> y, std::span<float> x) const {
  std::vector<float> torus(fft_.size().pixels());
  std::vector<Fft2::Complex> s(spectrum_.size());
  place_y(y, torus);
  fft_.forward(torus, s);
  for (std::size_t i = 0; i < s.size(); ++i) s[i] *= std::conj(spectrum_[i]);
  fft_.inverse(s, torus);
  take_x(torus, x);
}

std::vector<float> plain_valid_blur(std::span<const float> x, PlaneSize size, const BlurKernel& kernel) {
  const int height = size.height - kernel.height + 1, width = size.width - kernel.width + 1;
  PRIORLAB_CHECK(height >= 1 && width >= 1 && x.size() == size.pixels());
  std::vector<float> y;
  for (int row = 0; row < height; ++row)
    for (int column = 0; column < width; ++column) {
      double sum = 0;
      for (int i = 0; i < kernel.height; ++i)
        for (int j = 0; j < kernel.width; ++j)
          sum += static_cast<double>(kernel.weights[static_cast<std::size_t>(i * kernel.width + j)]) *
                 x[static_cast<std::size_t>((row + kernel.height - 1 - i) * size.width + column +
                                            kernel.width - 1 - j)];
      y.push_back(static_cast<float>(sum));
    }
  return y;
}

}  // namespace priorlab
