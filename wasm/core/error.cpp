#include "core/error.h"

namespace priorlab::detail {

void invalid_text(std::initializer_list<TextPart> parts) { throw std::invalid_argument(joined(parts)); }

void check_failed(const char* file, int line, const char* what) {
  throw std::logic_error(text_of("Internal error at ", file, ":", line, ": ", what, " does not hold."));
}

}  // namespace priorlab::detail
