// Picture files of the command line: what is read, kept and written. Native only.
#ifdef PRIORLAB_CLI

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "cli.h"
#include "cli/image_io.h"
#include "cli/picture_codecs.h"
#include "errors.h"

namespace priorlab {
namespace {

class PictureFiles : public WithFolder {};

Image ramp(int channels, int height, int width) {
  Image image(channels, height, width);
  std::uint32_t v = 1;
  for (float& x : image.values()) x = static_cast<float>((v = v * 1664525u + 1013904223u) >> 16) / 65535.0f;
  return image;
}

float largest_difference(const Image& a, const Image& b) {
  EXPECT_EQ(a.channels(), b.channels());
  EXPECT_EQ(a.height(), b.height());
  EXPECT_EQ(a.width(), b.width());
  float most = 0;
  for (std::size_t i = 0; i < a.values().size(); ++i)
    most = std::max(most, std::abs(a.values()[i] - b.values()[i]));
  return most;
}

TEST_F(PictureFiles, SixteenBitsStaySixteenBits) {
  for (const int channels : {1, 3}) {
    Picture picture;
    picture.image = ramp(channels, 5, 9);
    picture.depth = 16;
    write_picture(in("a.png"), picture);
    const Picture again = read_picture(in("a.png"));
    EXPECT_EQ(again.depth, 16);
    EXPECT_LT(largest_difference(again.image, picture.image), 1e-6f);
    picture.depth = 8;
    write_picture(in("b.png"), picture);
    EXPECT_EQ(read_picture(in("b.png")).depth, 8);
    EXPECT_LE(largest_difference(read_image(in("b.png")), picture.image), 0.5001f / 255);
  }
}

// What libpng takes for a colour profile: header, a table of one tag, and enough that deflate cannot make
// less of (a chunk of few bytes is refused).
std::vector<unsigned char> profile() {
  std::vector<unsigned char> icc(384, 0);
  for (std::size_t i = 144; i < icc.size(); ++i) icc[i] = static_cast<unsigned char>(i * i * 31 >> 3);
  const auto put = [&](std::size_t at, const std::string& text) {
    std::copy(text.begin(), text.end(), icc.begin() + static_cast<std::ptrdiff_t>(at));
  };
  icc[2] = 1;
  icc[3] = 128;
  icc[8] = 2;  // version
  put(12, "mntrRGB XYZ ");
  put(36, "acsp");
  put(68, std::string("\0\0\xf6\xd6\0\1\0\0\0\0\xd3\x2d", 12));  // D50
  icc[131] = 1;
  put(132, std::string("cprt\0\0\0\x90\0\0\0\xf0text\0\0\0\0", 20));
  return icc;
}

TEST_F(PictureFiles, ColourProfilesAreKept) {
  Picture picture;
  picture.image = ramp(3, 16, 16);
  picture.icc = profile();
  for (const char* name : {"a.png", "a.jpg"}) {
    write_picture(in(name), picture);
    const Picture again = read_picture(in(name));
    EXPECT_EQ(again.icc, picture.icc) << name;
    EXPECT_EQ(again.jpeg, std::string(name) == "a.jpg");
  }
}

// Exif data with the one entry that says how the camera was held.
std::vector<unsigned char> exif(int orientation, bool big) {
  if (big)
    return {'M', 'M',  0, 42, 0, 0, 0, 8, 0, 1,
            1,   0x12, 0, 3,  0, 0, 0, 1, 0, static_cast<unsigned char>(orientation),
            0,   0,    0, 0,  0, 0};
  return {
      'I', 'I', 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, static_cast<unsigned char>(orientation),
      0,   0,   0,  0, 0, 0, 0};
}

TEST_F(PictureFiles, PicturesAreTurnedUprightByExif) {
  // Letters as they lie in the file, rows from the top: A B C / D E F.
  Image file(1, 2, 3);
  for (int i = 0; i < 6; ++i) file.values()[static_cast<std::size_t>(i)] = static_cast<float>(i);
  const char* upright_rows[] = {"ABC DEF",  "CBA FED",  "FED CBA",  "DEF ABC",
                                "AD BE CF", "DA EB FC", "FC EB DA", "CF BE AD"};
  for (int orientation = 1; orientation <= 8; ++orientation) {
    for (const bool big : {false, true}) EXPECT_EQ(exif_orientation(exif(orientation, big)), orientation);
    const Image image = upright(file, orientation);
    std::string rows;
    for (int y = 0; y < image.height(); ++y) {
      if (y) rows += ' ';
      for (int x = 0; x < image.width(); ++x) rows += static_cast<char>('A' + std::lround(image.at(0, y, x)));
    }
    EXPECT_EQ(rows, upright_rows[orientation - 1]) << "orientation " << orientation;
  }
  // And through a file: a JPEG of 24 x 16 held sideways.
  write_image(in("a.jpg"), Image(1, 16, 24, 0.5f));
  std::string bytes = read(in("a.jpg"));
  std::string marker = {'\xff', '\xe1', 0, 0, 'E', 'x', 'i', 'f', 0, 0};
  for (const unsigned char c : exif(6, true)) marker += static_cast<char>(c);
  marker[3] = static_cast<char>(marker.size() - 2);
  write(in("b.jpg"), bytes.insert(2, marker));
  const Image turned = read_image(in("b.jpg"));
  EXPECT_EQ(turned.height(), 24);
  EXPECT_EQ(turned.width(), 16);
}

TEST(PictureExif, NonsenseMeansUpright) {
  for (const int orientation : {0, 9, 200}) EXPECT_EQ(exif_orientation(exif(orientation, true)), 1);
  const std::vector<unsigned char> good = exif(6, false);
  for (std::size_t length = 0; length < good.size(); ++length) {
    const int found = exif_orientation(std::span(good).first(length));
    EXPECT_TRUE(found == 1 || length >= 22) << length;
  }
  for (std::size_t at = 0; at < good.size(); ++at) {
    std::vector<unsigned char> bad = good;
    bad[at] = 0xff;  // offsets and counts beyond the end among them
    const int found = exif_orientation(bad);
    EXPECT_TRUE(found >= 1 && found <= 8);
  }
}

TEST_F(PictureFiles, WritingSaysWhatIsWrong) {
  EXPECT_SENTENCE(write_image(in("a.gif"), Image(1, 4, 4)), "Cannot tell the format of ");
  EXPECT_SENTENCE(write_image(in("none/a.png"), Image(1, 4, 4)), "cannot be written");
  EXPECT_SENTENCE(write_image(in("a.jpg"), Image(1, 1, 65501)), "PNG holds it");
  EXPECT_SENTENCE(write_image(in("a.png"), Image(2, 4, 4)), "2 channels cannot be written");
  EXPECT_TRUE(std::filesystem::is_empty(folder_));
}

}  // namespace
}  // namespace priorlab

#endif  // PRIORLAB_CLI
