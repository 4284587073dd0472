#include "models/vae/vae_objective.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/rng.h"
#include "ops/logistic.h"

namespace priorlab {
namespace {

constexpr std::size_t kRows = 250;  // samples worked on at a time
constexpr std::size_t kPixelsAtATime = 1000;

// Standard normals without end, quickly: a table that is read from a place chosen by round and image.
class NoiseTable {
 public:
  static const NoiseTable& shared() {
    static const NoiseTable table;
    return table;
  }
  void fill(std::uint64_t round, std::span<const std::uint8_t> image, std::span<float> to) const {
    std::uint64_t hash = 1469598103934665603ULL ^ (round * 0x9E3779B97F4A7C15ULL);
    for (const std::uint8_t x : image) hash = (hash ^ x) * 1099511628211ULL;
    const auto words = philox4x32({static_cast<std::uint32_t>(hash), static_cast<std::uint32_t>(hash >> 32),
                                   static_cast<std::uint32_t>(round), 0},
                                  {0x564145, 0});
    std::size_t at = words[0] % kSize;
    for (float& v : to) {
      v = values_[at];
      at = at + 1 == kSize ? 0 : at + 1;
    }
  }

 private:
  static constexpr std::size_t kSize = 1000003;
  NoiseTable() : values_(kSize) { Rng(1, 0x564145).fill_normal(values_); }
  std::vector<float> values_;
};

}  // namespace

VaeObjective::VaeObjective(VaeShape shape, int samples) : shape_(shape), samples_(samples) {
  set_samples(samples);
}

void VaeObjective::set_samples(int samples) {
  PRIORLAB_CHECK(samples >= 1);
  samples_ = samples;
}

std::vector<float> VaeObjective::first_weights(std::span<const double> share_on, std::uint64_t seed) const {
  std::vector<float> weights(size());
  Rng rng(seed, 0x56414557);
  for (int i = 0; i < VaeShape::kLayers; ++i) {
    const DenseShape layer = shape_.layer(i);
    // Glorot and Bengio 2010; of the first layer's inputs few are on, the posterior's begins near the prior.
    const double in = i == 0 ? 100.0 : static_cast<double>(layer.in);
    const double scale = std::sqrt(2.0 / (in + static_cast<double>(layer.out))) * (i == 2 ? 0.5 : 1.0);
    for (std::size_t j = 0; j < layer.in * layer.out; ++j)
      weights[shape_.weight_at(i) + j] = static_cast<float>(scale) * rng.normal();
  }
  for (std::size_t i = 0; i < shape_.pixels(); ++i)
    weights[shape_.bias_at(5) + i] = static_cast<float>(std::log(share_on[i] / (1.0 - share_on[i])));
  return weights;
}

std::vector<float> VaeObjective::penalties() const {
  std::vector<float> p(size());
  for (int i = 0; i < VaeShape::kLayers; ++i)
    std::fill(p.begin() + static_cast<std::ptrdiff_t>(shape_.weight_at(i)),
              p.begin() + static_cast<std::ptrdiff_t>(shape_.bias_at(i)), 1.0f);
  return p;
}

double VaeObjective::loss(std::span<const float> weights, std::span<const std::uint8_t> seen,
                          std::span<const std::uint8_t> told, std::span<float> gradient,
                          std::span<double> of_rows) const {
  VaeTerms terms;
  return loss_and_terms(weights, seen, told, gradient, of_rows, terms);
}

double VaeObjective::loss_and_terms(std::span<const float> weights, std::span<const std::uint8_t> seen,
                                    std::span<const std::uint8_t> told, std::span<float> gradient,
                                    std::span<double> of_rows, VaeTerms& terms) const {
  const std::size_t n = shape_.pixels(), images = told.size() / n, k = static_cast<std::size_t>(samples_),
                    h = static_cast<std::size_t>(shape_.hidden), d = static_cast<std::size_t>(shape_.latents);
  PRIORLAB_CHECK(seen.size() == images * n && told.size() == images * n && weights.size() == size());
  PRIORLAB_CHECK(gradient.empty() || gradient.size() == size());
  const auto layer = [&](int i) { return shape_.layer(i); };
  const auto w = [&](int i) { return weights.data() + shape_.weight_at(i); };
  const auto b = [&](int i) { return weights.data() + shape_.bias_at(i); };
  const auto dw = [&](int i) { return gradient.data() + shape_.weight_at(i); };
  const auto db = [&](int i) { return gradient.data() + shape_.bias_at(i); };
  std::vector<float> turned[VaeShape::kLayers];
  if (!gradient.empty())
    for (int i = 1; i < VaeShape::kLayers; ++i) transpose(layer(i), w(i), turned[i]);

  const std::size_t lot = std::max<std::size_t>(1, kRows / k);
  std::vector<float> e1, e2, q, noise, z, g1, g2, a, back1, back2, dz, dq;
  double total = 0.0;
  for (std::size_t first = 0; first < images; first += lot) {
    const std::size_t m = std::min(lot, images - first), rows = m * k;
    const std::uint8_t* x = seen.data() + first * n;
    e1.resize(m * h);
    e2.resize(m * h);
    q.resize(m * 2 * d);
    dense_binary(layer(0), w(0), b(0), x, m, e1.data());
    tanh_rows(e1);
    dense(layer(1), w(1), b(1), e1.data(), m, e2.data());
    tanh_rows(e2);
    dense(layer(2), w(2), b(2), e2.data(), m, q.data());

    noise.resize(rows * d);
    z.resize(rows * d);
    for (std::size_t r = 0; r < rows; ++r) {
      if (r % k == 0)
        NoiseTable::shared().fill(round_, told.subspan((first + r / k) * n, n),
                                  std::span(noise).subspan(r * d, k * d));
      const float *mean = q.data() + r / k * 2 * d, *log_variance = mean + d;
      for (std::size_t i = 0; i < d; ++i)
        z[r * d + i] = mean[i] + std::exp(0.5f * log_variance[i]) * noise[r * d + i];
    }
    g1.resize(rows * h);
    g2.resize(rows * h);
    a.resize(rows * n);
    dense(layer(3), w(3), b(3), z.data(), rows, g1.data());
    tanh_rows(g1);
    dense(layer(4), w(4), b(4), g1.data(), rows, g2.data());
    tanh_rows(g2);
    dense(layer(5), w(5), b(5), g2.data(), rows, a.data());

    // The bound of each image and the weight of each sample in its gradient; `a` becomes the residuals.
    std::vector<double> share(rows, 1.0);
    for (std::size_t image = 0; image < m; ++image) {
      const std::uint8_t* target = told.data() + (first + image) * n;
      const float *mean = q.data() + image * 2 * d, *log_variance = mean + d;
      const double kl = kl_to_standard_normal({mean, d}, {log_variance, d});
      terms.kl += kl;
      double bound = 0.0, most = -INFINITY;
      for (std::size_t s = 0; s < k; ++s) {
        const std::size_t r = image * k + s;
        double nats = 0.0;
        for (std::size_t i = 0; i < n; i += kPixelsAtATime)
          nats +=
              logistic_losses(std::span(a).subspan(r * n + i, std::min(kPixelsAtATime, n - i)), target + i);
        terms.reconstruction += nats / static_cast<double>(k);
        if (k == 1) {
          bound = nats + beta_ * kl;
          continue;
        }
        double log_weight = -nats;
        for (std::size_t i = 0; i < d; ++i) {
          const double e = noise[r * d + i], at = z[r * d + i];
          log_weight += 0.5 * (e * e - at * at + static_cast<double>(log_variance[i]));
        }
        share[r] = log_weight;
        most = std::max(most, log_weight);
      }
      if (k > 1) {
        double sum = 0.0;
        for (std::size_t s = 0; s < k; ++s)
          sum += share[image * k + s] = std::exp(share[image * k + s] - most);
        for (std::size_t s = 0; s < k; ++s) share[image * k + s] /= sum;
        bound = -(most + std::log(sum / static_cast<double>(k)));
      }
      total += bound;
      if (!of_rows.empty()) of_rows[first + image] = bound;
    }
    if (gradient.empty()) continue;

    if (k > 1)
      for (std::size_t r = 0; r < rows; ++r)
        for (std::size_t i = 0; i < n; ++i) a[r * n + i] *= static_cast<float>(share[r]);
    back1.resize(rows * h);
    back2.resize(rows * h);
    dense_gradient(layer(5), g2.data(), a.data(), rows, dw(5), db(5));
    dense_back(layer(5), turned[5].data(), a.data(), rows, back1.data());
    tanh_back(g2, back1);
    dense_gradient(layer(4), g1.data(), back1.data(), rows, dw(4), db(4));
    dense_back(layer(4), turned[4].data(), back1.data(), rows, back2.data());
    tanh_back(g1, back2);
    dense_gradient(layer(3), z.data(), back2.data(), rows, dw(3), db(3));
    dz.resize(rows * d);
    dense_back(layer(3), turned[3].data(), back2.data(), rows, dz.data());

    dq.assign(m * 2 * d, 0.0f);
    for (std::size_t image = 0; image < m; ++image) {
      const float *mean = q.data() + image * 2 * d, *log_variance = mean + d;
      float *by_mean = dq.data() + image * 2 * d, *by_log_variance = by_mean + d;
      for (std::size_t i = 0; i < d; ++i) {
        const float deviation = std::exp(0.5f * log_variance[i]);
        for (std::size_t s = 0; s < k; ++s) {
          const std::size_t at = (image * k + s) * d + i;
          const auto weight = static_cast<float>(share[image * k + s]);
          float by_z = dz[at];
          if (doubly_)
            by_z = weight * (by_z + weight * (z[at] - noise[at] / deviation));
          else if (k > 1)
            by_z += weight * z[at];
          by_mean[i] += by_z;
          by_log_variance[i] += 0.5f * deviation * noise[at] * by_z;
        }
        if (doubly_) continue;
        if (k > 1) {
          by_log_variance[i] -= 0.5f;
        } else {
          const auto beta = static_cast<float>(beta_);
          by_mean[i] += beta * mean[i];
          by_log_variance[i] += beta * 0.5f * (deviation * deviation - 1.0f);
        }
      }
    }
    back1.resize(m * h);
    back2.resize(m * h);
    dense_gradient(layer(2), e2.data(), dq.data(), m, dw(2), db(2));
    dense_back(layer(2), turned[2].data(), dq.data(), m, back1.data());
    tanh_back(e2, back1);
    dense_gradient(layer(1), e1.data(), back1.data(), m, dw(1), db(1));
    dense_back(layer(1), turned[1].data(), back1.data(), m, back2.data());
    tanh_back(e1, back2);
    dense_binary_gradient(layer(0), x, back2.data(), m, dw(0), db(0));
  }
  return total;
}

}  // namespace priorlab
