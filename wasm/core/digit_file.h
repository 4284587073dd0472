// Files of small black-and-white pictures, digits above all, read from their bytes: IDX (as MNIST comes) and
// .amat text (as the fixed binarisation of MNIST comes). Compressed files are unpacked by the caller.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace priorlab {

struct Digits {
  int count = 0, height = 0, width = 0;
  std::vector<std::uint8_t> pixels;  // (count, height, width), 0 or 1

  std::span<const std::uint8_t> digit(int i) const {
    const std::size_t n = static_cast<std::size_t>(height) * static_cast<std::size_t>(width);
    return std::span(pixels).subspan(static_cast<std::size_t>(i) * n, n);
  }
};

// A file begins like IDX (two zero bytes) or is taken for text; gzip and other known formats are named in the
// message. Throws std::invalid_argument for whatever is neither.
Digits read_digit_file(std::span<const std::byte> file);

// IDX: bytes 0, 0, 8 (unsigned bytes), 3 (axes), then count, height and width as big-endian u32, then the
// pixels. Where every value is 0 or 1 they stay; otherwise 128 and more is 1. Throws std::invalid_argument
// saying what came: another element type or number of axes, no pictures, sides over 256, more than 2^30
// pixels, fewer or more bytes than the header announces.
Digits read_idx(std::span<const std::byte> file);

// Text with one picture in a line: zeros and ones with blanks between them, as many in every line, a square
// number (784 = 28 x 28). Empty lines count for nothing. Throws std::invalid_argument naming the line: a
// value other than 0 and 1, a line of another length, a length that is no square, no line at all.
Digits read_amat(std::span<const std::byte> file);

}  // namespace priorlab
