// What a sentence says: runs `action`, gives the text of the std::invalid_argument it throws.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

namespace priorlab {

template <class Action>
std::string sentence(Action&& action) {
  try {
    action();
  } catch (const std::invalid_argument& e) {
    return e.what();
  }
  return "(nothing was thrown)";
}

}  // namespace priorlab

// The sentence contains the words and ends in a full stop.
#define EXPECT_SENTENCE(action, words)               \
  EXPECT_THAT(::priorlab::sentence([&] { action; }), \
              ::testing::AllOf(::testing::HasSubstr(words), ::testing::EndsWith(".")))
