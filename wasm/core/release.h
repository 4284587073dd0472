// Giving memory back. `v = {}` does not: it assigns an empty list of values, and the vector keeps its memory.
#pragma once

#include <cstddef>
#include <vector>

namespace priorlab {

template <class... T>
void release(std::vector<T>&... vectors) {
  (std::vector<T>().swap(vectors), ...);
}

// Makes it `size` long, values undefined, in no more memory than that: growing by resize() may take twice as
// much and holds the old values beside the new.
template <class T>
void renew(std::vector<T>& vector, std::size_t size) {
  if (vector.capacity() < size || vector.capacity() > 2 * size) release(vector);
  vector.resize(size);
}

}  // namespace priorlab
