// Prepared: something a model needs for one of its uses alone, made by the first that asks and then shared.
#pragma once

#include <memory>
#include <mutex>

namespace priorlab {

template <class T>
class Prepared {
 public:
  // Safe from any thread; `make` gives a T and runs once.
  template <class Make>
  const T& get(const Make& make) const {
    std::call_once(held_->once, [&] { held_->value = make(); });
    return held_->value;
  }

 private:
  struct Held {
    std::once_flag once;
    T value;
  };
  std::shared_ptr<Held> held_ = std::make_shared<Held>();  // apart, so that models can be moved
};

}  // namespace priorlab
