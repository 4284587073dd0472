#include "cli/digit_data.h"

#include <zlib.h>

#include <algorithm>
#include <filesystem>
#include <stdexcept>

#include "cli/model_files.h"
#include "core/error.h"

namespace priorlab {
namespace {

// More than any file of digits that the parser takes.
constexpr std::size_t kMostBytes = std::size_t{1} << 31;

std::vector<std::byte> unpacked(const std::vector<std::byte>& file) {
  std::vector<std::byte> text(file.size() * 4 + 1024);
  z_stream stream{};
  PRIORLAB_CHECK(inflateInit2(&stream, 16 + MAX_WBITS) == Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(file.data()));
  stream.avail_in = static_cast<uInt>(file.size());
  int state = Z_OK;
  while (state == Z_OK) {
    if (stream.total_out == text.size()) {
      if (text.size() >= kMostBytes) break;
      text.resize(std::min(text.size() * 2, kMostBytes));
    }
    stream.next_out = reinterpret_cast<Bytef*>(text.data() + stream.total_out);
    stream.avail_out = static_cast<uInt>(std::min<std::size_t>(text.size() - stream.total_out, 1u << 30));
    state = inflate(&stream, Z_NO_FLUSH);
  }
  text.resize(stream.total_out);
  inflateEnd(&stream);
  if (state == Z_OK) invalid("it unpacks to more than ", kMostBytes, " bytes.");
  if (state != Z_STREAM_END) invalid("its gzip data is damaged or cut off.");
  return text;
}

}  // namespace

Digits read_digits(const std::string& path) {
  auto bytes = read_bytes(path);
  try {
    if (bytes.size() >= 2 && bytes[0] == std::byte{0x1f} && bytes[1] == std::byte{0x8b})
      bytes = unpacked(bytes);
    return read_digit_file(bytes);
  } catch (const std::invalid_argument& e) {
    invalid(path, ": ", e.what());
  }
}

Digits read_digit_split(const std::string& folder, const std::string& split) {
  for (const char* below : {"", "mnist/"})
    for (const char* ending : {".amat.gz", ".amat"}) {
      const auto path = std::filesystem::path(folder) / (below + ("binarized_mnist_" + split) + ending);
      if (std::filesystem::is_regular_file(path)) return read_digits(path.string());
    }
  invalid("There is no binarized_mnist_", split, ".amat.gz or .amat in ", folder, " or in mnist below it.");
}

Digits read_digits_for(const std::string& folder, const std::string& split, int height, int width) {
  if (split != "train" && split != "valid" && split != "test")
    invalid("--split is train, valid or test; \"", split, "\" came.");
  Digits digits = read_digit_split(folder, split);
  if (digits.height != height || digits.width != width)
    invalid("The model is one of ", height, "x", width, " pixels; the digits have ", digits.height, "x",
            digits.width, ".");
  return digits;
}

}  // namespace priorlab
