// What a VAE is trained by: the negative of the evidence lower bound with the KL term in closed form, or of
// the importance-weighted bound (Burda, Grosse and Salakhutdinov, ICLR 2016), in nats of an image.
#pragma once

#include "models/training/learner.h"
#include "models/vae/vae.h"

namespace priorlab {

// The two parts of the ELBO, sums over images in nats: ELBO = -reconstruction - kl.
struct VaeTerms {
  double reconstruction = 0;  // -log p(x | z), mean over an image's samples
  double kl = 0;              // KL(q(z | x) || p(z)) in closed form, whatever its weight
};

class VaeObjective final : public Objective {
 public:
  // `samples` k of each image's posterior: 1 is the ELBO, more the importance-weighted bound.
  VaeObjective(VaeShape shape, int samples);

  // The noise of the samples depends on this number and on the image. A new one before each step.
  void set_round(std::uint64_t round) { round_ = round; }
  // Weight of the KL term of the ELBO, >= 0; the importance-weighted bound has none.
  void set_beta(double beta) { beta_ = beta; }
  void set_samples(int samples);
  // The encoder's gradient through the samples alone, each by its squared weight (Tucker, Lawson, Gu and
  // Maddison, "Doubly reparameterized gradient estimators", ICLR 2019; with one sample that of Roeder, Wu and
  // Duvenaud, NIPS 2017): its mean is that of the bound's gradient, its variance falls with k instead of
  // rising beside it. It is not the gradient of `loss` for the noise at hand,
  // and beta must be 1. Off at first.
  void set_doubly_reparameterised(bool on) { doubly_ = on; }
  const VaeShape& shape() const { return shape_; }

  std::size_t size() const override { return shape_.size(); }
  int pixels() const override { return static_cast<int>(shape_.pixels()); }
  std::vector<float> first_weights(std::span<const double> share_on, std::uint64_t seed) const override;
  double loss(std::span<const float> weights, std::span<const std::uint8_t> seen,
              std::span<const std::uint8_t> told, std::span<float> gradient,
              std::span<double> of_rows) const override;
  std::vector<float> penalties() const override;
  // The same as loss(); adds the parts of the ELBO to `terms`.
  double loss_and_terms(std::span<const float> weights, std::span<const std::uint8_t> seen,
                        std::span<const std::uint8_t> told, std::span<float> gradient,
                        std::span<double> of_rows, VaeTerms& terms) const;

 private:
  VaeShape shape_;
  int samples_;
  double beta_ = 1;
  std::uint64_t round_ = 0;
  bool doubly_ = false;
};

}  // namespace priorlab
