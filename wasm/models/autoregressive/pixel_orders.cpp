#include "models/autoregressive/pixel_orders.h"

#include <algorithm>
#include <numeric>

#include "core/error.h"
#include "core/rng.h"

namespace priorlab {

std::vector<int> pixel_order(const std::string& name, int height, int width, std::uint64_t seed) {
  std::vector<int> order(static_cast<std::size_t>(height * width));
  std::iota(order.begin(), order.end(), 0);
  if (name == "raster") return order;
  if (name == "columns") {
    std::ranges::stable_sort(order, {}, [&](int i) { return i % width; });
    return order;
  }
  if (name == "random") {
    Rng rng(seed, 0x4f52444552);
    for (std::size_t i = order.size(); i-- > 1;)
      std::swap(order[i], order[rng.below(static_cast<std::uint32_t>(i + 1))]);
    return order;
  }
  if (name == "centre") {
    // Twice the distance to the middle, squared: whole numbers, so that equal ones are equal.
    std::ranges::stable_sort(order, {}, [&](int i) {
      const int y = 2 * (i / width) - (height - 1), x = 2 * (i % width) - (width - 1);
      return y * y + x * x;
    });
    return order;
  }
  invalid("There is no order of pixels \"", name, "\"; there are: raster, columns, random, centre.");
}

}  // namespace priorlab
