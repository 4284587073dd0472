// MADE over batches, for a few units as for thousands. The vector holds b (n), c (H), then
//   W by input pixel: for s = 0 ... n - 1 the weights to all units that see s, which are the last ones;
//   V by tiles of output pixels: each row of a tile has the width of the tile's last row, rounded up to whole
//     vectors; entries of units that a pixel must not see are padding and stay zero;
//   direct connections by input pixel.
// Pixels that are off cost nothing on the input side; the output side is dense products, tile by tile, of
// which the masks leave half.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/error.h"
#include "core/rng.h"
#include "models/autoregressive/made.h"
#include "models/training/learner.h"
#include "ops/gemm.h"
#include "ops/logistic.h"
#include "ops/vectors.h"

namespace priorlab {
namespace {

constexpr std::size_t kTile = 28;   // output pixels
constexpr std::size_t kRows = 32;   // images at a time, whole groups of LogisticLosses
constexpr std::size_t kDeep = 512;  // units at a time in products over units

std::size_t padded(std::size_t count) { return (count + 7) / 8 * 8; }

class MadeLearner final : public Learner {
 public:
  MadeLearner(OrderedPixels::Frame frame, Activation activation, std::vector<int> degrees, int radius)
      : frame_(std::move(frame)),
        activation_(activation),
        degrees_(std::move(degrees)),
        radius_(radius),
        n_(static_cast<std::size_t>(frame_.height * frame_.width)),
        hidden_(degrees_.size()),
        stride_(padded(hidden_)) {
    if (frame_.order.empty()) {
      frame_.order.resize(n_);
      std::iota(frame_.order.begin(), frame_.order.end(), 0);
    }
    c_ = padded(n_);
    std::size_t end = c_ + stride_;
    for (std::size_t s = 0; s < n_; ++s) {
      w_.push_back(end);
      end += hidden_ - units_up_to(s);
    }
    for (std::size_t t = 0; t < n_; t += kTile) {
      v_.push_back(end);
      width_.push_back(padded(units_up_to(std::min(t + kTile, n_) - 1)));
      end += std::min(kTile, n_ - t) * width_.back();
    }
    near_start_ = {0};
    std::vector<std::vector<Pair>> by_input(n_);
    const NearPixels near(frame_.width, frame_.order, radius_);
    for (std::size_t t = 0; t < n_; ++t) {
      std::size_t stored = near.start[t];
      for (const int s : near.before(static_cast<int>(t)))
        by_input[static_cast<std::size_t>(s)].push_back({t, stored++});
    }
    for (const auto& pairs : by_input) {
      near_.insert(near_.end(), pairs.begin(), pairs.end());
      near_start_.push_back(near_.size());
    }
    direct_ = end;
    size_ = end + near_.size();
  }

  std::size_t size() const override { return size_; }
  int pixels() const override { return static_cast<int>(n_); }

  std::vector<float> first_weights(std::span<const double> share_on, std::uint64_t seed) const override {
    std::vector<float> weights(size_);
    for (std::size_t t = 0; t < n_; ++t)
      weights[t] = static_cast<float>(std::log(share_on[t] / (1.0 - share_on[t])));
    Rng rng(seed, 0x4d414445);
    for (std::size_t s = 0; s < n_; ++s)
      for (std::size_t k = units_up_to(s); k < hidden_; ++k)
        weights[input(s, k)] = rng.normal() / std::sqrt(1.0f + static_cast<float>(degrees_[k]));
    for (std::size_t t = 0; t < n_; ++t) {
      const std::size_t units = units_up_to(t);
      for (std::size_t k = 0; k < units; ++k)
        weights[output(t, k)] = rng.normal() / std::sqrt(1.0f + static_cast<float>(units));
    }
    return weights;
  }

