// A small patch prior for tests, made from a seed: smooth patches, oriented ones and texture.
#pragma once

#include <Eigen/Core>
#include <cmath>
#include <memory>
#include <vector>

#include "core/rng.h"
#include "models/epll/epll_twin.h"
#include "ops/dct_basis.h"
#include "ops/gaussian_bank.h"

namespace priorlab {

struct TestPrior {
  std::vector<double> log_weights;
  std::vector<Eigen::MatrixXd> covariances;  // side^2 - 1 each way, DCT coefficients
  int side;

  explicit TestPrior(int components, std::uint64_t seed = 7, int patch = 8) : side(patch) {
    Rng rng(seed);
    const int n = side * side - 1;
    for (int k = 0; k < components; ++k) {
      // A few random directions on top of a falling spectrum, at contrasts over three decades.
      const double contrast = std::pow(10.0, -4.0 + 3.0 * rng.uniform());
      Eigen::MatrixXd mix(n, n);
      for (int i = 0; i < n; ++i)
        for (int j = 0; j < n; ++j)
          mix(i, j) = (i == j ? 1.0 : 0.0) + 0.2 * static_cast<double>(rng.normal());
      Eigen::VectorXd scale(n);
      for (int j = 0; j < n; ++j) scale(j) = std::exp(-0.15 * (j + 6 * rng.uniform()));
      covariances.push_back(contrast * mix * scale.asDiagonal() * mix.transpose() +
                            1e-7 * Eigen::MatrixXd::Identity(n, n));
      log_weights.push_back(std::log(1.0 / components));
    }
  }

  std::shared_ptr<const GaussianSpectra> spectra() const {
    return std::make_shared<GaussianSpectra>(log_weights, covariances);
  }

  std::vector<DenseGaussian> in_pixels() const {
    const DctBasis basis(side);
    Eigen::MatrixXd b(basis.dims(), basis.pixels());
    for (int j = 0; j < basis.dims(); ++j)
      for (int p = 0; p < basis.pixels(); ++p) b(j, p) = basis.at(j, p);
    std::vector<DenseGaussian> all;
    for (std::size_t k = 0; k < covariances.size(); ++k)
      all.push_back({log_weights[k], b.transpose() * covariances[k] * b});
    return all;
  }
};

// A scene with flat parts, a ramp, an edge and stripes, values in [0.1, 0.9].
inline std::vector<float> test_scene(int height, int width) {
  std::vector<float> plane;
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      float v = 0.3f + 0.2f * static_cast<float>(x) / static_cast<float>(width);
      if (2 * y > height + x / 2) v = 0.75f;
      if (4 * x > 3 * width) v += 0.1f * std::sin(0.9f * static_cast<float>(x + y));
      plane.push_back(v);
    }
  return plane;
}

inline std::vector<float> with_noise(std::vector<float> plane, double sigma, std::uint64_t seed = 1) {
  Rng rng(seed);
  for (float& v : plane) v += static_cast<float>(sigma) * rng.normal();
  return plane;
}

}  // namespace priorlab
