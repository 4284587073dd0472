#include "cli/figures.h"

#include <cmath>
#include <numeric>

namespace priorlab {
namespace {

constexpr double kDecibels = 4.342944819032518;  // 10 / ln 10: dB of a relative change

}  // namespace

double mean_of(const std::vector<double>& v) {
  return std::accumulate(v.begin(), v.end(), 0.0) / static_cast<double>(v.size());
}

double standard_error(const std::vector<double>& v) {
  if (v.size() < 2) return 0;
  const double mean = mean_of(v);
  double sum = 0;
  for (const double x : v) sum += (x - mean) * (x - mean);
  return std::sqrt(sum / static_cast<double>(v.size() - 1) / static_cast<double>(v.size()));
}

double decibels(double mean_squared_error) { return -10 * std::log10(mean_squared_error); }

Figure mean_figure(std::vector<double> samples) {
  return {mean_of(samples), standard_error(samples), std::move(samples), false};
}

Figure psnr_figure(std::vector<double> squared_errors) {
  const double mse = mean_of(squared_errors);
  return {decibels(mse), kDecibels * standard_error(squared_errors) / mse, std::move(squared_errors), true};
}

Figure difference_between(const Figure& a, const Figure& b) {
  if (a.samples.empty() || a.samples.size() != b.samples.size()) return {};
  std::vector<double> difference(a.samples.size());
  if (!a.squared_error) {
    for (std::size_t i = 0; i < difference.size(); ++i) difference[i] = b.samples[i] - a.samples[i];
    return mean_figure(std::move(difference));
  }
  // log b - log a to first order, each about its own mean.
  const double mean_a = mean_of(a.samples), mean_b = mean_of(b.samples);
  for (std::size_t i = 0; i < difference.size(); ++i)
    difference[i] = -kDecibels * (b.samples[i] / mean_b - a.samples[i] / mean_a);
  const double error = standard_error(difference);
  return {b.value - a.value, error, std::move(difference), false};
}

}  // namespace priorlab
