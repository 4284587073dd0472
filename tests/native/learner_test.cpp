// Learners: the loss against the definition, the gradient against finite differences, rows independent of one
// another, weights there and back.
#include "models/training/learner.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "autoregressive_models.h"
#include "ops/logistic.h"
#include "ops/vectors.h"

namespace priorlab {
namespace {

using test::random_model;

const std::vector<std::string> kKinds = {"fvsbn", "nade", "nade-relu", "made", "made-relu"};

std::vector<std::uint8_t> random_rows(int rows, int n, std::uint64_t seed) {
  Rng rng(seed, 5);
  std::vector<std::uint8_t> values(static_cast<std::size_t>(rows * n));
  for (auto& v : values) v = rng.uniform() < 0.3f;
  return values;
}

TEST(Logistic, LossesAndSigmoidsEqualTheirTwins) {
  Rng rng(1);
  for (const std::size_t count : {0u, 1u, 7u, 8u, 9u, 100u, 999u, 1000u}) {
    std::vector<float> a(count);
    for (std::size_t i = 0; i < count; ++i) a[i] = 8.0f * rng.normal() + (i % 50 == 0 ? 90.0f : 0.0f);
    if (count > 8) a[3] = -200.0f;
    std::vector<std::uint8_t> x(count);
    for (auto& v : x) v = rng.uniform() < 0.5f;
    auto fast = a, plain = a;
    const double loss = logistic_losses(fast, x.data()), twin = logistic_losses_plain(plain, x.data());
    EXPECT_NEAR(loss, twin, 1e-6 * (1.0 + twin));
    for (std::size_t i = 0; i < count; ++i) EXPECT_NEAR(fast[i], plain[i], 3e-7) << a[i];
    fast = plain = a;
    sigmoids(fast);
    sigmoids_plain(plain);
    for (std::size_t i = 0; i < count; ++i) EXPECT_NEAR(fast[i], plain[i], 3e-7f * plain[i] + 1e-37f) << a[i];
  }
}

TEST(Logistic, ImagesSideBySideGiveTheSameLosses) {
  Rng rng(2);
  LogisticLosses losses;
  double expected[LogisticLosses::kMost] = {};
  for (int t = 0; t < 2500; ++t) {
    float a[LogisticLosses::kMost], x[LogisticLosses::kMost];
    for (std::size_t i = 0; i < LogisticLosses::kMost; ++i) {
      float one[1] = {a[i] = 6.0f * rng.normal()};
      const std::uint8_t told = rng.uniform() < 0.5f;
      x[i] = told;
      expected[i] += logistic_losses_plain(one, &told);
    }
    losses.add(a, x);
  }
  for (std::size_t i = 0; i < LogisticLosses::kMost; ++i)
    EXPECT_NEAR(losses.nats(i), expected[i], 1e-6 * expected[i]);
}

TEST(Vectors, EqualPlainLoops) {
  Rng rng(3);
  for (std::size_t count = 0; count < 80; ++count) {
    const auto x = test::normals(count, rng, 1), y = test::normals(count, rng, 1);
    double product = 0.0;
    for (std::size_t i = 0; i < count; ++i) product += static_cast<double>(x[i]) * static_cast<double>(y[i]);
    EXPECT_NEAR(dot(x.data(), y.data(), count), product, 1e-5);
    auto sum = y, scaled = y;
    add(x.data(), sum.data(), count);
    add_scaled(-2.5f, x.data(), scaled.data(), count);
    for (std::size_t i = 0; i < count; ++i) {
      EXPECT_EQ(sum[i], x[i] + y[i]);
      EXPECT_NEAR(scaled[i], y[i] - 2.5f * x[i], 1e-6);
    }
  }
}

TEST(Learners, LossIsTheModels) {
  for (const std::string& kind : test::model_kinds()) {
    const auto model = random_model(kind, 5, 7, 11, false, 21);
    const auto images = random_rows(45, 35, 2);
    const std::vector<double> losses = losses_of(*model, images);
    for (std::size_t i = 0; i < losses.size(); ++i)
      EXPECT_NEAR(losses[i], -log_likelihood_plain(*model, std::span(images).subspan(i * 35, 35)), 1e-4)
          << kind;
  }
}

TEST(Learners, WeightsComeBack) {
  for (const std::string& kind : kKinds) {
    const auto model = random_model(kind, 5, 7, 12, false, 21);
    const auto learner = learner_of(*model);
    const auto again = learner->model(learner->weights_of(*model));
    EXPECT_EQ(write_safetensors(again->to_file()), write_safetensors(model->to_file())) << kind;
  }
}

// Every weight of small models, one row at a time. The slope lies between the differences to either side: a
// ReLU may have its kink on one of them. Padding has no gradient.
TEST(Learners, GradientIsTheLosses) {
  for (const std::string& kind : kKinds) {
    const auto model = random_model(kind, 5, 7, 13, false, 11);
    const auto learner = learner_of(*model);
    const std::vector<float> weights = learner->weights_of(*model);
    const std::vector<float> penalties = learner->penalties();
    int checked = 0;
    for (std::uint64_t row = 0; row < 6; ++row) {
      const auto seen = random_rows(1, 35, row), told = random_rows(1, 35, 90 + row);
      std::vector<float> gradient(learner->size());
      const double loss = learner->loss(weights, seen, told, gradient, {});
      for (std::size_t i = 0; i < weights.size(); ++i) {
        if (weights[i] == 0.0f && penalties[i] == 0.0f) {  // padding
          EXPECT_EQ(gradient[i], 0.0f) << kind << " " << i;
          continue;
        }
        constexpr float kStep = 0.01f;
        auto moved = weights;
        moved[i] = weights[i] + kStep;
        const double up = (learner->loss(moved, seen, told, {}, {}) - loss) / static_cast<double>(kStep);
        moved[i] = weights[i] - kStep;
        const double down = (loss - learner->loss(moved, seen, told, {}, {})) / static_cast<double>(kStep);
        const double near = 0.005 + 0.005 * std::abs(up);
        EXPECT_GT(gradient[i], std::min(up, down) - near) << kind << " " << i;
        EXPECT_LT(gradient[i], std::max(up, down) + near) << kind << " " << i;
        ++checked;
      }
    }
    EXPECT_EQ(checked, 6 * model->parameters()) << kind;
    const auto free = std::ranges::count_if(penalties, [](float p) { return p > 0.0f; });
    EXPECT_EQ(free, model->parameters() - 35 - (kind == "fvsbn" ? 0 : 11)) << kind;
  }
}

TEST(Learners, RowsAreCountedOneByOne) {
  for (const std::string& kind : kKinds) {
    const auto model = random_model(kind, 5, 7, 13, false, 11);
    const auto learner = learner_of(*model);
    const auto rows = random_rows(70, 35, 3);
    std::vector<double> of_rows(70);
    const double loss = learner->loss(learner->weights_of(*model), rows, rows, {}, of_rows);
    double sum = 0.0;
    for (const double l : of_rows) sum += l;
    EXPECT_NEAR(sum, loss, 1e-9 * loss);
  }
}

// FVSBN's own penalties: the gradient is that of the sums in FvsbnPenalty, pair by pair.
TEST(Learners, FvsbnsWeightsAreDrawnToEachOther) {
  constexpr int kHeight = 4, kWidth = 5, n = kHeight * kWidth;
  FvsbnPenalty penalty;
  penalty.alike = 0.7;
  penalty.smooth = 0.3;
  const auto learner = fvsbn_learner({kHeight, kWidth, {}}, penalty);
  Rng rng(3);
  auto bias = test::normals(n, rng, 1);
  const auto random = std::make_shared<FvsbnModel>(OrderedPixels::Frame{kHeight, kWidth, {}}, std::move(bias),
                                                   test::normals(FvsbnModel::row(n), rng, 1));
  const auto weights = learner->weights_of(*random);
  std::vector<float> gradient(learner->size());
  learner->add_penalty(weights, 2.0f, gradient);
  const auto of_pair = std::dynamic_pointer_cast<const FvsbnModel>(learner->model(gradient));
  const auto weight = [&](int t, int s) {
    return static_cast<double>(random->weight()[FvsbnModel::row(t) + static_cast<std::size_t>(s)]);
  };
  const auto far = [](int t, int s) {
    const double y = t / kWidth - s / kWidth, x = t % kWidth - s % kWidth;
    return std::min(1.0, (y * y + x * x) / 16.0);
  };
  for (int t = 0; t < n; ++t) {
    EXPECT_EQ(of_pair->bias()[static_cast<std::size_t>(t)], 0.0f);
    for (int s = 0; s < t; ++s) {
      double expected = 0.0;
      for (const auto& [dy, dx] : {std::pair{0, 1}, {0, -1}, {1, 0}, {-1, 0}}) {
        const int step = dy * kWidth + dx;
        const auto inside = [&, down = dy, right = dx](int i) {
          const int y = i / kWidth + down, x = i % kWidth + right;
          return y >= 0 && y < kHeight && x >= 0 && x < kWidth;
        };
        const double here = weight(t, s);
        if (inside(t) && inside(s)) expected += 0.7 * (here - weight(t + step, s + step));
        // Of two such pairs the one with the earlier pixel says how far apart its two pixels are.
        if (inside(t) && t + step > s)
          expected += 0.3 * far(step > 0 ? t : t + step, s) * (here - weight(t + step, s));
        if (inside(s) && s + step < t)
          expected += 0.3 * far(t, step > 0 ? s : s + step) * (here - weight(t, s + step));
      }
      const float got = of_pair->weight()[FvsbnModel::row(t) + static_cast<std::size_t>(s)];
      EXPECT_NEAR(got, 2.0 * expected, 1e-5) << t << " " << s;
    }
  }
}

TEST(Learners, AddToTheGradient) {
  for (const std::string& kind : kKinds) {
    const auto model = random_model(kind, 5, 7, 13, false, 11);
    const auto learner = learner_of(*model);
    const std::vector<float> weights = learner->weights_of(*model);
    const auto rows = random_rows(50, 35, 3);
    const auto some = std::span(rows).first(13 * 35), rest = std::span(rows).subspan(13 * 35);
    std::vector<float> whole(learner->size()), parts(learner->size());
    const double loss = learner->loss(weights, rows, rows, whole, {});
    EXPECT_NEAR(learner->loss(weights, some, some, parts, {}) + learner->loss(weights, rest, rest, parts, {}),
                loss, 1e-6 * loss);
    for (std::size_t i = 0; i < whole.size(); ++i)
      EXPECT_NEAR(whole[i], parts[i], 1e-3 + 1e-4 * std::abs(whole[i])) << kind;
  }
}

TEST(Learners, FirstWeightsGiveEachPixelItsShare) {
  const std::vector<double> share(35, 0.2);
  for (const std::string& kind : kKinds) {
    const auto learner = learner_of(*random_model(kind, 5, 7, 1));
    const std::vector<float> weights = learner->first_weights(share, 1);
    EXPECT_NEAR(weights[0], std::log(0.25), 1e-6);
    EXPECT_EQ(weights, learner->first_weights(share, 1));
    if (kind != "fvsbn") {
      EXPECT_NE(weights, learner->first_weights(share, 2));
    }
  }
}

TEST(Learners, DegreesSpread) {
  EXPECT_EQ(even_degrees(11, 10), (std::vector<int>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}));
  const auto many = even_degrees(784, 8000);
  EXPECT_EQ(many.front(), 1);
  EXPECT_EQ(many.back(), 783);
  EXPECT_TRUE(std::ranges::is_sorted(many));
}

}  // namespace
}  // namespace priorlab
