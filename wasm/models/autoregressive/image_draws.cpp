#include "models/autoregressive/image_draws.h"

#include <vector>

#include "core/error.h"
#include "core/rng.h"
#include "ops/elementary.h"
#include "ops/sigmoid.h"

namespace priorlab {
void draw_images(const Autoregressive& model, Sweep& sweep, std::uint64_t seed, std::uint64_t first,
                 float temperature, const ImageDraws& to) {
  const auto n = static_cast<std::size_t>(model.pixels());
  const std::size_t lanes = to.pixels.size() / n;
  std::vector<float> uniform(4 * lanes);  // of four pixels
  std::vector<float> log_odds(lanes), heated(lanes), p(lanes), on(lanes), off(lanes);
  std::vector<std::uint8_t> value(lanes);
  LogProducts likelihood(lanes);
  sweep.restart();
  for (std::size_t t = 0; t < n; ++t) {
    sweep.log_odds(log_odds);
    chances(log_odds, on, off);
    p = on;
    if (temperature != 1.0f) {
      for (std::size_t i = 0; i < lanes; ++i) heated[i] = log_odds[i] / temperature;
      sigmoid(heated, p);
    }
    if (t % 4 == 0) uniforms_of_streams(seed, first, t / 4, lanes, uniform.data());
    const float* u = &uniform[t % 4 * lanes];
    const auto at = static_cast<std::size_t>(model.order()[t]);
    for (std::size_t i = 0; i < lanes; ++i) on[i] = u[i] < p[i] ? on[i] : off[i];
    for (std::size_t i = 0; i < lanes; ++i) {
      value[i] = u[i] < p[i] ? 1 : 0;
      to.pixels[i * n + at] = value[i];
    }
    if (!to.probabilities.empty())
      for (std::size_t i = 0; i < lanes; ++i) to.probabilities[i * n + at] = p[i];
    likelihood.multiply(on);
    sweep.push(value);
  }
  if (!to.log_likelihood.empty())
    for (std::size_t i = 0; i < lanes; ++i) to.log_likelihood[i] = likelihood.log(i);
}

void score_images(const Autoregressive& model, Sweep& sweep, std::span<const std::uint8_t> pixels,
                  const ImageScores& to) {
  const auto n = static_cast<std::size_t>(model.pixels());
  const std::size_t lanes = pixels.size() / n;
  std::vector<float> log_odds(lanes), on(lanes), off(lanes);
  std::vector<std::uint8_t> value(lanes);
  LogProducts likelihood(lanes);
  sweep.restart();
  for (std::size_t t = 0; t < n; ++t) {
    const auto at = static_cast<std::size_t>(model.order()[t]);
    for (std::size_t i = 0; i < lanes; ++i) value[i] = pixels[i * n + at];
    sweep.log_odds(log_odds);
    chances(log_odds, on, off);
    if (!to.probabilities.empty())
      for (std::size_t i = 0; i < lanes; ++i) to.probabilities[i * n + at] = on[i];
    for (std::size_t i = 0; i < lanes; ++i) on[i] = value[i] != 0 ? on[i] : off[i];
    likelihood.multiply(on);
    if (!to.nats.empty())
      for (std::size_t i = 0; i < lanes; ++i)
        to.nats[i * n + at] = static_cast<float>(-elementary::log(static_cast<double>(on[i])));
    sweep.push(value);
  }
  if (!to.log_likelihood.empty())
    for (std::size_t i = 0; i < lanes; ++i) to.log_likelihood[i] = likelihood.log(i);
}

}  // namespace priorlab
