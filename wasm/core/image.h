// Image: planar f32, shape (channels, height, width), row-major; 1 channel is grey, 3 are sRGB-encoded red,
// green, blue. Values are nominally in [0,1]; noisy ones may lie outside. Bytes exist only where pictures
// enter and leave.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "core/tensor.h"

namespace priorlab {

class Image {
 public:
  Image() = default;
  Image(int channels, int height, int width, float value = 0.0f);

  int channels() const { return channels_; }
  int height() const { return height_; }
  int width() const { return width_; }
  std::size_t pixels() const { return static_cast<std::size_t>(height_) * static_cast<std::size_t>(width_); }

  std::span<float> plane(int c) { return {values_.data() + offset(c), pixels()}; }
  std::span<const float> plane(int c) const { return {values_.data() + offset(c), pixels()}; }
  std::span<float> values() { return values_; }
  std::span<const float> values() const { return values_; }

  float& at(int c, int y, int x) { return values_[offset(c) + index(y, x)]; }
  float at(int c, int y, int x) const { return values_[offset(c) + index(y, x)]; }

 private:
  std::size_t offset(int c) const { return static_cast<std::size_t>(c) * pixels(); }
  std::size_t index(int y, int x) const {
    return static_cast<std::size_t>(y) * static_cast<std::size_t>(width_) + static_cast<std::size_t>(x);
  }

  int channels_ = 0, height_ = 0, width_ = 0;
  std::vector<float> values_;
};

// From a tensor: f32 of shape (C, H, W) with C 1 or 3, taken as it is; or u8 of shape (H, W, 4) (RGBA as a
// canvas gives it, alpha ignored, divided by 255). Throws std::invalid_argument on any other shape, on an
// empty picture and on NaN or infinity.
Image image_from(const Tensor&);
Tensor tensor_from(const Image&);  // f32 (C, H, W)
// u8 (H, W, 4), clipped to [0,1], rounded to nearest, alpha 255; grey is repeated in the three colours.
Tensor rgba8_from(const Image&);
// Rec. 601 luma 0.299 R + 0.587 G + 0.114 B; a grey image is copied.
Image to_grey(const Image&);

}  // namespace priorlab
