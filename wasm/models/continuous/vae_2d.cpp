#include "models/continuous/vae_2d.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/rng.h"
#include "ops/elementary.h"

namespace priorlab {
namespace {

constexpr double kLog2Pi = 1.8378770664093454836;
// Of sigma^2(z), a 55th of the points' variance: from there mu has to explain them. Where sigma(z) starts
// wide it learns to explain one coordinate by itself, and mu(z) the other. One sigma for all cannot.
constexpr double kFirstLogVariance = -4;
constexpr double kSettle = 1000;  // steps after which the rate is halved
constexpr double kBeta1 = 0.9, kBeta2 = 0.999, kEpsilon = 1e-8;
// Streams of the seed: first weights, one for each step from there on, those of bounds.
constexpr std::uint64_t kWeightStream = 0, kStepStream = 1, kBoundStream = std::uint64_t{1} << 40;

double tanh_of(double x) { return 1 - 2 / (elementary::exp(2 * x) + 1); }

// Entries of an affine map with its biases.
std::size_t affine_size(std::size_t in, std::size_t out) { return (in + 1) * out; }

// out = W in + b; weights are W (out, in), then b (out).
void affine(const double* w, std::span<const double> in, std::span<double> out) {
  const double* bias = w + in.size() * out.size();
  for (std::size_t o = 0; o < out.size(); o++) {
    double sum = bias[o];
    for (std::size_t i = 0; i < in.size(); i++) sum += w[o * in.size() + i] * in[i];
    out[o] = sum;
  }
}

// Given the gradient by `out`: adds those by the weights and by `in`.
void affine_back(const double* w, double* dw, std::span<const double> in, std::span<const double> dout,
                 std::span<double> din) {
  double* dbias = dw + in.size() * dout.size();
  for (std::size_t o = 0; o < dout.size(); o++) {
    dbias[o] += dout[o];
    for (std::size_t i = 0; i < in.size(); i++) {
      dw[o * in.size() + i] += dout[o] * in[i];
      din[i] += dout[o] * w[o * in.size() + i];
    }
  }
}

// What the heads of a half see: the input itself, or tanh units.
void features(const double* w, bool linear, std::span<const double> in, std::span<double> out) {
  if (linear) {
    std::ranges::copy(in, out.begin());
    return;
  }
  affine(w, in, out);
  for (double& v : out) v = tanh_of(v);
}

// As affine_back, through the tanh units; `seen` are the features, `dseen` the gradient by them is used up.
void features_back(const double* w, double* dw, bool linear, std::span<const double> in,
                   std::span<const double> seen, std::span<double> dseen, std::span<double> din) {
  if (linear) {
    for (std::size_t i = 0; i < in.size(); i++) din[i] += dseen[i];
    return;
  }
  for (std::size_t h = 0; h < seen.size(); h++) dseen[h] *= 1 - seen[h] * seen[h];
  affine_back(w, dw, in, dseen, din);
}

}  // namespace

Vae2d::Vae2d(std::vector<Vec2> points, const Vae2dShape& shape, double floor, std::uint64_t seed)
    : shape_(shape), points_(std::move(points)), floor_(floor), seed_(seed) {
  PRIORLAB_CHECK((shape.latents == 1 || shape.latents == 2) && shape.hidden >= 1 && floor > 0);
  const Moments m = moments_of(points_);
  centre_ = m.mean;
  scale_ = std::sqrt(std::max((m.covariance.xx + m.covariance.yy) / 2, floor));
  floor_ /= scale_ * scale_;
  for (const Vec2 p : points_) {
    const Vec2 d = minus(p, centre_);
    inputs_.insert(inputs_.end(), {d.x / scale_, d.y / scale_});
  }
  latents_ = static_cast<std::size_t>(shape.latents);
  const std::size_t ef = encoder_features(), df = decoder_features();
  encoder_heads_ = shape.linear ? 0 : affine_size(2, ef);
  decoder_ = encoder_heads_ + affine_size(ef, 2 * latents_);
  decoder_heads_ = decoder_ + (shape.linear ? 0 : affine_size(latents_, df));
  weights_.resize(decoder_heads_ + affine_size(df, 2) + (shape.own_variance ? affine_size(df, 2) : 1));
  first_moment_.resize(weights_.size());
  second_moment_.resize(weights_.size());
  // Matrices at 1/sqrt(inputs), biases of heads at 0; hidden biases spread, so that the units bend in
  // different places.
  Rng rng(seed, kWeightStream);
  const auto fill = [&](std::size_t from, std::size_t in, std::size_t out, double size) {
    for (std::size_t i = 0; i < in * out; i++)
      weights_[from + i] = size * static_cast<double>(rng.normal()) / std::sqrt(static_cast<double>(in));
  };
  const auto spread = [&](std::size_t from, std::size_t count) {
    for (std::size_t i = 0; i < count; i++) weights_[from + i] = static_cast<double>(rng.normal());
  };
  if (!shape.linear) {
    fill(0, 2, ef, 1);
    spread(2 * ef, ef);
    fill(decoder_, latents_, df, 1);
    spread(decoder_ + latents_ * df, df);
  }
  fill(encoder_heads_, ef, 2 * latents_, 0.5);
  fill(decoder_heads_, df, 2, 0.5);
  if (shape.own_variance) weights_[weights_.size() - 2] = weights_[weights_.size() - 1] = kFirstLogVariance;
}

double Vae2d::elbo(std::span<const double> noise, int samples, std::span<double> gradient) const {
  PRIORLAB_CHECK(noise.size() == points_.size() * static_cast<std::size_t>(samples) * latents_);
  const std::size_t ef = encoder_features(), df = decoder_features(), count = points_.size(), l = latents_;
  const double *w = weights_.data(), share = 1.0 / (static_cast<double>(count) * samples);
  const std::size_t log_variance = decoder_heads_ + affine_size(df, 2);
  const bool learning = !gradient.empty();
  std::vector<double> seen(ef), dseen(ef), head(2 * l), dhead(2 * l), z(l), dz(l), bent(df), dbent(df);
  double mu[2], g[2], dmu[2], dg[2], unused[2], sum = 0;
  for (std::size_t n = 0; n < count; n++) {
    const std::span<const double> x = std::span(inputs_).subspan(2 * n, 2);
    features(w, shape_.linear, x, seen);
    affine(w + encoder_heads_, seen, head);  // m, then log s^2
    std::ranges::fill(dhead, 0);
    for (std::size_t j = 0; j < l; j++) {
      const double variance = elementary::exp(head[l + j]);
      sum -= samples * 0.5 * (head[j] * head[j] + variance - 1 - head[l + j]);
      dhead[j] -= samples * head[j];
      dhead[l + j] -= samples * 0.5 * (variance - 1);
    }
    for (int s = 0; s < samples; s++) {
      const double* e =
          noise.data() + (n * static_cast<std::size_t>(samples) + static_cast<std::size_t>(s)) * l;
      for (std::size_t j = 0; j < l; j++) z[j] = head[j] + elementary::exp(0.5 * head[l + j]) * e[j];
      features(w + decoder_, shape_.linear, z, bent);
      affine(w + decoder_heads_, bent, mu);
      if (shape_.own_variance)
        affine(w + log_variance, bent, g);
      else
        g[0] = g[1] = w[log_variance];
      for (int d = 0; d < 2; d++) {
        const double free = elementary::exp(g[d]), variance = floor_ + free,
                     error = x[static_cast<std::size_t>(d)] - mu[d];
        sum -= 0.5 * (kLog2Pi + elementary::log(variance) + error * error / variance);
        dmu[d] = error / variance;
        dg[d] = 0.5 * (error * error / variance - 1) * free / variance;
      }
      if (!learning) continue;
      std::ranges::fill(dbent, 0);
      std::ranges::fill(dz, 0);
      double* dw = gradient.data();
      for (int d = 0; d < 2; d++) {
        dmu[d] *= share;
        dg[d] *= share;
      }
      affine_back(w + decoder_heads_, dw + decoder_heads_, bent, dmu, dbent);
      if (shape_.own_variance)
        affine_back(w + log_variance, dw + log_variance, bent, dg, dbent);
      else
        dw[log_variance] += dg[0] + dg[1];
      features_back(w + decoder_, dw + decoder_, shape_.linear, z, bent, dbent, dz);
      for (std::size_t j = 0; j < l; j++) {
        dhead[j] += dz[j] / share;
        dhead[l + j] += dz[j] / share * 0.5 * (z[j] - head[j]);
      }
    }
    if (!learning) continue;
    for (double& v : dhead) v *= share;
    std::ranges::fill(dseen, 0);
    affine_back(w + encoder_heads_, gradient.data() + encoder_heads_, seen, dhead, dseen);
    features_back(w, gradient.data(), shape_.linear, x, seen, dseen, unused);
  }
  return sum * share - 2 * elementary::log(scale_);
}

void Vae2d::step(double rate, int samples) {
  std::vector<double> noise(points_.size() * static_cast<std::size_t>(samples) * latents_);
  Rng rng(seed_, kStepStream + static_cast<std::uint64_t>(steps_));
  for (double& v : noise) v = static_cast<double>(rng.normal());
  std::vector<double> gradient(weights_.size());
  elbo(noise, samples, gradient);
  const double now = rate / (1 + steps_ / kSettle);
  steps_++;
  const double t = steps_;
  const double unbias1 = 1 - elementary::exp(t * elementary::log(kBeta1)),
               unbias2 = 1 - elementary::exp(t * elementary::log(kBeta2));
  for (std::size_t i = 0; i < weights_.size(); i++) {
    first_moment_[i] = kBeta1 * first_moment_[i] + (1 - kBeta1) * gradient[i];
    second_moment_[i] = kBeta2 * second_moment_[i] + (1 - kBeta2) * gradient[i] * gradient[i];
    weights_[i] += now * (first_moment_[i] / unbias1) / (std::sqrt(second_moment_[i] / unbias2) + kEpsilon);
  }
}

double Vae2d::importance_bound(int k, int lots, std::uint64_t seed) const {
  PRIORLAB_CHECK(k >= 1 && lots >= 1);
  std::vector<double> mean, deviation, log_weight(static_cast<std::size_t>(k)), z(latents_);
  encode(mean, deviation);
  Rng rng(seed, kBoundStream);
  double sum = 0;
  for (std::size_t i = 0; i < points_.size() * static_cast<std::size_t>(lots); i++) {
    const std::size_t n = i % points_.size();
    for (double& to : log_weight) {
      to = 0;
      for (std::size_t j = 0; j < latents_; j++) {
        const double e = static_cast<double>(rng.normal()), s = deviation[n * latents_ + j];
        z[j] = mean[n * latents_ + j] + s * e;
        to += 0.5 * (e * e - z[j] * z[j]) + elementary::log(s);  // log p(z) - log q(z | x)
      }
      const WeightedGaussian g = decode(z);
      const Vec2 d = minus(points_[n], g.mean);
      to -= kLog2Pi + 0.5 * (elementary::log(g.covariance.xx) + elementary::log(g.covariance.yy) +
                             d.x * d.x / g.covariance.xx + d.y * d.y / g.covariance.yy);
    }
    sum += log_sum_exp(log_weight) - elementary::log(k);
  }
  return sum / (static_cast<double>(points_.size()) * lots);
}

double Vae2d::elbo_estimate(int pairs, std::uint64_t seed) const {
  PRIORLAB_CHECK(pairs >= 1);
  const std::size_t half = static_cast<std::size_t>(pairs) * latents_;
  std::vector<double> noise(points_.size() * 2 * half);
  Rng rng(seed, kBoundStream + 1);
  for (std::size_t n = 0; n < points_.size(); n++) {
    double* e = noise.data() + n * 2 * half;
    for (std::size_t j = 0; j < latents_; j++) {
      double square = 0;
      for (std::size_t i = j; i < half; i += latents_) {
        e[i] = static_cast<double>(rng.normal());
        square += e[i] * e[i];
      }
      const double scale = std::sqrt(pairs / square);
      for (std::size_t i = j; i < half; i += latents_) {
        e[i] *= scale;
        e[half + i] = -e[i];
      }
    }
  }
  return elbo(noise, 2 * pairs, {});
}

WeightedGaussian Vae2d::decode(std::span<const double> z) const {
  const std::size_t df = decoder_features(), log_variance = decoder_heads_ + affine_size(df, 2);
  std::vector<double> bent(df);
  double mu[2], g[2];
  features(weights_.data() + decoder_, shape_.linear, z, bent);
  affine(weights_.data() + decoder_heads_, bent, mu);
  if (shape_.own_variance)
    affine(weights_.data() + log_variance, bent, g);
  else
    g[0] = g[1] = weights_[log_variance];
  const double square = scale_ * scale_;
  return {1,
          {centre_.x + scale_ * mu[0], centre_.y + scale_ * mu[1]},
          {square * (floor_ + elementary::exp(g[0])), 0, square * (floor_ + elementary::exp(g[1]))}};
}

void Vae2d::encode(std::vector<double>& mean, std::vector<double>& deviation) const {
  mean.resize(points_.size() * latents_);
  deviation.resize(mean.size());
  std::vector<double> seen(encoder_features()), head(2 * latents_);
  for (std::size_t n = 0; n < points_.size(); n++) {
    features(weights_.data(), shape_.linear, std::span(inputs_).subspan(2 * n, 2), seen);
    affine(weights_.data() + encoder_heads_, seen, head);
    for (std::size_t j = 0; j < latents_; j++) {
      mean[n * latents_ + j] = head[j];
      deviation[n * latents_ + j] = elementary::exp(0.5 * head[latents_ + j]);
    }
  }
}

std::vector<WeightedGaussian> Vae2d::grid(int nodes, double reach) const {
  std::vector<WeightedGaussian> all;
  const int second = latents_ == 2 ? nodes : 1;
  double z[2] = {0, 0}, sum = 0;
  for (int i = 0; i < nodes; i++)
    for (int j = 0; j < second; j++) {
      z[0] = reach * (2.0 * i / (nodes - 1) - 1);
      if (latents_ == 2) z[1] = reach * (2.0 * j / (nodes - 1) - 1);
      all.push_back(decode(std::span<const double>(z, latents_)));
      all.back().weight = elementary::exp(-0.5 * (z[0] * z[0] + z[1] * z[1]));
      sum += all.back().weight;
    }
  for (WeightedGaussian& g : all) g.weight /= sum;
  return all;
}

std::vector<WeightedGaussian> Vae2d::nodes() const { return grid(latents_ == 1 ? 401 : 61, 5); }

std::vector<WeightedGaussian> Vae2d::shown() const { return grid(latents_ == 1 ? 21 : 9, 2.5); }

double Vae2d::log_likelihood() const {
  return PlaneDensity(grid(latents_ == 1 ? 401 : 201, 5)).mean_log_density(points_);
}

}  // namespace priorlab
