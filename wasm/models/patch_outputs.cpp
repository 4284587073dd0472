#include "models/patch_outputs.h"

#include "core/error.h"

namespace priorlab {

void subtract_means(std::span<float> patches, int pixels) {
  const auto n = static_cast<std::size_t>(pixels);
  PRIORLAB_CHECK(pixels > 0 && patches.size() % n == 0);
  for (std::size_t i = 0; i < patches.size(); i += n) {
    double sum = 0.0;
    for (std::size_t p = 0; p < n; ++p) sum += static_cast<double>(patches[i + p]);
    const auto mean = static_cast<float>(sum / pixels);
    for (std::size_t p = 0; p < n; ++p) patches[i + p] -= mean;
  }
}

}  // namespace priorlab
