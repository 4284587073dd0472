#include "models/epll/plane_restorer.h"

#include <algorithm>
#include <utility>

#include "core/error.h"
#include "core/parallel_for.h"

namespace priorlab {
namespace {

constexpr int kBand = 64;  // rows: a few of them for each core of even a small picture

}  // namespace

PlaneRestorer::PlaneRestorer(std::vector<float> noisy, int height, int width, double sigma,
                             std::shared_ptr<DataTerm> data)
    : height_(height),
      width_(width),
      sigma_(sigma),
      noisy_(std::move(noisy)),
      x_(noisy_),
      data_(std::move(data)) {
  PRIORLAB_CHECK(noisy_.size() == static_cast<std::size_t>(height) * static_cast<std::size_t>(width));
  PRIORLAB_CHECK(sigma >= 0 && (sigma > 0 || !data_));
}

std::size_t PlaneRestorer::bands_of_rows() const {
  return static_cast<std::size_t>((height_ + kBand - 1) / kBand);
}

void PlaneRestorer::for_bands_of_rows(const std::function<void(int, int, int)>& body) const {
  parallel_for(static_cast<int>(bands_of_rows()),
               [&](int band) { body(band, band * kBand, std::min(height_, (band + 1) * kBand)); });
}

void PlaneRestorer::add_rows(std::span<const float> pixels, const PatchTile& at, int top, int bottom,
                             std::span<float> plane, int side) const {
  const int wide = at.pixel_columns(side);
  for (int y = std::max(top, at.y); y < std::min(bottom, at.y + at.pixel_rows(side)); ++y) {
    float* to = plane.data() + static_cast<std::ptrdiff_t>(y) * width_ + at.x;
    const float* from = pixels.data() + static_cast<std::ptrdiff_t>(y - at.y) * wide;
    for (int i = 0; i < wide; ++i) to[i] += from[i];
  }
}

std::vector<float> PlaneRestorer::folded_in(int y, int x, int wide, std::span<const float> sum,
                                            std::span<const float> count, float b) const {
  std::vector<float> out(sum.size());
  const auto columns = static_cast<std::size_t>(wide);
  for (std::size_t to = 0; to < out.size(); ++to) {
    const std::size_t i = (static_cast<std::size_t>(y) + to / columns) * static_cast<std::size_t>(width_) +
                          static_cast<std::size_t>(x) + to % columns;
    if (count[to] == 0)
      out[to] = x_[i];
    else if (data_)
      out[to] = data_->folded(i, sum[to] / count[to], b);
    else
      out[to] = (noisy_[i] + b * (sum[to] / count[to])) / (1 + b);
  }
  return out;
}

}  // namespace priorlab
