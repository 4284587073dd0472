#include "core/tensor.h"

#include <algorithm>
#include <cmath>

#include "core/half.h"

namespace priorlab {

std::size_t bytes_per_element(DType dtype) {
  switch (dtype) {
    case DType::f32:
    case DType::i32:
      return 4;
    case DType::f16:
      return 2;
    case DType::u8:
      return 1;
  }
  PRIORLAB_CHECK(false);
  return 0;
}

std::string name_of(DType dtype) {
  switch (dtype) {
    case DType::f32:
      return "f32";
    case DType::f16:
      return "f16";
    case DType::u8:
      return "u8";
    case DType::i32:
      return "i32";
  }
  PRIORLAB_CHECK(false);
  return "";
}

DType dtype_named(const std::string& name) {
  for (DType dtype : {DType::f32, DType::f16, DType::u8, DType::i32})
    if (name_of(dtype) == name) return dtype;
  invalid("There is no element type \"", name, "\"; there are f32, f16, u8, i32.");
}

std::string to_text(const Shape& shape) {
  std::string text = "(";
  for (std::size_t i = 0; i < shape.size(); ++i) text += (i ? ", " : "") + std::to_string(shape[i]);
  return text + ")";
}

std::int64_t element_count(const Shape& shape) {
  constexpr std::int64_t limit = std::int64_t{1} << 40;
  std::int64_t count = 1;
  bool empty = false;
  for (std::int64_t extent : shape) {
    if (extent < 0) invalid("A tensor cannot have the shape ", to_text(shape), ": an extent is negative.");
    empty = empty || extent == 0;
  }
  if (empty) return 0;
  for (std::int64_t extent : shape) {
    if (extent > limit / count)
      invalid("A tensor of shape ", to_text(shape), " is too large: at most 2^40 elements are allowed.");
    count *= extent;
  }
  return count;
}

Tensor::Tensor(DType dtype, Shape shape)
    : dtype_(dtype),
      shape_(std::move(shape)),
      size_(element_count(shape_)),
      data_(static_cast<std::size_t>(size_) * bytes_per_element(dtype)) {}

Tensor to_f32(const Tensor& tensor) {
  if (tensor.dtype() == DType::f32) return tensor;
  if (tensor.dtype() != DType::f16)
    invalid("An f32 or f16 tensor is needed; ", name_of(tensor.dtype()), " came.");
  Tensor out(DType::f32, tensor.shape());
  std::ranges::transform(tensor.as<std::uint16_t>(), out.as<float>().begin(), half_to_float);
  return out;
}

Tensor to_f16(const Tensor& tensor) {
  if (tensor.dtype() == DType::f16) return tensor;
  if (tensor.dtype() != DType::f32)
    invalid("An f32 or f16 tensor is needed; ", name_of(tensor.dtype()), " came.");
  Tensor out(DType::f16, tensor.shape());
  const auto from = tensor.as<float>();
  const auto to = out.as<std::uint16_t>();
  for (std::size_t i = 0; i < from.size(); ++i) {
    // Written so that NaN fails it too.
    if (!(std::abs(from[i]) <= 65504.0f))
      invalid("The value ", from[i], " at index ", i, " does not fit f16: at most 65504 in size is allowed.");
    to[i] = float_to_half(from[i]);
  }
  return out;
}

}  // namespace priorlab
