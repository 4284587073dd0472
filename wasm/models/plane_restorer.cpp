#include "models/plane_restorer.h"

#include <utility>

#include "core/error.h"

namespace priorlab {

PlaneRestorer::PlaneRestorer(std::vector<float> noisy, int height, int width, double sigma)
    : height_(height), width_(width), sigma_(sigma), noisy_(std::move(noisy)), x_(noisy_) {
  PRIORLAB_CHECK(noisy_.size() == static_cast<std::size_t>(height) * static_cast<std::size_t>(width));
  PRIORLAB_CHECK(sigma >= 0);
}

}  // namespace priorlab
