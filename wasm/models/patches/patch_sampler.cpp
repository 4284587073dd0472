#include "models/patches/patch_sampler.h"

#include <algorithm>
#include <numeric>

#include "core/error.h"
#include "core/rng.h"
#include "ops/elementary.h"
#include "ops/normals.h"
#include "ops/simd.h"

namespace priorlab {
namespace {

std::size_t at(int i) { return static_cast<std::size_t>(i); }

constexpr int kTogether = 4;  // patches of one component whose products share what they read

// out[p * stride + r] = temperature * sum over j, upwards, of m[j * 8 + r] z[j * kTogether + p] for P patches
// and the eight pixels r at hand. Products and sums apart: never fused.
template <int P>
void eight_pixels(const float* m, int dims, const float* z, float temperature, float* out, int stride) {
  Vec8 sum[P];
  for (int p = 0; p < P; ++p) sum[p] = Vec8::zero();
  for (int j = 0; j < dims; ++j) {
    const Vec8 column = Vec8::load(m + 8 * j);
    for (int p = 0; p < P; ++p) sum[p] = sum[p] + column * Vec8::splat(z[j * kTogether + p]);
  }
  for (int p = 0; p < P; ++p) (sum[p] * Vec8::splat(temperature)).store(out + p * stride);
}

// The first normals of a stream are in block 1, four in each.
constexpr std::uint64_t kFirstBlock = 1;
int normal_blocks(int dims) { return (dims + 3) / 4; }

}  // namespace

PatchSampler::PatchSampler(int side, std::vector<double> until, std::vector<float> factors)
    : side_(side),
      basis_(side),
      until_(std::move(until)),
      factors_(std::move(factors)),
      products_(until_.size()) {}

PatchSampler PatchSampler::from(const Safetensors& file) {
  const std::string rebuild = "priorlab train gmm";
  const auto patch = file.metadata.find("patch");
  const int side = patch == file.metadata.end() ? 0 : std::atoi(patch->second.c_str());
  if (side < 2 || side > 32) invalid("This file is no patch mixture; `", rebuild, "` makes one.");
  const int n = side * side - 1;
  const Tensor weights = take_f32(file, "log_weights", {-1}, rebuild);
  const Tensor packed = take_f32(file, "cholesky", {weights.size(), n * (n + 1) / 2}, rebuild);
  std::vector<double> until;
  double sum = 0.0;
  for (const float w : weights.as<float>()) until.push_back(sum += elementary::exp(static_cast<double>(w)));
  return PatchSampler(side, std::move(until), {packed.as<float>().begin(), packed.as<float>().end()});
}

const std::vector<float>& PatchSampler::product(int k) const {
  PRIORLAB_CHECK(k >= 0 && k < components());
  return products_[at(k)].get([&] {
    const int n = dims(), rows = (pixels() + 7) / 8 * 8;
    const float* factor = factors_.data() + at(k) * at(n) * at(n + 1) / 2;
    std::vector<float> product(at(rows) * at(n), 0.0f);
    std::vector<double> column(at(pixels()));
    for (int j = 0; j < n; ++j) {
      std::fill(column.begin(), column.end(), 0.0);
      for (int i = j; i < n; ++i) {
        const auto l = static_cast<double>(factor[i * (i + 1) / 2 + j]);
        for (int p = 0; p < pixels(); ++p) column[at(p)] += static_cast<double>(basis_.at(i, p)) * l;
      }
      for (int p = 0; p < pixels(); ++p)
        product[at((p / 8 * n + j) * 8 + p % 8)] = static_cast<float>(column[at(p)]);
    }
    return product;
  });
}

void PatchSampler::choose(std::uint64_t seed, std::uint64_t first, std::span<std::int32_t> component) const {
  for (std::size_t i = 0; i < component.size(); ++i) {
    if (component[i] >= 0) {
      PRIORLAB_CHECK(component[i] < components());
      continue;
    }
    const double u = static_cast<double>(Rng(seed, first + i).uniform()) * until_.back();
    const auto found = std::upper_bound(until_.begin(), until_.end(), u);
    component[i] = std::min(static_cast<std::int32_t>(found - until_.begin()), components() - 1);
  }
}

void PatchSampler::draw(std::uint64_t seed, std::uint64_t first, float temperature,
                        std::span<std::int32_t> component, std::span<float> patches) const {
  const std::size_t count = component.size();
  const int n = dims(), rows = (pixels() + 7) / 8 * 8;
  PRIORLAB_CHECK(patches.size() == count * at(pixels()));
  choose(seed, first, component);
  std::vector<float> normals(at(4 * normal_blocks(n)) * count);
  for (int b = 0; b < normal_blocks(n); ++b)
    normals_of_streams(seed, first, kFirstBlock + static_cast<std::uint64_t>(b), count,
                       normals.data() + at(4 * b) * count);

  // Patches of one component together: what is read of it serves them all.
  std::vector<std::uint32_t> order(count);
  std::iota(order.begin(), order.end(), 0u);
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return component[a] != component[b] ? component[a] < component[b] : a < b;
  });
  std::vector<float> z(at(n) * kTogether), out(at(rows) * kTogether);
  for (std::size_t i = 0; i < count;) {
    const std::int32_t k = component[order[i]];
    std::size_t group = 1;
    while (group < kTogether && i + group < count && component[order[i + group]] == k) ++group;
    for (std::size_t p = 0; p < group; ++p)
      for (int j = 0; j < n; ++j) z[at(j) * kTogether + p] = normals[at(j) * count + order[i + p]];
    const float* m = product(k).data();
    for (int r = 0; r < rows; r += 8, m += 8 * n) {
      if (group == 4)
        eight_pixels<4>(m, n, z.data(), temperature, out.data() + r, rows);
      else if (group == 3)
        eight_pixels<3>(m, n, z.data(), temperature, out.data() + r, rows);
      else if (group == 2)
        eight_pixels<2>(m, n, z.data(), temperature, out.data() + r, rows);
      else
        eight_pixels<1>(m, n, z.data(), temperature, out.data() + r, rows);
    }
    for (std::size_t p = 0; p < group; ++p)
      std::copy_n(out.data() + p * at(rows), pixels(), patches.data() + order[i + p] * at(pixels()));
    i += group;
  }
}

void PatchSampler::draw_plain(std::uint64_t seed, std::uint64_t first, float temperature,
                              std::span<std::int32_t> component, std::span<float> patches) const {
  const int n = dims();
  PRIORLAB_CHECK(patches.size() == component.size() * at(pixels()));
  choose(seed, first, component);
  std::vector<float> z(at(4 * normal_blocks(n)));
  for (std::size_t i = 0; i < component.size(); ++i) {
    for (int b = 0; b < normal_blocks(n); ++b)
      normals_of_streams(seed, first + i, kFirstBlock + static_cast<std::uint64_t>(b), 1, z.data() + 4 * b);
    const std::vector<float>& m = product(component[i]);
    for (int p = 0; p < pixels(); ++p) {
      float sum = 0.0f;
      for (int j = 0; j < n; ++j) sum += m[at((p / 8 * n + j) * 8 + p % 8)] * z[at(j)];
      patches[i * at(pixels()) + at(p)] = sum * temperature;
    }
  }
}

}  // namespace priorlab
