// Text made of parts: words and numbers one after the other, without streams. Streams bring the locales of
// the C++ library with them, some 50 kB of a compressed module that is downloaded.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace priorlab {

// Words are seen, not copied: a part lives as long as the expression it stands in.
class TextPart {
 public:
  TextPart(std::string_view words) : kind_(Kind::words), words_(words) {}
  TextPart(const std::string& words) : TextPart(std::string_view(words)) {}
  TextPart(const char* words) : TextPart(std::string_view(words)) {}
  TextPart(char letter) : kind_(Kind::letter), letter_(letter) {}
  // Six digits that count, as streams write them: 0.5, 1e+06.
  TextPart(std::floating_point auto number) : kind_(Kind::real), real_(static_cast<double>(number)) {}
  TextPart(std::signed_integral auto number) : kind_(Kind::whole), whole_(number) {}
  TextPart(std::unsigned_integral auto number) : kind_(Kind::natural), natural_(number) {}

  void append_to(std::string& text) const;

 private:
  enum class Kind { words, letter, real, whole, natural } kind_;
  union {
    std::string_view words_;
    char letter_;
    double real_;
    std::int64_t whole_;
    std::uint64_t natural_;
  };
};

std::string joined(std::initializer_list<TextPart> parts);

template <class... Parts>
std::string text_of(const Parts&... parts) {
  return joined({TextPart(parts)...});
}

}  // namespace priorlab
