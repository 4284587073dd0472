#include "ops/blur_kernel.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numbers>

#include "core/error.h"

namespace priorlab {
namespace {

constexpr double kMostLength = 200;

void check_range(const char* what, double value, double least, double most) {
  if (!(value >= least && value <= most))
    invalid("The ", what, " of a blur must be ", least, " to ", most, " pixels; ", value, " came.");
}

BlurKernel square(int radius, const std::vector<double>& weights) {
  return kernel_from(2 * radius + 1, 2 * radius + 1, std::vector<float>(weights.begin(), weights.end()));
}

}  // namespace

BlurKernel kernel_from(int height, int width, std::vector<float> weights) {
  if (height < 1 || width < 1 || height > kMostKernelSide || width > kMostKernelSide)
    invalid("A blur kernel has 1 to ", kMostKernelSide, " rows and columns; ", width, "x", height, " came.");
  if (weights.size() != static_cast<std::size_t>(height) * static_cast<std::size_t>(width))
    invalid("A blur kernel of ", width, "x", height, " does not have ", weights.size(), " weights.");
  double sum = 0;
  for (const float w : weights) {
    if (!(w >= 0) || std::isinf(w)) invalid("The weights of a blur kernel must be finite and not negative.");
    sum += w;
  }
  if (!(sum > 0)) invalid("The weights of a blur kernel must not all be zero.");
  for (float& w : weights) w = static_cast<float>(w / sum);
  return {height, width, std::move(weights)};
}

BlurKernel kernel_from(const Tensor& tensor) {
  const Shape& shape = tensor.shape();
  const bool flat = shape.size() == 2 || (shape.size() == 3 && shape[0] == 1);
  if (tensor.dtype() != DType::f32 || !flat)
    invalid("A blur kernel must be f32 of shape (H, W) or (1, H, W); ", name_of(tensor.dtype()), " ",
            to_text(shape), " came.");
  const auto height = shape[shape.size() - 2], width = shape[shape.size() - 1];
  if (height > kMostKernelSide || width > kMostKernelSide)
    invalid("A blur kernel has 1 to ", kMostKernelSide, " rows and columns; ", width, "x", height, " came.");
  const auto values = tensor.as<float>();
  return kernel_from(static_cast<int>(height), static_cast<int>(width), {values.begin(), values.end()});
}

BlurKernel kernel_from(const std::string& text) {
  std::vector<float> weights;
  std::size_t columns = 0;
  int rows = 0;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t end = std::min(text.find('\n', from), text.size());
    std::string line = text.substr(from, end - from);
    from = end + 1;
    std::replace_if(
        line.begin(), line.end(), [](char c) { return c == ',' || c == '\r' || c == '\t'; }, ' ');
    std::size_t count = 0;
    const char* at = line.c_str();
    for (char* next = nullptr;; at = next, ++count) {
      const float value = std::strtof(at, &next);
      if (next == at) break;
      weights.push_back(value);
    }
    while (*at == ' ') ++at;
    if (*at) invalid("A blur kernel is lines of numbers; \"", std::string(at).substr(0, 20), "\" came.");
    if (count == 0) continue;
    if (rows > 0 && count != columns)
      invalid("All lines of a blur kernel must have as many numbers; one of ", columns,
              " is followed by one of ", count, ".");
    columns = count;
    if (++rows > kMostKernelSide || columns > kMostKernelSide) break;
  }
  if (rows == 0) invalid("The text of the blur kernel has no numbers.");
  return kernel_from(rows, static_cast<int>(columns), std::move(weights));
}

BlurKernel gaussian_kernel(double deviation) {
  check_range("standard deviation", deviation, 0.05, 40);
  const int radius = std::max(1, static_cast<int>(std::ceil(3 * deviation)));
  std::vector<double> weights;
  for (int y = -radius; y <= radius; ++y)
    for (int x = -radius; x <= radius; ++x)
      weights.push_back(std::exp(-(x * x + y * y) / (2 * deviation * deviation)));
  return square(radius, weights);
}

