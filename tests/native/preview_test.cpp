#include "core/preview.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

namespace priorlab {
namespace {

Tensor ramp(Shape shape) {
  Tensor tensor(DType::f32, std::move(shape));
  std::iota(tensor.as<float>().begin(), tensor.as<float>().end(), 0.0f);
  return tensor;
}

// The definition, box by box in double precision.
double mean_of_box(const Tensor& t, int plane, int top, int left, int scale) {
  const int height = static_cast<int>(t.shape()[t.shape().size() - 2]),
            width = static_cast<int>(t.shape().back());
  double sum = 0;
  int held = 0;
  for (int y = top; y < std::min(height, top + scale); ++y)
    for (int x = left; x < std::min(width, left + scale); ++x, ++held)
      sum += t.as<float>()[static_cast<std::size_t>((plane * height + y) * width + x)];
  return sum / held;
}

TEST(Preview, BoxMeanFollowsItsDefinitionAlsoInCutBoxes) {
  for (const auto& [height, width] : {std::pair{1, 1}, {7, 3}, {8, 12}, {5, 17}})
    for (const int scale : {1, 2, 3, 4, 20}) {
      const Tensor whole = ramp({3, height, width});
      const Tensor reduced = box_mean(whole, scale);
      const int rows = (height + scale - 1) / scale, columns = (width + scale - 1) / scale;
      ASSERT_EQ(reduced.shape(), (Shape{3, rows, columns}));
      for (int i = 0; i < 3 * rows * columns; ++i) {
        const int plane = i / (rows * columns), y = i / columns % rows, x = i % columns;
        EXPECT_NEAR(reduced.as<float>()[static_cast<std::size_t>(i)],
                    mean_of_box(whole, plane, y * scale, x * scale, scale), 1e-4)
            << height << "x" << width << " scale " << scale << " element " << i;
      }
    }
}

TEST(Preview, BytesAreClippedRoundedAndOpaque) {
  const float nan = std::nanf("");
  const Tensor grey = Tensor::from<float>({1, 6}, std::vector<float>{-0.5f, 0.0f, 0.5f, 1.0f, 1.5f, nan});
  const Tensor rgba = preview_rgba8(grey, 1);
  ASSERT_EQ(rgba.shape(), (Shape{1, 6, 4}));
  const int expected[] = {0, 0, 128, 255, 255, 0};
  for (std::size_t i = 0; i < 6; ++i) {
    for (std::size_t c = 0; c < 3; ++c) EXPECT_EQ(rgba.as<std::uint8_t>()[4 * i + c], expected[i]);
    EXPECT_EQ(rgba.as<std::uint8_t>()[4 * i + 3], 255);
  }
}

TEST(Preview, ColoursKeepTheirOrder) {
  const Tensor rgba = preview_rgba8(Tensor::from<float>({3, 1, 1}, std::vector<float>{0.2f, 0.4f, 0.6f}), 1);
  EXPECT_EQ(std::vector<std::uint8_t>(rgba.as<std::uint8_t>().begin(), rgba.as<std::uint8_t>().end()),
            (std::vector<std::uint8_t>{51, 102, 153, 255}));
}

TEST(Preview, RefusesWhatIsNoPicture) {
  EXPECT_THROW(preview_rgba8(ramp({2, 4, 4}), 1), std::invalid_argument);
  EXPECT_THROW(preview_rgba8(ramp({4}), 1), std::invalid_argument);
  EXPECT_THROW(preview_rgba8(Tensor(DType::u8, {4, 4}), 1), std::invalid_argument);
  EXPECT_THROW(preview_rgba8(ramp({4, 4}), 0), std::invalid_argument);
  EXPECT_THROW(box_mean(ramp({4}), 2), std::invalid_argument);
}

}  // namespace
}  // namespace priorlab
