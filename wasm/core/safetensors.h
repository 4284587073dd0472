// The safetensors format (Hugging Face): 8 bytes little-endian header length N, N bytes of JSON {"name":
// {"dtype", "shape", "data_offsets": [begin, end]}, "__metadata__": {string: string}}, then the data. Files
// written here are read by the public Python package and the other way round, for the element types of Tensor
// (F32, F16, U8, I32).
#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "core/tensor.h"

namespace priorlab {

struct Safetensors {
  std::map<std::string, std::string> metadata;
  TensorMap tensors;
};

// Throws std::invalid_argument saying what came, what was expected: too short, header length beyond the file
// or 16 MiB, not JSON, not an object, wrong or missing keys, unknown dtype, extents that do not match the
// shape, overlap, leave gaps or end outside the file, duplicate names, NaN or infinity in a float tensor.
// Never reads outside `file`.
Safetensors read_safetensors(std::span<const std::byte> file);

// Tensors in name order, data aligned to 8 bytes by padding the header with spaces. Reading it back gives the
// same contents.
std::vector<std::byte> write_safetensors(const Safetensors&);

// The tensor of that name, checked for type (f32 or f16, returned as f32) and shape; -1 in `shape` allows any
// extent. Throws std::invalid_argument that names the tensor, what came, what was expected and `rebuild`, the
// command that makes the file.
Tensor take_f32(const Safetensors&, const std::string& name, const Shape& shape, const std::string& rebuild);

}  // namespace priorlab
