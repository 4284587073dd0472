#include "cli/image_io.h"

#include <jpeglib.h>
#include <png.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "core/error.h"

namespace priorlab {
namespace {

using Bytes = std::vector<unsigned char>;

constexpr std::size_t kMaxPixels = std::size_t{1} << 28;

Bytes read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) invalid("Cannot open the picture ", path, ".");
  return Bytes(std::istreambuf_iterator<char>(file), {});
}

void check_size(const std::string& name, std::size_t width, std::size_t height) {
  if (width == 0 || height == 0 || width * height > kMaxPixels)
    invalid(name, " has ", width, " x ", height, " pixels; between 1 and ", kMaxPixels, " are allowed.");
}

std::uint8_t to_byte(float v) {
  return static_cast<std::uint8_t>(std::lround(std::clamp(v, 0.0f, 1.0f) * 255.0f));
}

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

Bytes interleaved(const Image& image) {
  const auto channels = static_cast<std::size_t>(image.channels());
  Bytes bytes(image.pixels() * channels);
  for (std::size_t c = 0; c < channels; ++c) {
    auto plane = image.plane(static_cast<int>(c));
    for (std::size_t i = 0; i < plane.size(); ++i) bytes[i * channels + c] = to_byte(plane[i]);
  }
  return bytes;
}

// libpng's simplified interface has no 16-bit sRGB path, so the classic one; its errors come by longjmp,
// which must not pass objects with destructors: every such object lives outside of the functions that call
// setjmp.
struct PngSource {
  const Bytes& bytes;
  std::size_t at = 0;
};

struct PngPixels {
  int width = 0, height = 0, channels = 0, depth = 0;
  std::vector<std::uint8_t> samples8;
  std::vector<std::uint16_t> samples16;
  std::vector<png_bytep> rows;
  std::string problem;
};

void png_take(png_structp png, png_bytep to, png_size_t count) {
  auto& source = *static_cast<PngSource*>(png_get_io_ptr(png));
  if (count > source.bytes.size() - source.at) png_error(png, "the file ends too early");
  std::copy_n(source.bytes.data() + source.at, count, to);
  source.at += count;
}

void png_failed(png_structp png, png_const_charp message) {
  static_cast<PngPixels*>(png_get_error_ptr(png))->problem = message;
  longjmp(png_jmpbuf(png), 1);
}

void png_warned(png_structp, png_const_charp) {}

bool decode_png(PngSource& source, PngPixels& out) {
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &out, png_failed, png_warned);
  png_infop info = png_create_info_struct(png);
  if (setjmp(png_jmpbuf(png))) {
    png_destroy_read_struct(&png, &info, nullptr);
    return false;
  }
  png_set_read_fn(png, &source, png_take);
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
  png_read_end(png, nullptr);
  png_destroy_read_struct(&png, &info, nullptr);
  return true;
}

Image read_png(const std::string& name, const Bytes& bytes) {
  PngSource source{bytes};
  PngPixels pixels;
  if (!decode_png(source, pixels)) invalid(name, " is a damaged PNG file: ", pixels.problem, ".");
  check_size(name, static_cast<std::size_t>(pixels.width), static_cast<std::size_t>(pixels.height));
  if (pixels.depth == 16)
    return planar(pixels.samples16, pixels.channels, pixels.height, pixels.width, 65535.0f);
  return planar(pixels.samples8, pixels.channels, pixels.height, pixels.width, 255.0f);
}

// libjpeg's error exit must not return, and throwing through C frames is undefined: it longjmps out, like
// libpng.
struct JpegErrors {
  jpeg_error_mgr manager;
  jmp_buf jump;
  char message[JMSG_LENGTH_MAX];
  bool truncated;
};

void jpeg_failed(j_common_ptr codec) {
  auto& errors = *reinterpret_cast<JpegErrors*>(codec->err);
  codec->err->format_message(codec, errors.message);
  longjmp(errors.jump, 1);
}

// libjpeg fills what is missing with grey and only warns; a picture that is half grey is worse than a
// sentence.
void jpeg_warned(j_common_ptr codec, int level) {
  if (level < 0) reinterpret_cast<JpegErrors*>(codec->err)->truncated = true;
}

void silent(j_common_ptr) {}

void install(JpegErrors& errors, jpeg_common_struct& codec) {
  codec.err = jpeg_std_error(&errors.manager);
  errors.manager.error_exit = jpeg_failed;
  errors.manager.emit_message = jpeg_warned;
  errors.manager.output_message = silent;
  errors.truncated = false;
  errors.message[0] = 0;
}

struct JpegPixels {
  int width = 0, height = 0, channels = 0;
  Bytes samples;
};

