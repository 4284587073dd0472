#include "models/gmm/gmm_components.h"

#include <cmath>

#include "core/error.h"
#include "ops/dct_basis.h"

namespace priorlab {
namespace {

std::size_t at(int i) { return static_cast<std::size_t>(i); }

}  // namespace

void leading_eigenvectors(const GaussianSpectra& spectra, int side, int k, int leading,
                          std::span<float> out) {
  const DctBasis basis(side);
  const int n = spectra.dims, stride = basis.stride(), pixels = basis.pixels();
  PRIORLAB_CHECK(leading >= 1 && leading <= n && out.size() == at(leading) * at(pixels));
  const float* analysis = spectra.analysis.data() + at(k) * spectra.block();
  std::vector<float> u(at(leading) * at(stride), 0.0f);
  for (int j = 0; j < leading; ++j)
    for (int d = 0; d < n; ++d) u[at(j * stride + d)] = analysis[(j / 8 * stride + d) * 8 + j % 8];
  basis.synthesise(u, out);
  for (int j = 0; j < leading; ++j) {
    float* v = out.data() + at(j) * at(pixels);
    float largest = 0.0f;
    for (int p = 0; p < pixels; ++p)
      if (std::abs(v[p]) > std::abs(largest)) largest = v[p];
    if (largest < 0.0f)
      for (int p = 0; p < pixels; ++p) v[p] = -v[p];
  }
}

double contrast_of(std::span<const double> eigenvalues, int side) {
  double sum = 0.0;
  for (const double l : eigenvalues) sum += l;
  return std::sqrt(sum / (side * side));
}

EdgeNess::EdgeNess(int side) {
  const DctBasis basis(side);
  const int n = basis.dims(), m = side - 1;
  Eigen::MatrixXd x(m * m, n), y(m * m, n);  // a patch's gradients from its coefficients
  for (int j = 0; j < n; ++j)
    for (int r = 0; r < m; ++r)
      for (int c = 0; c < m; ++c) {
        const auto value = [&](int v, int u) {
          return static_cast<double>(basis.at(j, (r + v) * side + c + u));
        };
        x(r * m + c, j) = 0.5 * (value(0, 1) - value(0, 0) + value(1, 1) - value(1, 0));
        y(r * m + c, j) = 0.5 * (value(1, 0) - value(0, 0) + value(1, 1) - value(0, 1));
      }
  xx_ = x.transpose() * x;
  xy_ = x.transpose() * y;
  yy_ = y.transpose() * y;
}

double EdgeNess::of(const Eigen::MatrixXd& s) const {
  const double xx = xx_.cwiseProduct(s).sum(), xy = xy_.cwiseProduct(s).sum(), yy = yy_.cwiseProduct(s).sum();
  if (!(xx + yy > 0.0)) return 0.0;
  return std::min(1.0, std::sqrt((xx - yy) * (xx - yy) + 4.0 * xy * xy) / (xx + yy));
}

}  // namespace priorlab
