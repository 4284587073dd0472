#include "ops/colour.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/rng.h"

namespace priorlab {
namespace {

TEST(Colour, OpponentColoursAreOrthonormalAndComeBack) {
  Image image(3, 9, 11);
  Rng(1).fill_normal(image.values());
  const Image before = image;
  to_opponent(image);
  double norm_before = 0, norm_after = 0;
  for (std::size_t i = 0; i < image.values().size(); ++i) {
    norm_before += std::pow(before.values()[i], 2);
    norm_after += std::pow(image.values()[i], 2);
  }
  EXPECT_NEAR(norm_after, norm_before, 1e-4 * norm_before);
  from_opponent(image);
  for (std::size_t i = 0; i < image.values().size(); ++i)
    ASSERT_NEAR(image.values()[i], before.values()[i], 1e-6);
}

TEST(Colour, GreyHasBrightnessOnly) {
  Image image(3, 2, 2, 0.25f);
  to_opponent(image);
  for (const float v : image.plane(0)) EXPECT_NEAR(v, 0.25 * std::sqrt(3.0), 1e-6);
  for (int c = 1; c < 3; ++c)
    for (const float v : image.plane(c)) EXPECT_NEAR(v, 0, 1e-7);
}

TEST(Colour, EachChannelIsWhatItsFormulaSays) {
  Image image(3, 1, 1);
  image.at(0, 0, 0) = 0.9f;
  image.at(1, 0, 0) = 0.3f;
  image.at(2, 0, 0) = 0.1f;
  to_opponent(image);
  EXPECT_NEAR(image.at(0, 0, 0), 1.3 / std::sqrt(3.0), 1e-6);
  EXPECT_NEAR(image.at(1, 0, 0), 0.8 / std::sqrt(2.0), 1e-6);
  EXPECT_NEAR(image.at(2, 0, 0), 0.4 / std::sqrt(6.0), 1e-6);
}

}  // namespace
}  // namespace priorlab
