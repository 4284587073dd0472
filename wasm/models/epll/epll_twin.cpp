#include "models/epll/epll_twin.h"

#include <Eigen/Cholesky>
#include <cmath>
#include <limits>

#include "core/error.h"
#include "ops/dct_basis.h"

namespace priorlab {

PlainPass plain_epll_pass(std::span<const double> x, int height, int width,
                          const std::vector<DenseGaussian>& prior, double noise_variance) {
  const int n = static_cast<int>(prior.at(0).covariance.rows()), side = patch_side(n - 1);
  PRIORLAB_CHECK(height >= side && width >= side && noise_variance > 0);
  std::vector<Eigen::LLT<Eigen::MatrixXd>> factors;
  std::vector<double> constants;
  for (const DenseGaussian& g : prior) {
    // The constant patch gets variance 1: it makes the matrix regular and shifts all energies alike.
    Eigen::MatrixXd a = g.covariance + Eigen::MatrixXd::Constant(n, n, 1.0 / n);
    a.diagonal().array() += noise_variance;
    factors.emplace_back(a);
    constants.push_back(-2 * g.log_weight +
                        2 * Eigen::MatrixXd(factors.back().matrixL()).diagonal().array().log().sum() -
                        std::log(1 + noise_variance));
  }
  PlainPass result;
  std::vector<double> count(x.size(), 0.0);
  result.average.assign(x.size(), 0.0);
  for (int y0 = 0; y0 + side <= height; ++y0)
    for (int x0 = 0; x0 + side <= width; ++x0) {
      const auto index = [&](int i) {
        return static_cast<std::size_t>((y0 + i / side) * width + x0 + i % side);
      };
      Eigen::VectorXd z(n);
      for (int i = 0; i < n; ++i) z(i) = x[index(i)];
      const double mean = z.mean();
      z.array() -= mean;
      double best = std::numeric_limits<double>::infinity();
      int winner = 0;
      for (std::size_t k = 0; k < prior.size(); ++k) {
        const double energy = constants[k] + z.dot(factors[k].solve(z));
        if (energy < best) {
          best = energy;
          winner = static_cast<int>(k);
        }
      }
      result.winners.push_back(winner);
      result.energies.push_back(best);
      const auto k = static_cast<std::size_t>(winner);
      const Eigen::VectorXd restored = prior[k].covariance * factors[k].solve(z);
      for (int i = 0; i < n; ++i) {
        result.average[index(i)] += restored(i) + mean;
        count[index(i)] += 1;
      }
    }
  for (std::size_t i = 0; i < x.size(); ++i) result.average[i] /= count[i];
  return result;
}

std::vector<double> plain_epll(std::span<const float> noisy, int height, int width, double sigma,
                               const std::vector<DenseGaussian>& prior, const std::vector<double>& betas) {
  std::vector<double> x(noisy.begin(), noisy.end());
  for (const double b : betas) {
    const auto pass = plain_epll_pass(x, height, width, prior, sigma * sigma / b);
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = (noisy[i] + b * pass.average[i]) / (1 + b);
  }
  return x;
}

}  // namespace priorlab
