#include "ops/sigmoid.h"

#include "core/error.h"
#include "ops/elementary.h"

namespace priorlab {

void sigmoid(std::span<const float> x, std::span<float> y) {
  PRIORLAB_CHECK(x.size() == y.size());
  for (std::size_t i = 0; i < x.size(); ++i) y[i] = sigmoid(x[i]);
}

void LogProduct::settle() {
  product_ *= 0x1p+500;
  halvings_ += 500;
}

double LogProduct::log() const {
  return elementary::log(product_) - static_cast<double>(halvings_) * 0x1.62e42fefa39efp-1;
}

}  // namespace priorlab
