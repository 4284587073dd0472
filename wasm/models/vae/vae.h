// A variational autoencoder of binary images (Kingma and Welling, ICLR 2014; Rezende, Mohamed and Wierstra,
// ICML 2014) with one stochastic layer: z ~ N(0, I) of D latents, p(x | z) = prod_i Bernoulli(x_i), and the
// approximate posterior q(z | x) = N(mu(x), diag sigma^2(x)). Both networks have two layers of tanh units:
//   encoder  x (n) -> H -> H -> mu, log sigma^2 (2 D)        decoder  z (D) -> H -> H -> log-odds (n).
//
// Its file is safetensors with metadata family "vae", version "1", height, width, and, all f16, for the
// layers encoder.0, .1, .2 and decoder.0, .1, .2 the tensors NAME.weight (out, in) and NAME.bias (out).
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "core/safetensors.h"
#include "ops/dense.h"

namespace priorlab {

// Sizes of the networks, and where their weights lie in one flat vector: W (in, out) of each layer, then its
// b (out).
struct VaeShape {
  static constexpr int kLayers = 6;

  int height = 28, width = 28, hidden = 200, latents = 50;

  std::size_t pixels() const { return static_cast<std::size_t>(height) * static_cast<std::size_t>(width); }
  // 0 to 2 encode, 3 to 5 decode.
  DenseShape layer(int i) const;
  std::size_t weight_at(int i) const;
  std::size_t bias_at(int i) const { return weight_at(i) + layer(i).in * layer(i).out; }
  std::size_t size() const { return weight_at(kLayers); }
  bool operator==(const VaeShape&) const = default;
};

// q(z | x) of each image.
struct Posterior {
  std::vector<float> mean, log_variance;  // (images, D)
};

class Vae {
 public:
  static constexpr const char* family = "vae";

  // Throws std::invalid_argument when the sizes are not allowed or do not fit: sides 1 to 64, at most 4096
  // units and latents.
  Vae(VaeShape shape, std::vector<float> weights);
  static Vae from(const Safetensors&);
  Safetensors to_file(const std::map<std::string, std::string>& notes = {}) const;

  const VaeShape& shape() const { return shape_; }
  std::span<const float> weights() const { return weights_; }
  std::int64_t parameters() const { return static_cast<std::int64_t>(weights_.size()); }

  // Images (rows, n) of zeros and ones.
  Posterior encode(std::span<const std::uint8_t> images) const;
  // Latents (rows, D) -> log-odds (rows, n).
  std::vector<float> decode(std::span<const float> z) const;

 private:
  VaeShape shape_;
  std::vector<float> weights_;
};

// KL(N(mean, diag exp(log_variance)) || N(0, I)) in nats, one image's.
double kl_to_standard_normal(std::span<const float> mean, std::span<const float> log_variance);

// The importance-weighted bound of one image (Burda, Grosse and Salakhutdinov, ICLR 2016), nats:
//   log 1/k sum_j p(x | z_j) p(z_j) / q(z_j | x),  z_j ~ q(z | x) from Rng(seed, stream).
// `log_weights`, when given (k values), are the logarithms of the terms. k >= 1.
double importance_weighted_bound(const Vae&, std::span<const std::uint8_t> image, int k, std::uint64_t seed,
                                 std::uint64_t stream, std::span<double> log_weights = {});

}  // namespace priorlab
