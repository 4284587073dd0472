// A variational autoencoder of points in the plane (Kingma and Welling, ICLR 2014): latents z ~ N(0, I), one
// or two of them, x | z ~ N(mu(z), diag sigma^2(z)), q(z | x) = N(m(x), diag s^2(x)). So p(x) is a mixture of
// Gaussians with one component for each z; with so few latents it can be integrated on a grid.
//
// Points are first centred and scaled as a whole, which every likelihood here takes back. All weights lie in
// one vector: W1 (H, 2), b1, heads m and log s^2 (L, H or 2 each) with biases; then V1 (H, L), c1, mu (2, H
// or L) with biases and log sigma^2, one number or a head like mu's. Without hidden units (`linear`) heads
// see x or z as they are.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/continuous/plane.h"

namespace priorlab {

struct Vae2dShape {
  int latents = 1;           // 1 or 2
  int hidden = 16;           // tanh units of each half
  bool linear = false;       // mu, m and log s^2 are linear
  bool own_variance = true;  // sigma depends on z; else it is one learned number
};

class Vae2d {
 public:
  // Weights start at random from the seed: mu near the points' mean, sigma(z)
  // small, one sigma at their deviation. sigma^2 =
  // floor + exp(.), so that no density is unbounded; floor > 0 is in the units of the points.
  Vae2d(std::vector<Vec2> points, const Vae2dShape& shape, double floor, std::uint64_t seed);

  const Vae2dShape& shape() const { return shape_; }
  std::span<double> weights() { return weights_; }

  // Mean over the points of the ELBO in nats, with `samples` latents of each from standard normals
  // `noise` (N, samples, latents) and the KL term in closed form. Adds its gradient by the weights to
  // `gradient` unless that is empty.
  double elbo(std::span<const double> noise, int samples, std::span<double> gradient) const;

  // A step of Adam (Kingma and Ba, ICLR 2015) uphill on all points. Step t goes by
  // rate / (1 + t / 1000), so that it settles.
  void step(double rate, int samples);
  int steps() const { return steps_; }

  // Estimates with normals of the seed, means over the points in nats. The ELBO with pairs of opposite
  // samples of each point, scaled to variance one: exact where log p(x | z) is quadratic in z. And the
  // importance-weighted bound of k samples (Burda et al., ICLR 2016), itself a mean over `lots` of them;
  // k = 1 is the ELBO with the KL term sampled, too.
  double elbo_estimate(int pairs, std::uint64_t seed) const;
  double importance_bound(int k, int lots, std::uint64_t seed) const;

  // p(x) on the grid: the Gaussians of its nodes, weighted by p(z). One latent: 401 nodes, two: 61 x 61,
  // between -5 and 5.
  std::vector<WeightedGaussian> nodes() const;
  // Those of latents between -2.5 and 2.5, few enough to draw: 21 or 9 x 9.
  std::vector<WeightedGaussian> shown() const;
  // The decoder at one latent, weight 1.
  WeightedGaussian decode(std::span<const double> z) const;
  // m(x) and s(x), (N, latents) each.
  void encode(std::vector<double>& mean, std::vector<double>& deviation) const;
  // Mean over the points, nats, on 401 nodes or 201 x 201.
  double log_likelihood() const;

 private:
  std::vector<WeightedGaussian> grid(int nodes, double reach) const;
  std::size_t encoder_features() const { return shape_.linear ? 2 : static_cast<std::size_t>(shape_.hidden); }
  std::size_t decoder_features() const {
    return static_cast<std::size_t>(shape_.linear ? shape_.latents : shape_.hidden);
  }

  Vae2dShape shape_;
  std::vector<Vec2> points_;  // as given
  Vec2 centre_;
  double scale_ = 1, floor_;
  std::vector<double> inputs_;                                     // (N, 2), centred and scaled
  std::size_t latents_, encoder_heads_, decoder_, decoder_heads_;  // where they begin
  std::vector<double> weights_, first_moment_, second_moment_;
  std::uint64_t seed_;
  int steps_ = 0;
};

}  // namespace priorlab
