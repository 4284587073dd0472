// Tensor: a dense, row-major, owning array of one of four element types. It is what crosses every border:
// task inputs and outputs, model files, JavaScript. Mathematics works on spans and Eigen maps taken from it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "core/error.h"

namespace priorlab {

enum class DType { f32, f16, u8, i32 };

using Shape = std::vector<std::int64_t>;

std::size_t bytes_per_element(DType dtype);
std::string name_of(DType dtype);       // "f32", "f16", "u8", "i32"
DType dtype_named(const std::string&);  // throws std::invalid_argument on any other word
std::string to_text(const Shape&);      // "(3, 321, 481)"

// Product of the extents. Throws std::invalid_argument on a negative extent or when the product passes 2^40.
std::int64_t element_count(const Shape&);

namespace detail {
template <class T>
struct DTypeOf;
template <>
struct DTypeOf<float> {
  static constexpr DType value = DType::f32;
};
template <>
struct DTypeOf<std::uint16_t> {
  static constexpr DType value = DType::f16;
};
template <>
struct DTypeOf<std::uint8_t> {
  static constexpr DType value = DType::u8;
};
template <>
struct DTypeOf<std::int32_t> {
  static constexpr DType value = DType::i32;
};
}  // namespace detail

class Tensor {
 public:
  Tensor() = default;
  // Zero filled.
  Tensor(DType dtype, Shape shape);

  template <class T>
  static Tensor from(Shape shape, std::span<const T> values) {
    Tensor t(detail::DTypeOf<T>::value, std::move(shape));
    if (t.size() != static_cast<std::int64_t>(values.size()))
      invalid("A tensor of shape ", to_text(t.shape()), " needs ", t.size(), " values; ", values.size(),
              " came.");
    if (!values.empty()) std::memcpy(t.bytes().data(), values.data(), values.size_bytes());
    return t;
  }

  DType dtype() const { return dtype_; }
  const Shape& shape() const { return shape_; }
  std::int64_t size() const { return size_; }  // number of elements

  // Typed view of all elements (f16 is seen as its 16 bits). Throws std::logic_error when T is not the
  // tensor's type.
  template <class T>
  std::span<T> as() {
    PRIORLAB_CHECK(detail::DTypeOf<T>::value == dtype_);
    return {reinterpret_cast<T*>(data_.data()), static_cast<std::size_t>(size_)};
  }
  template <class T>
  std::span<const T> as() const {
    PRIORLAB_CHECK(detail::DTypeOf<T>::value == dtype_);
    return {reinterpret_cast<const T*>(data_.data()), static_cast<std::size_t>(size_)};
  }

  std::span<std::byte> bytes() { return data_; }
  std::span<const std::byte> bytes() const { return data_; }

 private:
  DType dtype_ = DType::f32;
  Shape shape_ = {0};
  std::int64_t size_ = 0;
  std::vector<std::byte> data_;
};

using TensorMap = std::map<std::string, Tensor, std::less<>>;

// f32 copy of an f32 or f16 tensor; throws std::invalid_argument for other types.
Tensor to_f32(const Tensor&);
// f16 copy, round to nearest even. Throws std::invalid_argument when a value does not fit (|x| > 65504) or is
// NaN.
Tensor to_f16(const Tensor&);

}  // namespace priorlab
