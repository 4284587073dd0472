// Any bytes end in digits of zeros and ones, as many as announced, or in std::invalid_argument; written as
// text or IDX the digits are read again the same.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <stdexcept>
#include <string>

#include "core/digit_file.h"

namespace {

std::string as_idx(const priorlab::Digits& digits) {
  std::string file = {0, 0, 8, 3};
  for (int extent : {digits.count, digits.height, digits.width})
    for (int shift : {24, 16, 8, 0}) file += static_cast<char>(extent >> shift);
  return file.append(digits.pixels.begin(), digits.pixels.end());
}

std::string as_text(const priorlab::Digits& digits) {
  std::string file;
  const auto per_line = static_cast<std::size_t>(digits.height * digits.width);
  for (std::size_t i = 0; i < digits.pixels.size(); ++i)
    file += {static_cast<char>('0' + digits.pixels[i]), (i + 1) % per_line == 0 ? '\n' : ' '};
  return file;
}

void expect_same(const priorlab::Digits& a, const std::string& file) {
  const priorlab::Digits b = priorlab::read_digit_file(std::as_bytes(std::span(file)));
  if (a.count != b.count || a.height != b.height || a.width != b.width || a.pixels != b.pixels) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  priorlab::Digits digits;
  try {
    digits = priorlab::read_digit_file({reinterpret_cast<const std::byte*>(data), size});
  } catch (const std::invalid_argument&) {
    return 0;
  }
  if (digits.pixels.size() !=
      static_cast<std::size_t>(digits.count) * static_cast<std::size_t>(digits.height * digits.width))
    std::abort();
  if (std::any_of(digits.pixels.begin(), digits.pixels.end(), [](std::uint8_t v) { return v > 1; }))
    std::abort();
  expect_same(digits, as_idx(digits));
  if (digits.height == digits.width) expect_same(digits, as_text(digits));
  return 0;
}
