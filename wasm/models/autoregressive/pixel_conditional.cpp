#include "models/autoregressive/pixel_conditional.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/parallel_for.h"
#include "core/rng.h"
#include "ops/logistic.h"
#include "ops/vectors.h"

namespace priorlab {
namespace {

class ConditionalObjective final : public Objective {
 public:
  ConditionalObjective(int height, int width, int radius, int hidden)
      : height_(height),
        width_(width),
        radius_(radius),
        n_(static_cast<std::size_t>(height * width)),
        hidden_(static_cast<std::size_t>(hidden)) {
    PRIORLAB_CHECK(hidden % 8 == 0 && radius >= 1);
    c_ = n_;
    out_ = c_ + hidden_;
    window_ = out_ + hidden_;
  }

  std::size_t size() const override {
    const std::size_t side = static_cast<std::size_t>(2 * radius_ + 1);
    return window_ + side * side * hidden_;
  }
  int pixels() const override { return static_cast<int>(n_); }
  std::size_t hidden() const { return hidden_; }

  std::vector<float> first_weights(std::span<const double> share_on, std::uint64_t seed) const override {
    std::vector<float> weights(size());
    for (std::size_t t = 0; t < n_; ++t)
      weights[t] = static_cast<float>(std::log(share_on[t] / (1.0 - share_on[t])));
    Rng rng(seed, 0x57494e);
    for (std::size_t i = out_; i < window_; ++i)
      weights[i] = rng.normal() / std::sqrt(static_cast<float>(hidden_));
    for (std::size_t i = window_; i < weights.size(); ++i) weights[i] = 0.2f * rng.normal();
    const std::size_t middle = place(0, 0);
    std::fill_n(weights.begin() + static_cast<std::ptrdiff_t>(middle), hidden_, 0.0f);
    return weights;
  }

  double loss(std::span<const float> weights, std::span<const std::uint8_t> seen,
              std::span<const std::uint8_t> told, std::span<float> gradient,
              std::span<double> of_rows) const override {
    const std::size_t rows = told.size() / n_;
    PRIORLAB_CHECK(seen.size() == rows * n_ && told.size() == rows * n_ && weights.size() == size());
    std::vector<float> h(n_ * hidden_), odds(n_);
    double total = 0.0;
    for (std::size_t i = 0; i < rows; ++i) {
      const std::uint8_t* x = seen.data() + i * n_;
      forwards(weights.data(), x, h, odds);
      double one = 0.0;
      for (std::size_t t = 0; t < n_; t += kLot)
        one += logistic_losses(std::span(odds).subspan(t, std::min(kLot, n_ - t)), told.data() + i * n_ + t);
      total += one;
      if (!of_rows.empty()) of_rows[i] = one;
      if (!gradient.empty()) backwards(weights.data(), x, h, odds, gradient.data());
    }
    return total;
  }

  // The log-odds of each pixel of one row; h (n, hidden) is what the hidden units make of it.
  void forwards(const float* weights, const std::uint8_t* x, std::vector<float>& h,
                std::vector<float>& odds) const {
    for (std::size_t t = 0; t < n_; ++t) std::copy_n(weights + c_, hidden_, h.data() + t * hidden_);
    around(x,
           [&](std::size_t to, std::size_t from) { add(weights + from, h.data() + to * hidden_, hidden_); });
    for (float& v : h) v = v > 0.0f ? v : 0.0f;
    for (std::size_t t = 0; t < n_; ++t)
      odds[t] = weights[t] + dot(weights + out_, h.data() + t * hidden_, hidden_);
  }

  std::vector<float> penalties() const override {
    std::vector<float> p(size(), 1.0f);
    std::fill_n(p.begin(), out_, 0.0f);
    std::fill_n(p.begin() + static_cast<std::ptrdiff_t>(place(0, 0)), hidden_, 0.0f);
    return p;
  }

 private:
  static constexpr std::size_t kLot = 1000;

  // Where the weights of the window's place (dy, dx) begin: of a pixel that lies there as seen from the
  // middle.
  std::size_t place(int dy, int dx) const {
    return window_ + static_cast<std::size_t>((dy + radius_) * (2 * radius_ + 1) + dx + radius_) * hidden_;
  }

  // body(pixel, place) for every pixel in whose window an on pixel lies, the middle left out.
  template <class Body>
  void around(const std::uint8_t* x, const Body& body) const {
    for (int y = 0; y < height_; ++y)
      for (int at = 0; at < width_; ++at) {
        if (!x[y * width_ + at]) continue;
        for (int ty = std::max(0, y - radius_); ty <= std::min(height_ - 1, y + radius_); ++ty)
          for (int tx = std::max(0, at - radius_); tx <= std::min(width_ - 1, at + radius_); ++tx)
            if (ty != y || tx != at) body(static_cast<std::size_t>(ty * width_ + tx), place(y - ty, at - tx));
      }
  }

  // h becomes the gradient by the hidden units' input.
  void backwards(const float* weights, const std::uint8_t* x, std::vector<float>& h,
                 const std::vector<float>& d, float* gradient) const {
    add(d.data(), gradient, n_);
    for (std::size_t t = 0; t < n_; ++t) {
      float* at = h.data() + t * hidden_;
      add_scaled(d[t], at, gradient + out_, hidden_);
      for (std::size_t k = 0; k < hidden_; ++k) at[k] = at[k] > 0.0f ? d[t] * weights[out_ + k] : 0.0f;
      add(at, gradient + c_, hidden_);
    }
    around(x,
           [&](std::size_t to, std::size_t from) { add(h.data() + to * hidden_, gradient + from, hidden_); });
  }

  int height_, width_, radius_;
  std::size_t n_, hidden_, c_, out_, window_;
};

}  // namespace

std::unique_ptr<Objective> conditional_objective(int height, int width, int radius, int hidden) {
  return std::make_unique<ConditionalObjective>(height, width, radius, hidden);
}

std::vector<std::uint8_t> conditionals(const Objective& conditional, std::span<const float> weights,
                                       std::span<const std::uint8_t> rows) {
  const auto& objective = dynamic_cast<const ConditionalObjective&>(conditional);
  const std::size_t n = static_cast<std::size_t>(objective.pixels());
  PRIORLAB_CHECK(rows.size() % n == 0 && weights.size() == objective.size());
  std::vector<std::uint8_t> scaled(rows.size());
  parallel_for(static_cast<int>(rows.size() / n), [&](int row) {
    std::vector<float> h(n * objective.hidden()), odds(n);
    const std::size_t first = static_cast<std::size_t>(row) * n;
    objective.forwards(weights.data(), rows.data() + first, h, odds);
    sigmoids(odds);
    for (std::size_t t = 0; t < n; ++t)
      scaled[first + t] = static_cast<std::uint8_t>(std::lround(255.0f * odds[t]));
  });
  return scaled;
}

}  // namespace priorlab
