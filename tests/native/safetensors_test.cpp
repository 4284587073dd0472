#include "core/safetensors.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <string>
#include <vector>

#include "core/half.h"
#include "core/rng.h"
#include "errors.h"

namespace priorlab {
namespace {

using Bytes = std::vector<std::byte>;

// A file as the public format defines it: 8 bytes little-endian header length, header, data.
Bytes file_of(const std::string& header, const std::string& data, long long length = -1) {
  const auto n = static_cast<std::uint64_t>(length < 0 ? static_cast<long long>(header.size()) : length);
  std::string text;
  for (int i = 0; i < 8; ++i) text += static_cast<char>(n >> (8 * i) & 0xff);
  text += header + data;
  const auto* first = reinterpret_cast<const std::byte*>(text.data());
  return {first, first + text.size()};
}

std::string refusal(const std::string& header, const std::string& data = "") {
  return sentence([&] { read_safetensors(file_of(header, data)); });
}

#define EXPECT_REFUSED(words, ...) \
  EXPECT_THAT(refusal(__VA_ARGS__), ::testing::AllOf(::testing::HasSubstr(words), ::testing::EndsWith(".")))

Safetensors example() {
  Safetensors s;
  s.metadata = {{"format", "pt"}, {"seed", "7"}};
  s.tensors["weights"] = Tensor(DType::f32, {3, 4});
  Rng(1).fill_normal(s.tensors["weights"].as<float>());
  s.tensors["half"] = to_f16(Tensor::from<float>({3}, std::vector<float>{0.5f, -2.0f, 1e-5f}));
  s.tensors["bytes"] = Tensor::from<std::uint8_t>({5}, std::vector<std::uint8_t>{0, 1, 127, 128, 255});
  s.tensors["counts"] = Tensor::from<std::int32_t>({2, 1}, std::vector<std::int32_t>{-1, 2147483647});
  s.tensors["scalar"] = Tensor::from<float>({}, std::vector<float>{3.5f});
  s.tensors["none"] = Tensor(DType::f32, {0, 4});
  s.tensors["\xc3\xa4\"\\\n"] = Tensor(DType::u8, {1});
  return s;
}

void expect_same(const Safetensors& a, const Safetensors& b) {
  EXPECT_EQ(a.metadata, b.metadata);
  ASSERT_EQ(a.tensors.size(), b.tensors.size());
  for (const auto& [name, tensor] : a.tensors) {
    ASSERT_TRUE(b.tensors.contains(name)) << name;
    const Tensor& other = b.tensors.find(name)->second;
    EXPECT_EQ(tensor.dtype(), other.dtype()) << name;
    EXPECT_EQ(tensor.shape(), other.shape()) << name;
    EXPECT_TRUE(std::ranges::equal(tensor.bytes(), other.bytes())) << name;
  }
}

TEST(Safetensors, WhatIsWrittenIsRead) {
  const Safetensors s = example();
  const Bytes file = write_safetensors(s);
  expect_same(s, read_safetensors(file));
  EXPECT_EQ(write_safetensors(read_safetensors(file)), file);
  expect_same({}, read_safetensors(write_safetensors({})));
}

// Laid out by hand from the format's description, as the public Python package writes it.
TEST(Safetensors, FileIsThePublicFormatToTheByte) {
  const std::string header =
      R"({"__metadata__":{"format":"np"},"a":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},)"
      R"("b":{"dtype":"F16","shape":[3],"data_offsets":[8,14]}})";
  const std::string padded = header + std::string((8 - header.size() % 8) % 8, ' ');
  using namespace std::string_literals;
  // 1.5 and -0.25 as binary32, then 1, -2 and 65504 as binary16, little-endian.
  const Bytes golden = file_of(padded, "\x00\x00\xc0\x3f\x00\x00\x80\xbe\x00\x3c\x00\xc0\xff\x7b"s);

  Safetensors s;
  s.metadata["format"] = "np";
  s.tensors["a"] = Tensor::from<float>({2, 1}, std::vector<float>{1.5f, -0.25f});
  s.tensors["b"] = to_f16(Tensor::from<float>({3}, std::vector<float>{1, -2, 65504}));
  EXPECT_EQ(write_safetensors(s), golden);
  expect_same(s, read_safetensors(golden));
}

TEST(Safetensors, OtherWritersOrdersAndSpacesAreRead) {
  using namespace std::string_literals;
  const Safetensors s = read_safetensors(
      file_of("{ \"late\": {\"data_offsets\": [4, 6], \"shape\": [2], \"dtype\": \"U8\"},\n"
              "  \"early\": {\"dtype\": \"I32\", \"shape\": [], \"data_offsets\": [0, 4]} }\n   ",
              "\x05\x00\x00\x00\x08\x09"s));
  EXPECT_EQ(s.tensors.at("early").as<std::int32_t>()[0], 5);
  EXPECT_EQ(s.tensors.at("late").as<std::uint8_t>()[1], 9);
}

TEST(Safetensors, FilesThatAreNoneAreRefused) {
  EXPECT_SENTENCE(read_safetensors({}), "at least 8 bytes; 0 came");
  EXPECT_SENTENCE(read_safetensors(Bytes(7)), "at least 8 bytes; 7 came");
  EXPECT_SENTENCE(read_safetensors(file_of("{}", "", 100)), "no safetensors file or it is cut short");
  EXPECT_SENTENCE(read_safetensors(file_of("\x89PNG", "", 0x0a1a0a0d474e5089)), "no safetensors file");
  EXPECT_SENTENCE(read_safetensors(Bytes(8, std::byte{0xff})), "no safetensors file");
  EXPECT_SENTENCE(read_safetensors(Bytes((16u << 20) + 100, std::byte{1})), "no safetensors file");
  const std::string wide(17u << 20, ' ');
  EXPECT_REFUSED("at most 16777216 are allowed", "{}" + wide);
}

TEST(Safetensors, BadHeadersAreRefused) {
  EXPECT_REFUSED("must be a JSON object", "");
  EXPECT_REFUSED("must be a JSON object", "[]");
  EXPECT_REFUSED("must be a JSON object", " {}");
  EXPECT_REFUSED("not JSON", "{");
  EXPECT_REFUSED("not JSON", "{}x");
  EXPECT_REFUSED("not JSON", "{\"\xff\": 1}");
  EXPECT_REFUSED("not JSON", "{\"a\":" + std::string(100000, '['));
  EXPECT_REFUSED("has the name \"a\" twice",
                 R"({"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"a":1})");
  EXPECT_REFUSED("has the name \"dtype\" twice",
                 R"({"a":{"dtype":"U8","dtype":"U8","shape":[0],"data_offsets":[0,0]}})");
  EXPECT_REFUSED("\"__metadata__\" must be an object of strings; array came", R"({"__metadata__":[]})");
  EXPECT_REFUSED("\"x\" is number", R"({"__metadata__":{"x":1}})");
}

TEST(Safetensors, BadEntriesAreRefused) {
  EXPECT_REFUSED("\"a\" must be an object; number came", R"({"a":1})");
  EXPECT_REFUSED("\"a\" has no \"dtype\"", R"({"a":{"shape":[0],"data_offsets":[0,0]}})");
  EXPECT_REFUSED("\"a\" has no \"shape\"", R"({"a":{"dtype":"U8","data_offsets":[0,0]}})");
  EXPECT_REFUSED("\"a\" has no \"data_offsets\"", R"({"a":{"dtype":"U8","shape":[0]}})");
  EXPECT_REFUSED("unknown key \"more\"", R"({"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0],"more":1}})");
  EXPECT_REFUSED("the element type \"BF16\"; F32, F16, U8 and I32 are known",
                 R"({"a":{"dtype":"BF16","shape":[0],"data_offsets":[0,0]}})");
  EXPECT_REFUSED("the element type 3", R"({"a":{"dtype":3,"shape":[0],"data_offsets":[0,0]}})");
  for (const char* shape :
       {"3", "[-1]", "[1.5]", "[\"1\"]", "[1099511627777]", "[18446744073709551616]", "[[1]]"})
    EXPECT_REFUSED("The shape of the tensor \"a\" must be",
                   std::string(R"({"a":{"dtype":"U8","shape":)") + shape + R"(,"data_offsets":[0,0]}})");
  for (const char* offsets : {"0", "[0]", "[0,1,2]", "[-1,0]", "[0,1.0]", "[0,null]"})
    EXPECT_REFUSED("must be two whole numbers",
                   std::string(R"({"a":{"dtype":"U8","shape":[1],"data_offsets":)") + offsets + "}}", "x");
}

