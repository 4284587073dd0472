// Picture files of the command line: PNG (8 and 16 bit, grey, colour, palette) and baseline or progressive
// JPEG, through libpng and libjpeg. The page decodes with the browser and never sees this file.
#pragma once

#include <string>
#include <vector>

#include "core/image.h"

namespace priorlab {

// A picture and what of its file is worth keeping when it is written again.
struct Picture {
  Image image;
  int depth = 8;                   // bits per sample in the file: 8 or 16
  bool jpeg = false;               // else PNG
  std::vector<unsigned char> icc;  // colour profile, empty when there was none
};

// 1 channel when the file is grey, else 3; alpha is dropped; 8-bit values / 255, 16-bit values / 65535;
// turned upright by its Exif orientation. Throws std::invalid_argument naming the file: missing, a folder,
// empty, neither PNG nor JPEG, damaged, truncated, over 2^28 pixels.
Picture read_picture(const std::string& path);
Image read_image(const std::string& path);

// By the ending of `path`: .png with `depth` bits, or .jpg/.jpeg (`quality` 1..100, no chroma subsampling,
// 8 bits). Values are clipped to [0,1] and rounded; `jpeg` is not looked at. A write that fails leaves
// nothing behind. Throws std::invalid_argument on another ending, on sides JPEG cannot hold (over 65500) or
// when the file cannot be written.
void write_picture(const std::string& path, const Picture&, int quality = 92);
void write_image(const std::string& path, const Image&, int quality = 92);

// Whether write_picture knows the ending.
bool is_picture_name(const std::string& path);

// JPEG coding and decoding in memory, for simulating what a camera stores.
Image through_jpeg(const Image&, int quality);

}  // namespace priorlab
