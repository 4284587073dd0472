// Quick EPLL's search: components of the coarse grid, handed on to the patches between.
#include <Eigen/Core>
#include <algorithm>
#include <cmath>

#include "models/epll/epll_quick.h"
#include "models/epll/pixel_patches.h"

namespace priorlab {

void QuickEpllPlane::energies(std::span<const Pair> pairs, std::span<const float> patches,
                              std::span<float> out) const {
  std::vector<float> rows(kLot * kPatchPixels), products(kLot * kPatchPixels);
  for (std::size_t i = 0; i < pairs.size();) {
    const std::int16_t k = pairs[i].component;
    std::size_t count = 0;
    for (; count < kLot && i + count < pairs.size() && pairs[i + count].component == k; ++count)
      std::copy_n(patches.data() + static_cast<std::size_t>(pairs[i + count].patch) * kPatchPixels,
                  kPatchPixels, rows.data() + count * kPatchPixels);
    times(matrix(score_, k), rows.data(), count, products.data());
    for (std::size_t p = 0; p < count; ++p) {
      const Eigen::Map<const Eigen::Array<float, kPatchPixels, 1>> a(rows.data() + p * kPatchPixels),
          b(products.data() + p * kPatchPixels);
      out[i + p] = constant_[static_cast<std::size_t>(k)] + (a * b).sum();
    }
    i += count;
  }
}

void QuickEpllPlane::run_search(int block) {
  const std::size_t first = static_cast<std::size_t>(block) * kSearchPatches,
                    count = std::min(kSearchPatches, coarse_.size() - first),
                    columns = coarse_columns_.size();
  const auto stride = static_cast<std::size_t>(patch_dct().stride());
  std::vector<float> patches(count * kPatchPixels), z(count * stride);
  for (std::size_t i = 0; i < count; ++i) {
    float* patch = patches.data() + i * kPatchPixels;
    gather(x_.data(), width_,
           coarse_rows_[(first + i) / columns] * width_ + coarse_columns_[(first + i) % columns], patch);
    remove_mean(patch);
  }
  patch_dct().analyse(patches, z);
  const auto top = static_cast<std::size_t>(shortlist_length_);
  std::vector<std::int16_t> names(count * top);
  std::vector<float> scores(count * top);
  shortlist_->best(z, patch_dct().stride(), shortlist_length_, names, scores);
  std::vector<Pair> pairs;
  for (std::size_t i = 0; i < names.size(); ++i)
    if (scores[i] <= scores[i / top * top] + pass().search.margin)
      pairs.push_back({static_cast<std::int32_t>(i / top), names[i]});
  std::stable_sort(pairs.begin(), pairs.end(),
                   [](const Pair& a, const Pair& b) { return a.component < b.component; });
  std::vector<float> energy(pairs.size()), least(count, INFINITY);
  energies(pairs, patches, energy);
  std::int16_t* winner = coarse_.data() + first;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const auto p = static_cast<std::size_t>(pairs[i].patch);
    if (energy[i] < least[p] || least[p] == INFINITY) {
      least[p] = energy[i];
      winner[p] = pairs[i].component;
    }
  }
}

void QuickEpllPlane::hand_on(const Tile& tile, std::span<const float> patches) {
  const auto columns = coarse_columns_.size();
  const int step = coarse_step_;
  // The coarse rows (columns) on both sides of a position; the same one twice on it.
  const auto around = [step](const std::vector<int>& at, int i) {
    const auto before = std::min(static_cast<std::size_t>(i / step), at.size() - 1);
    if (at[before] == i) return std::pair(before, before);
    return i == at.back() ? std::pair(at.size() - 1, at.size() - 1) : std::pair(before, before + 1);
  };
  const std::size_t count = tile.count;
  std::vector<Pair> pairs;
  for (std::size_t i = 0; i < count; ++i) {
    const std::int32_t at = position(tile, i);
    const auto [top, bottom] = around(coarse_rows_, at / width_);
    const auto [left, right] = around(coarse_columns_, at % width_);
    const std::int16_t near[4] = {coarse_[top * columns + left], coarse_[top * columns + right],
                                  coarse_[bottom * columns + left], coarse_[bottom * columns + right]};
    component_[tile.first + i] = near[0];
    if (std::all_of(near + 1, near + 4, [&](std::int16_t k) { return k == near[0]; })) continue;
    for (int n = 0; n < 4; ++n)
      if (std::find(near, near + n, near[n]) == near + n)
        pairs.push_back({static_cast<std::int32_t>(i), near[n]});
  }
  std::stable_sort(pairs.begin(), pairs.end(),
                   [](const Pair& a, const Pair& b) { return a.component < b.component; });
  std::vector<float> energy(pairs.size()), least(count, INFINITY);
  energies(pairs, patches, energy);
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const auto p = static_cast<std::size_t>(pairs[i].patch);
    if (energy[i] < least[p]) {
      least[p] = energy[i];
      component_[tile.first + p] = pairs[i].component;
    }
  }
}

void QuickEpllPlane::run_assign(const Tile& tile) {
  std::vector<float> patches(tile.count * kPatchPixels);
  for (std::size_t i = 0; i < tile.count; ++i) {
    gather(x_.data(), width_, position(tile, i), patches.data() + i * kPatchPixels);
    remove_mean(patches.data() + i * kPatchPixels);
  }
  hand_on(tile, patches);
}

}  // namespace priorlab