bool decode_jpeg(const Bytes& bytes, JpegPixels& out, JpegErrors& errors) {
  jpeg_decompress_struct jpeg{};
  install(errors, reinterpret_cast<jpeg_common_struct&>(jpeg));
  if (setjmp(errors.jump)) {
    jpeg_destroy_decompress(&jpeg);
    return false;
  }
  jpeg_create_decompress(&jpeg);
  jpeg_mem_src(&jpeg, bytes.data(), bytes.size());
  jpeg_read_header(&jpeg, TRUE);
  jpeg.out_color_space = jpeg.num_components == 1 ? JCS_GRAYSCALE : JCS_RGB;
  jpeg.dct_method = JDCT_ISLOW;
  jpeg_start_decompress(&jpeg);
  out.width = static_cast<int>(jpeg.output_width);
  out.height = static_cast<int>(jpeg.output_height);
  out.channels = jpeg.output_components;
  const std::size_t stride = static_cast<std::size_t>(out.width) * static_cast<std::size_t>(out.channels);
  if (static_cast<std::size_t>(out.width) * static_cast<std::size_t>(out.height) <= kMaxPixels) {
    out.samples.resize(stride * static_cast<std::size_t>(out.height));
    while (jpeg.output_scanline < jpeg.output_height) {
      JSAMPROW row = out.samples.data() + stride * jpeg.output_scanline;
      jpeg_read_scanlines(&jpeg, &row, 1);
    }
    jpeg_finish_decompress(&jpeg);
  }
  jpeg_destroy_decompress(&jpeg);
  return true;
}

Image read_jpeg(const std::string& name, const Bytes& bytes) {
  JpegPixels pixels;
  JpegErrors errors;
  if (!decode_jpeg(bytes, pixels, errors)) invalid(name, " is a damaged JPEG file: ", errors.message, ".");
  if (errors.truncated) invalid(name, " is a damaged JPEG file: it ends too early or holds corrupt data.");
  check_size(name, static_cast<std::size_t>(pixels.width), static_cast<std::size_t>(pixels.height));
  return planar(pixels.samples, pixels.channels, pixels.height, pixels.width, 255.0f);
}

Bytes encode_jpeg(const Image& image, int quality) {
  Bytes samples = interleaved(image);
  jpeg_compress_struct jpeg{};
  jpeg_error_mgr errors;
  jpeg.err = jpeg_std_error(&errors);  // encoding from memory to memory has no way to fail but lack of memory
  jpeg_create_compress(&jpeg);
  unsigned char* buffer = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&jpeg, &buffer, &size);
  jpeg.image_width = static_cast<JDIMENSION>(image.width());
  jpeg.image_height = static_cast<JDIMENSION>(image.height());
  jpeg.input_components = image.channels();
  jpeg.in_color_space = image.channels() == 1 ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_set_defaults(&jpeg);
  jpeg_set_quality(&jpeg, quality, TRUE);
  jpeg.comp_info[0].h_samp_factor = jpeg.comp_info[0].v_samp_factor = 1;
  jpeg_start_compress(&jpeg, TRUE);
  const std::size_t stride =
      static_cast<std::size_t>(image.width()) * static_cast<std::size_t>(image.channels());
  while (jpeg.next_scanline < jpeg.image_height) {
    JSAMPROW row = samples.data() + stride * jpeg.next_scanline;
    jpeg_write_scanlines(&jpeg, &row, 1);
  }
  jpeg_finish_compress(&jpeg);
  jpeg_destroy_compress(&jpeg);
  Bytes bytes(buffer, buffer + size);
  std::free(buffer);
  return bytes;
}

bool ends_in(const std::string& path, const std::string& ending) {
  return path.size() >= ending.size() && std::equal(ending.rbegin(), ending.rend(), path.rbegin(),
                                                    [](char a, char b) { return a == (b | 0x20) || a == b; });
}

}  // namespace

Image read_image(const std::string& path) {
  const Bytes bytes = read_file(path);
  if (bytes.empty()) invalid(path, " is empty.");
  if (bytes.size() >= 8 && png_sig_cmp(bytes.data(), 0, 8) == 0) return read_png(path, bytes);
  if (bytes.size() >= 3 && bytes[0] == 0xFF && bytes[1] == 0xD8 && bytes[2] == 0xFF)
    return read_jpeg(path, bytes);
  invalid(path, " is neither a PNG nor a JPEG picture.");
}

void write_image(const std::string& path, const Image& image, int quality) {
  if (image.channels() != 1 && image.channels() != 3)
    invalid("A picture of ", image.channels(), " channels cannot be written; 1 and 3 can.");
  if (ends_in(path, ".png")) {
    const Bytes samples = interleaved(image);
    png_image png{};
    png.version = PNG_IMAGE_VERSION;
    png.width = static_cast<png_uint_32>(image.width());
    png.height = static_cast<png_uint_32>(image.height());
    png.format = image.channels() == 1 ? PNG_FORMAT_GRAY : PNG_FORMAT_RGB;
    if (!png_image_write_to_file(&png, path.c_str(), 0, samples.data(), 0, nullptr))
      invalid("Cannot write ", path, ": ", png.message, ".");
  } else if (ends_in(path, ".jpg") || ends_in(path, ".jpeg")) {
    const Bytes bytes = encode_jpeg(image, quality);
    std::ofstream file(path, std::ios::binary);
    file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    if (!file.flush()) invalid("Cannot write ", path, ".");
  } else {
    invalid("Cannot tell the format of ", path, "; .png, .jpg and .jpeg are known.");
  }
}

Image through_jpeg(const Image& image, int quality) {
  return read_jpeg("the coded picture", encode_jpeg(image, quality));
}

}  // namespace priorlab
