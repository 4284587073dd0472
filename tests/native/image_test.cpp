#include "core/image.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "errors.h"

namespace priorlab {
namespace {

Tensor bytes(Shape shape, const std::vector<std::uint8_t>& values) {
  return Tensor::from<std::uint8_t>(std::move(shape), values);
}

TEST(Image, BytesBecomePlanes) {
  const Image image = image_from(bytes({1, 2, 4}, {255, 0, 51, 7, 102, 204, 153, 0}));
  EXPECT_EQ(image.channels(), 3);
  EXPECT_EQ(image.height(), 1);
  EXPECT_EQ(image.width(), 2);
  EXPECT_EQ(image.at(0, 0, 0), 1.0f);
  EXPECT_EQ(image.at(1, 0, 0), 0.0f);
  EXPECT_EQ(image.at(2, 0, 0), 0.2f);  // alpha has no say
  EXPECT_EQ(image.at(0, 0, 1), 0.4f);
  EXPECT_EQ(image.at(1, 0, 1), 0.8f);
  EXPECT_EQ(image.at(2, 0, 1), 0.6f);
}

TEST(Image, BytesComeBackUnchanged) {
  std::vector<std::uint8_t> values(256 * 4);
  for (std::size_t i = 0; i < 256; ++i)
    for (std::size_t c = 0; c < 4; ++c)
      values[4 * i + c] = static_cast<std::uint8_t>(c == 3 ? 255 : i + 7 * c);
  const Tensor back = rgba8_from(image_from(bytes({16, 16, 4}, values)));
  EXPECT_EQ(back.shape(), (Shape{16, 16, 4}));
  EXPECT_TRUE(std::ranges::equal(back.as<std::uint8_t>(), values));
}

TEST(Image, FloatsAreTakenAsTheyAreAndClippedOnTheWayOut) {
  const std::vector<float> values = {-0.5f, 0.0f, 0.5f, 1.0f, 1.5f, 0.499f / 255};
  const Image image = image_from(Tensor::from<float>({1, 2, 3}, values));
  EXPECT_TRUE(std::ranges::equal(image.values(), values));
  EXPECT_TRUE(std::ranges::equal(tensor_from(image).as<float>(), values));
  const Tensor out = rgba8_from(image);
  const std::vector<int> expected = {0, 0, 128, 255, 255, 0};
  for (std::size_t i = 0; i < 6; ++i) {
    for (std::size_t c = 0; c < 3; ++c) EXPECT_EQ(out.as<std::uint8_t>()[4 * i + c], expected[i]);
    EXPECT_EQ(out.as<std::uint8_t>()[4 * i + 3], 255);
  }
}

TEST(Image, GreyIsRec601Luma) {
  Image image(3, 1, 1);
  image.at(0, 0, 0) = 0.25f;
  image.at(1, 0, 0) = 0.5f;
  image.at(2, 0, 0) = 0.75f;
  EXPECT_FLOAT_EQ(to_grey(image).at(0, 0, 0), 0.299f * 0.25f + 0.587f * 0.5f + 0.114f * 0.75f);
  const Image grey(1, 2, 2, 0.3f);
  EXPECT_EQ(to_grey(grey).at(0, 1, 1), 0.3f);
}

TEST(Image, SmallestAndOddSizesWork) {
  EXPECT_EQ(image_from(Tensor(DType::f32, {1, 1, 1})).pixels(), 1u);
  EXPECT_EQ(image_from(Tensor(DType::f32, {3, 3, 7})).pixels(), 21u);
  EXPECT_EQ(image_from(Tensor(DType::u8, {3, 7, 4})).pixels(), 21u);
}

TEST(Image, WrongPicturesAreRefusedInWords) {
  EXPECT_SENTENCE(image_from(Tensor(DType::f32, {2, 4, 4})), "f32 of shape (2, 4, 4) came");
  EXPECT_SENTENCE(image_from(Tensor(DType::f32, {4, 4})), "f32 of shape (4, 4) came");
  EXPECT_SENTENCE(image_from(Tensor(DType::u8, {4, 4, 3})), "u8 of shape (4, 4, 3) came");
  EXPECT_SENTENCE(image_from(Tensor(DType::i32, {1, 4, 4})), "i32 of shape (1, 4, 4) came");
  EXPECT_SENTENCE(image_from(Tensor(DType::f32, {1, 0, 4})), "shape (1, 0, 4) is empty");
  EXPECT_SENTENCE(image_from(Tensor(DType::u8, {4, 0, 4})), "shape (4, 0, 4) is empty");
  EXPECT_SENTENCE(image_from(Tensor()), "came");
  for (float bad : {std::nanf(""), std::numeric_limits<float>::infinity()}) {
    Tensor t(DType::f32, {1, 2, 2});
    t.as<float>()[3] = bad;
    EXPECT_SENTENCE(image_from(t), "at index 3; every value must be finite");
  }
}

}  // namespace
}  // namespace priorlab
