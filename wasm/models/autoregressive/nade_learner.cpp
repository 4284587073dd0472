// NADE over batches. The vector holds b (n, padded), c (H), W (n, H), V (n, H), each row of H padded with
// zeros to whole vectors.
//
// One walk along the order does it all: the target is known, so the residual d of a pixel follows at once
// from its log-odds, and what it adds to the gradients of V and of the hidden units is added while V's row is
// at hand. The hidden units change only after a pixel that is on. Their input's gradient at such a pixel is
// owed to all later ones: the walk subtracts what has come before from the pixel's row of W, and the total is
// added at the end. Several images walk side by side, so that a row of V is fetched once for all of them.
#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/rng.h"
#include "models/autoregressive/nade.h"
#include "models/training/learner.h"
#include "ops/logistic.h"
#include "ops/vectors.h"

namespace priorlab {
namespace {

constexpr std::size_t kSide = LogisticLosses::kMost;  // images side by side

std::size_t padded(std::size_t count) { return (count + 7) / 8 * 8; }

class NadeLearner final : public Learner {
 public:
  NadeLearner(OrderedPixels::Frame frame, Activation activation, int hidden)
      : frame_(std::move(frame)),
        activation_(activation),
        n_(static_cast<std::size_t>(frame_.height * frame_.width)),
        hidden_(static_cast<std::size_t>(hidden)),
        stride_(padded(hidden_)),
        c_(padded(n_)),
        w_(c_ + stride_),
        v_(w_ + n_ * stride_) {}

  std::size_t size() const override { return v_ + n_ * stride_; }
  int pixels() const override { return static_cast<int>(n_); }

  std::vector<float> first_weights(std::span<const double> share_on, std::uint64_t seed) const override {
    std::vector<float> weights(size());
    for (std::size_t t = 0; t < n_; ++t)
      weights[t] = static_cast<float>(std::log(share_on[t] / (1.0 - share_on[t])));
    Rng rng(seed, 0x4e414445);
    const float scale = 1.0f / std::sqrt(static_cast<float>(hidden_));
    for (const std::size_t from : {w_, v_})
      for (std::size_t t = 0; t < n_; ++t)
        for (std::size_t k = 0; k < hidden_; ++k) weights[from + t * stride_ + k] = scale * rng.normal();
    return weights;
  }

  double loss(std::span<const float> weights, std::span<const std::uint8_t> seen,
              std::span<const std::uint8_t> told, std::span<float> gradient,
              std::span<double> of_rows) const override {
    const std::size_t rows = told.size() / n_;
    PRIORLAB_CHECK(seen.size() == rows * n_ && told.size() == rows * n_ && weights.size() == size());
    PRIORLAB_CHECK(gradient.empty() || gradient.size() == size());
    Scratch scratch(*this);
    double total = 0.0;
    for (std::size_t first = 0; first < rows; first += kSide) {
      const std::size_t count = std::min(kSide, rows - first);
      walk(weights.data(), seen.data() + first * n_, told.data() + first * n_, count,
           gradient.empty() ? nullptr : gradient.data(), scratch);
      for (std::size_t i = 0; i < count; ++i) {
        total += scratch.losses[i];
        if (!of_rows.empty()) of_rows[first + i] = scratch.losses[i];
      }
    }
    return total;
  }

  std::vector<float> penalties() const override {
    std::vector<float> p(size());
    for (const std::size_t from : {w_, v_})
      for (std::size_t t = 0; t < n_; ++t)
        std::fill_n(p.begin() + static_cast<std::ptrdiff_t>(from + t * stride_), hidden_, 1.0f);
    return p;
  }

  std::shared_ptr<const Autoregressive> model(std::span<const float> weights) const override {
    NadeModel::Weights w;
    w.b.assign(weights.begin(), weights.begin() + static_cast<std::ptrdiff_t>(n_));
    const auto row = [&](std::size_t from) { return weights.subspan(from, hidden_); };
    w.c.assign(row(c_).begin(), row(c_).end());
    for (std::size_t t = 0; t < n_; ++t) {
      w.W.insert(w.W.end(), row(w_ + t * stride_).begin(), row(w_ + t * stride_).end());
      w.V.insert(w.V.end(), row(v_ + t * stride_).begin(), row(v_ + t * stride_).end());
    }
    return std::make_shared<NadeModel>(frame_, activation_, std::move(w));
  }

  std::vector<float> weights_of(const Autoregressive& model) const override {
    const auto& nade = dynamic_cast<const NadeModel&>(model);
    const NadeModel::Weights& w = nade.weights();
    PRIORLAB_CHECK(w.b.size() == n_ && w.c.size() == hidden_);
    std::vector<float> weights(size());
    std::ranges::copy(w.b, weights.begin());
    std::ranges::copy(w.c, weights.begin() + static_cast<std::ptrdiff_t>(c_));
    for (std::size_t t = 0; t < n_; ++t) {
      std::copy_n(w.W.data() + t * hidden_, hidden_, weights.data() + w_ + t * stride_);
      std::copy_n(w.V.data() + t * hidden_, hidden_, weights.data() + v_ + t * stride_);
    }
    return weights;
  }

