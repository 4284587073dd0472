#include "models/patches/scale_mixture.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>

#include "core/error.h"

namespace priorlab {
namespace {

constexpr int kBinShift = 17;  // a float without its last 17 bits: 64 bins per octave
constexpr double kLogTwoPi = 1.8378770664093453;

double log_gaussian(double square, double variance) {
  return -0.5 * (square / variance + std::log(variance) + kLogTwoPi);
}

// Unnormalised posterior of the scales at x^2 under extra variance; returns the largest logarithm taken out.
double scale_terms(const ScaleMixture& g, double square, double extra, double* terms) {
  const std::size_t scales = g.weights.size();
  double largest = -INFINITY;
  for (std::size_t j = 0; j < scales; ++j) {
    terms[j] = std::log(g.weights[j]) + log_gaussian(square, g.variances[j] + extra);
    largest = std::max(largest, terms[j]);
  }
  for (std::size_t j = 0; j < scales; ++j) terms[j] = std::exp(terms[j] - largest);
  return largest;
}

constexpr std::size_t kMostScales = 64;

}  // namespace

double ScaleMixture::log_density(double x) const {
  double terms[kMostScales], sum = 0;
  const double largest = scale_terms(*this, x * x, 0, terms);
  for (std::size_t j = 0; j < weights.size(); ++j) sum += terms[j];
  return largest + std::log(sum);
}

double ScaleMixture::precision(double x) const {
  double terms[kMostScales], sum = 0, weighted = 0;
  scale_terms(*this, x * x, 0, terms);
  for (std::size_t j = 0; j < weights.size(); ++j) {
    sum += terms[j];
    weighted += terms[j] / variances[j];
  }
  return weighted / sum;
}

double ScaleMixture::posterior_mean(double y, double noise_variance) const {
  double terms[kMostScales], sum = 0, weighted = 0;
  scale_terms(*this, y * y, noise_variance, terms);
  for (std::size_t j = 0; j < weights.size(); ++j) {
    sum += terms[j];
    weighted += terms[j] * variances[j] / (variances[j] + noise_variance);
  }
  return y * weighted / sum;
}

SquareHistogram::SquareHistogram() : count_(std::size_t{256} << (23 - kBinShift)), sum_(count_.size()) {}

void SquareHistogram::add(float x) {
  const float square = x * x;
  const std::size_t bin = std::bit_cast<std::uint32_t>(square) >> kBinShift;
  PRIORLAB_CHECK(bin < count_.size());  // a NaN may have its sign set
  count_[bin] += 1;
  sum_[bin] += static_cast<double>(square);
}

SquareHistogram& SquareHistogram::operator+=(const SquareHistogram& other) {
  for (std::size_t i = 0; i < count_.size(); ++i) {
    count_[i] += other.count_[i];
    sum_[i] += other.sum_[i];
  }
  return *this;
}

std::vector<CountedSquare> SquareHistogram::points() const {
  std::vector<CountedSquare> all;
  for (std::size_t i = 0; i < count_.size(); ++i)
    if (count_[i] > 0) all.push_back({sum_[i] / count_[i], count_[i]});
  return all;
}

ScaleMixture first_scale_mixture(std::span<const CountedSquare> points, int scales, double floor) {
  PRIORLAB_CHECK(scales >= 1 && static_cast<std::size_t>(scales) <= kMostScales && floor > 0);
  double count = 0, sum = 0, largest = 0;
  for (const CountedSquare& p : points) {
    count += p.count;
    sum += p.count * p.square;
    largest = std::max(largest, p.square);
  }
  const double variance = std::max(count > 0 ? sum / count : 0.0, floor);
  // Scales far below the data's own would stay empty.
  const double low = std::max(floor, 1e-4 * variance), high = std::max(0.3 * largest, 2 * low);
  ScaleMixture g;
  for (int j = 0; j < scales; ++j) {
    g.weights.push_back(1.0 / scales);
    g.variances.push_back(scales == 1 ? variance : low * std::pow(high / low, j / (scales - 1.0)));
  }
  return g;
}

double em_step(ScaleMixture& g, std::span<const CountedSquare> points, double floor) {
  const std::size_t scales = g.weights.size();
  std::vector<double> weight(scales), second(scales);
  double total = 0, log_likelihood = 0;
  for (const CountedSquare& p : points) {
    double terms[kMostScales], sum = 0;
    const double largest = scale_terms(g, p.square, 0, terms);
    for (std::size_t j = 0; j < scales; ++j) sum += terms[j];
    log_likelihood += p.count * (largest + std::log(sum));
    total += p.count;
    for (std::size_t j = 0; j < scales; ++j) {
      weight[j] += p.count * terms[j] / sum;
      second[j] += p.count * terms[j] / sum * p.square;
    }
  }
  PRIORLAB_CHECK(total > 0);
  double kept = 0;
  for (std::size_t j = 0; j < scales; ++j) {
    if (weight[j] > 1e-12 * total) g.variances[j] = std::max(second[j] / weight[j], floor);
    g.weights[j] =
        std::max(weight[j] / total, 1e-12);  // an empty scale keeps its place and counts for nothing
    kept += g.weights[j];
  }
  for (double& w : g.weights) w /= kept;
  return log_likelihood / total;
}

ScaleMixtureTable::ScaleMixtureTable(const ScaleMixture& mixture) {
  for (int i = 0; i <= kCells; ++i) {
    const float square = std::bit_cast<float>(static_cast<std::uint32_t>(kLeast + i) << kShift);
    const double x = std::sqrt(static_cast<double>(square));
    precision_.push_back(static_cast<float>(mixture.precision(x)));
    log_density_.push_back(static_cast<float>(mixture.log_density(x)));
  }
}

float ScaleMixtureTable::at(const std::vector<float>& values, float square) {
  const std::int32_t bits = std::bit_cast<std::int32_t>(square) - (kLeast << kShift);
  if (bits <= 0) return values.front();
  const std::int32_t cell = bits >> kShift;
  if (cell >= kCells) return values.back();
  const float part = static_cast<float>(bits & ((1 << kShift) - 1)) * (1.0f / (1 << kShift));
  const float* v = values.data() + cell;
  return v[0] + part * (v[1] - v[0]);
}

}  // namespace priorlab
