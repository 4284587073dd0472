#include "models/patches/patch_data.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/error.h"
#include "core/rng.h"
#include "models/patches/patch_outputs.h"
#include "ops/vectors.h"

namespace priorlab {
namespace {

std::size_t at(int i) { return static_cast<std::size_t>(i); }

enum Stream : std::uint64_t { kBlocks = std::uint64_t{1} << 41, kTraining, kHeldOut, kSeeds };

// The first `count` of the values in a random order (Fisher and Yates).
template <class T>
void shuffle(std::vector<T>& values, std::size_t count, std::uint64_t seed, std::uint64_t stream) {
  Rng rng(seed, stream);
  for (std::size_t i = 0; i + 1 < values.size() && i < count; ++i)
    std::swap(values[i], values[i + rng.below(static_cast<std::uint32_t>(values.size() - i))]);
  values.resize(std::min(values.size(), count));
}

// Of `count` patches so many are kept out, and never all.
int kept_out(int count, double share) {
  return std::min(count - 1, static_cast<int>(std::lround(share * count)));
}

std::vector<float> coefficients(std::vector<float> patches, const DctBasis& basis) {
  subtract_means(patches, basis.pixels());
  std::vector<float> z(patches.size() / at(basis.pixels()) * at(basis.stride()));
  if (!z.empty()) basis.analyse(patches, z);
  return z;
}

std::vector<float> cut(const Image& grey, const DctBasis& basis, const std::vector<std::int32_t>& places) {
  const int side = basis.side();
  std::vector<float> patches;
  patches.reserve(places.size() * at(basis.pixels()));
  for (const std::int32_t place : places)
    for (int y = 0; y < side; ++y) {
      const float* row = &grey.plane(0)[at(place) + at(y) * at(grey.width())];
      patches.insert(patches.end(), row, row + side);
    }
  return coefficients(std::move(patches), basis);
}

}  // namespace

PatchData patches_of_picture(const Image& grey, const DctBasis& basis, int count, double share,
                             std::uint64_t seed) {
  const int side = basis.side(), height = grey.height(), width = grey.width();
  if (height < side || width < side)
    invalid("A picture to learn patches of ", side, "x", side,
            " pixels from is at least so large; this one has ", width, "x", height, ".");
  // About sixty blocks, in which most of the patches lie whole.
  const int block = std::max(3 * side, static_cast<int>(std::sqrt(static_cast<double>(grey.pixels()) / 60)));
  const int across = (width + block - 1) / block, blocks = across * ((height + block - 1) / block);
  std::vector<int> order(at(blocks));
  std::iota(order.begin(), order.end(), 0);
  shuffle(order, order.size(), seed, kBlocks);
  const int kept = blocks < 2 ? 0 : kept_out(blocks, share);
  std::vector<char> out(at(blocks), 0);
  for (int i = 0; i < kept; ++i) out[at(order[at(i)])] = 1;

  std::vector<std::int32_t> training, held_out;
  for (int y = 0; y + side <= height; ++y)
    for (int x = 0; x + side <= width; ++x) {
      // A patch is no larger than a block: its corners tell all blocks it touches.
      int touched = 0;
      for (const int v : {y, y + side - 1})
        for (const int u : {x, x + side - 1}) touched += out[at(v / block * across + u / block)];
      if (touched == 0) training.push_back(y * width + x);
      if (touched == 4) held_out.push_back(y * width + x);
    }
  if (training.empty()) training.swap(held_out);
  const int wanted = held_out.empty() ? 0 : kept_out(count, share);
  shuffle(training, at(count - wanted), seed, kTraining);
  shuffle(held_out, at(wanted), seed, kHeldOut);
  return {cut(grey, basis, training), cut(grey, basis, held_out)};
}

PatchData given_patches(std::span<const float> patches, const DctBasis& basis, int count, double share) {
  const std::size_t pixels = at(basis.pixels()), there = std::min(patches.size() / pixels, at(count));
  PRIORLAB_CHECK(there > 0);
  const std::size_t learned = there - at(kept_out(static_cast<int>(there), share));
  return {
      coefficients({patches.begin(), patches.begin() + static_cast<std::ptrdiff_t>(learned * pixels)}, basis),
      coefficients({patches.begin() + static_cast<std::ptrdiff_t>(learned * pixels),
                    patches.begin() + static_cast<std::ptrdiff_t>(there * pixels)},
                   basis)};
}

PatchData leaf_patches(const DeadLeaves& leaves, LeafKind kind, const DctBasis& basis, int count,
                       double share, std::uint64_t seed) {
  std::vector<float> patches(at(count) * at(basis.pixels()));
  std::vector<std::int32_t> edge(at(count));
  mini_dead_leaves(leaves, kind, basis.side(), seed, 0, patches, edge);
  return given_patches(patches, basis, count, share);
}

std::vector<Eigen::MatrixXd> first_covariances(std::span<const float> patches, const Eigen::MatrixXd& overall,
                                               int components, double floor, std::uint64_t seed) {
  const int n = static_cast<int>(overall.rows());
  const std::size_t stride = at((n + 7) / 8 * 8), count = patches.size() / stride;
  PRIORLAB_CHECK(components >= 1 && count >= at(components));
  std::vector<std::int32_t> order(count);
  std::iota(order.begin(), order.end(), 0);
  // Twenty thousand tell the groups well enough.
  shuffle(order, std::max<std::size_t>(20000, at(components)), seed, kSeeds);
  const auto patch = [&](std::int32_t i) { return patches.data() + static_cast<std::size_t>(i) * stride; };
  std::vector<float> length;
  for (int k = 0; k < components; ++k) {
    const float* p = patch(order[at(k)]);
    length.push_back(dot(p, p, stride));
  }
  std::vector<Eigen::MatrixXf> sums(at(components), Eigen::MatrixXf::Zero(n, n));
  std::vector<double> members(at(components));
  for (const std::int32_t i : order) {
    // |z -+ m|^2 = |z|^2 + |m|^2 -+ 2 z m, the smaller of both.
    std::size_t nearest = 0;
    float least = INFINITY;
    for (std::size_t k = 0; k < length.size(); ++k) {
      const float distance = length[k] - 2 * std::abs(dot(patch(i), patch(order[k]), stride));
      if (distance < least) {
        least = distance;
        nearest = k;
      }
    }
    const Eigen::Map<const Eigen::VectorXf> z(patch(i), n);
    sums[nearest].selfadjointView<Eigen::Lower>().rankUpdate(z);
    ++members[nearest];
  }
  std::vector<Eigen::MatrixXd> covariances;
  const double all = overall.trace(), belief = 2.0 * n;
  for (std::size_t k = 0; k < sums.size(); ++k) {
    Eigen::MatrixXd s = Eigen::MatrixXf(sums[k].selfadjointView<Eigen::Lower>()).cast<double>();
    const double scale = all > 0 && members[k] > 0 ? s.trace() / members[k] / all : 1.0;
    s = (s + belief * scale * overall) / (members[k] + belief);
    s.diagonal().array() += floor;
    covariances.push_back(std::move(s));
  }
  return covariances;
}

}  // namespace priorlab
