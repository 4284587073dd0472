#include "models/patches/source_map.h"

#include <algorithm>

#include "core/error.h"
#include "ops/gemm.h"

namespace priorlab {
namespace {

std::size_t at(int i) { return static_cast<std::size_t>(i); }

std::vector<float> padded(const Eigen::MatrixXd& matrix, int stride) {
  std::vector<float> values(at(stride * stride), 0.0f);
  for (int i = 0; i < matrix.rows(); ++i)
    for (int j = 0; j < matrix.cols(); ++j) values[at(i * stride + j)] = static_cast<float>(matrix(i, j));
  return values;
}

// body(i, a, b) for i below `width`, a multiple of 8, in eight lanes with sums of their own.
template <class Body>
void for_eights(std::size_t width, float& a, float& b, const Body& body) {
  float first[8] = {}, second[8] = {};
  for (std::size_t i = 0; i < width; i += 8)
    for (std::size_t lane = 0; lane < 8; ++lane) body(i + lane, first[lane], second[lane]);
  for (std::size_t lane = 0; lane < 8; ++lane) {
    a += first[lane];
    b += second[lane];
  }
}

// Nats per patch of a block, on average, below which another iteration is not worth its time.
constexpr float kLeastGain = 0.02f;

}  // namespace

SourceMap::SourceMap(const SourcePrior& prior, double noise_variance, int iterations)
    : dims_(prior.dims()), stride_((prior.dims() + 7) / 8 * 8), iterations_(iterations) {
  PRIORLAB_CHECK(noise_variance > 0 && iterations >= 0);
  for (const ScaleMixture& g : prior.marginals()) tables_.emplace_back(g);
  const Eigen::MatrixXd& m = prior.synthesis();
  analysis_ = padded(prior.analysis().transpose(), stride_);
  synthesis_ = padded(m.transpose(), stride_);
  mixing_ = padded(m / noise_variance, stride_);
  gram_ = padded(m.transpose() * m / noise_variance, stride_);
  diagonal_.assign(at(stride_), 1.0f);
  for (int i = 0; i < dims_; ++i) diagonal_[at(i)] = gram_[at(i * stride_ + i)];
}

void SourceMap::restore(std::span<const float> noisy, std::span<float> restored) const {
  const std::size_t width = at(stride_), count = noisy.size() / width;
  PRIORLAB_CHECK(noisy.size() == count * width && restored.size() == noisy.size());
  constexpr std::size_t kBlock = 192;  // what a block works on fits the second-level cache
  for (std::size_t first = 0; first < count; first += kBlock)
    restore_block(noisy.data() + first * width, restored.data() + first * width,
                  static_cast<int>(std::min(kBlock, count - first)));
}

void SourceMap::restore_block(const float* noisy, float* restored, int count) const {
  const std::size_t width = at(stride_), size = at(count) * width;
  const auto product = [&](const float* rows, const std::vector<float>& matrix, std::vector<float>& to) {
    to.assign(size, 0.0f);
    gemm(count, stride_, stride_, {rows, stride_}, matrix.data(), stride_, to.data(), stride_);
  };
  std::vector<float> x, target, data, change, precision(size, 0.0f), gradient(size, 0.0f), step(size, 0.0f);
  std::vector<float> previous(at(count), 0.0f);  // g^T P g of the last iteration
  product(noisy, analysis_, x);
  product(noisy, mixing_, target);
  product(x.data(), gram_, data);
  for (std::size_t i = 0; i < size; ++i) data[i] -= target[i];  // gradient of the data term
  for (int t = 0; t < iterations_; ++t) {
    for (std::size_t p = 0; p < at(count); ++p) {
      const std::size_t row = p * width;
      for (std::size_t i = 0; i < at(dims_); ++i)
        precision[row + i] = tables_[i].precision(x[row + i] * x[row + i]);
      float slope = 0, mixed = 0;  // g^T P g now, and with the last gradient
      for_eights(width, slope, mixed, [&](std::size_t i, float& now, float& with_last) {
        const float g = data[row + i] + precision[row + i] * x[row + i];
        const float scaled = g / (diagonal_[i] + precision[row + i]);
        now += g * scaled;
        with_last += gradient[row + i] * scaled;
        gradient[row + i] = g;
      });
      const float beta = previous[p] > 0 ? std::max(0.0f, (slope - mixed) / previous[p]) : 0.0f;
      float down = 0, unused = 0;
      for_eights(width, down, unused, [&](std::size_t i, float& sum, float&) {
        step[row + i] = beta * step[row + i] - gradient[row + i] / (diagonal_[i] + precision[row + i]);
        sum += step[row + i] * gradient[row + i];
      });
      if (down >= 0)
        for (std::size_t i = 0; i < width; ++i)
          step[row + i] = -gradient[row + i] / (diagonal_[i] + precision[row + i]);
      previous[p] = slope;
    }
    product(step.data(), gram_, change);
    float gained = 0;  // by the parabolas: at most what f falls by
    for (std::size_t p = 0; p < at(count); ++p) {
      const std::size_t row = p * width;
      float down = 0, curvature = 0;
      for_eights(width, down, curvature, [&](std::size_t i, float& slope, float& bend) {
        const float s = step[row + i];
        slope += s * gradient[row + i];
        bend += s * (change[row + i] + precision[row + i] * s);
      });
      const float length = curvature > 0 ? -down / curvature : 0.0f;
      gained -= 0.5f * length * down;
      for (std::size_t i = 0; i < width; ++i) {
        x[row + i] += length * step[row + i];
        data[row + i] += length * change[row + i];
      }
    }
    if (gained < kLeastGain * static_cast<float>(count)) break;
  }
  product(x.data(), synthesis_, change);
  std::copy(change.begin(), change.end(), restored);
}

double map_objective_plain(const SourcePrior& prior, double noise_variance, std::span<const float> noisy,
                           const Eigen::VectorXd& x) {
  const Eigen::VectorXd y = Eigen::Map<const Eigen::VectorXf>(noisy.data(), prior.dims()).cast<double>();
  double sum = (prior.synthesis() * x - y).squaredNorm() / (2 * noise_variance);
  for (int i = 0; i < prior.dims(); ++i) sum -= prior.marginals()[at(i)].log_density(x(i));
  return sum;
}

Eigen::VectorXd map_gradient_plain(const SourcePrior& prior, double noise_variance,
                                   std::span<const float> noisy, const Eigen::VectorXd& x) {
  const Eigen::VectorXd y = Eigen::Map<const Eigen::VectorXf>(noisy.data(), prior.dims()).cast<double>();
  Eigen::VectorXd g = prior.synthesis().transpose() * (prior.synthesis() * x - y) / noise_variance;
  for (int i = 0; i < prior.dims(); ++i) g(i) += prior.marginals()[at(i)].precision(x(i)) * x(i);
  return g;
}

}  // namespace priorlab
