#include "ops/conjugate_gradients.h"

#include <cmath>
#include <vector>

#include "core/error.h"

namespace priorlab {
namespace {

double dot(std::span<const float> a, std::span<const float> b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += static_cast<double>(a[i]) * b[i];
  return sum;
}

}  // namespace

Convergence conjugate_gradients(const LinearMap& matrix, const LinearMap& precondition,
                                std::span<const float> b, std::span<float> x, double tolerance, int most) {
  PRIORLAB_CHECK(b.size() == x.size() && !b.empty());
  const std::size_t n = b.size();
  std::vector<float> r(n), p(n), mp(n), preconditioned(precondition ? n : 0);
  const std::span<float> z = precondition ? std::span(preconditioned) : std::span(r);
  matrix(x, r);
  for (std::size_t i = 0; i < n; ++i) r[i] = b[i] - r[i];
  Convergence is;
  double last = 0;
  for (;; ++is.iterations) {
    if (precondition) precondition(r, z);
    const double now = dot(r, z);
    is.error = std::sqrt(dot(z, z) / static_cast<double>(n));
    if (is.error <= tolerance || is.iterations == most || !(now > 0)) return is;
    const auto back = is.iterations == 0 ? 0.0f : static_cast<float>(now / last);
    for (std::size_t i = 0; i < n; ++i) p[i] = z[i] + back * p[i];
    last = now;
    matrix(p, mp);
    const double curvature = dot(p, mp);
    if (!(curvature > 0)) return is;
    const auto step = static_cast<float>(now / curvature);
    for (std::size_t i = 0; i < n; ++i) {
      x[i] += step * p[i];
      r[i] -= step * mp[i];
    }
  }
}

}  // namespace priorlab
