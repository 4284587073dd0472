#include "ops/fft2.h"

#include <algorithm>
#include <cmath>
#include <unsupported/Eigen/FFT>
#include <vector>

#include "core/error.h"
#include "core/parallel_for.h"

namespace priorlab {
namespace {

// Each band has transforms of its own: Eigen's keep their tables inside and are not for two threads.
constexpr int kPairs = 16, kColumns = 16;

using Transform = Eigen::FFT<float>;

// Eigen's transform of a single number reads memory that is not there.
void forward_of(Transform& fft, Fft2::Complex* out, const Fft2::Complex* in, int n) {
  if (n == 1)
    *out = *in;
  else
    fft.fwd(out, in, n);
}
void inverse_of(Transform& fft, Fft2::Complex* out, const Fft2::Complex* in, int n) {
  if (n == 1)
    *out = *in;
  else
    fft.inv(out, in, n);
}

}  // namespace

Fft2::Fft2(PlaneSize size) : size_(size) { PRIORLAB_CHECK(size.height >= 1 && size.width >= 1); }

int Fft2::good_size(int n) {
  for (;; ++n) {
    int rest = n;
    for (const int p : {2, 3, 5})
      while (rest % p == 0) rest /= p;
    if (rest == 1) return n;
  }
}

float Fft2::scale(int v) const {
  const bool alone = v == 0 || 2 * v == size_.width;
  return static_cast<float>(std::sqrt((alone ? 1.0 : 2.0) / static_cast<double>(size_.pixels())));
}

void Fft2::forward(std::span<const float> plane, std::span<Complex> spectrum) const {
  PRIORLAB_CHECK(plane.size() == size_.pixels() && spectrum.size() == spectrum_size());
  const int height = size_.height, width = size_.width, half = columns();
  const int pairs = (height + 1) / 2;
  parallel_for((pairs + kPairs - 1) / kPairs, [&](int band) {
    Transform fft;
    std::vector<Complex> in(static_cast<std::size_t>(width)), out(in.size());
    for (int pair = band * kPairs; pair < std::min(pairs, (band + 1) * kPairs); ++pair) {
      const int y = 2 * pair;
      const bool both = y + 1 < height;
      const float *first = plane.data() + static_cast<std::ptrdiff_t>(y) * width, *second = first + width;
      for (int x = 0; x < width; ++x) in[static_cast<std::size_t>(x)] = {first[x], both ? second[x] : 0.0f};
      forward_of(fft, out.data(), in.data(), width);
      for (int v = 0; v < half; ++v) {
        const Complex a = out[static_cast<std::size_t>(v)],
                      b = out[static_cast<std::size_t>(v == 0 ? 0 : width - v)];
        Complex* to = spectrum.data() + static_cast<std::ptrdiff_t>(v) * height + y;
        to[0] = {0.5f * (a.real() + b.real()), 0.5f * (a.imag() - b.imag())};
        if (both) to[1] = {0.5f * (a.imag() + b.imag()), 0.5f * (b.real() - a.real())};
      }
    }
  });
  parallel_for((half + kColumns - 1) / kColumns, [&](int band) {
    Transform fft;
    std::vector<Complex> out(static_cast<std::size_t>(height));
    for (int v = band * kColumns; v < std::min(half, (band + 1) * kColumns); ++v) {
      Complex* column = spectrum.data() + static_cast<std::ptrdiff_t>(v) * height;
      forward_of(fft, out.data(), column, height);
      const float w = scale(v);
      for (int u = 0; u < height; ++u) column[u] = out[static_cast<std::size_t>(u)] * w;
    }
  });
}

void Fft2::inverse(std::span<const Complex> spectrum, std::span<float> plane) const {
  PRIORLAB_CHECK(plane.size() == size_.pixels() && spectrum.size() == spectrum_size());
  const int height = size_.height, width = size_.width, half = columns();
  std::vector<Complex> rows(spectrum.size());
  parallel_for((half + kColumns - 1) / kColumns, [&](int band) {
    Transform fft;
    fft.SetFlag(Transform::Unscaled);
    for (int v = band * kColumns; v < std::min(half, (band + 1) * kColumns); ++v) {
      const std::ptrdiff_t at = static_cast<std::ptrdiff_t>(v) * height;
      inverse_of(fft, rows.data() + at, spectrum.data() + at, height);
      // The column that is left out counts, too: half of what is here belongs to it.
      const float w = v == 0 || 2 * v == width ? scale(v) : 0.5f * scale(v);
      for (int u = 0; u < height; ++u) rows[static_cast<std::size_t>(at + u)] *= w;
    }
  });
  const int pairs = (height + 1) / 2;
  parallel_for((pairs + kPairs - 1) / kPairs, [&](int band) {
    Transform fft;
    fft.SetFlag(Transform::Unscaled);
    std::vector<Complex> in(static_cast<std::size_t>(width)), out(in.size());
    for (int pair = band * kPairs; pair < std::min(pairs, (band + 1) * kPairs); ++pair) {
      const int y = 2 * pair;
      const bool both = y + 1 < height;
      for (int v = 0; v < half; ++v) {
        const Complex* from = rows.data() + static_cast<std::ptrdiff_t>(v) * height + y;
        const Complex a = from[0], b = both ? from[1] : Complex();
        // Real parts alone where the column is its own conjugate.
        if (v == 0 || 2 * v == width) {
          in[static_cast<std::size_t>(v)] = {a.real(), b.real()};
          continue;
        }
        in[static_cast<std::size_t>(v)] = {a.real() - b.imag(), a.imag() + b.real()};
        in[static_cast<std::size_t>(width - v)] = {a.real() + b.imag(), b.real() - a.imag()};
      }
      inverse_of(fft, out.data(), in.data(), width);
      float *first = plane.data() + static_cast<std::ptrdiff_t>(y) * width, *second = first + width;
      for (int x = 0; x < width; ++x) {
        first[x] = out[static_cast<std::size_t>(x)].real();
        if (both) second[x] = out[static_cast<std::size_t>(x)].imag();
      }
    }
  });
}

}  // namespace priorlab