TEST(Safetensors, BadExtentsAreRefused) {
  const auto u8 = [](const std::string& name, int shape, const std::string& offsets) {
    return '"' + name + R"(":{"dtype":"U8","shape":[)" + std::to_string(shape) + R"(],"data_offsets":)" +
           offsets + '}';
  };
  EXPECT_REFUSED("outside the 3 bytes of data", '{' + u8("a", 4, "[0,4]") + '}', "123");
  EXPECT_REFUSED("outside the 4 bytes of data", '{' + u8("a", 4, "[4,0]") + '}', "1234");
  EXPECT_REFUSED("outside", '{' + u8("a", 4, "[18446744073709551612,18446744073709551615]") + '}', "1234");
  EXPECT_REFUSED("shape (3) needs 3 bytes; its extent has 4", '{' + u8("a", 3, "[0,4]") + '}', "1234");
  EXPECT_REFUSED("\"b\" begins at byte 2; 3 was expected (tensors overlap)",
                 '{' + u8("a", 3, "[0,3]") + ',' + u8("b", 2, "[2,4]") + '}', "1234");
  EXPECT_REFUSED("\"b\" begins at byte 3; 2 was expected (tensors leave a gap)",
                 '{' + u8("a", 2, "[0,2]") + ',' + u8("b", 1, "[3,4]") + '}', "1234");
  EXPECT_REFUSED("begins at byte 1; 0 was expected", '{' + u8("a", 3, "[1,4]") + '}', "1234");
  EXPECT_REFUSED("end at byte 3 of 4 bytes", '{' + u8("a", 3, "[0,3]") + '}', "1234");
  EXPECT_REFUSED("end at byte 0 of 4 bytes", "{}", "1234");
}

