#include "core/text.h"

#include <cstdio>

namespace priorlab {

void TextPart::append_to(std::string& text) const {
  switch (kind_) {
    case Kind::words:
      text += words_;
      return;
    case Kind::letter:
      text += letter_;
      return;
    case Kind::real: {
      char digits[32];
      std::snprintf(digits, sizeof digits, "%g", real_);
      text += digits;
      return;
    }
    case Kind::whole:
      text += std::to_string(whole_);
      return;
    case Kind::natural:
      text += std::to_string(natural_);
      return;
  }
}

std::string joined(std::initializer_list<TextPart> parts) {
  std::string text;
  for (const TextPart& part : parts) part.append_to(text);
  return text;
}

}  // namespace priorlab
