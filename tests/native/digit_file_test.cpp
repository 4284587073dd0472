// Digit files: what is read, and the sentence for each thing that can be wrong with one.
#include "core/digit_file.h"

#include <gtest/gtest.h>

#include <string>

#include "errors.h"

namespace priorlab {
namespace {

std::span<const std::byte> bytes_of(const std::string& text) { return std::as_bytes(std::span(text)); }
Digits read(const std::string& text) { return read_digit_file(bytes_of(text)); }

std::string be32(std::uint32_t v) {
  return {static_cast<char>(v >> 24), static_cast<char>(v >> 16), static_cast<char>(v >> 8),
          static_cast<char>(v)};
}
std::string idx(std::uint32_t count, std::uint32_t height, std::uint32_t width, const std::string& pixels) {
  return be32(0x803) + be32(count) + be32(height) + be32(width) + pixels;
}
std::string line(const std::string& digits) {
  std::string text;
  for (char c : digits) text += std::string(text.empty() ? "" : " ") + c;
  return text;
}

TEST(DigitFile, IdxGreyIsSplitAtHalfAndBinaryStays) {
  const Digits grey = read(idx(2, 1, 3, std::string("\x00\x7f\x80\xff\x01\x00", 6)));
  EXPECT_EQ(grey.count, 2);
  EXPECT_EQ(grey.height, 1);
  EXPECT_EQ(grey.width, 3);
  EXPECT_EQ(grey.pixels, (std::vector<std::uint8_t>{0, 0, 1, 1, 0, 0}));
  EXPECT_EQ(grey.digit(1)[0], 1);
  const Digits binary = read(idx(1, 2, 2, std::string("\x00\x01\x01\x00", 4)));
  EXPECT_EQ(binary.pixels, (std::vector<std::uint8_t>{0, 1, 1, 0}));
}

TEST(DigitFile, IdxSaysWhatIsWrong) {
  EXPECT_SENTENCE(read(""), "The file is empty");
  EXPECT_SENTENCE(read(std::string(1, '\0')), "ends after 1 bytes");
  EXPECT_SENTENCE(read(std::string("\0\0\x08", 3)), "ends after 3 bytes");
  EXPECT_SENTENCE(read(be32(0x803) + be32(1)), "ends after 8 bytes");
  EXPECT_SENTENCE(read(be32(0x801) + be32(1) + "x"), "1 axis, as files of labels have");
  EXPECT_SENTENCE(read(be32(0x804) + std::string(16, 'x')), "has 4 axes");
  EXPECT_SENTENCE(read(be32(0xd03) + std::string(12, 'x')), "elements of type 13");
  EXPECT_SENTENCE(read_idx(bytes_of("abcd")), "does not begin like IDX");
  EXPECT_SENTENCE(read(idx(2, 2, 2, "seven b")),
                  "cut off: its header announces 2 pictures of 2 x 2 pixels, 8");
  EXPECT_SENTENCE(read(idx(2, 2, 2, "nine byte")), "goes on after its end");
  EXPECT_SENTENCE(read(idx(0, 28, 28, "")), "nothing in it");
  EXPECT_SENTENCE(read(idx(1, 0, 28, "")), "nothing in it");
  EXPECT_SENTENCE(read(idx(1, 257, 2, "")), "at most 256 x 256");
  EXPECT_SENTENCE(read(idx(2800000, 28, 28, "")), "2195200000 bytes; at most 1073741824");
  EXPECT_SENTENCE(read(idx(0xffffffff, 256, 256, "")), "at most 1073741824");
}

TEST(DigitFile, AmatIsReadWithAnyBlanksAndLineEnds) {
  for (const char* ending : {"\n", "\r\n", " \n", "\n\n"}) {
    SCOPED_TRACE(ending);
    const Digits digits = read(line("0110") + ending + line("1000") + ending);
    EXPECT_EQ(digits.count, 2);
    EXPECT_EQ(digits.height, 2);
    EXPECT_EQ(digits.width, 2);
    EXPECT_EQ(digits.pixels, (std::vector<std::uint8_t>{0, 1, 1, 0, 1, 0, 0, 0}));
  }
  EXPECT_EQ(read("1\t0  0 1").pixels, (std::vector<std::uint8_t>{1, 0, 0, 1}));
  const std::string row = line(std::string(784, '0'));
  const Digits mnist = read(row + "\n" + row + "\n");
  EXPECT_EQ(mnist.height, 28);
  EXPECT_EQ(mnist.count, 2);
}

TEST(DigitFile, AmatSaysWhatIsWrong) {
  const std::string row = line(std::string(784, '1'));
  EXPECT_SENTENCE(read(row + "\n" + line("010")),
                  "Line 2 of the text has 3 values, the lines before it 784; the");
  EXPECT_SENTENCE(read("0 1 1 0\n0 1 1\n0 1 1 0\n"),
                  "Line 2 of the text has 3 values, the lines before it 4.");
  EXPECT_SENTENCE(read(line(std::string(783, '1'))), "Line 1 of the text has 783 values");
  EXPECT_SENTENCE(read("0 1 2 0\n"), "Value 3 in line 1 of the text is \"2\"");
  EXPECT_SENTENCE(read("0 1 1 0\n0 -1 1 0\n"), "Value 2 in line 2 of the text is \"-1\"");
  EXPECT_SENTENCE(read("0110\n"), "Value 1 in line 1 of the text is \"0110\"");
  EXPECT_SENTENCE(read("0.5 0 0 1"), "\"0.5\"");
  EXPECT_SENTENCE(read("\x01\x02 hello"), "\"??\"");
  EXPECT_SENTENCE(read("a very_long_word_indeed"), "is \"a\"");
  EXPECT_SENTENCE(read("0 very_long_word_indeed"), "\"very_long_wo...\"");
  EXPECT_SENTENCE(read("\n \r\n\t\n"), "no line with zeros and ones");
}

TEST(DigitFile, OtherFormatsAreNamed) {
  EXPECT_SENTENCE(read("\x1f\x8b\x08..."), "compressed by gzip");
  EXPECT_SENTENCE(read("PK\x03\x04"), "zip archive");
  EXPECT_SENTENCE(read("\x89PNG"), "is a picture");
  EXPECT_SENTENCE(read("\xff\xd8\xff"), "is a picture");
}

}  // namespace
}  // namespace priorlab
