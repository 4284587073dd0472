#include "core/digit_file.h"

#include <algorithm>
#include <cctype>
#include <string>

#include "core/error.h"

namespace priorlab {
namespace {

constexpr std::size_t kMostSide = 256;
constexpr std::uint64_t kMostPixels = std::uint64_t{1} << 30;

int byte_at(std::span<const std::byte> file, std::size_t i) { return std::to_integer<int>(file[i]); }

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

// What a person should see of a value that is not allowed.
std::string shown(std::span<const char> value) {
  std::string text;
  for (char c : value.first(std::min<std::size_t>(value.size(), 12)))
    text += std::isprint(static_cast<unsigned char>(c)) ? c : '?';
  return text + (value.size() > 12 ? "..." : "");
}

int side_of(std::size_t values, std::size_t line) {
  for (std::size_t side = 1; side <= kMostSide; ++side)
    if (side * side == values) return static_cast<int>(side);
  invalid("Line ", line, " of the text has ", values,
          " values; a picture of zeros and ones has a square number of them, 784 = 28 x 28, at most ",
          kMostSide * kMostSide, ".");
}

}  // namespace

Digits read_digit_file(std::span<const std::byte> file) {
  if (file.empty()) invalid("The file is empty; IDX or .amat text was expected.");
  const auto begins = [&](int a, int b) {
    return file.size() >= 2 && byte_at(file, 0) == a && byte_at(file, 1) == b;
  };
  if (begins(0x1f, 0x8b)) invalid("The file is compressed by gzip; unpack it first.");
  if (begins('P', 'K')) invalid("The file is a zip archive; unpack it first.");
  if (begins(0x89, 'P') || begins(0xff, 0xd8) || begins('G', 'I'))
    invalid("The file is a picture; IDX or .amat text with many digits was expected.");
  return begins(0, 0) || (file.size() == 1 && byte_at(file, 0) == 0) ? read_idx(file) : read_amat(file);
}

Digits read_idx(std::span<const std::byte> file) {
  constexpr std::size_t kHeader = 16;
  if (file.size() < 4)
    invalid("The IDX file ends after ", file.size(), " bytes, within its first number of four bytes.");
  if (byte_at(file, 0) != 0 || byte_at(file, 1) != 0)
    invalid("The file does not begin like IDX, with two zero bytes, but with ", byte_at(file, 0), " and ",
            byte_at(file, 1), ".");
  if (byte_at(file, 2) != 8)
    invalid("The IDX file holds elements of type ", byte_at(file, 2),
            "; pictures of type 8, unsigned bytes, are read.");
  if (byte_at(file, 3) != 3)
    invalid("The IDX file has ", byte_at(file, 3),
            byte_at(file, 3) == 1 ? " axis, as files of labels have" : " axes",
            "; pictures have 3: number, rows and columns.");
  if (file.size() < kHeader)
    invalid("The IDX file ends after ", file.size(), " bytes, within its header of ", kHeader, ".");
  const auto extent = [&](std::size_t at) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < 4; ++i)
      value = value << 8 | static_cast<std::uint64_t>(byte_at(file, at + i));
    return value;
  };
  const std::uint64_t count = extent(4), height = extent(8), width = extent(12);
  if (count == 0 || height == 0 || width == 0)
    invalid("The header of the IDX file announces ", count, " pictures of ", height, " x ", width,
            " pixels: there is nothing in it.");
  if (height > kMostSide || width > kMostSide)
    invalid("The header of the IDX file announces pictures of ", height, " x ", width, " pixels; at most ",
            kMostSide, " x ", kMostSide, " are read.");
  const std::uint64_t pixels = count * height * width;  // below 2^32 * 2^16
  if (pixels > kMostPixels)
    invalid("The header of the IDX file announces ", count, " pictures of ", height, " x ", width,
            " pixels, ", pixels, " bytes; at most ", kMostPixels, " are read.");
  const std::uint64_t there = file.size() - kHeader;
  if (there < pixels)
    invalid("The IDX file is cut off: its header announces ", count, " pictures of ", height, " x ", width,
            " pixels, ", pixels, " bytes, and ", there, " follow.");
  if (there > pixels)
    invalid("The IDX file goes on after its end: its header announces ", count, " pictures of ", height,
            " x ", width, " pixels, ", pixels, " bytes, and ", there, " follow.");
  Digits digits{static_cast<int>(count), static_cast<int>(height), static_cast<int>(width), {}};
  digits.pixels.resize(static_cast<std::size_t>(pixels));
  const auto values = file.subspan(kHeader);
  const bool binary =
      std::all_of(values.begin(), values.end(), [](std::byte v) { return v <= std::byte{1}; });
  std::transform(values.begin(), values.end(), digits.pixels.begin(), [binary](std::byte v) {
    return static_cast<std::uint8_t>(binary ? std::to_integer<int>(v) : v >= std::byte{128});
  });
  return digits;
}

Digits read_amat(std::span<const std::byte> file) {
  const std::span text(reinterpret_cast<const char*>(file.data()), file.size());
  Digits digits;
  std::size_t at = 0, per_line = 0;
  for (std::size_t line = 1; at < text.size(); ++line) {
    const std::size_t before = digits.pixels.size();
    for (; at < text.size() && text[at] != '\n'; ++at) {
      if (is_blank(text[at])) continue;
      std::size_t end = at + 1;
      while (end < text.size() && text[end] != '\n' && !is_blank(text[end])) ++end;
      if (end - at != 1 || (text[at] != '0' && text[at] != '1'))
        invalid("Value ", digits.pixels.size() - before + 1, " in line ", line, " of the text is \"",
                shown(text.subspan(at, end - at)), "\"; only 0 and 1 with blanks between them are read.");
      if (digits.pixels.size() >= kMostPixels) invalid("The text has more than ", kMostPixels, " pixels.");
      digits.pixels.push_back(static_cast<std::uint8_t>(text[at] - '0'));
    }
    ++at;  // the line's end
    const std::size_t values = digits.pixels.size() - before;
    if (values == 0) continue;
    if (per_line == 0) {
      digits.height = digits.width = side_of(values, line);
      per_line = values;
    }
    if (values != per_line)
      invalid("Line ", line, " of the text has ", values, " values, the lines before it ", per_line,
              at >= text.size() ? "; the file may be cut off." : ".");
    ++digits.count;
  }
  if (digits.count == 0) invalid("The text has no line with zeros and ones.");
  return digits;
}

}  // namespace priorlab
