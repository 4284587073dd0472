// Orderless NADE: guesses from any set of known pixels against the definition, its learner's gradient by
// differences, and the random masks it is trained on.
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "autoregressive_models.h"
#include "errors.h"
#include "models/autoregressive/masks.h"
#include "models/autoregressive/orderless_lanes.h"
#include "models/autoregressive/orderless_learner.h"

namespace priorlab {
namespace {

TEST(OrderlessLanes, GuessesFromAnyKnownPixelsAreTheDefinition) {
  constexpr int kLanes = 5, kPixels = 30;
  for (bool raster : {true, false}) {
    const auto held = test::random_model("orderless", 6, 5, 4, raster, 13);
    const auto& model = dynamic_cast<const OrderlessModel&>(*held);
    Rng rng(3);
    std::vector<std::uint8_t> images(kLanes * kPixels), known(kPixels);
    for (std::uint8_t& v : images) v = static_cast<std::uint8_t>(rng.below(2));
    for (std::uint8_t& v : known) v = static_cast<std::uint8_t>(rng.below(2));
    OrderlessLanes lanes(model, kLanes);
    const auto expect_all = [&] {
      for (int t = 0; t < kPixels; ++t) {
        const int pixel = model.order()[static_cast<std::size_t>(t)];
        std::vector<float> odds(kLanes);
        lanes.log_odds(pixel, odds);
        for (std::size_t lane = 0; lane < kLanes; ++lane) {
          std::vector<std::uint8_t> in_order(kPixels), known_in_order(kPixels);
          for (std::size_t s = 0; s < kPixels; ++s) {
            const auto at = static_cast<std::size_t>(model.order()[s]);
            in_order[s] = images[lane * kPixels + at];
            known_in_order[s] = known[at];
          }
          ASSERT_NEAR(odds[lane], model.log_odds_plain(t, known_in_order, in_order), 1e-4);
        }
      }
    };
    lanes.restart_each(known, images);
    expect_all();
    // The rest becomes known pixel by pixel, from the last.
    for (std::size_t i = kPixels; i-- > 0;) {
      if (known[i]) continue;
      std::vector<std::uint8_t> values(kLanes);
      for (std::size_t lane = 0; lane < kLanes; ++lane) values[lane] = images[lane * kPixels + i];
      lanes.learn(static_cast<int>(i), values);
      known[i] = 1;
      if (i % 4 == 0) expect_all();
    }
    // The same image for all lanes.
    for (std::size_t i = 0; i < images.size(); ++i) images[i] = images[i % kPixels];
    lanes.restart(known, std::span(images).first(kPixels));
    expect_all();
  }
}

TEST(OrderlessLearner, GradientIsTheLossesSlope) {
  const auto learner = orderless_learner({3, 4, {}}, 6);
  const std::vector<double> share(12, 0.4);
  auto weights = learner->first_weights(share, 5);
  Rng rng(9);
  for (float& w : weights) w += 0.3f * rng.normal();
  std::vector<std::uint8_t> told(4 * 12), seen(4 * 12);
  for (std::size_t i = 0; i < told.size(); ++i) {
    told[i] = static_cast<std::uint8_t>(rng.below(2));
    seen[i] = rng.below(2) ? told[i] : kHidden;
  }
  std::fill_n(seen.begin(), 12, std::uint8_t{1});  // nothing hidden in the first image
  std::vector<float> gradient(learner->size());
  std::vector<double> rows(4);
  const double loss = learner->loss(weights, seen, told, gradient, rows);
  EXPECT_NEAR(std::accumulate(rows.begin(), rows.end(), 0.0), loss, 1e-9);
  EXPECT_EQ(rows[0], 0);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    constexpr float kStep = 1e-2f;
    auto moved = weights;
    moved[i] += kStep;
    const double above = learner->loss(moved, seen, told, {}, {});
    moved[i] -= 2 * kStep;
    const double below = learner->loss(moved, seen, told, {}, {});
    ASSERT_NEAR((above - below) / (2.0 * kStep), gradient[i], 0.02 + 0.02 * std::abs(gradient[i])) << i;
  }
}

TEST(OrderlessLearner, TheLossIsTheModelsOnHiddenPixels) {
  const auto learner = orderless_learner({3, 4, {}}, 6);
  const std::vector<double> share(12, 0.4);
  const auto weights = learner->first_weights(share, 5);
  const auto held = learner->model(weights);
  EXPECT_EQ(learner->weights_of(*held), weights);
  const auto& model = dynamic_cast<const OrderlessModel&>(*held);
  const std::vector<std::uint8_t> told = {1, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0, 1};
  std::vector<std::uint8_t> seen = told, known(12, 1);
  double expected = 0;
  for (std::size_t i : {2u, 5u, 11u}) {
    seen[i] = kHidden;
    known[i] = 0;
  }
  for (std::size_t i : {2u, 5u, 11u}) {
    const double odds = model.log_odds_plain(static_cast<int>(i), known, told);
    expected += std::log1p(std::exp(told[i] ? -odds : odds)) * 12 / 3;
  }
  EXPECT_NEAR(learner->loss(weights, seen, told, {}, {}), expected, 1e-4);
}

TEST(Orderless, WrongSizesAreSaid) {
  OrderlessModel::Weights w;
  EXPECT_SENTENCE(OrderlessModel({2, 2, {}}, w), "1 to 4096 hidden units; 0 came");
  w.c.resize(3);
  EXPECT_SENTENCE(OrderlessModel({2, 2, {}}, w),
                  "has X, M and V of 12 and b of 4 values; 0, 0, 0 and 0 came");
}

TEST(Masks, AreWhatTheySay) {
  Rng rng(4);
  const auto area = [](const std::vector<std::uint8_t>& mask) {
    return std::accumulate(mask.begin(), mask.end(), 0);
  };
  double sum = 0;
  for (int i = 0; i < 200; ++i) {
    // A line through the middle leaves half, but for the pixels on it.
    const int half = area(half_plane_mask(28, 28, 0, rng));
    EXPECT_GE(half, 364);
    EXPECT_LE(half, 392);
    const auto rectangle = rectangle_mask(20, 10, 3, 14, rng);
    EXPECT_GE(area(rectangle), 9);
    EXPECT_LE(area(rectangle), 140);
    sum += area(pixel_mask(28, 28, 0.25f, rng)) / 784.0;
  }
  EXPECT_NEAR(sum / 200, 0.25, 0.01);
}

}  // namespace
}  // namespace priorlab
