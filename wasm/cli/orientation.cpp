#include <cstdint>

#include "cli/picture_codecs.h"

namespace priorlab {

int exif_orientation(std::span<const unsigned char> tiff) {
  if (tiff.size() < 8) return 1;
  const bool big = tiff[0] == 'M';
  const auto number = [&](std::size_t at, std::size_t bytes) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < bytes; ++i) value = value << 8 | tiff[big ? at + i : at + bytes - 1 - i];
    return value;
  };
  if (tiff[0] != tiff[1] || (tiff[0] != 'M' && tiff[0] != 'I') || number(2, 2) != 42) return 1;
  const std::size_t directory = number(4, 4);
  if (directory + 2 > tiff.size()) return 1;
  const std::size_t entries = number(directory, 2);
  for (std::size_t i = 0; i < entries; ++i) {
    const std::size_t entry = directory + 2 + 12 * i;
    if (entry + 12 > tiff.size()) return 1;
    if (number(entry, 2) != 0x0112) continue;
    const std::uint32_t value = number(entry + 8, 2);  // a short stands at the front of its four bytes
    return value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
  }
  return 1;
}

Image upright(Image image, int orientation) {
  if (orientation <= 1 || orientation > 8) return image;
  const int height = image.height(), width = image.width();
  const bool turned = orientation >= 5;  // rows of the file are columns of the picture
  const bool flip_x = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
  const bool flip_y = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
  Image out(image.channels(), turned ? width : height, turned ? height : width);
  for (int c = 0; c < out.channels(); ++c)
    for (int y = 0; y < out.height(); ++y)
      for (int x = 0; x < out.width(); ++x) {
        const int row = turned ? x : y, column = turned ? y : x;
        out.at(c, y, x) = image.at(c, flip_y ? height - 1 - row : row, flip_x ? width - 1 - column : column);
      }
  return out;
}

}  // namespace priorlab
