// Text made of parts, against the streams it stands in for.
#include "core/text.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <sstream>

namespace priorlab {
namespace {

template <class... Parts>
std::string streamed(const Parts&... parts) {
  std::ostringstream text;
  (text << ... << parts);
  return text.str();
}

TEST(Text, NumbersReadAsStreamsWriteThem) {
  for (const double number : {0.0, 0.5, -3.25, 1.0 / 3, 1e6, 1e5, 123456.0, 1234567.0, 1e-4, 1e-5, 2e300,
                              std::numeric_limits<double>::infinity(), std::nan("")})
    EXPECT_EQ(text_of(number), streamed(number));
  EXPECT_EQ(text_of(0.1F), "0.1");
  for (const std::int64_t number :
       {std::int64_t{0}, std::int64_t{-7}, std::numeric_limits<std::int64_t>::min()})
    EXPECT_EQ(text_of(number), streamed(number));
  EXPECT_EQ(text_of(std::numeric_limits<std::uint64_t>::max()), "18446744073709551615");
}

TEST(Text, BytesAreNumbersAndLettersAreLetters) {
  EXPECT_EQ(text_of(std::uint8_t{65}), "65");
  EXPECT_EQ(text_of('A'), "A");
  EXPECT_EQ(text_of(true), "1");
}

TEST(Text, PartsFollowEachOther) {
  const std::string word = "two";
  EXPECT_EQ(text_of("one, ", word, std::string_view(", three, "), 4, ", ", 5.5, ',', std::size_t{6}),
            "one, two, three, 4, 5.5,6");
  EXPECT_EQ(text_of(), "");
}

}  // namespace
}  // namespace priorlab
