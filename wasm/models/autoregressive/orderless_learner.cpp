#include "models/autoregressive/orderless_learner.h"

#include <Eigen/Core>
#include <cmath>

#include "core/error.h"
#include "core/rng.h"
#include "models/autoregressive/orderless.h"
#include "ops/sigmoid.h"

namespace priorlab {
namespace {

using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using ConstMap = Eigen::Map<const Matrix>;
using Map = Eigen::Map<Matrix>;

// The vector: X and M (2n, H) one after the other, V (n, H), c (H), b (n).
class OrderlessLearner final : public Learner {
 public:
  OrderlessLearner(OrderedPixels::Frame frame, int hidden)
      : frame_(std::move(frame)), n_(frame_.height * frame_.width), hidden_(hidden) {}

  std::size_t size() const override { return static_cast<std::size_t>(b_at() + n_); }
  int pixels() const override { return static_cast<int>(n_); }

  std::vector<float> first_weights(std::span<const double> share_on, std::uint64_t seed) const override {
    std::vector<float> weights(size());
    Rng rng(seed);
    const auto fill = [&](Eigen::Index from, Eigen::Index count, double scale) {
      for (Eigen::Index i = from; i < from + count; ++i)
        weights[static_cast<std::size_t>(i)] = static_cast<float>(scale) * rng.normal();
    };
    fill(0, 2 * n_ * hidden_, std::sqrt(2.0 / static_cast<double>(n_)));
    fill(v_at(), n_ * hidden_, std::sqrt(1.0 / static_cast<double>(hidden_)));
    for (Eigen::Index t = 0; t < n_; ++t) {
      const double p = share_on[static_cast<std::size_t>(t)];
      weights[static_cast<std::size_t>(b_at() + t)] = static_cast<float>(std::log(p / (1 - p)));
    }
    return weights;
  }

  double loss(std::span<const float> weights, std::span<const std::uint8_t> seen,
              std::span<const std::uint8_t> told, std::span<float> gradient,
              std::span<double> of_rows) const override {
    const auto rows = static_cast<Eigen::Index>(told.size()) / n_;
    PRIORLAB_CHECK(seen.size() == told.size() && weights.size() == size());
    Matrix in(rows, 2 * n_);
    for (Eigen::Index i = 0; i < rows; ++i)
      for (Eigen::Index t = 0; t < n_; ++t) {
        const std::uint8_t value = seen[static_cast<std::size_t>(i * n_ + t)];
        in(i, t) = value == 1 ? 1.0f : 0.0f;
        in(i, n_ + t) = value == kHidden ? 0.0f : 1.0f;
      }
    const ConstMap inputs(weights.data(), 2 * n_, hidden_), V(weights.data() + v_at(), n_, hidden_);
    const Eigen::Map<const Eigen::RowVectorXf> c(weights.data() + c_at(), hidden_),
        b(weights.data() + b_at(), n_);
    Matrix h = in * inputs;
    h.rowwise() += c;
    h = h.cwiseMax(0.0f);
    Matrix odds = h * V.transpose();
    odds.rowwise() += b;
    double total = 0;
    for (Eigen::Index i = 0; i < rows; ++i) {
      const auto at = static_cast<std::size_t>(i * n_);
      const auto hidden = std::count(seen.begin() + static_cast<std::ptrdiff_t>(at),
                                     seen.begin() + static_cast<std::ptrdiff_t>(at) + n_, kHidden);
      const float scale = hidden == 0 ? 0.0f : static_cast<float>(n_) / static_cast<float>(hidden);
      LogProducts likelihood(1);
      for (Eigen::Index t = 0; t < n_; ++t) {
        const auto place = at + static_cast<std::size_t>(t);
        const float p = sigmoid(odds(i, t)), x = told[place];
        if (seen[place] != kHidden) {
          odds(i, t) = 0;
          continue;
        }
        const float of_told = sigmoid(x > 0 ? odds(i, t) : -odds(i, t));
        likelihood.multiply({&of_told, 1});
        odds(i, t) = scale * (p - x);
      }
      const double one = -likelihood.log(0) * static_cast<double>(scale);
      total += one;
      if (!of_rows.empty()) of_rows[static_cast<std::size_t>(i)] = one;
    }
    if (gradient.empty()) return total;
    Map(gradient.data() + v_at(), n_, hidden_).noalias() += odds.transpose() * h;
    Eigen::Map<Eigen::RowVectorXf>(gradient.data() + b_at(), n_) += odds.colwise().sum();
    Matrix back = odds * V;
    back = (h.array() > 0.0f).select(back, 0.0f);
    Map(gradient.data(), 2 * n_, hidden_).noalias() += in.transpose() * back;
    Eigen::Map<Eigen::RowVectorXf>(gradient.data() + c_at(), hidden_) += back.colwise().sum();
    return total;
  }

  std::vector<float> penalties() const override {
    std::vector<float> p(size(), 1.0f);
    std::fill(p.begin() + c_at(), p.end(), 0.0f);
    return p;
  }

  std::shared_ptr<const Autoregressive> model(std::span<const float> w) const override {
    const auto cut = [&](Eigen::Index from, Eigen::Index count) {
      return std::vector<float>(w.begin() + from, w.begin() + from + count);
    };
    return std::make_shared<OrderlessModel>(
        frame_, OrderlessModel::Weights{cut(0, n_ * hidden_), cut(n_ * hidden_, n_ * hidden_),
                                        cut(c_at(), hidden_), cut(v_at(), n_ * hidden_), cut(b_at(), n_)});
  }

  std::vector<float> weights_of(const Autoregressive& model) const override {
    const auto& w = dynamic_cast<const OrderlessModel&>(model).weights();
    std::vector<float> all;
    for (const auto* part : {&w.X, &w.M, &w.V, &w.c, &w.b}) all.insert(all.end(), part->begin(), part->end());
    PRIORLAB_CHECK(all.size() == size());
    return all;
  }

 private:
  Eigen::Index v_at() const { return 2 * n_ * hidden_; }
  Eigen::Index c_at() const { return 3 * n_ * hidden_; }
  Eigen::Index b_at() const { return c_at() + hidden_; }

  OrderedPixels::Frame frame_;
  Eigen::Index n_, hidden_;
};

}  // namespace

std::unique_ptr<Learner> orderless_learner(OrderedPixels::Frame frame, int hidden) {
  return std::make_unique<OrderlessLearner>(std::move(frame), hidden);
}

}  // namespace priorlab
