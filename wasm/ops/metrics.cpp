#include "ops/metrics.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "core/error.h"

namespace priorlab {
namespace {

std::vector<double> gaussian_window(int length) {
  std::vector<double> w(static_cast<std::size_t>(length));
  double sum = 0;
  for (int i = 0; i < length; ++i) {
    const double d = i - 0.5 * (length - 1);
    sum += w[static_cast<std::size_t>(i)] = std::exp(-d * d / (2 * 1.5 * 1.5));
  }
  for (double& v : w) v /= sum;
  return w;
}

// Window means of a plane at every position that holds a whole window.
std::vector<double> window_means(const std::vector<double>& plane, int height, int width,
                                 const std::vector<double>& down, const std::vector<double>& across) {
  const auto n_down = static_cast<int>(down.size()), n_across = static_cast<int>(across.size());
  const int out_h = height - n_down + 1, out_w = width - n_across + 1;
  std::vector<double> rows(static_cast<std::size_t>(height * out_w)),
      out(static_cast<std::size_t>(out_h * out_w));
  for (int y = 0; y < height; ++y)
    for (int i = 0; i < n_across; ++i)
      for (int x = 0; x < out_w; ++x)
        rows[static_cast<std::size_t>(y * out_w + x)] +=
            across[static_cast<std::size_t>(i)] * plane[static_cast<std::size_t>(y * width + x + i)];
  for (int y = 0; y < out_h; ++y)
    for (int i = 0; i < n_down; ++i)
      for (int x = 0; x < out_w; ++x)
        out[static_cast<std::size_t>(y * out_w + x)] +=
            down[static_cast<std::size_t>(i)] * rows[static_cast<std::size_t>((y + i) * out_w + x)];
  return out;
}

// Sum of the SSIM over the window positions of a strip of `height` rows.
double strip_ssim(std::span<const float> a, std::span<const float> b, int height, int width,
                  const std::vector<double>& down, const std::vector<double>& across) {
  const auto means = [&](auto value) {
    std::vector<double> plane(a.size());
    for (std::size_t i = 0; i < a.size(); ++i) plane[i] = value(double{a[i]}, double{b[i]});
    return window_means(plane, height, width, down, across);
  };
  const auto ma = means([](double p, double) { return p; });
  const auto mb = means([](double, double q) { return q; });
  const auto aa = means([](double p, double) { return p * p; });
  const auto bb = means([](double, double q) { return q * q; });
  const auto ab = means([](double p, double q) { return p * q; });
  constexpr double c1 = 0.01 * 0.01, c2 = 0.03 * 0.03;
  double sum = 0;
  for (std::size_t i = 0; i < ma.size(); ++i) {
    const double mm = ma[i] * mb[i], m2 = ma[i] * ma[i] + mb[i] * mb[i];
    sum += (2 * mm + c1) * (2 * (ab[i] - mm) + c2) / ((m2 + c1) * (aa[i] + bb[i] - m2 + c2));
  }
  return sum;
}

double plane_ssim(std::span<const float> a, std::span<const float> b, int height, int width) {
  constexpr int kStrip = 64;  // rows of window positions at a time: a big picture needs little memory
  const auto down = gaussian_window(std::min(11, height)), across = gaussian_window(std::min(11, width));
  const int positions = height - static_cast<int>(down.size()) + 1;
  double sum = 0;
  for (int y = 0; y < positions; y += kStrip) {
    const int rows = std::min(kStrip, positions - y) + static_cast<int>(down.size()) - 1;
    const auto first = static_cast<std::size_t>(y) * static_cast<std::size_t>(width);
    const auto count = static_cast<std::size_t>(rows) * static_cast<std::size_t>(width);
    sum += strip_ssim(a.subspan(first, count), b.subspan(first, count), rows, width, down, across);
  }
  return sum / (static_cast<double>(positions) * (width - static_cast<int>(across.size()) + 1));
}

}  // namespace

double mean_squared_error(std::span<const float> a, std::span<const float> b) {
  PRIORLAB_CHECK(a.size() == b.size() && !a.empty());
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double d = static_cast<double>(a[i]) - b[i];
    sum += d * d;
  }
  return sum / static_cast<double>(a.size());
}

double psnr(std::span<const float> a, std::span<const float> b) {
  const double mse = mean_squared_error(a, b);
  return mse > 0 ? -10 * std::log10(mse) : std::numeric_limits<double>::infinity();
}

double ssim(const Image& a, const Image& b) {
  PRIORLAB_CHECK(a.channels() == b.channels() && a.height() == b.height() && a.width() == b.width());
  PRIORLAB_CHECK(!a.values().empty());
  double sum = 0;
  for (int c = 0; c < a.channels(); ++c) sum += plane_ssim(a.plane(c), b.plane(c), a.height(), a.width());
  return sum / a.channels();
}

}  // namespace priorlab
