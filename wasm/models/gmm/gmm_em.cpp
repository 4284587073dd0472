#include "models/gmm/gmm_em.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "core/error.h"
#include "core/parallel_for.h"
#include "ops/gemm.h"

namespace priorlab {
namespace {

constexpr int kBlock = 8192;          // patches of one unit of work: sums in f32 within, in f64 across
constexpr int kWave = 8;              // blocks in flight, whatever the number of threads
constexpr float kMargin = 28.0f;      // energies this far above the best carry less than 1e-6 of a patch
constexpr float kLeastShare = 1e-6f;  // responsibilities below this are not worth a rank-one update

std::size_t at(int k) { return static_cast<std::size_t>(k); }

struct BlockResult {
  double log_likelihood = 0.0;
  std::vector<double> weight, spread, deletion;
  std::vector<float> second;
  GaussianBank::Work work;
};

// Responsibilities of one block from its candidates; log densities into the result.
void responsibilities(const GaussianBank& bank, std::size_t count,
                      std::span<const GaussianBank::Candidate> near, BlockResult& result,
                      std::vector<float>& share) {
  std::vector<float> least(count, INFINITY), total(count, 0.0f), others(count, 0.0f);
  for (const auto& c : near) least[at(c.patch)] = std::min(least[at(c.patch)], c.energy);
  share.resize(near.size());
  for (std::size_t i = 0; i < near.size(); ++i) {
    share[i] = std::exp(-0.5f * (near[i].energy - least[at(near[i].patch)]));
    total[at(near[i].patch)] += share[i];
  }
  const double constant = bank.dims() * std::log(2.0 * std::numbers::pi);
  for (std::size_t p = 0; p < count; ++p)
    result.log_likelihood +=
        std::log(static_cast<double>(total[p])) - 0.5 * (static_cast<double>(least[p]) + constant);
  for (std::size_t i = 0; i < near.size(); ++i) share[i] /= total[at(near[i].patch)];
}

// Adds the weighted outer products of one component's patches to `second` (width x width, row-major).
class OuterProducts {
 public:
  explicit OuterProducts(int width) : width_(width), plain_(at(kLot) * at(width)), weighted_(plain_.size()) {}
  void add(const float* patch, float share, float* second) {
    for (int d = 0; d < width_; ++d) {
      plain_[at(filled_ * width_ + d)] = patch[d];
      weighted_[at(filled_ * width_ + d)] = share * patch[d];
    }
    if (++filled_ == kLot) flush(second);
  }
  void flush(float* second) {
    gemm(width_, width_, filled_, {weighted_.data(), 1, width_}, plain_.data(), width_, second, width_);
    filled_ = 0;
  }

