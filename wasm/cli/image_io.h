// Picture files of the command line: PNG (8 and 16 bit, grey, colour, palette) and baseline or progressive
// JPEG, through libpng and libjpeg. The page decodes with the browser and never sees this file.
#pragma once

#include <string>

#include "core/image.h"

namespace priorlab {

// 1 channel when the file is grey, else 3; alpha is dropped; 8-bit values / 255, 16-bit values / 65535.
// Throws std::invalid_argument naming the file: missing, empty, neither PNG nor JPEG, damaged, truncated,
// over 2^28 pixels.
Image read_image(const std::string& path);

// By the ending of `path`: .png (8 bit) or .jpg/.jpeg (`quality` 1..100, no chroma subsampling). Values are
// clipped to [0,1] and rounded. Throws std::invalid_argument on another ending or when the file cannot be
// written.
void write_image(const std::string& path, const Image&, int quality = 92);

// JPEG coding and decoding in memory, for simulating what a camera stores.
Image through_jpeg(const Image&, int quality);

}  // namespace priorlab
