#include "core/tensor.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <vector>

#include "core/half.h"
#include "errors.h"

namespace priorlab {
namespace {

constexpr std::int64_t kHuge = std::int64_t{1} << 40;

TEST(Tensor, IsZeroFilledAndKnowsItsShape) {
  const Tensor t(DType::f32, {2, 3});
  EXPECT_EQ(t.size(), 6);
  EXPECT_EQ(t.bytes().size(), 24u);
  for (float v : t.as<float>()) EXPECT_EQ(v, 0);
  EXPECT_EQ(Tensor(DType::u8, {}).size(), 1);  // a scalar
  EXPECT_EQ(Tensor(DType::u8, {3, 0, 2}).size(), 0);
  EXPECT_EQ(to_text({3, 321, 481}), "(3, 321, 481)");
}

TEST(Tensor, FromChecksTheCount) {
  const std::vector<std::int32_t> values = {1, 2, 3, 4};
  EXPECT_EQ(Tensor::from<std::int32_t>({2, 2}, values).as<std::int32_t>()[3], 4);
  EXPECT_SENTENCE(Tensor::from<std::int32_t>({2, 3}, values), "shape (2, 3) needs 6 values; 4 came");
}

TEST(Tensor, AskingForAnotherTypeIsOurFault) {
  Tensor t(DType::f16, {4});
  EXPECT_THROW(t.as<float>(), std::logic_error);
  EXPECT_EQ(t.as<std::uint16_t>().size(), 4u);
}

TEST(Tensor, HugeAndNegativeShapesAreRefusedBeforeAllocation) {
  EXPECT_SENTENCE(Tensor(DType::f32, {-1, 4}), "(-1, 4): an extent is negative");
  EXPECT_SENTENCE(Tensor(DType::f32, {kHuge, 2}), "too large");
  EXPECT_SENTENCE(Tensor(DType::f32, {kHuge, kHuge, kHuge, kHuge}), "too large");
  EXPECT_EQ(element_count({kHuge, kHuge, 0}), 0);
  EXPECT_EQ(element_count({kHuge}), kHuge);
}

TEST(Tensor, TypesHaveNames) {
  for (DType dtype : {DType::f32, DType::f16, DType::u8, DType::i32})
    EXPECT_EQ(dtype_named(name_of(dtype)), dtype);
  EXPECT_SENTENCE(dtype_named("f64"), "no element type \"f64\"; there are f32, f16, u8, i32");
}

TEST(Half, EveryBitPatternComesBack) {
  for (std::uint32_t bits = 0; bits < 0x10000; ++bits) {
    const auto half = static_cast<std::uint16_t>(bits);
    const float value = half_to_float(half);
    if (std::isnan(value)) {
      EXPECT_TRUE(std::isnan(half_to_float(float_to_half(value))));
      continue;
    }
    ASSERT_EQ(float_to_half(value), half) << bits;
    // By its definition: (-1)^s 2^(e-25) (1024 + f), without the 1024 when e is 0 (then counted as 1).
    const int e = (half >> 10) & 31, f = half & 1023;
    const float size = e == 31 ? std::numeric_limits<float>::infinity()
                               : std::ldexp(static_cast<float>(e ? 1024 + f : f), (e ? e : 1) - 25);
    ASSERT_EQ(value, half & 0x8000 ? -size : size) << bits;
  }
}

TEST(Half, RoundsToNearestTiesToEven) {
  for (std::uint32_t bits = 0; bits < 0x7bff; ++bits) {
    const auto low = static_cast<std::uint16_t>(bits), high = static_cast<std::uint16_t>(bits + 1);
    const float a = half_to_float(low), b = half_to_float(high), middle = 0.5f * (a + b);
    ASSERT_EQ(float_to_half(middle), bits & 1 ? high : low) << bits;
    ASSERT_EQ(float_to_half(std::nextafter(middle, 0.0f)), low) << bits;
    ASSERT_EQ(float_to_half(std::nextafter(middle, 1e9f)), high) << bits;
    ASSERT_EQ(float_to_half(-middle), (bits & 1 ? high : low) | 0x8000) << bits;
  }
  EXPECT_EQ(float_to_half(65519.99f), 0x7bff);
  EXPECT_EQ(float_to_half(65520.0f), 0x7c00);
  EXPECT_EQ(float_to_half(1e30f), 0x7c00);
  EXPECT_EQ(float_to_half(-std::numeric_limits<float>::infinity()), 0xfc00);
  EXPECT_EQ(float_to_half(1e-30f), 0);
}

TEST(Half, TensorsAreConvertedBothWays) {
  const std::vector<float> values = {0.5f, -1.25f, 65504.0f, 0.0f};
  const Tensor t = Tensor::from<float>({4}, values);
  const Tensor half = to_f16(t);
  EXPECT_EQ(half.dtype(), DType::f16);
  const Tensor back = to_f32(half);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(back.as<float>()[i], values[i]);
  EXPECT_EQ(to_f32(t).size(), 4);

  for (float bad : {65505.0f, -1e9f, std::numeric_limits<float>::infinity(), std::nanf("")})
    EXPECT_SENTENCE(to_f16(Tensor::from<float>({1}, std::vector<float>{bad})), "does not fit f16");
  EXPECT_SENTENCE(to_f32(Tensor(DType::u8, {1})), "f32 or f16 tensor is needed; u8 came");
  EXPECT_SENTENCE(to_f16(Tensor(DType::i32, {1})), "f32 or f16 tensor is needed; i32 came");
}

}  // namespace
}  // namespace priorlab
