// Bytes that the program holds through operator new (vectors, not Eigen's own memory), now and at most.
#pragma once

#include <cstddef>

namespace priorlab {

std::size_t heap_bytes();
// The most since the last call of forget_heap_peak().
std::size_t heap_peak();
void forget_heap_peak();

}  // namespace priorlab
