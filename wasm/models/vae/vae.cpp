#include "models/vae/vae.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/rng.h"
#include "models/autoregressive/ordered_pixels.h"
#include "ops/logistic.h"

namespace priorlab {
namespace {

const std::string kRebuild = "priorlab train vae --data mnist --out vae.safetensors";
constexpr int kLargestSide = 64, kMostUnits = 4096;
constexpr std::size_t kRows = 256;  // decoded at a time: their activations stay in the cache
constexpr std::size_t kPixelsAtATime = 1000;

std::string layer_name(int i) { return (i < 3 ? "encoder." : "decoder.") + std::to_string(i % 3); }

int number_from(const Safetensors& file, const char* key, int most) {
  const auto found = file.metadata.find(key);
  const std::string text = found == file.metadata.end() ? "" : found->second;
  const int number = text.size() <= 4 ? std::atoi(text.c_str()) : 0;
  if (number < 1 || number > most)
    invalid("The ", key, " of a variational autoencoder must be from 1 to ", most, "; this file says \"",
            text, "\". `", kRebuild, "` makes the file anew.");
  return number;
}

}  // namespace

DenseShape VaeShape::layer(int i) const {
  const auto h = static_cast<std::size_t>(hidden), d = static_cast<std::size_t>(latents);
  const DenseShape all[kLayers] = {{pixels(), h}, {h, h}, {h, 2 * d}, {d, h}, {h, h}, {h, pixels()}};
  return all[i];
}

std::size_t VaeShape::weight_at(int i) const {
  std::size_t at = 0;
  for (int j = 0; j < i; ++j) at += (layer(j).in + 1) * layer(j).out;
  return at;
}

Vae::Vae(VaeShape shape, std::vector<float> weights) : shape_(shape), weights_(std::move(weights)) {
  if (shape.height < 1 || shape.width < 1 || shape.height > kLargestSide || shape.width > kLargestSide ||
      shape.hidden < 1 || shape.hidden > kMostUnits || shape.latents < 1 || shape.latents > kMostUnits)
    invalid("A variational autoencoder has images of 1 to ", kLargestSide, " pixels a side and 1 to ",
            kMostUnits, " units and latents; ", shape.width, "x", shape.height, ", ", shape.hidden, " and ",
            shape.latents, " came.");
  if (weights_.size() != shape.size())
    invalid("A variational autoencoder of this shape has ", shape.size(), " weights; ", weights_.size(),
            " came.");
}

Vae Vae::from(const Safetensors& file) {
  const auto found = file.metadata.find("family"), version = file.metadata.find("version");
  if (found == file.metadata.end() || found->second != family)
    invalid("A variational autoencoder has family \"", family, "\" in its metadata; this file says \"",
            found == file.metadata.end() ? "" : found->second, "\".");
  if (version == file.metadata.end() || version->second != "1")
    invalid("This variational autoencoder's file is not of version 1. `", kRebuild, "` makes the file anew.");
  VaeShape shape;
  shape.height = number_from(file, "height", kLargestSide);
  shape.width = number_from(file, "width", kLargestSide);
  shape.hidden = number_from(file, "hidden", kMostUnits);
  shape.latents = number_from(file, "latents", kMostUnits);
  std::vector<float> weights;
  for (int i = 0; i < VaeShape::kLayers; ++i) {
    const DenseShape layer = shape.layer(i);
    const auto in = static_cast<std::int64_t>(layer.in), out = static_cast<std::int64_t>(layer.out);
    const Tensor w = take_f32(file, layer_name(i) + ".weight", {out, in}, kRebuild);
    const Tensor b = take_f32(file, layer_name(i) + ".bias", {out}, kRebuild);
    std::vector<float> turned;
    transpose({layer.out, layer.in}, w.as<float>().data(), turned);
    weights.insert(weights.end(), turned.begin(), turned.end());
    weights.insert(weights.end(), b.as<float>().begin(), b.as<float>().end());
  }
  return Vae(shape, std::move(weights));
}

Safetensors Vae::to_file(const std::map<std::string, std::string>& notes) const {
  Safetensors file;
  file.metadata = notes;
  file.metadata["family"] = family;
  file.metadata["version"] = "1";
  file.metadata["height"] = std::to_string(shape_.height);
  file.metadata["width"] = std::to_string(shape_.width);
  file.metadata["hidden"] = std::to_string(shape_.hidden);
  file.metadata["latents"] = std::to_string(shape_.latents);
  for (int i = 0; i < VaeShape::kLayers; ++i) {
    const DenseShape layer = shape_.layer(i);
    const auto in = static_cast<std::int64_t>(layer.in), out = static_cast<std::int64_t>(layer.out);
    std::vector<float> turned;
    transpose(layer, weights_.data() + shape_.weight_at(i), turned);
    const std::string w = layer_name(i) + ".weight", b = layer_name(i) + ".bias";
    file.tensors.emplace(w, half_tensor(w, {out, in}, turned));
    file.tensors.emplace(b, half_tensor(b, {out}, std::span(weights_).subspan(shape_.bias_at(i), layer.out)));
  }
  return file;
}

Posterior Vae::encode(std::span<const std::uint8_t> images) const {
  const std::size_t n = shape_.pixels(), rows = images.size() / n,
                    d = static_cast<std::size_t>(shape_.latents), h = static_cast<std::size_t>(shape_.hidden);
  PRIORLAB_CHECK(images.size() == rows * n);
  const auto w = [&](int i) { return weights_.data() + shape_.weight_at(i); };
  const auto b = [&](int i) { return weights_.data() + shape_.bias_at(i); };
  std::vector<float> first(rows * h), second(rows * h), both(rows * 2 * d);
  dense_binary(shape_.layer(0), w(0), b(0), images.data(), rows, first.data());
  tanh_rows(first);
  dense(shape_.layer(1), w(1), b(1), first.data(), rows, second.data());
  tanh_rows(second);
  dense(shape_.layer(2), w(2), b(2), second.data(), rows, both.data());
  Posterior q;
  for (std::size_t r = 0; r < rows; ++r) {
    const float* at = both.data() + r * 2 * d;
    q.mean.insert(q.mean.end(), at, at + d);
    q.log_variance.insert(q.log_variance.end(), at + d, at + 2 * d);
  }
  return q;
}

std::vector<float> Vae::decode(std::span<const float> z) const {
  const std::size_t d = static_cast<std::size_t>(shape_.latents), h = static_cast<std::size_t>(shape_.hidden),
                    rows = z.size() / d;
  PRIORLAB_CHECK(z.size() == rows * d);
  const auto w = [&](int i) { return weights_.data() + shape_.weight_at(i); };
  const auto b = [&](int i) { return weights_.data() + shape_.bias_at(i); };
  std::vector<float> first(rows * h), second(rows * h), log_odds(rows * shape_.pixels());
  dense(shape_.layer(3), w(3), b(3), z.data(), rows, first.data());
  tanh_rows(first);
  dense(shape_.layer(4), w(4), b(4), first.data(), rows, second.data());
  tanh_rows(second);
  dense(shape_.layer(5), w(5), b(5), second.data(), rows, log_odds.data());
  return log_odds;
}

double kl_to_standard_normal(std::span<const float> mean, std::span<const float> log_variance) {
  double sum = 0;
  for (std::size_t i = 0; i < mean.size(); ++i) {
    const double m = mean[i], l = log_variance[i];
    sum += 0.5 * (m * m + std::exp(l) - l - 1);
  }
  return sum;
}

double importance_weighted_bound(const Vae& vae, std::span<const std::uint8_t> image, int k,
                                 std::uint64_t seed, std::uint64_t stream, std::span<double> log_weights) {
  const std::size_t d = static_cast<std::size_t>(vae.shape().latents), n = vae.shape().pixels(),
                    all = static_cast<std::size_t>(k);
  PRIORLAB_CHECK(k >= 1 && image.size() == n && (log_weights.empty() || log_weights.size() == all));
  const Posterior q = vae.encode(image);
  Rng rng(seed, stream);
  double most = -INFINITY, sum = 0;  // sum of exp(log weight - most)
  std::vector<float> z;
  for (std::size_t first = 0; first < all; first += kRows) {
    const std::size_t rows = std::min(kRows, all - first);
    z.resize(rows * d);
    std::vector<double> log_ratio(rows);  // log p(z) / q(z | x)
    for (std::size_t r = 0; r < rows; ++r)
      for (std::size_t i = 0; i < d; ++i) {
        const float noise = rng.normal();
        const float at = q.mean[i] + std::exp(0.5f * q.log_variance[i]) * noise;
        z[r * d + i] = at;
        log_ratio[r] += 0.5 * (static_cast<double>(noise) * noise - static_cast<double>(at) * at +
                               static_cast<double>(q.log_variance[i]));
      }
    std::vector<float> log_odds = vae.decode(z);
    for (std::size_t r = 0; r < rows; ++r) {
      double log_weight = log_ratio[r];
      for (std::size_t i = 0; i < n; i += kPixelsAtATime)
        log_weight -= logistic_losses(std::span(log_odds).subspan(r * n + i, std::min(kPixelsAtATime, n - i)),
                                      image.data() + i);
      if (!log_weights.empty()) log_weights[first + r] = log_weight;
      if (log_weight > most) {
        sum *= std::exp(most - log_weight);
        most = log_weight;
      }
      sum += std::exp(log_weight - most);
    }
  }
  return most + std::log(sum / k);
}

}  // namespace priorlab
