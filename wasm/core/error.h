// Errors: whose fault it is decides what is thrown.
//
// The user's fault (size, format, range): `std::invalid_argument` from `invalid(...)`; the text says what
// came and what is allowed, ends in a full stop and is shown as it is. Our fault: PRIORLAB_CHECK, a
// `std::logic_error` with file and line. Errors cross to JavaScript as plain data {kind, message}; nothing
// else is ever thrown on purpose.
#pragma once

#include <initializer_list>
#include <stdexcept>
#include <string>

#include "core/text.h"

namespace priorlab {

namespace detail {
[[noreturn]] void invalid_text(std::initializer_list<TextPart> parts);
[[noreturn]] void check_failed(const char* file, int line, const char* what);
}  // namespace detail

// Builds the message from its parts, words and numbers, and throws std::invalid_argument.
template <class... Parts>
[[noreturn]] void invalid(const Parts&... parts) {
  detail::invalid_text({TextPart(parts)...});
}

}  // namespace priorlab

#define PRIORLAB_CHECK(condition) \
  ((condition) ? void(0) : ::priorlab::detail::check_failed(__FILE__, __LINE__, #condition))