  double loss(std::span<const float> weights, std::span<const std::uint8_t> seen,
              std::span<const std::uint8_t> told, std::span<float> gradient,
              std::span<double> of_rows) const override {
    const std::size_t rows = told.size() / n_;
    PRIORLAB_CHECK(seen.size() == rows * n_ && told.size() == rows * n_ && weights.size() == size_);
    PRIORLAB_CHECK(gradient.empty() || gradient.size() == size_);
    Scratch scratch(*this);
    double total = 0.0;
    for (std::size_t first = 0; first < rows; first += kRows) {
      const std::size_t count = std::min(kRows, rows - first);
      const Lot lot{weights.data(), gradient.empty() ? nullptr : gradient.data(), seen.data() + first * n_,
                    told.data() + first * n_, count};
      forwards(lot, scratch);
      if (lot.gradient) backwards(lot, scratch);
      for (std::size_t i = 0; i < count; ++i) {
        total += scratch.losses[i];
        if (!of_rows.empty()) of_rows[first + i] = scratch.losses[i];
      }
    }
    if (!gradient.empty()) clear_padding(gradient);
    return total;
  }

  std::vector<float> penalties() const override {
    std::vector<float> p(size_);
    for (std::size_t s = 0; s < n_; ++s)
      for (std::size_t k = units_up_to(s); k < hidden_; ++k) p[input(s, k)] = 1.0f;
    for (std::size_t t = 0; t < n_; ++t)
      for (std::size_t k = 0; k < units_up_to(t); ++k) p[output(t, k)] = 1.0f;
    std::fill(p.begin() + static_cast<std::ptrdiff_t>(direct_), p.end(), 1.0f);
    return p;
  }

  std::shared_ptr<const Autoregressive> model(std::span<const float> weights) const override {
    MadeModel::Weights w;
    w.b.assign(weights.begin(), weights.begin() + static_cast<std::ptrdiff_t>(n_));
    w.c.assign(weights.begin() + static_cast<std::ptrdiff_t>(c_),
               weights.begin() + static_cast<std::ptrdiff_t>(c_ + hidden_));
    for (std::size_t k = 0; k < hidden_; ++k) {
      const std::size_t m = static_cast<std::size_t>(degrees_[k]);
      for (std::size_t s = 0; s < m; ++s) w.W.push_back(weights[input(s, k)]);
      for (std::size_t t = m; t < n_; ++t) w.V.push_back(weights[output(t, k)]);
    }
    w.direct.resize(near_.size());
    for (std::size_t i = 0; i < near_.size(); ++i) w.direct[near_[i].stored] = weights[direct_ + i];
    return std::make_shared<MadeModel>(frame_, activation_, degrees_, radius_, std::move(w));
  }

  std::vector<float> weights_of(const Autoregressive& model) const override {
    const auto& made = dynamic_cast<const MadeModel&>(model);
    PRIORLAB_CHECK(std::ranges::equal(made.degrees(), degrees_) && made.radius() == radius_);
    std::vector<float> weights(size_);
    std::ranges::copy(made.weights().b, weights.begin());
    std::ranges::copy(made.weights().c, weights.begin() + static_cast<std::ptrdiff_t>(c_));
    for (std::size_t k = 0; k < hidden_; ++k) {
      const std::size_t m = static_cast<std::size_t>(degrees_[k]);
      const auto inputs = made.inputs_of(static_cast<int>(k)), outputs = made.outputs_of(static_cast<int>(k));
      for (std::size_t s = 0; s < m; ++s) weights[input(s, k)] = inputs[s];
      for (std::size_t t = m; t < n_; ++t) weights[output(t, k)] = outputs[t - m];
    }
    for (std::size_t i = 0; i < near_.size(); ++i)
      weights[direct_ + i] = made.weights().direct[near_[i].stored];
    return weights;
  }

