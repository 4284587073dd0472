// Numbers as raw bytes in memory order, for what replicas of a task tell each other: written and read by the
// same program on the same machine, so there is no byte order and no version.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>
#include <vector>

#include "core/error.h"

namespace priorlab {

class ByteWriter {
 public:
  template <class T>
  void values(std::span<const T> all) {
    static_assert(std::is_trivially_copyable_v<T>);
    const std::size_t at = bytes_.size();
    bytes_.resize(at + all.size_bytes());
    if (!all.empty()) std::memcpy(bytes_.data() + at, all.data(), all.size_bytes());
  }
  template <class T>
  void value(const T& one) {
    values(std::span<const T>(&one, 1));
  }

  std::size_t size() const { return bytes_.size(); }
  // Writes over what began at `at`.
  template <class T>
  void value_at(std::size_t at, const T& one) {
    PRIORLAB_CHECK(at + sizeof(T) <= bytes_.size());
    std::memcpy(bytes_.data() + at, &one, sizeof(T));
  }
  std::vector<std::byte> take() { return std::move(bytes_); }

 private:
  std::vector<std::byte> bytes_;
};

// Throws std::logic_error when there are fewer bytes than asked for: only a fault of ours can be the cause.
class ByteReader {
 public:
  explicit ByteReader(std::span<const std::byte> bytes) : left_(bytes) {}

  template <class T>
  void values(std::span<T> all) {
    static_assert(std::is_trivially_copyable_v<T>);
    const auto from = bytes(all.size_bytes());
    if (!from.empty()) std::memcpy(all.data(), from.data(), from.size());
  }
  template <class T>
  T value() {
    T one;
    values(std::span<T>(&one, 1));
    return one;
  }
  std::span<const std::byte> bytes(std::size_t count) {
    PRIORLAB_CHECK(count <= left_.size());
    const auto taken = left_.first(count);
    left_ = left_.subspan(count);
    return taken;
  }
  bool at_end() const { return left_.empty(); }

 private:
  std::span<const std::byte> left_;
};

}  // namespace priorlab