 private:
  struct Scratch {
    explicit Scratch(const NadeLearner& l)
        : input(kSide * l.stride_), h(kSide * l.stride_), dh(kSide * l.stride_), before(kSide * l.stride_) {}
    std::vector<float> input, h;  // of the hidden units, (kSide, stride)
    std::vector<float> dh;        // gradient by h since h changed last
    std::vector<float> before;    // gradient by the input, of all pixels up to there
    double losses[kSide];
  };

  void activate(const float* input, float* h) const {
    std::copy_n(input, stride_, h);
    if (activation_ == Activation::relu) {
      for (std::size_t k = 0; k < stride_; ++k) h[k] = h[k] > 0.0f ? h[k] : 0.0f;
    } else {
      sigmoids({h, stride_});
    }
    std::fill(h + hidden_, h + stride_, 0.0f);
  }

  // The gradient by h of the pixels since the last change becomes one by the input.
  void settle(const float* h, float* dh, float* before) const {
    if (activation_ == Activation::relu) {
      for (std::size_t k = 0; k < stride_; ++k) before[k] += h[k] > 0.0f ? dh[k] : 0.0f;
    } else {
      for (std::size_t k = 0; k < stride_; ++k) before[k] += dh[k] * (h[k] * (1.0f - h[k]));
    }
    std::fill_n(dh, stride_, 0.0f);
  }

  // Up to kSide images from the first pixel to the last.
  void walk(const float* weights, const std::uint8_t* seen, const std::uint8_t* told, std::size_t count,
            float* gradient, Scratch& at) const {
    const float* c = weights + c_;
    for (std::size_t i = 0; i < count; ++i) {
      std::copy_n(c, stride_, at.input.data() + i * stride_);
      activate(c, at.h.data() + i * stride_);
    }
    std::ranges::fill(at.dh, 0.0f);
    std::ranges::fill(at.before, 0.0f);
    LogisticLosses losses;
    float d[kSide] = {}, x[kSide] = {};
    for (std::size_t t = 0; t < n_; ++t) {
      const float* v = weights + v_ + t * stride_;
      for (std::size_t i = 0; i < count; ++i) {
        d[i] = weights[t] + dot(v, at.h.data() + i * stride_, stride_);
        x[i] = told[i * n_ + t];
      }
      losses.add(d, x);
      if (gradient) {
        for (std::size_t i = 0; i < count; ++i) gradient[t] += d[i];
        outer(v, d, count, at, gradient + v_ + t * stride_);
      }
      for (std::size_t i = 0; i < count; ++i) {
        if (!seen[i * n_ + t]) continue;
        float *input = at.input.data() + i * stride_, *h = at.h.data() + i * stride_;
        if (gradient) {
          float* before = at.before.data() + i * stride_;
          settle(h, at.dh.data() + i * stride_, before);
          add_scaled(-1.0f, before, gradient + w_ + t * stride_, stride_);
        }
        add(weights + w_ + t * stride_, input, stride_);
        activate(input, h);
      }
    }
    for (std::size_t i = 0; i < count; ++i) at.losses[i] = losses.nats(i);
    if (!gradient) return;
    for (std::size_t i = 0; i < count; ++i) {
      float* before = at.before.data() + i * stride_;
      settle(at.h.data() + i * stride_, at.dh.data() + i * stride_, before);
      add(before, gradient + c_, stride_);
    }
    for (std::size_t t = 0; t < n_; ++t)
      for (std::size_t i = 0; i < count; ++i)
        if (seen[i * n_ + t]) add(at.before.data() + i * stride_, gradient + w_ + t * stride_, stride_);
  }

  // dV_t += sum_i d_i h_i and dh_i += d_i V_t.
  void outer(const float* v, const float* d, std::size_t count, Scratch& at, float* gradient) const {
    for (std::size_t k = 0; k < stride_; k += 8) {
      const Vec8 row = Vec8::load(v + k);
      Vec8 sum = Vec8::load(gradient + k);
      for (std::size_t i = 0; i < count; ++i) {
        const Vec8 factor = Vec8::splat(d[i]);
        float* dh = at.dh.data() + i * stride_ + k;
        sum = madd(factor, Vec8::load(at.h.data() + i * stride_ + k), sum);
        madd(factor, row, Vec8::load(dh)).store(dh);
      }
      sum.store(gradient + k);
    }
  }

  OrderedPixels::Frame frame_;
  Activation activation_;
  std::size_t n_, hidden_, stride_;
  std::size_t c_, w_, v_;  // where they begin; b begins the vector
};

}  // namespace

std::unique_ptr<Learner> nade_learner(OrderedPixels::Frame frame, Activation activation, int hidden) {
  return std::make_unique<NadeLearner>(std::move(frame), activation, hidden);
}

}  // namespace priorlab
