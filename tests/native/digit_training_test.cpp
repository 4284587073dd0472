// What training is made of: orders, batches, the optimiser, full conditionals.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "autoregressive_models.h"
#include "core/parallel_for.h"
#include "errors.h"
#include "models/autoregressive/pixel_conditional.h"
#include "models/autoregressive/pixel_orders.h"
#include "models/digits/digit_batches.h"
#include "models/training/learner.h"
#include "models/training/trainer.h"

namespace priorlab {
namespace {

std::vector<std::uint8_t> random_rows(int rows, int n, std::uint64_t seed, float share = 0.3f) {
  Rng rng(seed, 5);
  std::vector<std::uint8_t> values(static_cast<std::size_t>(rows * n));
  for (auto& v : values) v = rng.uniform() < share;
  return values;
}

TEST(PixelOrders, AreWhatTheirNamesSay) {
  EXPECT_EQ(pixel_order("raster", 2, 3, 1), (std::vector<int>{0, 1, 2, 3, 4, 5}));
  EXPECT_EQ(pixel_order("columns", 2, 3, 1), (std::vector<int>{0, 3, 1, 4, 2, 5}));
  EXPECT_EQ(pixel_order("centre", 3, 3, 1), (std::vector<int>{4, 1, 3, 5, 7, 0, 2, 6, 8}));
  const auto random = pixel_order("random", 28, 28, 1);
  EXPECT_EQ(std::set<int>(random.begin(), random.end()).size(), 784u);
  EXPECT_EQ(random, pixel_order("random", 28, 28, 1));
  EXPECT_NE(random, pixel_order("random", 28, 28, 2));
  EXPECT_SENTENCE(pixel_order("spiral", 2, 3, 1), "\"spiral\"; there are: raster, columns, random, centre");
}

// Rows that are numbers in binary, so that each can be found again.
TEST(DigitBatches, UseEachImageOnceInAnEpoch) {
  constexpr int kImages = 103, kBits = 7;
  std::vector<std::uint8_t> rows;
  for (int i = 0; i < kImages; ++i)
    for (int bit = 0; bit < kBits; ++bit) rows.push_back(static_cast<std::uint8_t>(i >> bit & 1));
  DigitBatches batches(rows, kBits, 10, 0.0, 5);
  EXPECT_EQ(batches.count(), 10);
  std::vector<std::vector<int>> epochs;
  for (int epoch = 0; epoch < 2; ++epoch) {
    std::vector<int> seen;
    for (int b = 0; b < batches.count(); ++b) {
      Batch batch;
      batches.fill(epoch, b, batch);
      EXPECT_EQ(batch.seen, batch.told);
      EXPECT_GE(batch.told.size(), 70u);
      EXPECT_LE(batch.told.size(), 77u);
      for (std::size_t i = 0; i < batch.told.size(); i += kBits) {
        int number = 0;
        for (int bit = 0; bit < kBits; ++bit) number |= batch.told[i + static_cast<std::size_t>(bit)] << bit;
        seen.push_back(number);
      }
    }
    epochs.push_back(seen);
    std::ranges::sort(seen);
    for (int i = 0; i < kImages; ++i) EXPECT_EQ(seen[static_cast<std::size_t>(i)], i);
  }
  EXPECT_NE(epochs[0], epochs[1]);
}

TEST(DigitBatches, NoiseIsOnWhatIsSeenOnly) {
  const auto rows = random_rows(400, 100, 1);
  DigitBatches batches(rows, 100, 400, 0.2, 5), clean(rows, 100, 400, 0.0, 5);
  Batch noisy, plain, again;
  clean.fill(3, 0, plain);
  batches.fill(2, 0, noisy);
  batches.fill(3, 0, noisy);
  DigitBatches(rows, 100, 400, 0.2, 5).fill(3, 0, again);
  EXPECT_EQ(noisy.seen, again.seen);
  EXPECT_EQ(noisy.told, plain.told);
  double changed = 0.0;
  for (std::size_t i = 0; i < noisy.seen.size(); ++i) changed += noisy.seen[i] != noisy.told[i];
  EXPECT_NEAR(changed / 40000, 0.1, 0.01);  // every second toss changes nothing
}

TEST(DigitBatches, DrawPixelsAnewFromTheirConditionals) {
  const auto rows = random_rows(400, 100, 1);
  std::vector<std::uint8_t> p(rows.size());
  for (std::size_t i = 0; i < p.size(); ++i) p[i] = i % 100 < 50 ? 255 : rows[i] ? 255 : 0;
  DigitBatches batches(rows, 100, 400, 0.0, 5), clean(rows, 100, 400, 0.0, 5);
  batches.resample(p, 0.3);
  Batch fresh, plain;
  batches.fill(0, 0, fresh);
  clean.fill(0, 0, plain);
  EXPECT_EQ(fresh.seen, fresh.told);
  double turned_on = 0.0, off = 0.0;
  for (std::size_t i = 0; i < fresh.told.size(); ++i) {
    if (i % 100 >= 50) {
      EXPECT_EQ(fresh.told[i], plain.told[i]);
    } else if (plain.told[i]) {
      EXPECT_EQ(fresh.told[i], 1);
    } else {
      off += 1.0;
      turned_on += fresh.told[i];
    }
  }
  EXPECT_NEAR(turned_on / off, 0.3, 0.02);
}

// Adam against its formulas in double, with penalty, decay, average and three parts.
TEST(Trainer, StepsAsAdamSays) {
  const std::shared_ptr<const Learner> learner = fvsbn_learner({3, 4, {}});
  TrainerOptions options;
  options.parts = 3;
  options.penalty = 0.05;
  options.decay = 0.3;
  options.average = 0.9;
  std::vector<float> first = learner->first_weights(std::vector<double>(12, 0.3), 1);
  for (std::size_t i = 12; i < first.size(); ++i) first[i] = 0.01f * static_cast<float>(i % 7);
  Trainer trainer(learner, options, first, learner->penalties());
  std::vector<double> w(first.begin(), first.end()), m(w.size()), v(w.size()), average = w;
  const auto p = learner->penalties();
  for (int t = 1; t <= 20; ++t) {
    const auto rows = random_rows(50, 12, static_cast<std::uint64_t>(t));
    std::vector<float> g(w.size());
    const double loss = learner->loss(trainer.weights(), rows, rows, g, {});
    EXPECT_NEAR(trainer.train(rows, rows, 0.01), loss / 50, 1e-5);
    for (std::size_t i = 0; i < w.size(); ++i) {
      const double slope = static_cast<double>(g[i]) / 50 + 0.05 * static_cast<double>(p[i]) * w[i];
      m[i] = 0.9 * m[i] + 0.1 * slope;
      v[i] = 0.999 * v[i] + 0.001 * slope * slope;
      const double step = m[i] / (1 - std::pow(0.9, t)) / (std::sqrt(v[i] / (1 - std::pow(0.999, t))) + 1e-8);
      w[i] -= 0.01 * (step + (p[i] > 0.0f ? 0.3 * w[i] : 0.0));
      average[i] += (1 - std::min(0.9, (1.0 + t) / (10.0 + t))) * (w[i] - average[i]);
      EXPECT_NEAR(trainer.weights()[i], w[i], 1e-4) << t;
      EXPECT_NEAR(trainer.averaged()[i], average[i], 1e-4) << t;
    }
  }
  EXPECT_EQ(trainer.steps(), 20);
}

TEST(ThreadsTrainer, ThreadsChangeNoBit) {
  const auto run = [](int threads) {
    const int before = thread_count();
    set_thread_count(threads);
    const std::shared_ptr<const Learner> learner = nade_learner({6, 5, {}}, Activation::relu, 20);
    Trainer trainer(learner, {}, learner->first_weights(std::vector<double>(30, 0.3), 1),
                    learner->penalties());
    const auto rows = random_rows(101, 30, 7);
    for (int i = 0; i < 20; ++i) trainer.train(rows, rows, 0.01);
    set_thread_count(before);
    return std::vector<float>(trainer.averaged().begin(), trainer.averaged().end());
  };
  EXPECT_EQ(run(1), run(3));
}

TEST(Trainer, GoesOnFromWhatItSaved) {
  const std::shared_ptr<const Learner> learner = fvsbn_learner({3, 4, {}});
  const auto make = [&] {
    return Trainer(learner, {}, learner->first_weights(std::vector<double>(12, 0.3), 1),
                   learner->penalties());
  };
  const auto rows = random_rows(50, 12, 1);
  Trainer whole = make(), begun = make(), resumed = make();
  for (int i = 0; i < 10; ++i) whole.train(rows, rows, 0.01);
  for (int i = 0; i < 4; ++i) begun.train(rows, rows, 0.01);
  resumed.load(read_safetensors(write_safetensors(begun.save())));
  for (int i = 0; i < 6; ++i) resumed.train(rows, rows, 0.01);
  EXPECT_TRUE(std::ranges::equal(whole.averaged(), resumed.averaged()));
  EXPECT_SENTENCE(resumed.load({}), "no saved training");
  Safetensors other = begun.save();
  other.tensors.insert_or_assign("average", Tensor(DType::f32, {3}));
  EXPECT_SENTENCE(resumed.load(other), "\"average\"");
}

TEST(PixelConditional, GradientIsTheLosses) {
  const auto objective = conditional_objective(5, 6, 1, 8);
  auto weights = objective->first_weights(std::vector<double>(30, 0.3), 3);
  // Away from zero, where a window without pixels would lie on every unit's kink.
  for (std::size_t i = 30; i < 38; ++i) weights[i] = i % 2 ? 0.31f : -0.17f;
  for (std::uint64_t row = 0; row < 5; ++row) {
    const auto seen = random_rows(1, 30, row), told = random_rows(1, 30, row + 40);
    std::vector<float> gradient(weights.size());
    const double loss = objective->loss(weights, seen, told, gradient, {});
    for (std::size_t i = 0; i < weights.size(); ++i) {
      constexpr float kStep = 0.001f;
      auto moved = weights;
      moved[i] = weights[i] + kStep;
      const double up = (objective->loss(moved, seen, told, {}, {}) - loss) / static_cast<double>(kStep);
      moved[i] = weights[i] - kStep;
      const double down = (loss - objective->loss(moved, seen, told, {}, {})) / static_cast<double>(kStep);
      EXPECT_GT(gradient[i], std::min(up, down) - 0.02 - 0.01 * std::abs(up)) << i;
      EXPECT_LT(gradient[i], std::max(up, down) + 0.02 + 0.01 * std::abs(up)) << i;
    }
  }
}

// The probability of a pixel must not depend on its own value, and must on its neighbours'.
TEST(PixelConditional, IsBlindToThePixelItself) {
  const auto objective = conditional_objective(5, 6, 2, 16);
  const auto weights = objective->first_weights(std::vector<double>(30, 0.3), 3);
  auto row = random_rows(1, 30, 8);
  const auto before = conditionals(*objective, weights, row);
  row[14] ^= 1;
  const auto after = conditionals(*objective, weights, row);
  EXPECT_EQ(after[14], before[14]);
  EXPECT_NE(after, before);
  EXPECT_EQ(after[5], before[5]);  // further away than the window reaches
}

// Vertical stripes with errors: a pixel follows those above and below.
TEST(PixelConditional, LearnsWhatPixelsSayOfEachOther) {
  Rng rng(1);
  std::vector<std::uint8_t> rows;
  for (int i = 0; i < 600; ++i) {
    bool column[6];
    for (bool& c : column) c = rng.uniform() < 0.5f;
    for (int k = 0; k < 30; ++k) rows.push_back(column[k % 6] != (rng.uniform() < 0.05f));
  }
  const std::shared_ptr<const Objective> objective = conditional_objective(5, 6, 2, 8);
  Trainer trainer(objective, {}, objective->first_weights(std::vector<double>(30, 0.5), 3),
                  objective->penalties());
  DigitBatches batches(rows, 30, 60, 0.0, 1);
  Batch batch;
  for (int i = 0; i < 200; ++i) {
    batches.fill(i / 10, i % 10, batch);
    trainer.train(batch.seen, batch.told, 0.02);
  }
  const auto p = conditionals(*objective, trainer.averaged(), rows);
  double right = 0.0;
  for (std::size_t i = 0; i < rows.size(); ++i) right += (p[i] >= 128) == (rows[i] == 1);
  EXPECT_GT(right / static_cast<double>(rows.size()), 0.92);
}

}  // namespace
}  // namespace priorlab