 private:
  struct Pair {
    std::size_t to, stored;  // the later pixel; the place in the file's tensor
  };
  struct Lot {
    const float* weights;
    float* gradient;
    const std::uint8_t *seen, *told;
    std::size_t count;
  };
  struct Scratch {
    explicit Scratch(const MadeLearner& l)
        : h(kRows * l.stride_), dh(kRows * l.stride_), turned(kRows * l.stride_), d(l.n_ * kRows) {}
    std::vector<float> h, dh;  // (kRows, stride): first the units' input, then what they make of it; gradient
    std::vector<float> turned;  // h the other way, (stride, kRows)
    std::vector<float> d;       // (n, kRows): log-odds, then residuals
    double losses[kRows];
  };

  // How many units have a degree of at most t: those that feed pixel t, and do not see it.
  std::size_t units_up_to(std::size_t t) const {
    return static_cast<std::size_t>(std::ranges::upper_bound(degrees_, static_cast<int>(t)) -
                                    degrees_.begin());
  }
  // Where in the vector the weight from pixel s to unit k is (s < m_k), and from unit k to pixel t.
  std::size_t input(std::size_t s, std::size_t k) const { return row_end(s) - (hidden_ - k); }
  std::size_t output(std::size_t t, std::size_t k) const {
    return v_[t / kTile] + t % kTile * width_[t / kTile] + k;
  }
  std::size_t tile_rows(std::size_t tile) const { return std::min(kTile, n_ - tile * kTile); }
  std::size_t row_end(std::size_t s) const { return s + 1 < n_ ? w_[s + 1] : v_[0]; }

  void forwards(const Lot& lot, Scratch& at) const {
    std::ranges::fill(at.h, 0.0f);
    for (std::size_t i = 0; i < lot.count; ++i) {
      float* h = at.h.data() + i * stride_;
      std::copy_n(lot.weights + c_, hidden_, h);
      const std::uint8_t* x = lot.seen + i * n_;
      for (std::size_t s = 0; s < n_; ++s) {
        const std::size_t units = row_end(s) - w_[s];
        if (x[s] && units) add(lot.weights + w_[s], h + hidden_ - units, units);
      }
      if (activation_ == Activation::relu) {
        for (std::size_t k = 0; k < hidden_; ++k) h[k] = h[k] > 0.0f ? h[k] : 0.0f;
      } else {
        sigmoids({h, hidden_});
      }
    }
    for (std::size_t first = 0; first < stride_; first += 8)
      for (std::size_t i = 0; i < kRows; ++i)
        for (std::size_t k = first; k < first + 8; ++k) at.turned[k * kRows + i] = at.h[i * stride_ + k];

    for (std::size_t t = 0; t < n_; ++t) std::fill_n(at.d.data() + t * kRows, kRows, lot.weights[t]);
    for (std::size_t deep = 0; deep < stride_; deep += kDeep)
      for (std::size_t tile = 0; tile < v_.size(); ++tile) {
        const std::size_t width = width_[tile];
        if (deep >= width) continue;
        gemm(static_cast<int>(tile_rows(tile)), static_cast<int>(kRows),
             static_cast<int>(std::min(kDeep, width - deep)),
             {lot.weights + v_[tile] + deep, static_cast<std::ptrdiff_t>(width)},
             at.turned.data() + deep * kRows, kRows, at.d.data() + tile * kTile * kRows, kRows);
      }
    if (!near_.empty())
      for (std::size_t i = 0; i < lot.count; ++i)
        for (std::size_t s = 0; s < n_; ++s) {
          if (!lot.seen[i * n_ + s]) continue;
          for (std::size_t j = near_start_[s]; j < near_start_[s + 1]; ++j)
            at.d[near_[j].to * kRows + i] += lot.weights[direct_ + j];
        }

    for (std::size_t i = 0; i < kRows; i += LogisticLosses::kMost) {
      LogisticLosses losses;
      for (std::size_t t = 0; t < n_; ++t) {
        float x[LogisticLosses::kMost] = {};
        for (std::size_t j = 0; j < LogisticLosses::kMost && i + j < lot.count; ++j)
          x[j] = lot.told[(i + j) * n_ + t];
        losses.add(at.d.data() + t * kRows + i, x);
      }
      for (std::size_t j = 0; j < LogisticLosses::kMost; ++j) at.losses[i + j] = losses.nats(j);
    }
    // Rows beyond the images have no residuals.
    for (std::size_t t = 0; t < n_; ++t)
      std::fill(at.d.data() + t * kRows + lot.count, at.d.data() + (t + 1) * kRows, 0.0f);
  }

