// The short-list's approximate energies against their definition, and its lists against full sorting.
#include "ops/gaussian_shortlist.h"

#include <gtest/gtest.h>

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "core/rng.h"

namespace priorlab {
namespace {

constexpr int kDims = 63, kStride = 64, kComponents = 37, kCount = 77;  // not a multiple of the lanes
constexpr double kNoise = 0.01;

struct Scene {
  std::vector<Eigen::MatrixXf> covariances;
  std::vector<double> log_weights;
  std::vector<float> patches = std::vector<float>(kCount * kStride, 0.0f);

  Scene() {
    Rng rng(5);
    for (int k = 0; k < kComponents; ++k) {
      Eigen::MatrixXf mix(kDims, kDims);
      for (int i = 0; i < kDims; ++i)
        for (int j = 0; j < kDims; ++j)
          mix(i, j) = static_cast<float>(rng.normal()) * std::exp(-0.03f * static_cast<float>(i + k));
      covariances.push_back(mix * mix.transpose() / kDims);
      log_weights.push_back(-0.1 * k);
    }
    for (int p = 0; p < kCount; ++p)
      for (int d = 0; d < kDims; ++d)
        patches[static_cast<std::size_t>(p * kStride + d)] =
            static_cast<float>(rng.normal()) * std::exp(-0.05f * static_cast<float>(d));
  }

  GaussianShortlist shortlist() const {
    GaussianShortlist list(kComponents, kDims);
    for (int k = 0; k < kComponents; ++k)
      list.set(k, log_weights[static_cast<std::size_t>(k)], covariances[static_cast<std::size_t>(k)], kNoise);
    return list;
  }

  // From the definition, in double.
  double energy(int k, int p) const {
    constexpr int lead = GaussianShortlist::kLead, band = GaussianShortlist::kBand;
    const Eigen::MatrixXd s = covariances[static_cast<std::size_t>(k)].cast<double>();
    Eigen::MatrixXd model = Eigen::MatrixXd::Zero(kDims, kDims);
    model.topLeftCorner(lead, lead) = s.topLeftCorner(lead, lead);
    for (int first = lead; first < kDims; first += band) {
      const int n = std::min(band, kDims - first);
      model.diagonal().segment(first, n).setConstant(s.diagonal().segment(first, n).mean());
    }
    model.diagonal().array() += kNoise;
    Eigen::VectorXd z(kDims);
    for (int d = 0; d < kDims; ++d)
      z(d) = static_cast<double>(patches[static_cast<std::size_t>(p * kStride + d)]);
    const Eigen::LLT<Eigen::MatrixXd> llt(model);
    return -2 * log_weights[static_cast<std::size_t>(k)] + z.dot(llt.solve(z)) +
           2 * llt.matrixLLT().diagonal().array().log().sum();
  }
};

TEST(GaussianShortlist, ListsTheLeastEnergiesInOrder) {
  const Scene scene;
  const GaussianShortlist list = scene.shortlist();
  for (const int top : {1, 4, kComponents}) {
    std::vector<std::int16_t> names(static_cast<std::size_t>(kCount * top));
    std::vector<float> energies(names.size());
    list.best(scene.patches, kStride, top, names, energies);
    for (int p = 0; p < kCount; ++p) {
      std::vector<double> all;
      for (int k = 0; k < kComponents; ++k) all.push_back(scene.energy(k, p));
      std::vector<double> sorted = all;
      std::sort(sorted.begin(), sorted.end());
      for (int t = 0; t < top; ++t) {
        const auto i = static_cast<std::size_t>(p * top + t);
        const double tolerance = 1e-4 * (1 + std::abs(sorted[static_cast<std::size_t>(t)]));
        EXPECT_NEAR(all[static_cast<std::size_t>(names[i])], sorted[static_cast<std::size_t>(t)], tolerance);
        EXPECT_NEAR(static_cast<double>(energies[i]), sorted[static_cast<std::size_t>(t)], tolerance);
      }
    }
  }
}

TEST(GaussianShortlist, PartsMakeAnEqualReplica) {
  const Scene scene;
  GaussianShortlist list = scene.shortlist(), replica(kComponents, kDims);
  for (int k = 0; k < kComponents; ++k) {
    const auto from = list.parts(k);
    const auto to = replica.parts(k);
    for (std::size_t i = 0; i < from.size(); ++i) std::copy(from[i].begin(), from[i].end(), to[i].begin());
  }
  std::vector<std::int16_t> a(kCount * 3), b(kCount * 3);
  std::vector<float> e(a.size()), f(b.size());
  list.best(scene.patches, kStride, 3, a, e);
  replica.best(scene.patches, kStride, 3, b, f);
  EXPECT_EQ(a, b);
  EXPECT_EQ(e, f);
}

}  // namespace
}  // namespace priorlab
