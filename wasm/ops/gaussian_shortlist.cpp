#include "ops/gaussian_shortlist.h"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.h"
#include "ops/simd.h"

namespace priorlab {

GaussianShortlist::GaussianShortlist(int components, int dims) : dims_(dims) {
  PRIORLAB_CHECK(dims > kLead && components >= 1 && components <= std::numeric_limits<std::int16_t>::max());
  bands_ = (dims - kLead + kBand - 1) / kBand;
  const auto count = static_cast<std::size_t>(components);
  factor_.resize(count * kTriangle);
  inverse_.resize(count * static_cast<std::size_t>(bands_));
  constant_.resize(count);
}

void GaussianShortlist::set(int component, double log_weight,
                            const Eigen::Ref<const Eigen::MatrixXf>& covariance, double noise_variance) {
  const auto k = static_cast<std::size_t>(component);
  PRIORLAB_CHECK(k < constant_.size() && covariance.rows() == dims_ && covariance.cols() == dims_);
  const double noise = std::max(noise_variance, 1e-12);
  Eigen::MatrixXd lead = covariance.topLeftCorner(kLead, kLead).cast<double>();
  lead.diagonal().array() += noise;
  const Eigen::LLT<Eigen::MatrixXd> llt(lead);
  const Eigen::MatrixXd inverse = llt.matrixL().solve(Eigen::MatrixXd::Identity(kLead, kLead));
  double constant = -2 * log_weight;
  float* factor = factor_.data() + k * kTriangle;
  for (int i = 0; i < kLead; ++i) {
    constant -= 2 * std::log(inverse(i, i));
    for (int j = 0; j <= i; ++j) *factor++ = static_cast<float>(inverse(i, j));
  }
  for (int b = 0; b < bands_; ++b) {
    const int first = kLead + b * kBand, count = std::min(kBand, dims_ - first);
    const double variance = static_cast<double>(covariance.diagonal().segment(first, count).mean()) + noise;
    constant += count * std::log(variance);
    inverse_[k * static_cast<std::size_t>(bands_) + static_cast<std::size_t>(b)] =
        static_cast<float>(1 / variance);
  }
  constant_[k] = static_cast<float>(constant);
}

std::array<std::span<float>, 3> GaussianShortlist::parts(int component) {
  const auto k = static_cast<std::size_t>(component), bands = static_cast<std::size_t>(bands_);
  return {std::span(factor_).subspan(k * kTriangle, kTriangle), std::span(inverse_).subspan(k * bands, bands),
          std::span(constant_).subspan(k, 1)};
}

void GaussianShortlist::best(std::span<const float> patches, int stride, int top, std::span<std::int16_t> out,
                             std::span<float> energies) const {
  const std::size_t count = out.size() / static_cast<std::size_t>(top);
  PRIORLAB_CHECK(top >= 1 && top <= components() && out.size() == count * static_cast<std::size_t>(top) &&
                 energies.size() == out.size());
  PRIORLAB_CHECK(stride >= dims_ && patches.size() == count * static_cast<std::size_t>(stride));
  constexpr int kVectors = kLanes / 8;
  const std::size_t rows = static_cast<std::size_t>(kLead + bands_);
  std::vector<float> columns(rows * kLanes);  // lead coordinates, then energies of the bands, patch by patch
  std::vector<float> least(kLanes * static_cast<std::size_t>(top));
  std::vector<std::int16_t> names(least.size());
  for (std::size_t at = 0; at < count; at += kLanes) {
    const int here = static_cast<int>(std::min<std::size_t>(kLanes, count - at));
    std::fill(columns.begin(), columns.end(), 0.0f);
    for (int p = 0; p < here; ++p) {
      const float* z = patches.data() + (at + static_cast<std::size_t>(p)) * static_cast<std::size_t>(stride);
      for (int i = 0; i < kLead; ++i) columns[static_cast<std::size_t>(i * kLanes + p)] = z[i];
      for (int d = kLead; d < dims_; ++d)
        columns[static_cast<std::size_t>((kLead + (d - kLead) / kBand) * kLanes + p)] += z[d] * z[d];
    }
    std::fill(least.begin(), least.end(), std::numeric_limits<float>::infinity());
    std::fill(names.begin(), names.end(), std::int16_t{0});
    const float* factor = factor_.data();
    const float* inverse = inverse_.data();
    for (int k = 0; k < components(); ++k) {
      Vec8 energy[kVectors];
      for (Vec8& e : energy) e = Vec8::splat(constant_[static_cast<std::size_t>(k)]);
      for (int i = 0; i < kLead; ++i) {
        Vec8 sum[kVectors];
        for (Vec8& s : sum) s = Vec8::zero();
        const float* column = columns.data();
        for (int j = 0; j <= i; ++j, column += kLanes) {
          const Vec8 l = Vec8::splat(*factor++);
          for (int v = 0; v < kVectors; ++v) sum[v] = madd(l, Vec8::load(column + 8 * v), sum[v]);
        }
        for (int v = 0; v < kVectors; ++v) energy[v] = madd(sum[v], sum[v], energy[v]);
      }
      const float* column = columns.data() + static_cast<std::ptrdiff_t>(kLead) * kLanes;
      for (int b = 0; b < bands_; ++b, column += kLanes) {
        const Vec8 w = Vec8::splat(*inverse++);
        for (int v = 0; v < kVectors; ++v) energy[v] = madd(w, Vec8::load(column + 8 * v), energy[v]);
      }
      float values[kLanes];
      for (int v = 0; v < kVectors; ++v) energy[v].store(values + 8 * v);
      for (int p = 0; p < here; ++p) {
        float* e = least.data() + static_cast<std::ptrdiff_t>(p) * top;
        std::int16_t* n = names.data() + static_cast<std::ptrdiff_t>(p) * top;
        if (!(values[p] < e[top - 1])) continue;
        int i = top - 1;
        for (; i > 0 && values[p] < e[i - 1]; --i) {
          e[i] = e[i - 1];
          n[i] = n[i - 1];
        }
        e[i] = values[p];
        n[i] = static_cast<std::int16_t>(k);
      }
    }
    std::copy_n(least.begin(), here * top, energies.begin() + static_cast<std::ptrdiff_t>(at) * top);
    std::copy_n(names.begin(), here * top, out.begin() + static_cast<std::ptrdiff_t>(at) * top);
  }
}

}  // namespace priorlab