  void backwards(const Lot& lot, Scratch& at) const {
    for (std::size_t t = 0; t < n_; ++t)
      lot.gradient[t] += std::accumulate(at.d.data() + t * kRows, at.d.data() + (t + 1) * kRows, 0.0f);
    std::ranges::fill(at.dh, 0.0f);
    for (std::size_t deep = 0; deep < stride_; deep += kDeep)
      for (std::size_t tile = 0; tile < v_.size(); ++tile) {
        const std::size_t width = width_[tile];
        if (deep >= width) continue;
        const int here = static_cast<int>(std::min(kDeep, width - deep)),
                  pixels_here = static_cast<int>(tile_rows(tile));
        const float* d = at.d.data() + tile * kTile * kRows;
        gemm(pixels_here, here, static_cast<int>(kRows), {d, kRows}, at.h.data() + deep,
             static_cast<std::ptrdiff_t>(stride_), lot.gradient + v_[tile] + deep,
             static_cast<std::ptrdiff_t>(width));
        gemm(static_cast<int>(lot.count), here, pixels_here, {d, 1, kRows}, lot.weights + v_[tile] + deep,
             static_cast<std::ptrdiff_t>(width), at.dh.data() + deep, static_cast<std::ptrdiff_t>(stride_));
      }
    for (std::size_t i = 0; i < lot.count; ++i) {
      const float* h = at.h.data() + i * stride_;
      float* dh = at.dh.data() + i * stride_;
      if (activation_ == Activation::relu) {
        for (std::size_t k = 0; k < hidden_; ++k) dh[k] = h[k] > 0.0f ? dh[k] : 0.0f;
      } else {
        for (std::size_t k = 0; k < hidden_; ++k) dh[k] *= h[k] * (1.0f - h[k]);
      }
      add(dh, lot.gradient + c_, hidden_);
      for (std::size_t s = 0; s < n_; ++s) {
        if (!lot.seen[i * n_ + s]) continue;
        const std::size_t units = row_end(s) - w_[s];
        add(dh + hidden_ - units, lot.gradient + w_[s], units);
        for (std::size_t j = near_start_[s]; j < near_start_[s + 1]; ++j)
          lot.gradient[direct_ + j] += at.d[near_[j].to * kRows + i];
      }
    }
  }

  void clear_padding(std::span<float> gradient) const {
    for (std::size_t t = 0; t < n_; ++t)
      std::fill(gradient.begin() + static_cast<std::ptrdiff_t>(output(t, units_up_to(t))),
                gradient.begin() + static_cast<std::ptrdiff_t>(output(t, width_[t / kTile])), 0.0f);
  }

  OrderedPixels::Frame frame_;
  Activation activation_;
  std::vector<int> degrees_;
  int radius_;
  std::size_t n_, hidden_, stride_;
  // Where things begin in the vector: c, W's rows, V's tiles (and their widths), the direct connections.
  std::size_t c_ = 0, direct_ = 0, size_ = 0;
  std::vector<std::size_t> w_, v_, width_;
  std::vector<Pair> near_;               // by input pixel
  std::vector<std::size_t> near_start_;  // (n + 1)
};

}  // namespace

std::unique_ptr<Learner> made_learner(OrderedPixels::Frame frame, Activation activation,
                                      std::vector<int> degrees, int radius) {
  return std::make_unique<MadeLearner>(std::move(frame), activation, std::move(degrees), radius);
}

}  // namespace priorlab
