#include "core/preview.h"

#include <algorithm>
#include <cstdint>

#include "core/error.h"

namespace priorlab {
namespace {

// Means of one plane of height x width, written row after row.
void plane_box_mean(const float* from, std::int64_t height, std::int64_t width, std::int64_t scale,
                    float* to) {
  const std::int64_t columns = (width + scale - 1) / scale;
  std::vector<float> sums(static_cast<std::size_t>(columns));
  for (std::int64_t top = 0; top < height; top += scale) {
    std::fill(sums.begin(), sums.end(), 0.0f);
    const std::int64_t rows = std::min(scale, height - top);
    for (std::int64_t y = top; y < top + rows; ++y) {
      const float* row = from + y * width;
      for (std::int64_t c = 0; c < columns; ++c) {
        const std::int64_t end = std::min(width, (c + 1) * scale);
        float sum = 0;
        for (std::int64_t x = c * scale; x < end; ++x) sum += row[x];
        sums[static_cast<std::size_t>(c)] += sum;
      }
    }
    for (std::int64_t c = 0; c < columns; ++c) {
      const std::int64_t held = rows * std::min(scale, width - c * scale);
      *to++ = sums[static_cast<std::size_t>(c)] / static_cast<float>(held);
    }
  }
}

std::uint8_t byte_of(float value) {
  if (!(value > 0)) return 0;  // also NaN
  return static_cast<std::uint8_t>(std::min(value, 1.0f) * 255.0f + 0.5f);
}

}  // namespace

Tensor box_mean(const Tensor& tensor, int scale) {
  if (scale < 1) invalid("The scale must be 1 or more; ", scale, " came.");
  const Shape& shape = tensor.shape();
  if (tensor.dtype() != DType::f32 || shape.size() < 2)
    invalid("Only f32 tensors of two or more axes can be reduced; ", name_of(tensor.dtype()), " ",
            to_text(shape), " came.");
  if (scale == 1 || tensor.size() == 0) return tensor;
  const std::int64_t height = shape[shape.size() - 2], width = shape.back();
  const std::int64_t planes = tensor.size() / (height * width);
  Shape reduced = shape;
  reduced[shape.size() - 2] = (height + scale - 1) / scale;
  reduced.back() = (width + scale - 1) / scale;
  Tensor result(DType::f32, reduced);
  const std::int64_t step = result.size() / planes;
  for (std::int64_t p = 0; p < planes; ++p)
    plane_box_mean(tensor.as<float>().data() + p * height * width, height, width, scale,
                   result.as<float>().data() + p * step);
  return result;
}

Tensor preview_rgba8(const Tensor& tensor, int scale) {
  const Shape& whole = tensor.shape();
  const bool planar = whole.size() == 3 && (whole[0] == 1 || whole[0] == 3);
  if (tensor.dtype() != DType::f32 || !(planar || whole.size() == 2))
    invalid("Only f32 tensors of shape (H, W), (1, H, W) or (3, H, W) are pictures; ",
            name_of(tensor.dtype()), " ", to_text(whole), " came.");
  Tensor reduced;
  if (scale != 1) reduced = box_mean(tensor, scale);
  const Tensor& picture = scale == 1 ? tensor : reduced;
  const Shape& shape = picture.shape();
  const std::int64_t height = shape[shape.size() - 2], width = shape.back(), pixels = height * width;
  const bool colour = planar && whole[0] == 3;
  const float* red = picture.as<float>().data();
  const float* green = colour ? red + pixels : red;
  const float* blue = colour ? red + 2 * pixels : red;
  Tensor rgba(DType::u8, {height, width, 4});
  std::uint8_t* to = rgba.as<std::uint8_t>().data();
  for (std::int64_t i = 0; i < pixels; ++i, to += 4) {
    to[0] = byte_of(red[i]);
    to[1] = colour ? byte_of(green[i]) : to[0];
    to[2] = colour ? byte_of(blue[i]) : to[0];
    to[3] = 255;
  }
  return rgba;
}

}  // namespace priorlab
