#include "models/patches/patch_posterior.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/error.h"

namespace priorlab {
namespace {

std::size_t at(int i) { return static_cast<std::size_t>(i); }

// Eigenvectors of component k as rows: value d of vector j.
struct Vectors {
  const GaussianSpectra& spectra;
  int k;
  double operator()(int j, int d) const {
    return static_cast<double>(
        spectra.analysis[at(k) * spectra.block() + at((j / 8 * spectra.stride + d) * 8 + j % 8)]);
  }
};

double variance(const GaussianSpectra& spectra, int k, int j) {
  return std::max(spectra.eigenvalues[at(k * spectra.dims + j)], 1e-12);
}

// to += share * S_k (S_k + s I)^-1 z
void add_wiener(const GaussianSpectra& spectra, int k, std::span<const double> projection, double s,
                double share, std::vector<double>& to) {
  const Vectors u{spectra, k};
  for (int j = 0; j < spectra.dims; ++j) {
    const double l = variance(spectra, k, j), a = share * projection[at(j)] * l / (l + s);
    for (int d = 0; d < spectra.dims; ++d) to[at(d)] += a * u(j, d);
  }
}

}  // namespace

PatchPosterior patch_posterior(const GaussianSpectra& spectra, std::span<const float> z, double s) {
  const int n = spectra.dims;
  PRIORLAB_CHECK(z.size() >= at(n) && s >= 0.0);
  std::vector<double> projections(at(spectra.components) * at(n)), log_joint;
  for (int k = 0; k < spectra.components; ++k) {
    const Vectors u{spectra, k};
    double energy = n * std::log(2.0 * std::numbers::pi);
    for (int j = 0; j < n; ++j) {
      double a = 0.0;
      for (int d = 0; d < n; ++d) a += u(j, d) * static_cast<double>(z[at(d)]);
      projections[at(k * n + j)] = a;
      const double v = variance(spectra, k, j) + s;
      energy += std::log(v) + a * a / v;
    }
    log_joint.push_back(spectra.log_weights[at(k)] - 0.5 * energy);
  }
  PatchPosterior p;
  const auto best = std::max_element(log_joint.begin(), log_joint.end());
  p.component = static_cast<int>(best - log_joint.begin());
  double sum = 0.0;
  for (const double l : log_joint) {
    p.responsibility.push_back(std::exp(l - *best));
    sum += p.responsibility.back();
  }
  for (double& r : p.responsibility) r /= sum;
  p.log_likelihood = *best + std::log(sum);

  const auto projection = [&](int k) { return std::span(projections).subspan(at(k * n), at(n)); };
  p.mean.assign(at(n), 0.0);
  p.map.assign(at(n), 0.0);
  for (int k = 0; k < spectra.components; ++k)
    if (p.responsibility[at(k)] > 1e-15)
      add_wiener(spectra, k, projection(k), s, p.responsibility[at(k)], p.mean);
  add_wiener(spectra, p.component, projection(p.component), s, 1.0, p.map);
  return p;
}

}  // namespace priorlab
