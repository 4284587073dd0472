// Reading any bytes ends in a value or in std::invalid_argument; what reads is written and read again the
// same.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <stdexcept>

#include "core/safetensors.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace priorlab;
  Safetensors first;
  try {
    first = read_safetensors({reinterpret_cast<const std::byte*>(data), size});
  } catch (const std::invalid_argument&) {
    return 0;
  }
  const Safetensors second = read_safetensors(write_safetensors(first));
  if (first.metadata != second.metadata || first.tensors.size() != second.tensors.size()) std::abort();
  for (const auto& [name, tensor] : first.tensors) {
    const auto other = second.tensors.find(name);
    if (other == second.tensors.end() || other->second.dtype() != tensor.dtype() ||
        other->second.shape() != tensor.shape() || !std::ranges::equal(other->second.bytes(), tensor.bytes()))
      std::abort();
  }
  return 0;
}
