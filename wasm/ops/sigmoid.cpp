#include "ops/sigmoid.h"

#include "core/error.h"
#include "ops/elementary.h"

namespace priorlab {

void sigmoid(std::span<const float> x, std::span<float> y) {
  PRIORLAB_CHECK(x.size() == y.size());
  for (std::size_t i = 0; i < x.size(); ++i) y[i] = sigmoid(x[i]);
}

void chances(std::span<const float> x, std::span<float> on, std::span<float> off) {
  PRIORLAB_CHECK(x.size() == on.size() && x.size() == off.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    const Chances c = chances(x[i]);
    on[i] = c.on;
    off[i] = c.off;
  }
}

void LogProducts::multiply(std::span<const float> factors) {
  PRIORLAB_CHECK(factors.size() == products_.size());
  double* products = products_.data();
  for (std::size_t i = 0; i < factors.size(); ++i) products[i] *= static_cast<double>(factors[i]);
  if (++since_ < 4) return;  // 2^-500 times four factors is no subnormal number yet
  since_ = 0;
  for (std::size_t i = 0; i < factors.size(); ++i)
    if (products[i] < 0x1p-500) {
      products[i] *= 0x1p+500;
      halvings_[i] += 500;
    }
}

double LogProducts::log(std::size_t i) const {
  return elementary::log(products_[i]) - static_cast<double>(halvings_[i]) * 0x1.62e42fefa39efp-1;
}

}  // namespace priorlab
