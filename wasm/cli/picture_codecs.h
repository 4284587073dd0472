// PNG and JPEG in memory: what image_io.h is made of.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "cli/image_io.h"

namespace priorlab {

using PictureBytes = std::vector<unsigned char>;

constexpr std::size_t kMaxPixels = std::size_t{1} << 28;

// `name` stands in messages.
void check_picture_size(const std::string& name, std::size_t width, std::size_t height);

bool is_png(const PictureBytes&);
Picture decode_png(const std::string& name, const PictureBytes&);
PictureBytes encode_png(const std::string& name, const Picture&);

bool is_jpeg(const PictureBytes&);
Picture decode_jpeg(const std::string& name, const PictureBytes&);
PictureBytes encode_jpeg(const std::string& name, const Picture&, int quality);

// Orientation 1 to 8 in Exif data (the TIFF part, CIPA DC-008 tag 0x0112); 1, upright, when there is none
// that can be read.
int exif_orientation(std::span<const unsigned char> tiff);
// The picture turned and mirrored so that it stands upright.
Image upright(Image image, int orientation);

// Interleaved samples (height, width, channels) of `maximum` full scale -> planar [0,1].
template <class T>
Image planar(const std::vector<T>& samples, int channels, int height, int width, float maximum) {
  Image image(channels, height, width);
  for (int c = 0; c < channels; ++c) {
    auto plane = image.plane(c);
    for (std::size_t i = 0; i < plane.size(); ++i)
      plane[i] =
          static_cast<float>(samples[i * static_cast<std::size_t>(channels) + static_cast<std::size_t>(c)]) /
          maximum;
  }
  return image;
}

// Planar -> interleaved samples of `bytes` bytes each (1 or 2, the higher one first); clipped and rounded.
PictureBytes interleaved(const Image& image, int bytes);

}  // namespace priorlab
