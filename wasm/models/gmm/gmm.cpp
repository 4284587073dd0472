#include "models/gmm/gmm.h"

#include <Eigen/Cholesky>
#include <cmath>
#include <numbers>

#include "core/error.h"
#include "core/half.h"
#include "core/parallel_for.h"

namespace priorlab {
namespace {

const std::string kRebuild = "priorlab train gmm --data bsds300/train --out gmm.safetensors";
constexpr const char* kBasis = "dct-zigzag-no-dc";

std::string note(const Safetensors& file, const std::string& key) {
  const auto found = file.metadata.find(key);
  if (found == file.metadata.end())
    invalid("This file has no \"", key, "\" in its metadata, so it is no patch mixture; `", kRebuild,
            "` makes one.");
  return found->second;
}

void expect(const Safetensors& file, const std::string& key, const std::string& value) {
  const std::string got = note(file, key);
  if (got != value)
    invalid("A patch mixture has ", key, " \"", value, "\"; this file says \"", got, "\". `", kRebuild,
            "` makes one.");
}

double log_sum_exp(std::span<const double> values) {
  double largest = -INFINITY, sum = 0.0;
  for (const double v : values) largest = std::max(largest, v);
  for (const double v : values) sum += std::exp(v - largest);
  return largest + std::log(sum);
}

}  // namespace

GaussianMixture::GaussianMixture(int side, std::vector<double> log_weights,
                                 std::vector<Eigen::MatrixXd> covariances)
    : side_(side), log_weights_(std::move(log_weights)), covariances_(std::move(covariances)) {
  PRIORLAB_CHECK(!log_weights_.empty() && log_weights_.size() == covariances_.size());
  for (const Eigen::MatrixXd& s : covariances_) PRIORLAB_CHECK(s.rows() == dims() && s.cols() == dims());
  const double total = log_sum_exp(log_weights_);
  for (double& w : log_weights_) w -= total;
}

GaussianMixture GaussianMixture::from(const Safetensors& file) {
  expect(file, "family", family);
  expect(file, "version", "1");
  expect(file, "basis", kBasis);
  const std::string text = note(file, "patch");
  const int side = text.size() <= 2 ? std::atoi(text.c_str()) : 0;
  if (side < 2 || side > 32)
    invalid("A patch mixture has a patch side of 2 to 32 pixels; this file says \"", text, "\".");
  const int n = side * side - 1;

  const Tensor weights = take_f32(file, "log_weights", {-1}, kRebuild);
  if (weights.size() < 1 || weights.size() > 4096)
    invalid("A patch mixture has 1 to 4096 components; this file has ", weights.size(), ".");
  const Tensor packed = take_f32(file, "cholesky", {weights.size(), n * (n + 1) / 2}, kRebuild);
  std::vector<double> log_weights(weights.as<float>().begin(), weights.as<float>().end());
  const double total = std::exp(log_sum_exp(log_weights));
  if (!(std::abs(total - 1.0) < 1e-3))
    invalid("The weights of a mixture sum to one; these sum to ", total, ". `", kRebuild,
            "` rebuilds the file.");

  std::vector<Eigen::MatrixXd> covariances;
  const float* value = packed.as<float>().data();
  for (std::size_t k = 0; k < log_weights.size(); ++k) {
    Eigen::MatrixXd factor = Eigen::MatrixXd::Zero(n, n);
    for (int i = 0; i < n; ++i) {
      for (int j = 0; j <= i; ++j) factor(i, j) = static_cast<double>(*value++);
      if (!(factor(i, i) > 0.0))
        invalid("Component ", k, " has a Cholesky factor with ", factor(i, i),
                " on its diagonal; it must be positive. `", kRebuild, "` rebuilds the file.");
    }
    covariances.push_back(factor * factor.transpose());
  }
  return GaussianMixture(side, std::move(log_weights), std::move(covariances));
}

Safetensors GaussianMixture::to_file(const std::map<std::string, std::string>& notes) const {
  const int n = dims(), count = components();
  Tensor weights(DType::f32, {count});
  Tensor packed(DType::f16, {count, n * (n + 1) / 2});
  std::uint16_t* bits = packed.as<std::uint16_t>().data();
  for (int k = 0; k < count; ++k) {
    weights.as<float>()[static_cast<std::size_t>(k)] =
        static_cast<float>(std::max(log_weights_[static_cast<std::size_t>(k)], -80.0));
    const Eigen::LLT<Eigen::MatrixXd> llt(covariances_[static_cast<std::size_t>(k)]);
    PRIORLAB_CHECK(llt.info() == Eigen::Success);
    const Eigen::MatrixXd factor = llt.matrixL();
    for (int i = 0; i < n; ++i)
      for (int j = 0; j <= i; ++j) *bits++ = float_to_half(static_cast<float>(factor(i, j)));
  }
  Safetensors file;
  file.metadata = notes;
  file.metadata["family"] = family;
  file.metadata["version"] = "1";
  file.metadata["basis"] = kBasis;
  file.metadata["patch"] = std::to_string(side_);
  file.tensors.emplace("log_weights", std::move(weights));
  file.tensors.emplace("cholesky", std::move(packed));
  return file;
}

std::shared_ptr<const GaussianSpectra> GaussianMixture::spectra() const {
  if (!spectra_) spectra_ = std::make_shared<GaussianSpectra>(log_weights_, covariances_);
  return spectra_;
}

std::shared_ptr<const std::vector<float>> GaussianMixture::padded_covariances() const {
  if (padded_covariances_) return padded_covariances_;
  const auto stride = static_cast<std::size_t>((dims() + 7) / 8 * 8);
  auto all = std::make_shared<std::vector<float>>(covariances_.size() * stride * stride, 0.0f);
  float* to = all->data();
  for (const Eigen::MatrixXd& s : covariances_) {
    for (int i = 0; i < dims(); ++i)
      for (int j = 0; j < dims(); ++j)
        to[static_cast<std::size_t>(i) * stride + static_cast<std::size_t>(j)] = static_cast<float>(s(i, j));
    to += stride * stride;
  }
  padded_covariances_ = std::move(all);
  return padded_covariances_;
}

double GaussianMixture::log_density_plain(std::span<const float> z) const {
  Eigen::VectorXd x(dims());
  for (int d = 0; d < dims(); ++d) x(d) = static_cast<double>(z[static_cast<std::size_t>(d)]);
  std::vector<double> terms;
  for (std::size_t k = 0; k < log_weights_.size(); ++k) {
    const Eigen::LLT<Eigen::MatrixXd> llt(covariances_[k]);
    const double distance = llt.matrixL().solve(x).squaredNorm();
    const double log_root = llt.matrixLLT().diagonal().array().log().sum();
    terms.push_back(log_weights_[k] - 0.5 * (distance + dims() * std::log(2.0 * std::numbers::pi)) -
                    log_root);
  }
  return log_sum_exp(terms);
}

std::vector<double> log_densities(const GaussianBank& bank, std::span<const float> patches,
                                  std::span<std::int32_t> winner) {
  std::vector<GaussianBank::Candidate> near;
  bank.near(patches, winner, 40.0f, near);
  std::vector<double> least(winner.size(), INFINITY), sum(winner.size(), 0.0);
  for (const auto& c : near) {
    double& e = least[static_cast<std::size_t>(c.patch)];
    e = std::min(e, static_cast<double>(c.energy));
  }
  for (const auto& c : near) {
    const std::size_t p = static_cast<std::size_t>(c.patch);
    sum[p] += std::exp(-0.5 * (static_cast<double>(c.energy) - least[p]));
  }
  for (std::size_t p = 0; p < sum.size(); ++p)
    sum[p] = std::log(sum[p]) - 0.5 * (least[p] + bank.dims() * std::log(2.0 * std::numbers::pi));
  return sum;
}

double mean_log_density(const GaussianMixture& mixture, std::span<const float> patches) {
  const GaussianBank bank(mixture.spectra(), 0.0);
  constexpr std::size_t kLot = 8192;
  const std::size_t width = static_cast<std::size_t>(bank.stride()), count = patches.size() / width;
  PRIORLAB_CHECK(count > 0 && patches.size() == count * width);
  std::vector<double> sums((count + kLot - 1) / kLot);
  parallel_for(static_cast<int>(sums.size()), [&](int i) {
    const std::size_t first = static_cast<std::size_t>(i) * kLot, here = std::min(kLot, count - first);
    std::vector<std::int32_t> winner(here, -1);
    for (const double v : log_densities(bank, patches.subspan(first * width, here * width), winner))
      sums[static_cast<std::size_t>(i)] += v;
  });
  double total = 0.0;
  for (const double v : sums) total += v;
  return total / static_cast<double>(count);
}

}  // namespace priorlab
