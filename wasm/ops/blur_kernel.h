// Blur kernels: what a point of light becomes. The picture is k * x, y(i) = sum_j k(j) x(i - j).
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/tensor.h"

namespace priorlab {

// Row-major weights >= 0 that sum to one. The middle, ((height - 1) / 2, (width - 1) / 2), stays in place.
struct BlurKernel {
  int height = 1, width = 1;
  std::vector<float> weights = {1.0f};
};

inline constexpr int kMostKernelSide = 255;

// Of any non-negative weights: divided by their sum. Throws std::invalid_argument when there are not height x
// width of them, a side is not 1 to kMostKernelSide, one is negative or not finite, or they sum to zero.
BlurKernel kernel_from(int height, int width, std::vector<float> weights);
// f32 (H, W) or (1, H, W), the same checks.
BlurKernel kernel_from(const Tensor& tensor);
// Lines of numbers with spaces or commas between them, as many in each; empty lines do not count.
BlurKernel kernel_from(const std::string& text);

// Lengths in pixels. All but the box have odd sides.
BlurKernel gaussian_kernel(double deviation);             // (0, 40], cut at three standard deviations
BlurKernel box_kernel(int side);                          // 1 to kMostKernelSide, all weights equal
BlurKernel disk_kernel(double radius);                    // [0, 100]: defocus
BlurKernel motion_kernel(double length, double degrees);  // [0, 200]: straight; counter-clockwise from +x
// A camera that shakes along straight lines between points at constant speed; point i is at x = path[2 i],
// y = path[2 i + 1], y downwards. The middle of the path's bounding box becomes the kernel's. At least one
// point, at most 10000, over at most 200 pixels each way.
BlurKernel path_kernel(std::span<const float> path);

}  // namespace priorlab
