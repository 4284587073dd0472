// libjpeg's error exit must not return, and throwing through C frames is undefined: it longjmps out, so no
// object with a destructor lives in a function that calls setjmp.

// jpeglib.h needs <cstdio> before it.
// clang-format off
#include <cstdio>
#include <jpeglib.h>
// clang-format on
#include <setjmp.h>

#include <cstdlib>
#include <cstring>
#include <string>

#include "cli/picture_codecs.h"
#include "core/error.h"

namespace priorlab {
namespace {

constexpr int kExif = JPEG_APP0 + 1, kIcc = JPEG_APP0 + 2;
constexpr char kExifHeader[] = {'E', 'x', 'i', 'f', 0, 0};

struct Errors {
  jpeg_error_mgr manager;
  jmp_buf jump;
  char message[JMSG_LENGTH_MAX];
  bool truncated;
};

void failed(j_common_ptr codec) {
  auto& errors = *reinterpret_cast<Errors*>(codec->err);
  codec->err->format_message(codec, errors.message);
  longjmp(errors.jump, 1);
}

// libjpeg fills what is missing with grey and only warns; a picture that is half grey is worse than a
// sentence.
void warned(j_common_ptr codec, int level) {
  if (level < 0) reinterpret_cast<Errors*>(codec->err)->truncated = true;
}

void silent(j_common_ptr) {}

void install(Errors& errors, jpeg_common_struct& codec) {
  codec.err = jpeg_std_error(&errors.manager);
  errors.manager.error_exit = failed;
  errors.manager.emit_message = warned;
  errors.manager.output_message = silent;
  errors.truncated = false;
  errors.message[0] = 0;
}

struct Decoded {
  int width = 0, height = 0, channels = 0, orientation = 1;
  PictureBytes samples, icc;
};

void read_extras(jpeg_decompress_struct& jpeg, Decoded& out) {
  for (jpeg_saved_marker_ptr marker = jpeg.marker_list; marker; marker = marker->next) {
    if (marker->marker == kExif && marker->data_length > sizeof kExifHeader &&
        !std::memcmp(marker->data, kExifHeader, sizeof kExifHeader))
      out.orientation =
          exif_orientation({marker->data + sizeof kExifHeader, marker->data_length - sizeof kExifHeader});
  }
  JOCTET* profile = nullptr;
  unsigned length = 0;
  const bool truncated = reinterpret_cast<Errors*>(jpeg.err)->truncated;
  if (jpeg_read_icc_profile(&jpeg, &profile, &length)) {
    out.icc.assign(profile, profile + length);
    std::free(profile);
  }
  reinterpret_cast<Errors*>(jpeg.err)->truncated = truncated;  // a broken profile does not break the picture
}

bool decode(const PictureBytes& bytes, Decoded& out, Errors& errors) {
  jpeg_decompress_struct jpeg{};
  install(errors, reinterpret_cast<jpeg_common_struct&>(jpeg));
  if (setjmp(errors.jump)) {
    jpeg_destroy_decompress(&jpeg);
    return false;
  }
  jpeg_create_decompress(&jpeg);
  jpeg_mem_src(&jpeg, bytes.data(), bytes.size());
  jpeg_save_markers(&jpeg, kExif, 0xFFFF);
  jpeg_save_markers(&jpeg, kIcc, 0xFFFF);
  jpeg_read_header(&jpeg, TRUE);
  read_extras(jpeg, out);
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

struct Target {
  unsigned char* buffer = nullptr;
  unsigned long size = 0;
  ~Target() { std::free(buffer); }
};

bool encode(PictureBytes& samples, const Picture& picture, int quality, Target& target, Errors& errors) {
  jpeg_compress_struct jpeg{};
  install(errors, reinterpret_cast<jpeg_common_struct&>(jpeg));
  if (setjmp(errors.jump)) {
    jpeg_destroy_compress(&jpeg);
    return false;
  }
  jpeg_create_compress(&jpeg);
  jpeg_mem_dest(&jpeg, &target.buffer, &target.size);
  const auto width = static_cast<JDIMENSION>(picture.image.width());
  jpeg.image_width = width;
  jpeg.image_height = static_cast<JDIMENSION>(picture.image.height());
  jpeg.input_components = picture.image.channels();
  jpeg.in_color_space = picture.image.channels() == 1 ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_set_defaults(&jpeg);
  jpeg_set_quality(&jpeg, quality, TRUE);
  jpeg.comp_info[0].h_samp_factor = jpeg.comp_info[0].v_samp_factor = 1;
  jpeg_start_compress(&jpeg, TRUE);
  if (!picture.icc.empty())
    jpeg_write_icc_profile(&jpeg, picture.icc.data(), static_cast<unsigned>(picture.icc.size()));
  const std::size_t stride =
      static_cast<std::size_t>(width) * static_cast<std::size_t>(jpeg.input_components);
  while (jpeg.next_scanline < jpeg.image_height) {
    JSAMPROW row = samples.data() + stride * jpeg.next_scanline;
    jpeg_write_scanlines(&jpeg, &row, 1);
  }
  jpeg_finish_compress(&jpeg);
  jpeg_destroy_compress(&jpeg);
  return true;
}

}  // namespace

bool is_jpeg(const PictureBytes& bytes) {
  return bytes.size() >= 3 && bytes[0] == 0xFF && bytes[1] == 0xD8 && bytes[2] == 0xFF;
}

Picture decode_jpeg(const std::string& name, const PictureBytes& bytes) {
  Decoded d;
  Errors errors;
  if (!decode(bytes, d, errors)) invalid(name, " is a damaged JPEG file: ", errors.message, ".");
  if (errors.truncated) invalid(name, " is a damaged JPEG file: it ends too early or holds corrupt data.");
  check_picture_size(name, static_cast<std::size_t>(d.width), static_cast<std::size_t>(d.height));
  Picture picture;
  picture.image = upright(planar(d.samples, d.channels, d.height, d.width, 255.0f), d.orientation);
  picture.jpeg = true;
  picture.icc = std::move(d.icc);
  return picture;
}

PictureBytes encode_jpeg(const std::string& name, const Picture& picture, int quality) {
  if (picture.image.width() > JPEG_MAX_DIMENSION || picture.image.height() > JPEG_MAX_DIMENSION)
    invalid("Cannot write ", name, ": JPEG holds at most ", JPEG_MAX_DIMENSION,
            " pixels a side, the picture is ", picture.image.width(), "x", picture.image.height(),
            "; PNG holds it.");
  PictureBytes samples = interleaved(picture.image, 1);
  Target target;
  Errors errors;
  if (!encode(samples, picture, quality, target, errors))
    invalid("Cannot write ", name, ": ", errors.message, ".");
  return PictureBytes(target.buffer, target.buffer + target.size);
}

}  // namespace priorlab
