#include "cli/image_io.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "cli/model_files.h"
#include "cli/picture_codecs.h"
#include "core/error.h"

namespace priorlab {
namespace {

PictureBytes read_file(const std::string& path) {
  if (std::filesystem::is_directory(path)) invalid(path, " is a folder, not a picture.");
  std::ifstream file(path, std::ios::binary);
  if (!file) invalid("Cannot open the picture ", path, ".");
  return PictureBytes(std::istreambuf_iterator<char>(file), {});
}

bool ends_in(const std::string& path, const std::string& ending) {
  return path.size() >= ending.size() &&
         std::equal(ending.rbegin(), ending.rend(), path.rbegin(),
                    [](char a, char b) { return a == std::tolower(static_cast<unsigned char>(b)); });
}

bool names_png(const std::string& path) { return ends_in(path, ".png"); }
bool names_jpeg(const std::string& path) { return ends_in(path, ".jpg") || ends_in(path, ".jpeg"); }

}  // namespace

void check_picture_size(const std::string& name, std::size_t width, std::size_t height) {
  if (width == 0 || height == 0 || width * height > kMaxPixels)
    invalid(name, " has ", width, " x ", height, " pixels; between 1 and ", kMaxPixels, " are allowed.");
}

PictureBytes interleaved(const Image& image, int bytes) {
  const auto channels = static_cast<std::size_t>(image.channels());
  const auto step = static_cast<std::size_t>(bytes);
  const float scale = bytes == 2 ? 65535.0f : 255.0f;
  PictureBytes samples(image.pixels() * channels * step);
  for (std::size_t c = 0; c < channels; ++c) {
    auto plane = image.plane(static_cast<int>(c));
    for (std::size_t i = 0; i < plane.size(); ++i) {
      const auto value = static_cast<unsigned>(std::lround(std::clamp(plane[i], 0.0f, 1.0f) * scale));
      unsigned char* at = samples.data() + (i * channels + c) * step;
      if (bytes == 2) *at++ = static_cast<unsigned char>(value >> 8);
      *at = static_cast<unsigned char>(value & 255u);
    }
  }
  return samples;
}

Picture read_picture(const std::string& path) {
  const PictureBytes bytes = read_file(path);
  if (bytes.empty()) invalid(path, " is empty.");
  if (is_png(bytes)) return decode_png(path, bytes);
  if (is_jpeg(bytes)) return decode_jpeg(path, bytes);
  invalid(path, " is neither a PNG nor a JPEG picture.");
}

Image read_image(const std::string& path) { return read_picture(path).image; }

bool is_picture_name(const std::string& path) { return names_png(path) || names_jpeg(path); }

void write_picture(const std::string& path, const Picture& picture, int quality) {
  if (picture.image.channels() != 1 && picture.image.channels() != 3)
    invalid("A picture of ", picture.image.channels(), " channels cannot be written; 1 and 3 can.");
  if (!is_picture_name(path))
    invalid("Cannot tell the format of ", path, "; .png, .jpg and .jpeg are known.");
  const PictureBytes bytes =
      names_png(path) ? encode_png(path, picture) : encode_jpeg(path, picture, quality);
  write_bytes(path, std::as_bytes(std::span(bytes)));
}

void write_image(const std::string& path, const Image& image, int quality) {
  Picture picture;
  picture.image = image;
  write_picture(path, picture, quality);
}

Image through_jpeg(const Image& image, int quality) {
  Picture picture;
  picture.image = image;
  return decode_jpeg("the coded picture", encode_jpeg("the coded picture", picture, quality)).image;
}

}  // namespace priorlab
