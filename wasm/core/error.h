// Errors: whose fault it is decides what is thrown.
//
// The user's fault (size, format, range): `std::invalid_argument` from `invalid(...)`; the text says what
// came and what is allowed, ends in a full stop and is shown as it is. Our fault: PRIORLAB_CHECK, a
// `std::logic_error` with file and line. Errors cross to JavaScript as plain data {kind, message}; nothing
// else is ever thrown on purpose.
#pragma once

#include <sstream>
#include <stdexcept>
#include <string>

namespace priorlab {

// Builds the message from its parts with operator<< and throws std::invalid_argument.
template <class... Parts>
[[noreturn]] void invalid(const Parts&... parts) {
  std::ostringstream text;
  (text << ... << parts);
  throw std::invalid_argument(text.str());
}

namespace detail {
[[noreturn]] inline void check_failed(const char* file, int line, const char* what) {
  std::ostringstream text;
  text << "Internal error at " << file << ":" << line << ": " << what << " does not hold.";
  throw std::logic_error(text.str());
}
}  // namespace detail

}  // namespace priorlab

#define PRIORLAB_CHECK(condition) \
  ((condition) ? void(0) : ::priorlab::detail::check_failed(__FILE__, __LINE__, #condition))
