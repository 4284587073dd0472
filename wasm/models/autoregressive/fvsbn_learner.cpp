// FVSBN over batches. The vector holds the biases, then for each pixel s what it adds to the log-odds of all
// later pixels t = s + 1 ... n - 1, side by side: only pixels that are on cost anything, each one addition of
// such a row forwards and one of the residuals backwards.
#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "models/autoregressive/fvsbn.h"
#include "models/training/learner.h"
#include "ops/logistic.h"
#include "ops/vectors.h"

namespace priorlab {
namespace {

class FvsbnLearner final : public Learner {
 public:
  FvsbnLearner(OrderedPixels::Frame frame, const FvsbnPenalty& penalty)
      : frame_(std::move(frame)),
        n_(static_cast<std::size_t>(frame_.height * frame_.width)),
        reach_(penalty.reach),
        alike_(static_cast<float>(penalty.alike)),
        smooth_(static_cast<float>(penalty.smooth)) {
    if (alike_ > 0.0f || smooth_ > 0.0f)
      PRIORLAB_CHECK(frame_.order.empty() || std::ranges::is_sorted(frame_.order));
    if (smooth_ <= 0.0f) return;
    for (std::size_t s = 0; s < n_; ++s)
      for (std::size_t t = s + 1; t < n_; ++t)
        far_.push_back(static_cast<float>(std::min(1.0, std::pow(distance(s, t) / kFar, 2.0))));
  }

  std::size_t size() const override { return n_ + n_ * (n_ - 1) / 2; }
  int pixels() const override { return static_cast<int>(n_); }

  std::vector<float> first_weights(std::span<const double> share_on, std::uint64_t) const override {
    std::vector<float> weights(size());
    for (std::size_t t = 0; t < n_; ++t)
      weights[t] = static_cast<float>(std::log(share_on[t] / (1.0 - share_on[t])));
    return weights;
  }

  double loss(std::span<const float> weights, std::span<const std::uint8_t> seen,
              std::span<const std::uint8_t> told, std::span<float> gradient,
              std::span<double> of_rows) const override {
    const std::size_t rows = told.size() / n_;
    PRIORLAB_CHECK(seen.size() == rows * n_ && told.size() == rows * n_ && weights.size() == size());
    std::vector<float> odds(n_);
    double total = 0.0;
    for (std::size_t i = 0; i < rows; ++i) {
      const std::uint8_t* x = seen.data() + i * n_;
      std::copy_n(weights.data(), n_, odds.data());
      for (std::size_t s = 0; s + 1 < n_; ++s)
        if (x[s]) add(weights.data() + column(s), odds.data() + s + 1, n_ - s - 1);
      double one = 0.0;
      for (std::size_t t = 0; t < n_; t += kLot)
        one += logistic_losses(std::span(odds).subspan(t, std::min(kLot, n_ - t)), told.data() + i * n_ + t);
      total += one;
      if (!of_rows.empty()) of_rows[i] = one;
      if (gradient.empty()) continue;
      add(odds.data(), gradient.data(), n_);
      for (std::size_t s = 0; s + 1 < n_; ++s)
        if (x[s]) add(odds.data() + s + 1, gradient.data() + column(s), n_ - s - 1);
    }
    return total;
  }

  std::vector<float> penalties() const override {
    std::vector<float> p(size());
    for (std::size_t s = 0; s < n_; ++s)
      for (std::size_t t = s + 1; t < n_; ++t)
        p[column(s) + t - s - 1] = static_cast<float>(std::pow(distance(s, t), reach_));
    return p;
  }

