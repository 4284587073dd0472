#include "models/digits/digit_batches.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/error.h"
#include "core/rng.h"

namespace priorlab {
namespace {

enum Stream : std::uint64_t { kOrder = 0x6f72646572, kNoise = 0x6e6f697365, kResample = 0x6769626273 };

// body(i) for each i below `count` with that probability. From one to the next the gaps are geometric.
template <class Body>
void for_some(double probability, std::size_t count, Rng& rng, const Body& body) {
  const double rarely = std::log1p(-std::min(probability, 1.0 - 1e-12));
  double at = -1.0;
  for (;;) {
    at += 1.0 + std::floor(std::log(1.0 - static_cast<double>(rng.uniform())) / rarely);
    if (at >= static_cast<double>(count)) return;
    body(static_cast<std::size_t>(at));
  }
}

}  // namespace

DigitBatches::DigitBatches(std::span<const std::uint8_t> rows, int pixels, int batch, double noise,
                           std::uint64_t seed)
    : rows_(rows),
      n_(static_cast<std::size_t>(pixels)),
      images_(static_cast<int>(rows.size() / n_)),
      count_(std::max(1, images_ / std::max(1, batch))),
      noise_(noise),
      seed_(seed),
      shuffled_(static_cast<std::size_t>(images_)) {
  PRIORLAB_CHECK(images_ > 0 && rows.size() % n_ == 0 && noise >= 0.0 && noise <= 1.0);
}

void DigitBatches::fill(int epoch, int batch, Batch& out) {
  PRIORLAB_CHECK(batch >= 0 && batch < count_);
  if (epoch != epoch_) {
    std::iota(shuffled_.begin(), shuffled_.end(), 0);
    Rng rng(seed_, kOrder + (static_cast<std::uint64_t>(epoch) << 48));
    for (std::size_t i = shuffled_.size(); i-- > 1;)
      std::swap(shuffled_[i], shuffled_[rng.below(static_cast<std::uint32_t>(i + 1))]);
    epoch_ = epoch;
  }
  const std::size_t first = static_cast<std::size_t>(static_cast<long long>(images_) * batch / count_),
                    last = static_cast<std::size_t>(static_cast<long long>(images_) * (batch + 1) / count_);
  out.told.resize((last - first) * n_);
  for (std::size_t i = first; i < last; ++i)
    std::copy_n(rows_.data() + static_cast<std::size_t>(shuffled_[i]) * n_, n_,
                out.told.data() + (i - first) * n_);
  const std::uint64_t round = static_cast<std::uint64_t>(epoch) << 48,
                      place = static_cast<std::uint64_t>(batch) << 32;
  if (share_ > 0.0) {
    Rng rng(seed_, kResample + round, place);
    for_some(share_, out.told.size(), rng, [&](std::size_t at) {
      const std::size_t image = static_cast<std::size_t>(shuffled_[first + at / n_]);
      out.told[at] = rng.below(255) < conditionals_[image * n_ + at % n_];
    });
  }
  out.seen = out.told;
  if (noise_ > 0.0) {
    Rng rng(seed_, kNoise + round, place);
    for_some(noise_, out.seen.size(), rng, [&](std::size_t at) { out.seen[at] = rng.next_u32() & 1u; });
  }
}

void DigitBatches::resample(std::span<const std::uint8_t> p, double share) {
  PRIORLAB_CHECK(p.size() == rows_.size() && share >= 0.0 && share <= 1.0);
  conditionals_ = p;
  share_ = share;
}

}  // namespace priorlab
