#include "models/patches/source_prior.h"

#include <Eigen/Eigenvalues>
#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "core/error.h"
#include "core/parallel_for.h"
#include "ops/dct_basis.h"
#include "ops/gemm.h"

namespace priorlab {
namespace {

constexpr const char* kBasis = "dct-zigzag-no-dc";
const std::string kRebuild = "priorlab train patch-ica --data bsds300/train --out patch-ica.safetensors";

std::string note(const Safetensors& file, const std::string& key) {
  const auto found = file.metadata.find(key);
  return found == file.metadata.end() ? "" : found->second;
}

void expect(const Safetensors& file, const std::string& key, const std::string& value) {
  const std::string got = note(file, key);
  if (got != value)
    invalid("A patch prior of independent sources has ", key, " \"", value, "\"; this file says \"", got,
            "\". `", kRebuild, "` makes one.");
}

std::size_t at(int i) { return static_cast<std::size_t>(i); }

}  // namespace

SourcePrior::SourcePrior(int side, std::string kind, Eigen::MatrixXd analysis,
                         std::vector<ScaleMixture> marginals)
    : side_(side), kind_(std::move(kind)), analysis_(std::move(analysis)), marginals_(std::move(marginals)) {
  PRIORLAB_CHECK(analysis_.rows() == dims() && analysis_.cols() == dims());
  PRIORLAB_CHECK(marginals_.size() == at(dims()));
  const Eigen::FullPivLU<Eigen::MatrixXd> lu(analysis_);
  if (!lu.isInvertible()) invalid("The sources of a patch prior must determine the patch; these do not.");
  synthesis_ = lu.inverse();
  log_det_ = lu.matrixLU().diagonal().array().abs().log().sum();
}

SourcePrior SourcePrior::from(const Safetensors& file) {
  expect(file, "family", family);
  expect(file, "version", "1");
  expect(file, "basis", kBasis);
  const std::string text = note(file, "patch"), kind = note(file, "kind");
  const int side = text.size() <= 2 ? std::atoi(text.c_str()) : 0;
  if (side < 2 || side > 32)
    invalid("A patch prior has a patch side of 2 to 32 pixels; this file says \"", text, "\".");
  if (kind != "independent" && kind != "pca" && kind != "ica")
    invalid("Independent sources are of the kind independent, pca or ica; this file says \"", kind, "\".");
  const int n = side * side - 1;
  const Tensor analysis = take_f32(file, "analysis", {n, n}, kRebuild);
  const Tensor weights = take_f32(file, "weights", {n, -1}, kRebuild);
  const std::int64_t scales = weights.shape()[1];
  const Tensor variances = take_f32(file, "variances", {n, scales}, kRebuild);
  if (scales < 1 || scales > 64)
    invalid("A source has 1 to 64 scales; in this file it has ", static_cast<int>(scales), ".");
  std::vector<ScaleMixture> marginals(at(n));
  for (int i = 0; i < n; ++i) {
    double total = 0;
    for (std::int64_t j = 0; j < scales; ++j) {
      const std::size_t from = static_cast<std::size_t>(i * scales + j);
      const auto w = static_cast<double>(weights.as<float>()[from]),
                 v = static_cast<double>(variances.as<float>()[from]);
      if (!(w > 0) || !(v > 0))
        invalid("Source ", i, " has a scale of weight ", w, " and variance ", v, "; both must be positive.");
      marginals[at(i)].weights.push_back(w);
      marginals[at(i)].variances.push_back(v);
      total += w;
    }
    if (!(std::abs(total - 1) < 1e-3))
      invalid("The weights of a source's scales sum to one; those of source ", i, " sum to ", total, ".");
    for (double& w : marginals[at(i)].weights) w /= total;
  }
  using RowMajor = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  return SourcePrior(side, kind, Eigen::Map<const RowMajor>(analysis.as<float>().data(), n, n).cast<double>(),
                     std::move(marginals));
}

Safetensors SourcePrior::to_file(const std::map<std::string, std::string>& notes) const {
  const int n = dims(), scales = static_cast<int>(marginals_[0].weights.size());
  Tensor analysis(DType::f32, {n, n}), weights(DType::f32, {n, scales}), variances(DType::f32, {n, scales});
  for (int i = 0; i < n; ++i) {
    for (int j = 0; j < n; ++j) analysis.as<float>()[at(i * n + j)] = static_cast<float>(analysis_(i, j));
    for (int j = 0; j < scales; ++j) {
      weights.as<float>()[at(i * scales + j)] = static_cast<float>(marginals_[at(i)].weights[at(j)]);
      variances.as<float>()[at(i * scales + j)] = static_cast<float>(marginals_[at(i)].variances[at(j)]);
    }
  }
  Safetensors file;
  file.metadata = notes;
  file.metadata["family"] = family;
  file.metadata["version"] = "1";
  file.metadata["basis"] = kBasis;
  file.metadata["patch"] = std::to_string(side_);
  file.metadata["kind"] = kind_;
  file.tensors.emplace("analysis", std::move(analysis));
  file.tensors.emplace("weights", std::move(weights));
  file.tensors.emplace("variances", std::move(variances));
  return file;
}

double SourcePrior::log_density(std::span<const float> z) const {
  const Eigen::VectorXd x = analysis_ * Eigen::Map<const Eigen::VectorXf>(z.data(), dims()).cast<double>();
  double sum = log_det_;
  for (int i = 0; i < dims(); ++i) sum += marginals_[at(i)].log_density(x(i));
  return sum;
}

Eigen::MatrixXd pixel_analysis(int side) {
  const DctBasis basis(side);
  Eigen::MatrixXd w(basis.dims(), basis.dims());
  for (int p = 0; p < basis.dims(); ++p)
    for (int j = 0; j < basis.dims(); ++j) w(p, j) = static_cast<double>(basis.at(j, p));
  return w;
}

Eigen::MatrixXd eigen_analysis(const Eigen::MatrixXd& covariance) {
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(covariance);
  return solver.eigenvectors().rowwise().reverse().transpose();
}

std::vector<SquareHistogram> source_histograms(const Eigen::MatrixXd& analysis,
                                               std::span<const float> patches) {
  const int n = static_cast<int>(analysis.rows()), stride = (n + 7) / 8 * 8;
  const std::size_t count = patches.size() / at(stride);
  PRIORLAB_CHECK(count > 0 && patches.size() == count * at(stride));
  std::vector<float> transposed(at(stride * stride), 0.0f);  // (coordinate, source)
  for (int i = 0; i < n; ++i)
    for (int j = 0; j < n; ++j) transposed[at(j * stride + i)] = static_cast<float>(analysis(i, j));
  // Each thread's share is a fixed range, whatever the number of threads: counts are exact anyway, sums are
  // not.
  constexpr int kShares = 16;
  std::vector<std::vector<SquareHistogram>> shares(kShares);
  parallel_for(kShares, [&](int s) {
    shares[at(s)].resize(at(n));
    const std::size_t first = count * at(s) / kShares, end = count * at(s + 1) / kShares;
    constexpr std::size_t kBlock = 512;
    std::vector<float> x;
    for (std::size_t from = first; from < end; from += kBlock) {
      const std::size_t here = std::min(kBlock, end - from);
      x.assign(here * at(stride), 0.0f);
      gemm(static_cast<int>(here), stride, stride, {patches.data() + from * at(stride), stride},
           transposed.data(), stride, x.data(), stride);
      for (std::size_t p = 0; p < here; ++p)
        for (int i = 0; i < n; ++i) shares[at(s)][at(i)].add(x[p * at(stride) + at(i)]);
    }
  });
  for (int s = 1; s < kShares; ++s)
    for (int i = 0; i < n; ++i) shares[0][at(i)] += shares[at(s)][at(i)];
  return std::move(shares[0]);
}

Eigen::VectorXd source_floors(const Eigen::MatrixXd& analysis, double floor) {
  return floor * analysis.rowwise().squaredNorm();
}

std::vector<ScaleMixture> fit_marginals(std::span<const SquareHistogram> sources, int scales,
                                        const Eigen::VectorXd& floors, int iterations) {
  std::vector<ScaleMixture> marginals(sources.size());
  parallel_for(static_cast<int>(sources.size()), [&](int i) {
    const auto points = sources[at(i)].points();
    ScaleMixture g = first_scale_mixture(points, scales, floors(i));
    for (int t = 0; t < iterations; ++t) em_step(g, points, floors(i));
    marginals[at(i)] = std::move(g);
  });
  return marginals;
}

}  // namespace priorlab