BlurKernel box_kernel(int side) {
  check_range("side", side, 1, kMostKernelSide);
  return kernel_from(side, side, std::vector<float>(static_cast<std::size_t>(side * side), 1.0f));
}

BlurKernel disk_kernel(double radius) {
  check_range("radius", radius, 0, 100);
  const int reach = static_cast<int>(std::ceil(std::max(0.0, radius - 0.5)));
  constexpr int kFine = 16;  // a pixel's share is counted on a grid in it
  std::vector<double> weights;
  for (int y = -reach; y <= reach; ++y)
    for (int x = -reach; x <= reach; ++x) {
      int inside = 0;
      for (int i = 0; i < kFine; ++i)
        for (int j = 0; j < kFine; ++j) {
          const double dy = y - 0.5 + (i + 0.5) / kFine, dx = x - 0.5 + (j + 0.5) / kFine;
          inside += dy * dy + dx * dx <= radius * radius;
        }
      weights.push_back(inside);
    }
  if (reach == 0) weights = {1};
  return square(reach, weights);
}

BlurKernel motion_kernel(double length, double degrees) {
  check_range("length", length, 0, kMostLength);
  const double angle = degrees * std::numbers::pi / 180;
  const auto x = static_cast<float>(length / 2 * std::cos(angle)),
             y = static_cast<float>(-length / 2 * std::sin(angle));
  const float path[] = {-x, -y, x, y};
  return path_kernel(path);
}

BlurKernel path_kernel(std::span<const float> path) {
  if (path.empty() || path.size() % 2 != 0 || path.size() > 20000)
    invalid("A path is 1 to 10000 points of two numbers; ", path.size(), " numbers came.");
  float least[2] = {path[0], path[1]}, most[2] = {path[0], path[1]};
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (!std::isfinite(path[i])) invalid("The points of a path must be finite.");
    least[i % 2] = std::min(least[i % 2], path[i]);
    most[i % 2] = std::max(most[i % 2], path[i]);
  }
  int reach[2];
  for (const int axis : {0, 1}) {
    const double extent = static_cast<double>(most[axis]) - least[axis];
    if (extent > kMostLength)
      invalid("A path may reach over ", kMostLength, " pixels; it reaches over ", std::round(extent), ".");
    reach[axis] = static_cast<int>(std::ceil(extent / 2 - 1e-6));
  }
  const int width = 2 * reach[0] + 1, height = 2 * reach[1] + 1;
  std::vector<float> weights(static_cast<std::size_t>(width * height), 0.0f);
  // The light of a moment falls between four pixels.
  const auto put = [&](double x, double y, double amount) {
    x += reach[0] - (static_cast<double>(least[0]) + most[0]) / 2;
    y += reach[1] - (static_cast<double>(least[1]) + most[1]) / 2;
    const int left = std::clamp(static_cast<int>(std::floor(x)), 0, width - 1),
              top = std::clamp(static_cast<int>(std::floor(y)), 0, height - 1);
    const double fx = std::clamp(x - left, 0.0, 1.0), fy = std::clamp(y - top, 0.0, 1.0);
    for (const int dy : {0, 1})
      for (const int dx : {0, 1}) {
        const double share = (dx ? fx : 1 - fx) * (dy ? fy : 1 - fy);
        const int row = std::min(top + dy, height - 1), column = std::min(left + dx, width - 1);
        weights[static_cast<std::size_t>(row * width + column)] += static_cast<float>(amount * share);
      }
  };
  double total = 0;
  for (std::size_t i = 2; i < path.size(); i += 2) {
    const double dx = static_cast<double>(path[i]) - path[i - 2],
                 dy = static_cast<double>(path[i + 1]) - path[i - 1];
    const double length = std::hypot(dx, dy);
    const int moments = static_cast<int>(std::ceil(length * 8));
    for (int m = 0; m < moments; ++m) {
      const double t = (m + 0.5) / moments;
      put(path[i - 2] + t * dx, path[i - 1] + t * dy, length / moments);
    }
    total += length;
  }
  if (total == 0) put(path[0], path[1], 1);
  return kernel_from(height, width, std::move(weights));
}

}  // namespace priorlab
