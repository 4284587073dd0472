// libpng's simplified interface has no 16-bit sRGB path and no profiles, so the classic one; its errors come
// by longjmp, which must not pass objects with destructors: every such object lives outside of the functions
// that call setjmp.
#include <png.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "cli/picture_codecs.h"
#include "core/error.h"

namespace priorlab {
namespace {

struct Decoded {
  int width = 0, height = 0, channels = 0, depth = 0, orientation = 1;
  std::vector<std::uint8_t> samples8;
  std::vector<std::uint16_t> samples16;
  std::vector<png_bytep> rows;
  PictureBytes icc;
  std::string problem;
};

struct Source {
  const PictureBytes& bytes;
  std::size_t at = 0;
};

void take(png_structp png, png_bytep to, png_size_t count) {
  auto& source = *static_cast<Source*>(png_get_io_ptr(png));
  if (count > source.bytes.size() - source.at) png_error(png, "the file ends too early");
  std::copy_n(source.bytes.data() + source.at, count, to);
  source.at += count;
}

// The error pointer is the `problem` of whoever called.
void failed(png_structp png, png_const_charp message) {
  *static_cast<std::string*>(png_get_error_ptr(png)) = message;
  longjmp(png_jmpbuf(png), 1);
}

void warned(png_structp, png_const_charp) {}

void read_extras(png_structp png, png_infop info, Decoded& out) {
  png_charp name = nullptr;
  png_bytep profile = nullptr;
  png_uint_32 length = 0;
  int compression = 0;
  if (png_get_iCCP(png, info, &name, &compression, &profile, &length))
    out.icc.assign(profile, profile + length);
#ifdef PNG_eXIf_SUPPORTED
  if (png_get_eXIf_1(png, info, &length, &profile)) out.orientation = exif_orientation({profile, length});
#endif
}

bool decode(Source& source, Decoded& out) {
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &out.problem, failed, warned);
  png_infop info = png_create_info_struct(png);
  if (setjmp(png_jmpbuf(png))) {
    png_destroy_read_struct(&png, &info, nullptr);
    return false;
  }
  png_set_read_fn(png, &source, take);
  png_read_info(png, info);
  const std::size_t width = png_get_image_width(png, info), height = png_get_image_height(png, info);
  if (width * height > kMaxPixels) png_error(png, "too many pixels");
  png_set_expand(png);
  png_set_strip_alpha(png);
  png_set_interlace_handling(png);
  if (png_get_bit_depth(png, info) == 16) png_set_swap(png);
  png_read_update_info(png, info);
  out.width = static_cast<int>(width);
  out.height = static_cast<int>(height);
  out.channels = png_get_channels(png, info);
  out.depth = png_get_bit_depth(png, info);
  const std::size_t count = width * height * static_cast<std::size_t>(out.channels);
  auto* base = [&]() -> png_bytep {
    if (out.depth == 16) {
      out.samples16.resize(count);
      return reinterpret_cast<png_bytep>(out.samples16.data());
    }
    out.samples8.resize(count);
    return out.samples8.data();
  }();
  out.rows.resize(height);
  for (std::size_t y = 0; y < height; ++y) out.rows[y] = base + y * png_get_rowbytes(png, info);
  png_read_image(png, out.rows.data());
  png_read_end(png, info);
  read_extras(png, info, out);
  png_destroy_read_struct(&png, &info, nullptr);
  return true;
}

struct Target {
  PictureBytes bytes;
  std::string problem;
  std::vector<png_bytep> rows;
};

void put(png_structp png, png_bytep from, png_size_t count) {
  auto& bytes = static_cast<Target*>(png_get_io_ptr(png))->bytes;
  bytes.insert(bytes.end(), from, from + count);
}

void flush(png_structp) {}

bool encode(const Picture& picture, Target& target) {
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &target.problem, failed, warned);
  png_infop info = png_create_info_struct(png);
  if (setjmp(png_jmpbuf(png))) {
    png_destroy_write_struct(&png, &info);
    return false;
  }
  png_set_write_fn(png, &target, put, flush);
  png_set_IHDR(png, info, static_cast<png_uint_32>(picture.image.width()),
               static_cast<png_uint_32>(picture.image.height()), picture.depth,
               picture.image.channels() == 1 ? PNG_COLOR_TYPE_GRAY : PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_set_benign_errors(png, 1);  // a profile that libpng does not like is left out
  if (!picture.icc.empty())
    png_set_iCCP(png, info, "profile", PNG_COMPRESSION_TYPE_BASE, picture.icc.data(),
                 static_cast<png_uint_32>(picture.icc.size()));
  png_write_info(png, info);
  png_write_image(png, target.rows.data());
  png_write_end(png, info);
  png_destroy_write_struct(&png, &info);
  return true;
}

}  // namespace

bool is_png(const PictureBytes& bytes) { return bytes.size() >= 8 && png_sig_cmp(bytes.data(), 0, 8) == 0; }

Picture decode_png(const std::string& name, const PictureBytes& bytes) {
  Source source{bytes};
  Decoded d;
  if (!decode(source, d)) invalid(name, " is a damaged PNG file: ", d.problem, ".");
  check_picture_size(name, static_cast<std::size_t>(d.width), static_cast<std::size_t>(d.height));
  Picture picture;
  picture.image = upright(d.depth == 16 ? planar(d.samples16, d.channels, d.height, d.width, 65535.0f)
                                        : planar(d.samples8, d.channels, d.height, d.width, 255.0f),
                          d.orientation);
  picture.depth = d.depth;
  picture.icc = std::move(d.icc);
  return picture;
}

PictureBytes encode_png(const std::string& name, const Picture& picture) {
  const int bytes = picture.depth == 16 ? 2 : 1;
  PictureBytes samples = interleaved(picture.image, bytes);
  const std::size_t stride = samples.size() / static_cast<std::size_t>(picture.image.height());
  Target target;
  for (std::size_t at = 0; at < samples.size(); at += stride) target.rows.push_back(samples.data() + at);
  if (!encode(picture, target)) invalid("Cannot write ", name, ": ", target.problem, ".");
  return std::move(target.bytes);
}

}  // namespace priorlab
