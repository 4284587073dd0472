// A plain autoencoder of binary images: a code of few numbers between two layers of hidden units,
//   g = relu(E1 x + e1),  code = E2 g + e2,  h = relu(D1 code + d1),  p(x_i = 1) = sigmoid(D2 h + d2).
// It reconstructs, but it is no model of images: nothing says which codes are likely, and what random codes
// give is no digit (course, chapter 6.2). It stands beside MADE, which is the same network with masks.
//
// Its file is safetensors with metadata family "autoencoder", version "1", height, width, and, all f16,
//   E1 (n, H): row i is what pixel i adds; e1 (H); E2 (H, C); e2 (C); D1 (C, H); d1 (H); D2 (H, n); d2 (n);
//   code_mean (C) and code_deviation (C): of the codes of the training images.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/safetensors.h"
#include "models/training/learner.h"

namespace priorlab {

class Autoencoder {
 public:
  static constexpr const char* family = "autoencoder";

  struct Weights {
    std::vector<float> E1, e1, E2, e2, D1, d1, D2, d2, code_mean, code_deviation;
  };
  // Throws std::invalid_argument when the sizes do not fit each other or the image's sides are not 1 to 64.
  Autoencoder(int height, int width, Weights weights);
  static Autoencoder from(const Safetensors&);
  Safetensors to_file(const std::map<std::string, std::string>& notes = {}) const;

  int height() const { return height_; }
  int width() const { return width_; }
  int pixels() const { return height_ * width_; }
  int hidden() const { return static_cast<int>(weights_.e1.size()); }
  int code_size() const { return static_cast<int>(weights_.e2.size()); }
  const Weights& weights() const { return weights_; }
  std::int64_t parameters() const;

  // Of one image, values from 0 to 1: its code.
  std::vector<float> encode(std::span<const float> image) const;
  // Probabilities that pixels are on.
  std::vector<float> decode(std::span<const float> code) const;

 private:
  int height_, width_;
  Weights weights_;
};

// Cross-entropy of told images under the reconstruction of seen ones.
class AutoencoderObjective final : public Objective {
 public:
  AutoencoderObjective(int height, int width, int hidden, int code);

  std::size_t size() const override { return size_; }
  int pixels() const override { return static_cast<int>(n_); }
  std::vector<float> first_weights(std::span<const double> share_on, std::uint64_t seed) const override;
  double loss(std::span<const float> weights, std::span<const std::uint8_t> seen,
              std::span<const std::uint8_t> told, std::span<float> gradient,
              std::span<double> of_rows) const override;
  std::vector<float> penalties() const override;
  // With mean and deviation of the codes of `rows`.
  Autoencoder autoencoder(std::span<const float> weights, std::span<const std::uint8_t> rows) const;

 private:
  int height_, width_;
  std::size_t n_, hidden_, code_, size_;
  // Where they begin in the vector: E1, e1, E2, e2, D1, d1, D2, d2.
  std::size_t at_[8];
};

}  // namespace priorlab
