#include "ops/cubic_resampling.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"

namespace priorlab {
namespace {

double cubic(double x) {
  x = std::abs(x);
  if (x <= 1) return (1.5 * x - 2.5) * x * x + 1;
  if (x <= 2) return ((-0.5 * x + 2.5) * x - 4) * x + 2;
  return 0;
}

// a b c -> ... b a | a b c | c b ...
int mirrored(int i, int n) {
  i = ((i % (2 * n)) + 2 * n) % (2 * n);
  return i < n ? i : 2 * n - 1 - i;
}

}  // namespace

CubicResampling::Axis CubicResampling::axis(int input, int output) {
  const double scale = static_cast<double>(output) / input, stretch = std::min(scale, 1.0);
  Axis a;
  a.taps = static_cast<int>(std::ceil(4 / stretch)) + 2;
  for (int i = 0; i < output; ++i) {
    const double centre = (i + 0.5) / scale - 0.5;
    const int first = static_cast<int>(std::floor(centre - 2 / stretch));
    double sum = 0;
    for (int t = 0; t < a.taps; ++t) sum += cubic((centre - first - t) * stretch);
    for (int t = 0; t < a.taps; ++t) {
      a.place.push_back(mirrored(first + t, input));
      a.weight.push_back(static_cast<float>(cubic((centre - first - t) * stretch) / sum));
    }
  }
  return a;
}

CubicResampling::CubicResampling(PlaneSize input, PlaneSize output)
    : input_(input),
      output_(output),
      rows_(axis(input.height, output.height)),
      columns_(axis(input.width, output.width)) {
  PRIORLAB_CHECK(input.height >= 1 && input.width >= 1 && output.height >= 1 && output.width >= 1);
}

void CubicResampling::apply(std::span<const float> x, std::span<float> y) const {
  PRIORLAB_CHECK(x.size() == input_.pixels() && y.size() == output_.pixels());
  const std::size_t wide = static_cast<std::size_t>(input_.width);
  std::vector<float> row(wide);
  float* to = y.data();
  for (int i = 0; i < output_.height; ++i) {
    std::fill(row.begin(), row.end(), 0.0f);
    for (int t = i * rows_.taps; t < (i + 1) * rows_.taps; ++t) {
      const float w = rows_.weight[static_cast<std::size_t>(t)];
      if (w == 0) continue;
      const float* from =
          x.data() + static_cast<std::size_t>(rows_.place[static_cast<std::size_t>(t)]) * wide;
      for (std::size_t j = 0; j < wide; ++j) row[j] += w * from[j];
    }
    const float* weight = columns_.weight.data();
    const int* place = columns_.place.data();
    for (int j = 0; j < output_.width; ++j) {
      float sum = 0;
      for (int t = 0; t < columns_.taps; ++t) sum += *weight++ * row[static_cast<std::size_t>(*place++)];
      *to++ = sum;
    }
  }
}

void CubicResampling::adjoint(std::span<const float> y, std::span<float> x) const {
  PRIORLAB_CHECK(x.size() == input_.pixels() && y.size() == output_.pixels());
  const std::size_t wide = static_cast<std::size_t>(input_.width);
  std::fill(x.begin(), x.end(), 0.0f);
  std::vector<float> row(wide);
  const float* from = y.data();
  for (int i = 0; i < output_.height; ++i) {
    std::fill(row.begin(), row.end(), 0.0f);
    const float* weight = columns_.weight.data();
    const int* place = columns_.place.data();
    for (int j = 0; j < output_.width; ++j, ++from)
      for (int t = 0; t < columns_.taps; ++t) row[static_cast<std::size_t>(*place++)] += *weight++ * *from;
    for (int t = i * rows_.taps; t < (i + 1) * rows_.taps; ++t) {
      const float w = rows_.weight[static_cast<std::size_t>(t)];
      if (w == 0) continue;
      float* to = x.data() + static_cast<std::size_t>(rows_.place[static_cast<std::size_t>(t)]) * wide;
      for (std::size_t j = 0; j < wide; ++j) to[j] += w * row[j];
    }
  }
}

}  // namespace priorlab
