// FNV-1a over the bytes of values: what "the same to the bit on every flavour" is checked by.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace priorlab {

template <class T>
std::uint64_t hash_of(std::span<const T> values, std::uint64_t start = 14695981039346656037ull) {
  for (std::byte b : std::as_bytes(values))
    start = (start ^ std::to_integer<std::uint64_t>(b)) * 1099511628211ull;
  return start;
}

}  // namespace priorlab
