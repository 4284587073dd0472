#include "core/image.h"

#include <cmath>

#include "core/error.h"

namespace priorlab {
namespace {

constexpr std::int64_t kMaxSide = 1 << 20;

void check_sides(const Shape& shape, std::int64_t height, std::int64_t width) {
  if (height < 1 || width < 1) invalid("The picture of shape ", to_text(shape), " is empty.");
  if (height > kMaxSide || width > kMaxSide)
    invalid("The picture of shape ", to_text(shape), " is too large: at most ", kMaxSide,
            " pixels a side are allowed.");
}

}  // namespace

Image::Image(int channels, int height, int width, float value)
    : channels_(channels), height_(height), width_(width) {
  PRIORLAB_CHECK(channels >= 0 && height >= 0 && width >= 0);
  values_.assign(static_cast<std::size_t>(element_count({channels, height, width})), value);
}

Image image_from(const Tensor& tensor) {
  const Shape& shape = tensor.shape();
  if (tensor.dtype() == DType::f32 && shape.size() == 3 && (shape[0] == 1 || shape[0] == 3)) {
    check_sides(shape, shape[1], shape[2]);
    Image image(static_cast<int>(shape[0]), static_cast<int>(shape[1]), static_cast<int>(shape[2]));
    const auto from = tensor.as<float>();
    const auto to = image.values();
    for (std::size_t i = 0; i < from.size(); ++i) {
      if (!std::isfinite(from[i]))
        invalid("The picture has the value ", from[i], " at index ", i, "; every value must be finite.");
      to[i] = from[i];
    }
    return image;
  }
  if (tensor.dtype() == DType::u8 && shape.size() == 3 && shape[2] == 4) {
    check_sides(shape, shape[0], shape[1]);
    Image image(3, static_cast<int>(shape[0]), static_cast<int>(shape[1]));
    const auto from = tensor.as<std::uint8_t>();
    for (int c = 0; c < 3; ++c) {
      const auto plane = image.plane(c);
      for (std::size_t i = 0; i < plane.size(); ++i)
        plane[i] = static_cast<float>(from[4 * i + static_cast<std::size_t>(c)]) / 255.0f;
    }
    return image;
  }
  invalid("A picture must be f32 of shape (1, H, W) or (3, H, W), or u8 of shape (H, W, 4); ",
          name_of(tensor.dtype()), " of shape ", to_text(shape), " came.");
}

Tensor tensor_from(const Image& image) {
  return Tensor::from<float>({image.channels(), image.height(), image.width()}, image.values());
}

Tensor rgba8_from(const Image& image) {
  PRIORLAB_CHECK(image.channels() == 1 || image.channels() == 3);
  Tensor out(DType::u8, {image.height(), image.width(), 4});
  const auto to = out.as<std::uint8_t>();
  for (int c = 0; c < 3; ++c) {
    const auto plane = image.plane(image.channels() == 3 ? c : 0);
    for (std::size_t i = 0; i < plane.size(); ++i) {
      const float v = plane[i] > 0.0f ? (plane[i] < 1.0f ? plane[i] : 1.0f) : 0.0f;  // NaN becomes 0
      to[4 * i + static_cast<std::size_t>(c)] = static_cast<std::uint8_t>(v * 255.0f + 0.5f);
    }
  }
  for (std::size_t i = 0; i < image.pixels(); ++i) to[4 * i + 3] = 255;
  return out;
}

Image to_grey(const Image& image) {
  if (image.channels() == 1) return image;
  PRIORLAB_CHECK(image.channels() == 3);
  Image grey(1, image.height(), image.width());
  const auto r = image.plane(0), g = image.plane(1), b = image.plane(2);
  const auto y = grey.plane(0);
  for (std::size_t i = 0; i < y.size(); ++i) y[i] = 0.299f * r[i] + 0.587f * g[i] + 0.114f * b[i];
  return grey;
}

}  // namespace priorlab
