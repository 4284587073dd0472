// Completion against enumeration on tiny images: the evidence's estimate is unbiased, the particles follow
// p(hidden | given), for every kind, with and without a guide.
#include "models/autoregressive/completion.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "autoregressive_models.h"
#include "core/parallel_for.h"
#include "errors.h"

namespace priorlab {
namespace {

constexpr int kHeight = 3, kWidth = 3, kPixels = 9;

struct Exact {
  double log_evidence = 0;
  std::vector<double> mean = std::vector<double>(kPixels);
};

Exact enumerated(const Autoregressive& model, std::span<const std::uint8_t> image,
                 std::span<const std::uint8_t> given) {
  Exact exact;
  double sum = 0;
  for (unsigned code = 0; code < 1u << kPixels; ++code) {
    std::vector<std::uint8_t> x(kPixels);
    bool fits = true;
    for (std::size_t i = 0; i < kPixels; ++i) {
      x[i] = code >> i & 1;
      fits = fits && (!given[i] || x[i] == image[i]);
    }
    if (!fits) continue;
    const double p = std::exp(log_likelihood_plain(model, x));
    sum += p;
    for (std::size_t i = 0; i < kPixels; ++i) exact.mean[i] += p * x[i];
  }
  for (double& m : exact.mean) m /= sum;
  exact.log_evidence = std::log(sum);
  return exact;
}

std::unique_ptr<Completion> completed(const Autoregressive& model, const OrderlessModel* guide,
                                      std::span<const std::uint8_t> image,
                                      std::span<const std::uint8_t> given, const CompletionOptions& options) {
  auto all = std::make_unique<Completion>(model, guide, image, given, options);
  while (!all->done()) {
    parallel_for(all->blocks(), [&](int block) { all->run_block(block); });
    all->merge();
  }
  return all;
}

// A guide that knows nothing of the model, though it is not too sure of itself.
std::shared_ptr<const OrderlessModel> random_guide(int height, int width) {
  const auto wild = std::dynamic_pointer_cast<const OrderlessModel>(
      test::random_model("orderless", height, width, 12, true));
  OrderlessModel::Weights weights = wild->weights();
  for (float& v : weights.V) v *= 0.25f;
  return std::make_shared<OrderlessModel>(OrderedPixels::Frame{height, width, {}}, std::move(weights));
}

class CompletionKinds : public testing::TestWithParam<std::string> {
 protected:
  std::shared_ptr<const Autoregressive> model_ = test::random_model(GetParam(), kHeight, kWidth, 15);
  std::shared_ptr<const OrderlessModel> guide_ = random_guide(kHeight, kWidth);
  std::vector<std::uint8_t> image_ = {1, 0, 0, 1, 1, 0, 0, 1, 1}, given_ = {0, 1, 0, 1, 0, 0, 1, 0, 0};
};

TEST_P(CompletionKinds, TheEvidenceIsUnbiased) {
  const Exact exact = enumerated(*model_, image_, given_);
  for (const OrderlessModel* guide : {static_cast<const OrderlessModel*>(nullptr), guide_.get()}) {
    SCOPED_TRACE(guide ? "guided" : "not guided");
    constexpr int kRuns = 300;
    double sum = 0, squares = 0;
    for (int run = 0; run < kRuns; ++run) {
      CompletionOptions options;
      options.particles = 20;
      options.moves = 60;
      options.stretch = 2;
      options.look_ahead = 1;
      options.threshold = 0.95;  // resampled as often as can be
      options.seed = static_cast<std::uint64_t>(run);
      const double ratio =
          std::exp(completed(*model_, guide, image_, given_, options)->log_evidence() - exact.log_evidence);
      sum += ratio;
      squares += ratio * ratio;
    }
    const double mean = sum / kRuns, error = std::sqrt(std::max(0.0, squares / kRuns - mean * mean) / kRuns);
    EXPECT_NEAR(mean, 1, 4 * error + 1e-4);
    EXPECT_LT(error, 0.1);
  }
}

TEST_P(CompletionKinds, ParticlesFollowThePosterior) {
  const Exact exact = enumerated(*model_, image_, given_);
  for (const OrderlessModel* guide : {static_cast<const OrderlessModel*>(nullptr), guide_.get()})
    for (int moves : {0, 12}) {
      SCOPED_TRACE((guide ? "guided, moves " : "not guided, moves ") + std::to_string(moves));
      CompletionOptions options;
      options.particles = 8000;
      options.moves = moves;
      options.stretch = 3;
      options.look_ahead = 0.5;
      const auto all = completed(*model_, guide, image_, given_, options);
      const auto mean = all->mean(), weights = all->weights();
      EXPECT_NEAR(std::accumulate(weights.begin(), weights.end(), 0.0), 1, 1e-9);
      const double error = 5 / std::sqrt(std::min(8000.0, all->effective_size()));
      for (std::size_t i = 0; i < kPixels; ++i) EXPECT_NEAR(mean[i], exact.mean[i], error) << "pixel " << i;
      EXPECT_NEAR(all->log_evidence(), exact.log_evidence, 0.1);
      EXPECT_EQ(all->accepted() > 0.02, moves > 0);
    }
}

TEST_P(CompletionKinds, MovesAloneLeadToThePosterior) {
  // One particle, drawn forward with nothing to be resampled from, then moved for long: the average over runs
  // is the posterior's mean only where the moves are right.
  const Exact exact = enumerated(*model_, image_, given_);
  std::vector<double> mean(kPixels);
  constexpr int kRuns = 500;
  for (int run = 0; run < kRuns; ++run) {
    CompletionOptions options;
    options.particles = 1;
    options.moves = 60;
    options.seed = static_cast<std::uint64_t>(run);
    const auto all = completed(*model_, guide_.get(), image_, given_, options);
    for (std::size_t i = 0; i < kPixels; ++i) mean[i] += all->mean()[i] / kRuns;
  }
  for (std::size_t i = 0; i < kPixels; ++i) EXPECT_NEAR(mean[i], exact.mean[i], 0.08) << "pixel " << i;
}

INSTANTIATE_TEST_SUITE_P(Kinds, CompletionKinds, testing::ValuesIn(test::model_kinds()),
                         [](const auto& kind) {
                           std::string name = kind.param;
                           std::erase(name, '-');
                           return name;
                         });

TEST(Completion, GivenPixelsThatComeFirstAreExact) {
  const auto model = test::random_model("nade", 4, 4, 3, true);
  std::vector<std::uint8_t> image(16, 1), given(16, 0);
  std::fill_n(given.begin(), 8, std::uint8_t{1});
  const auto guide = random_guide(4, 4);
  for (const OrderlessModel* g : {static_cast<const OrderlessModel*>(nullptr), guide.get()}) {
    const auto all = completed(*model, g, image, given, {});
    // All weights stay equal, and the evidence is p(given) itself.
    EXPECT_NEAR(all->effective_size(), 256, 1e-6);
    double log_p = 0;
    for (int t = 0; t < 8; ++t) {
      const double odds = model->log_odds_plain(t, image);
      log_p -= std::log(1 + std::exp(-odds));
    }
    EXPECT_NEAR(all->log_evidence(), log_p, 1e-4);
    EXPECT_EQ(all->accepted(), 0);
  }
}

TEST(Completion, EverythingOrNothingGiven) {
  const auto model = test::random_model("made", 3, 3, 4);
  const std::vector<std::uint8_t> image = {1, 0, 1, 1, 0, 0, 1, 1, 0}, all_given(9, 1), none(9, 0);
  const auto whole = completed(*model, nullptr, image, all_given, {});
  EXPECT_NEAR(whole->log_evidence(), log_likelihood_plain(*model, image), 1e-4);
  for (std::size_t i = 0; i < 9; ++i) EXPECT_EQ(whole->mean()[i], image[i]);
  const auto free = completed(*model, nullptr, image, none, {});
  EXPECT_NEAR(free->log_evidence(), 0, 1e-9);
  EXPECT_NEAR(free->effective_size(), 256, 1e-6);
}

TEST(Completion, NaiveForcingDrawsForwardAndIgnoresTheWeights) {
  const auto model = test::random_model("fvsbn", 3, 3, 4, true);
  const std::vector<std::uint8_t> image(9, 1), given = {0, 0, 0, 0, 0, 0, 0, 0, 1};
  CompletionOptions options;
  options.naive = true;
  options.particles = 20000;
  const auto all = completed(*model, nullptr, image, given, options);
  const std::vector<std::uint8_t> none(9, 0);
  const Exact forward = enumerated(*model, image, none);
  for (std::size_t i = 0; i < 8; ++i) EXPECT_NEAR(all->mean()[i], forward.mean[i], 0.02);
  for (double w : all->weights()) ASSERT_EQ(w, 1.0 / 20000);
}

TEST(ThreadsCompletion, ThreadsAndReplicasChangeNoBit) {
  const int before = thread_count();
  const auto model = test::random_model("nade", 8, 7, 4);
  const auto guide = random_guide(8, 7);
  std::vector<std::uint8_t> image(56), given(56);
  Rng rng(2);
  for (std::uint8_t& v : image) v = static_cast<std::uint8_t>(rng.below(2));
  for (std::uint8_t& v : given) v = static_cast<std::uint8_t>(rng.below(2));
  CompletionOptions options;
  options.particles = 70;
  options.moves = 3;
  options.stretch = 9;
  options.threshold = 0.9;
  set_thread_count(1);
  const auto alone = completed(*model, guide.get(), image, given, options);
  set_thread_count(4);
  const auto threaded = completed(*model, guide.get(), image, given, options);
  set_thread_count(before);
  Completion a(*model, guide.get(), image, given, options), b(*model, guide.get(), image, given, options);
  while (!a.done()) {
    // Each block on one of two replicas, not always the same one.
    for (int block = 0; block < a.blocks(); ++block) {
      Completion& by = rng.below(2) ? a : b;
      Completion& other = &by == &a ? b : a;
      by.run_block(block);
      ByteWriter writer;
      by.write_result(block, writer);
      const auto bytes = writer.take();
      ByteReader reader(bytes);
      other.read_result(block, reader);
      ASSERT_TRUE(reader.at_end());
    }
    a.merge();
    b.merge();
  }
  for (const Completion* other : std::vector<const Completion*>{threaded.get(), &a, &b}) {
    EXPECT_EQ(other->mean(), alone->mean());
    EXPECT_EQ(other->weights(), alone->weights());
    EXPECT_EQ(other->log_evidence(), alone->log_evidence());
    EXPECT_TRUE(std::ranges::equal(other->effective_sizes(), alone->effective_sizes()));
    for (int i = 0; i < 70; ++i) EXPECT_TRUE(std::ranges::equal(other->particle(i), alone->particle(i)));
  }
}

TEST(Completion, AGuideOfAnotherSizeIsRefused) {
  const auto model = test::random_model("nade", 3, 3, 4);
  const auto guide = random_guide(4, 4);
  const std::vector<std::uint8_t> none(9, 0);
  EXPECT_SENTENCE(Completion(*model, guide.get(), none, none, {}), "made for images of 4 x 4");
}

}  // namespace
}  // namespace priorlab
