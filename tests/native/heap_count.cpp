#include "heap_count.h"

#include <atomic>
#include <cstdlib>
#include <new>

namespace {

// Before each piece of memory, as wide as the strictest alignment that plain operator new promises.
constexpr std::size_t kHead = alignof(std::max_align_t) > sizeof(std::size_t) ? alignof(std::max_align_t)
                                                                              : 16;

std::atomic<std::size_t> now{0}, most{0};

void* take(std::size_t bytes) {
  auto* head = static_cast<std::size_t*>(std::malloc(bytes + kHead));
  if (head == nullptr) return nullptr;
  *head = bytes;
  const std::size_t held = now += bytes;
  for (std::size_t seen = most; held > seen && !most.compare_exchange_weak(seen, held);) continue;
  return reinterpret_cast<char*>(head) + kHead;
}

void give(void* at) {
  if (at == nullptr) return;
  auto* head = reinterpret_cast<std::size_t*>(static_cast<char*>(at) - kHead);
  now -= *head;
  std::free(head);
}

}  // namespace

void* operator new(std::size_t bytes) {
  void* at = take(bytes);
  if (at == nullptr) throw std::bad_alloc();
  return at;
}
void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept { return take(bytes); }
void* operator new[](std::size_t bytes) { return operator new(bytes); }
void* operator new[](std::size_t bytes, const std::nothrow_t&) noexcept { return take(bytes); }
void operator delete(void* at) noexcept { give(at); }
void operator delete[](void* at) noexcept { give(at); }
void operator delete(void* at, std::size_t) noexcept { give(at); }
void operator delete[](void* at, std::size_t) noexcept { give(at); }
void operator delete(void* at, const std::nothrow_t&) noexcept { give(at); }
void operator delete[](void* at, const std::nothrow_t&) noexcept { give(at); }

namespace priorlab {

std::size_t heap_bytes() { return now; }
std::size_t heap_peak() { return most; }
void forget_heap_peak() { most = now.load(); }

}  // namespace priorlab