  void add_penalty(std::span<const float> weights, float times, std::span<float> gradient) const override {
    if (alike_ <= 0.0f && smooth_ <= 0.0f) return;
    const std::size_t width = static_cast<std::size_t>(frame_.width);
    // Draws the weights of the pairs (s, t), (s, t + 1), ... to those of (s', t'), (s', t' + 1), ...
    const auto pull = [&](std::size_t s, std::size_t t, std::size_t s2, std::size_t t2, std::size_t count,
                          const float* factors, float strength) {
      const std::size_t from = column(s) + t - s - 1, to = column(s2) + t2 - s2 - 1;
      const float *here = weights.data() + from, *there = weights.data() + to;
      float *to_here = gradient.data() + from, *to_there = gradient.data() + to;
      for (std::size_t j = 0; j < count; ++j) {
        const float force = (factors ? strength * factors[j] : strength) * (here[j] - there[j]);
        to_here[j] += force;
        to_there[j] -= force;
      }
    };
    for (std::size_t s = 0; s < n_; ++s) {
      const bool beside = s % width + 1 < width;  // is there a pixel to the right of s
      // Stretches of t within a line.
      for (std::size_t t = s + 1, last; t < n_; t = last + 1) {
        last = t / width * width + width - 1;
        const float* far = far_.empty() ? nullptr : far_.data() + column(s) - n_ + t - s - 1;
        if (alike_ > 0.0f) {
          if (beside) pull(s, t, s + 1, t + 1, last - t, nullptr, times * alike_);
          if (last + width < n_) pull(s, t, s + width, t + width, last - t + 1, nullptr, times * alike_);
        }
        if (smooth_ <= 0.0f) continue;
        pull(s, t, s, t + 1, last - t, far, times * smooth_);
        if (last + width < n_) pull(s, t, s, t + width, last - t + 1, far, times * smooth_);
        for (const std::size_t next : {beside ? s + 1 : n_, s + width}) {
          const std::size_t first = std::max(t, next + 1);
          if (first <= last)
            pull(s, first, next, first, last - first + 1, far + (first - t), times * smooth_);
        }
      }
    }
  }

  std::shared_ptr<const Autoregressive> model(std::span<const float> weights) const override {
    std::vector<float> packed(FvsbnModel::row(pixels()));
    for (std::size_t s = 0; s < n_; ++s)
      for (std::size_t t = s + 1; t < n_; ++t)
        packed[FvsbnModel::row(static_cast<int>(t)) + s] = weights[column(s) + t - s - 1];
    return std::make_shared<FvsbnModel>(
        frame_, std::vector<float>(weights.begin(), weights.begin() + static_cast<std::ptrdiff_t>(n_)),
        std::move(packed));
  }

  std::vector<float> weights_of(const Autoregressive& model) const override {
    const auto& fvsbn = dynamic_cast<const FvsbnModel&>(model);
    std::vector<float> weights(fvsbn.bias().begin(), fvsbn.bias().end());
    PRIORLAB_CHECK(weights.size() == n_);
    weights.resize(size());
    for (std::size_t s = 0; s < n_; ++s)
      for (std::size_t t = s + 1; t < n_; ++t)
        weights[column(s) + t - s - 1] = fvsbn.weight()[FvsbnModel::row(static_cast<int>(t)) + s];
    return weights;
  }

 private:
  static constexpr std::size_t kLot = 1000;  // pixels, as many as logistic_losses takes
  static constexpr double kFar = 4.0;        // pixels, see FvsbnPenalty

  // Where pixel s's weights begin: n biases, then s rows of n - 1, n - 2, ...
  std::size_t column(std::size_t s) const { return n_ + s * n_ - s * (s + 1) / 2; }

  double distance(std::size_t s, std::size_t t) const {
    const auto place = [&](std::size_t i) {
      return frame_.order.empty() ? static_cast<int>(i) : frame_.order[i];
    };
    const int y = place(s) / frame_.width - place(t) / frame_.width,
              x = place(s) % frame_.width - place(t) % frame_.width;
    return std::sqrt(static_cast<double>(y * y + x * x));
  }

  OrderedPixels::Frame frame_;
  std::size_t n_;
  double reach_;
  float alike_, smooth_;
  std::vector<float> far_;  // how much of smooth_ acts on each weight
};

}  // namespace

std::unique_ptr<Learner> fvsbn_learner(OrderedPixels::Frame frame, const FvsbnPenalty& penalty) {
  return std::make_unique<FvsbnLearner>(std::move(frame), penalty);
}

}  // namespace priorlab