TEST(Safetensors, HugeShapesAreRefusedBeforeAllocation) {
  EXPECT_REFUSED("needs 4398046511104 bytes; its extent has 4",
                 R"({"a":{"dtype":"F32","shape":[1048576,1048576],"data_offsets":[0,4]}})", "1234");
  EXPECT_REFUSED("too large",
                 R"({"a":{"dtype":"F32","shape":[1099511627776,1099511627776],"data_offsets":[0,4]}})",
                 "1234");
}

TEST(Safetensors, NotANumberAndInfinityAreRefused) {
  using namespace std::string_literals;
  const std::string f32 = R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})";
  EXPECT_REFUSED("has a NaN or infinity at index 1", f32, "\0\0\0\0\0\0\xc0\x7f"s);
  EXPECT_REFUSED("has a NaN or infinity at index 0", f32, "\0\0\x80\xff\0\0\0\0"s);
  const std::string f16 = R"({"a":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}})";
  EXPECT_REFUSED("at index 1", f16, "\0\0\x01\x7c"s);
  EXPECT_REFUSED("at index 0", f16, "\0\xfc\0\0"s);
  // Nor are they written.
  Safetensors s;
  s.tensors["a"] = Tensor::from<float>({1}, std::vector<float>{std::nanf("")});
  EXPECT_SENTENCE(write_safetensors(s), "NaN or infinity");
}

TEST(Safetensors, NamesTheFormatForbidsAreNotWritten) {
  Safetensors s;
  s.tensors["__metadata__"] = Tensor(DType::u8, {1});
  EXPECT_SENTENCE(write_safetensors(s), "keeps that name");
  Safetensors t;
  t.tensors["\xff"] = Tensor(DType::u8, {1});
  EXPECT_SENTENCE(write_safetensors(t), "must be UTF-8");
}

// Weights cut short anywhere are refused, never read in part.
TEST(Safetensors, EveryTruncationIsRefused) {
  const Bytes file = write_safetensors(example());
  for (std::size_t n = 0; n < file.size(); ++n)
    EXPECT_NE(sentence([&] { read_safetensors(std::span(file).first(n)); }), "(nothing was thrown)") << n;
  Bytes longer = file;
  longer.push_back(std::byte{0});
  EXPECT_SENTENCE(read_safetensors(longer), "The tensors end at byte");
}

// A flipped bit is refused or read as another valid file: nothing else happens.
TEST(Safetensors, EveryFlippedBitIsRefusedOrReadsAsAValidFile) {
  const Bytes file = write_safetensors(example());
  int refused = 0;
  for (std::size_t i = 0; i < file.size(); ++i)
    for (int bit = 0; bit < 8; ++bit) {
      Bytes altered = file;
      altered[i] ^= std::byte{1} << bit;
      try {
        const Safetensors s = read_safetensors(altered);
        expect_same(s, read_safetensors(write_safetensors(s)));
      } catch (const std::invalid_argument& e) {
        ++refused;
        EXPECT_THAT(e.what(), testing::EndsWith("."));
      }
    }
  EXPECT_GT(refused, 1000);
}

TEST(Safetensors, TakingATensorChecksTypeAndShape) {
  const Safetensors s = example();
  EXPECT_EQ(take_f32(s, "weights", {3, 4}, "x").shape(), (Shape{3, 4}));
  EXPECT_EQ(take_f32(s, "weights", {-1, 4}, "x").size(), 12);
  const Tensor half = take_f32(s, "half", {3}, "x");
  EXPECT_EQ(half.dtype(), DType::f32);
  EXPECT_EQ(half.as<float>()[1], -2.0f);
  EXPECT_SENTENCE(
      take_f32(s, "weights", {4, -1}, "priorlab train gmm"),
      "\"weights\" must be f32 or f16 of shape (4, any); f32 of shape (3, 4) came. `priorlab train gmm` "
      "makes the file anew");
  EXPECT_SENTENCE(take_f32(s, "weights", {12}, "x"), "shape (12); f32 of shape (3, 4)");
  EXPECT_SENTENCE(take_f32(s, "bytes", {5}, "x"), "u8 of shape (5) came");
  EXPECT_SENTENCE(take_f32(s, "means", {5}, "priorlab train gmm"), "no tensor \"means\" (it has: ");
  EXPECT_SENTENCE(take_f32({}, "means", {5}, "x"), "it has: none");
}

}  // namespace
}  // namespace priorlab