 private:
  static constexpr int kLot = 64;
  int width_, filled_ = 0;
  std::vector<float> plain_, weighted_;
};

BlockResult expect_block(const GaussianBank& bank, std::span<const float> patches,
                         std::span<std::int32_t> winner, bool sums) {
  BlockResult result;
  std::vector<GaussianBank::Candidate> near;
  std::vector<float> share;
  result.work = bank.near(patches, winner, kMargin, near);
  responsibilities(bank, winner.size(), near, result, share);
  if (!sums) return result;

  const int width = bank.stride();
  const double dims = bank.dims();
  result.weight.assign(at(bank.components()), 0.0);
  result.spread = result.deletion = result.weight;
  result.second.assign(at(bank.components()) * bank.spectra().block(), 0.0f);
  OuterProducts outer(width);
  for (std::size_t i = 0; i < near.size();) {
    const int k = near[i].component;
    float* second = result.second.data() + at(k) * bank.spectra().block();
    for (; i < near.size() && near[i].component == k; ++i) {
      const double r = static_cast<double>(share[i]);
      const double length = static_cast<double>(near[i].energy - bank.constant(k)) / dims - 1.0;
      result.weight[at(k)] += r;
      result.spread[at(k)] += r * length * length;
      result.deletion[at(k)] -= std::log1p(-std::min(r, 1.0 - 1e-9));
      if (share[i] > kLeastShare)
        outer.add(patches.data() + static_cast<std::ptrdiff_t>(near[i].patch) * width, share[i], second);
    }
    outer.flush(second);
  }
  return result;
}

Eigen::VectorXd eigenvector(const GaussianSpectra& spectra, int k, int j) {
  Eigen::VectorXd u(spectra.dims);
  for (int d = 0; d < spectra.dims; ++d)
    u(d) = static_cast<double>(
        spectra.analysis[at(k) * spectra.block() + at((j / 8 * spectra.stride + d) * 8 + j % 8)]);
  return u;
}

}  // namespace

EmStatistics::EmStatistics(int components, int stride)
    : weight(at(components)),
      second(at(components) * at(stride) * at(stride)),
      spread(at(components)),
      deletion(at(components)) {}

EmStatistics& EmStatistics::operator+=(const EmStatistics& other) {
  PRIORLAB_CHECK(second.size() == other.second.size());
  patches += other.patches;
  log_likelihood += other.log_likelihood;
  work += other.work;
  for (std::size_t k = 0; k < weight.size(); ++k) {
    weight[k] += other.weight[k];
    spread[k] += other.spread[k];
    deletion[k] += other.deletion[k];
  }
  for (std::size_t i = 0; i < second.size(); ++i) second[i] += other.second[i];
  return *this;
}

void EmStatistics::scale(double factor) {
  patches *= factor;
  log_likelihood *= factor;
  for (auto* values : {&weight, &second, &spread, &deletion})
    for (double& v : *values) v *= factor;
}

GmmEm::GmmEm(EmOptions options, std::vector<double> log_weights, std::vector<Eigen::MatrixXd> covariances,
             Eigen::MatrixXd overall)
    : options_(options),
      log_weights_(std::move(log_weights)),
      covariances_(std::move(covariances)),
      overall_(std::move(overall)) {
  PRIORLAB_CHECK(!covariances_.empty() && covariances_.size() == log_weights_.size());
  PRIORLAB_CHECK(options_.floor > 0.0 && options_.prior_count >= 0.0);
  prepare();
}

void GmmEm::prepare() {
  const auto spectra = std::make_shared<GaussianSpectra>(log_weights_, covariances_, options_.floor);
  // Where an eigenvalue was raised to the floor, the covariance follows.
  parallel_for(components(), [&](int k) {
    Eigen::MatrixXd& s = covariances_[at(k)];
    const double* values = spectra->eigenvalues.data() + static_cast<std::ptrdiff_t>(k) * dims();
    for (int j = dims() - 1; j >= 0 && values[j] <= options_.floor; --j) {
      const Eigen::VectorXd u = eigenvector(*spectra, k, j);
      s += (options_.floor - u.dot(s * u)) * u * u.transpose();
    }
  });
  bank_ = std::make_unique<GaussianBank>(spectra, 0.0);
}

EmStatistics GmmEm::expect(std::span<const float> patches, std::span<std::int32_t> winner) const {
  const std::size_t width = at(bank_->stride());
  PRIORLAB_CHECK(patches.size() == winner.size() * width);
  EmStatistics total(components(), bank_->stride());
  total.patches = static_cast<double>(winner.size());
  const std::size_t wave = at(kWave) * at(kBlock);
  for (std::size_t start = 0; start < winner.size(); start += wave) {
    const std::size_t blocks = (std::min(wave, winner.size() - start) + at(kBlock) - 1) / at(kBlock);
    std::vector<BlockResult> results(blocks);
    parallel_for(static_cast<int>(blocks), [&](int b) {
      const std::size_t first = start + at(b) * at(kBlock),
                        count = std::min(at(kBlock), winner.size() - first);
      results[at(b)] = expect_block(*bank_, patches.subspan(first * width, count * width),
                                    winner.subspan(first, count), true);
    });
    for (const BlockResult& r : results) {
      total.log_likelihood += r.log_likelihood;
      total.work += r.work;
    }
    parallel_for(components(), [&](int k) {
      for (const BlockResult& r : results) {
        total.weight[at(k)] += r.weight[at(k)];
        total.spread[at(k)] += r.spread[at(k)];
        total.deletion[at(k)] += r.deletion[at(k)];
        const std::size_t from = at(k) * width * width;
        for (std::size_t i = from; i < from + width * width; ++i)
          total.second[i] += static_cast<double>(r.second[i]);
      }
    });
  }
  return total;
}

double GmmEm::log_likelihood(std::span<const float> patches, std::span<std::int32_t> winner) const {
  const std::size_t width = at(bank_->stride());
  PRIORLAB_CHECK(patches.size() == winner.size() * width);
  const std::size_t blocks = (winner.size() + at(kBlock) - 1) / at(kBlock);
  std::vector<double> sums(blocks);
  parallel_for(static_cast<int>(blocks), [&](int b) {
    const std::size_t first = at(b) * at(kBlock), count = std::min(at(kBlock), winner.size() - first);
    sums[at(b)] = expect_block(*bank_, patches.subspan(first * width, count * width),
                               winner.subspan(first, count), false)
                      .log_likelihood;
  });
  return std::accumulate(sums.begin(), sums.end(), 0.0);
}

void GmmEm::maximise(const EmStatistics& statistics) {
  const int n = dims(), width = bank_->stride();
  PRIORLAB_CHECK(statistics.weight.size() == log_weights_.size());
  const double total = std::accumulate(statistics.weight.begin(), statistics.weight.end(), 0.0);
  using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  for (int k = 0; k < components(); ++k) {
    const double weight = statistics.weight[at(k)];
    log_weights_[at(k)] = std::log(std::max(weight / total, 1e-30));
    const double count = weight + options_.prior_count;
    if (!(count > 1e-9)) continue;  // nobody's component keeps its shape
    const Eigen::Map<const RowMajor> second(
        statistics.second.data() + static_cast<std::ptrdiff_t>(k) * width * width, width, width);
    Eigen::MatrixXd s =
        (second.topLeftCorner(n, n) + options_.prior_count * (n / inverse_trace(k)) * overall_) / count;
    covariances_[at(k)] = 0.5 * (s + s.transpose());
  }
  prepare();
}

double GmmEm::inverse_trace(int k) const {
  const GaussianSpectra& spectra = bank_->spectra();
  double trace = 0.0;
  for (int j = 0; j < dims(); ++j) {
    const Eigen::VectorXd u = eigenvector(spectra, k, j);
    trace += u.dot(overall_ * u) / spectra.eigenvalues[at(k * dims() + j)];
  }
  return trace;
}

double GmmEm::log_prior() const {
  if (options_.prior_count == 0.0) return 0.0;
  double sum = 0.0;
  for (int k = 0; k < components(); ++k) {
    for (int j = 0; j < dims(); ++j) sum += std::log(bank_->spectra().eigenvalues[at(k * dims() + j)]);
    sum += dims() * std::log(inverse_trace(k));
  }
  return -0.5 * options_.prior_count * sum;
}

void replace_components(EmStatistics& statistics, int dims, int count) {
  const int components = static_cast<int>(statistics.weight.size());
  count = std::min(count, components / 2);
  std::vector<int> weakest(at(components)), richest(at(components));
  std::iota(weakest.begin(), weakest.end(), 0);
  std::iota(richest.begin(), richest.end(), 0);
  // Nats to gain by telling the narrow half from the wide one grow with the variance of the squared length
  // beyond that of a Gaussian, times the number of patches.
  std::vector<double> gain(at(components));
  for (int k = 0; k < components; ++k)
    gain[at(k)] = std::max(0.0, statistics.spread[at(k)] - statistics.weight[at(k)] * 2.0 / dims);
  std::stable_sort(weakest.begin(), weakest.end(),
                   [&](int a, int b) { return statistics.deletion[at(a)] < statistics.deletion[at(b)]; });
  std::stable_sort(richest.begin(), richest.end(), [&](int a, int b) { return gain[at(a)] > gain[at(b)]; });
  const std::size_t block = statistics.second.size() / at(components);
  int next = 0;
  for (int i = 0; i < count; ++i) {
    const int empty = weakest[at(i)];
    while (next < components &&
           std::find(weakest.begin(), weakest.begin() + count, richest[at(next)]) != weakest.begin() + count)
      ++next;
    if (next == components) return;
    const int source = richest[at(next++)];
    for (auto* values : {&statistics.weight, &statistics.spread, &statistics.deletion})
      (*values)[at(empty)] = (*values)[at(source)] *= 0.5;
    for (std::size_t j = 0; j < block; ++j) {
      double& wide = statistics.second[at(source) * block + j];
      statistics.second[at(empty) * block + j] = 0.5 * 0.6 * wide;
      wide *= 0.5 * 1.4;
    }
  }
}

Eigen::MatrixXd second_moments(int dims, std::span<const float> patches) {
  const int width = (dims + 7) / 8 * 8;
  const std::size_t count = patches.size() / at(width);
  PRIORLAB_CHECK(count > 0 && patches.size() == count * at(width));
  const std::size_t blocks = (count + at(kBlock) - 1) / at(kBlock);
  std::vector<std::vector<float>> sums(blocks);
  parallel_for(static_cast<int>(blocks), [&](int b) {
    const std::size_t first = at(b) * at(kBlock);
    const float* z = patches.data() + first * at(width);
    auto& s = sums[at(b)];
    s.assign(at(width) * at(width), 0.0f);
    gemm(width, width, static_cast<int>(std::min(at(kBlock), count - first)), {z, 1, width}, z, width,
         s.data(), width);
  });
  Eigen::MatrixXd total = Eigen::MatrixXd::Zero(dims, dims);
  for (const auto& s : sums)
    for (int i = 0; i < dims; ++i)
      for (int j = 0; j < dims; ++j) total(i, j) += static_cast<double>(s[at(i * width + j)]);
  return total / static_cast<double>(count);
}

}  // namespace priorlab
