#include "ops/dct_basis.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "core/error.h"
#include "ops/elementary.h"
#include "ops/gemm.h"

namespace priorlab {
namespace {

// Horizontal and vertical frequencies along the anti-diagonals, turning at each end as in JPEG; (0, 0) left
// out.
std::vector<std::pair<int, int>> zigzag(int side) {
  std::vector<std::pair<int, int>> order;
  for (int total = 1; total <= 2 * (side - 1); ++total)
    for (int i = 0; i <= total; ++i) {
      const int v = total % 2 ? i : total - i, u = total - v;
      if (u < side && v < side) order.emplace_back(u, v);
    }
  return order;
}

}  // namespace

int patch_side(int dims) {
  const int side = static_cast<int>(std::lround(std::sqrt(dims + 1.0)));
  PRIORLAB_CHECK(side * side - 1 == dims);
  return side;
}

DctBasis::DctBasis(int side) : side_(side) {
  PRIORLAB_CHECK(side >= 2 && side <= 32);
  stride_ = (dims() + 7) / 8 * 8;
  const std::size_t n = static_cast<std::size_t>(pixels()), stride = static_cast<std::size_t>(stride_);
  analysis_.assign(n * stride, 0.0f);
  synthesis_.assign(stride * n, 0.0f);
  // Our own cosine: patches drawn in this basis have the same bits everywhere.
  const auto wave = [side](int u, int x) {
    return std::sqrt((u ? 2.0 : 1.0) / side) *
           elementary::cos(std::numbers::pi * (2 * x + 1) * u / (2 * side));
  };
  const auto order = zigzag(side);
  for (std::size_t j = 0; j < order.size(); ++j)
    for (std::size_t p = 0; p < n; ++p) {
      const int y = static_cast<int>(p) / side, x = static_cast<int>(p) % side;
      const float value = static_cast<float>(wave(order[j].first, x) * wave(order[j].second, y));
      analysis_[p * stride + j] = synthesis_[j * n + p] = value;
    }
}

void DctBasis::analyse(std::span<const float> patches, std::span<float> coefficients) const {
  const int count = static_cast<int>(patches.size()) / pixels();
  PRIORLAB_CHECK(patches.size() == static_cast<std::size_t>(count) * static_cast<std::size_t>(pixels()));
  PRIORLAB_CHECK(coefficients.size() == static_cast<std::size_t>(count) * static_cast<std::size_t>(stride_));
  std::fill(coefficients.begin(), coefficients.end(), 0.0f);
  gemm(count, stride_, pixels(), {patches.data(), pixels()}, analysis_.data(), stride_, coefficients.data(),
       stride_);
}

void DctBasis::synthesise(std::span<const float> coefficients, std::span<float> patches) const {
  const int count = static_cast<int>(patches.size()) / pixels();
  PRIORLAB_CHECK(patches.size() == static_cast<std::size_t>(count) * static_cast<std::size_t>(pixels()));
  PRIORLAB_CHECK(coefficients.size() == static_cast<std::size_t>(count) * static_cast<std::size_t>(stride_));
  std::fill(patches.begin(), patches.end(), 0.0f);
  gemm(count, pixels(), stride_, {coefficients.data(), stride_}, synthesis_.data(), pixels(), patches.data(),
       pixels());
}

}  // namespace priorlab
