// Drawing and scoring images, for every kind of autoregressive model: against enumeration and the definition.
#include "models/autoregressive/image_draws.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "autoregressive_models.h"

namespace priorlab {
namespace {

struct Drawn {
  std::vector<std::uint8_t> pixels;
  std::vector<float> probabilities;
  std::vector<double> log_likelihood;
};

Drawn draw(const Autoregressive& model, int count, int lanes, float temperature = 1, std::uint64_t seed = 1) {
  const auto n = static_cast<std::size_t>(model.pixels()), c = static_cast<std::size_t>(count);
  Drawn all{std::vector<std::uint8_t>(n * c), std::vector<float>(n * c), std::vector<double>(c)};
  for (std::size_t first = 0; first < c; first += static_cast<std::size_t>(lanes)) {
    const std::size_t some = std::min(static_cast<std::size_t>(lanes), c - first);
    const auto sweep = model.sweep(static_cast<int>(some));
    draw_images(model, *sweep, seed, first, temperature,
                {std::span(all.pixels).subspan(first * n, some * n),
                 std::span(all.probabilities).subspan(first * n, some * n),
                 std::span(all.log_likelihood).subspan(first, some)});
  }
  return all;
}

class ImageDraws : public testing::TestWithParam<std::string> {
 protected:
  std::shared_ptr<const Autoregressive> model_ = test::random_model(GetParam(), 2, 3, 4);
};

TEST_P(ImageDraws, FrequenciesAreTheProbabilities) {
  constexpr int kCount = 40000;
  const Drawn all = draw(*model_, kCount, 50);
  std::vector<int> seen(64);
  for (std::size_t i = 0; i < kCount; ++i) {
    std::size_t code = 0;
    for (std::size_t k = 0; k < 6; ++k) code |= static_cast<std::size_t>(all.pixels[i * 6 + k]) << k;
    ++seen[code];
  }
  double chi = 0;
  int cells = 0;
  for (std::size_t code = 0; code < 64; ++code) {
    std::vector<std::uint8_t> image(6);
    for (std::size_t k = 0; k < 6; ++k) image[k] = code >> k & 1;
    const double expected = kCount * std::exp(log_likelihood_plain(*model_, image));
    if (expected < 2) continue;
    chi += (seen[code] - expected) * (seen[code] - expected) / expected;
    ++cells;
  }
  // Mean cells, standard deviation sqrt(2 cells).
  EXPECT_LT(chi, cells + 4 * std::sqrt(2.0 * cells));
  EXPECT_GT(cells, 10);
}

TEST_P(ImageDraws, ScoresAreTheDefinition) {
  const auto model = test::random_model(GetParam(), 5, 4, 9);
  const Drawn all = draw(*model, 21, 21);
  std::vector<float> nats(all.pixels.size()), probabilities(all.pixels.size());
  std::vector<double> log_likelihood(21);
  score_images(*model, *model->sweep(21), all.pixels, {nats, probabilities, log_likelihood});
  EXPECT_EQ(probabilities, all.probabilities);
  EXPECT_EQ(log_likelihood, all.log_likelihood);
  for (std::size_t i = 0; i < 21; ++i) {
    const auto image = std::span(all.pixels).subspan(i * 20, 20);
    EXPECT_NEAR(log_likelihood[i], log_likelihood_plain(*model, image), 2e-4);
    double sum = 0;
    for (std::size_t k = 0; k < 20; ++k) {
      const float nat = nats[i * 20 + k], p = probabilities[i * 20 + k];
      EXPECT_NEAR(nat, -std::log(image[k] ? p : 1 - p), 1e-5 + 1e-3 * nat);
      sum += static_cast<double>(nat);
    }
    EXPECT_NEAR(sum, -log_likelihood[i], 1e-4);
  }
}

TEST_P(ImageDraws, LanesAndWhatIsAskedForChangeNoBit) {
  const auto model = test::random_model(GetParam(), 5, 5, 2);
  const Drawn together = draw(*model, 37, 37);
  for (int lanes : {1, 2, 3, 8, 16}) {
    const Drawn apart = draw(*model, 37, lanes);
    EXPECT_EQ(apart.pixels, together.pixels);
    EXPECT_EQ(apart.probabilities, together.probabilities);
    EXPECT_EQ(apart.log_likelihood, together.log_likelihood);
  }
  std::vector<std::uint8_t> pixels(37 * 25);
  draw_images(*model, *model->sweep(37), 1, 0, 1, {pixels, {}, {}});
  EXPECT_EQ(pixels, together.pixels);
}

TEST_P(ImageDraws, TemperatureDividesTheLogOdds) {
  const auto model = test::random_model(GetParam(), 3, 3, 6);
  const Drawn cold = draw(*model, 20, 20, 0.1f), warm = draw(*model, 20, 20, 3);
  for (std::size_t i = 0; i < 20; ++i) {
    // The first pixel of the order has the same log-odds whatever was drawn.
    const auto at = i * 9 + static_cast<std::size_t>(model->order()[0]);
    const double odds = model->log_odds_plain(0, {});
    EXPECT_NEAR(cold.probabilities[at], 1 / (1 + std::exp(-odds / 0.1)), 1e-5);
    EXPECT_NEAR(warm.probabilities[at], 1 / (1 + std::exp(-odds / 3)), 1e-5);
    EXPECT_NEAR(warm.log_likelihood[i],
                log_likelihood_plain(*model, std::span(warm.pixels).subspan(i * 9, 9)), 1e-4);
  }
}

INSTANTIATE_TEST_SUITE_P(Kinds, ImageDraws, testing::ValuesIn(test::model_kinds()), [](const auto& kind) {
  std::string name = kind.param;
  std::erase(name, '-');
  return name;
});

}  // namespace
}  // namespace priorlab
