// The models as distributions (they sum to one), their structure, and their files.
#include "autoregressive_models.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "errors.h"

namespace priorlab {
namespace {

using test::model_kinds;
using test::random_model;

std::vector<std::uint8_t> image_of(int bits, int n) {
  std::vector<std::uint8_t> image;
  for (int i = 0; i < n; ++i) image.push_back(static_cast<std::uint8_t>(bits >> i & 1));
  return image;
}

TEST(AutoregressiveModels, SumToOneOverAllImages) {
  for (const std::string& kind : model_kinds()) {
    const auto model = random_model(kind, 2, 5, 3);
    double sum = 0.0;
    for (int bits = 0; bits < 1024; ++bits) sum += std::exp(log_likelihood_plain(*model, image_of(bits, 10)));
    EXPECT_NEAR(sum, 1.0, 1e-12) << kind;
  }
}

// A pixel that is not seen changes nothing; one that is seen changes something (the weights are random).
TEST(AutoregressiveModels, SeeWhatTheySay) {
  for (const std::string& kind : model_kinds()) {
    const auto model = random_model(kind, 3, 4, 5, false, 40);
    for (int t = 0; t < 12; ++t)
      for (int s = 0; s < t; ++s) {
        bool changed = false;
        for (const int bits : {0, 0xfff, 0x5a5}) {
          auto before = image_of(bits, 12);
          const double was = model->log_odds_plain(t, before);
          before[static_cast<std::size_t>(s)] ^= 1;
          changed = changed || model->log_odds_plain(t, before) != was;
        }
        EXPECT_EQ(changed, model->sees(t, s)) << kind << " " << t << " " << s;
      }
    EXPECT_FALSE(model->sees(4, 4));
    EXPECT_FALSE(model->sees(4, 5));
    EXPECT_FALSE(model->sees(4, -1));
  }
}

TEST(AutoregressiveModels, CountTheirParameters) {
  EXPECT_EQ(random_model("independent", 28, 28, 1)->parameters(), 784);
  EXPECT_EQ(random_model("markov", 28, 28, 1)->parameters(), 2 * 784 - 1);
  EXPECT_EQ(random_model("fvsbn", 28, 28, 1)->parameters(), 784 + 784 * 783 / 2);
  EXPECT_EQ(random_model("nade", 28, 28, 1, true, 500)->parameters(), 785284);
  // Each unit has n weights, whatever its degree.
  EXPECT_EQ(random_model("made-relu", 28, 28, 1, true, 50)->parameters(), 784 + 50 + 50 * 784);
}

TEST(AutoregressiveModels, ComeBackFromTheirFiles) {
  for (const std::string& kind : model_kinds()) {
    for (const bool raster : {false, true}) {
      const auto model = random_model(kind, 3, 4, 9, raster);
      const Safetensors file = read_safetensors(write_safetensors(model->to_file({{"seed", "9"}})));
      EXPECT_EQ(file.metadata.at("seed"), "9");
      EXPECT_EQ(file.tensors.contains("order"), !raster);
      const AutoregressiveModel again = AutoregressiveModel::from(file);
      EXPECT_EQ(again->kind(), model->kind());
      EXPECT_EQ(again->height(), 3);
      EXPECT_EQ(again->width(), 4);
      EXPECT_EQ(again->parameters(), model->parameters());
      EXPECT_TRUE(std::ranges::equal(again->order(), model->order()));
      for (const int bits : {0, 0xabc, 0xfff})
        EXPECT_NEAR(log_likelihood_plain(*again, image_of(bits, 12)),
                    log_likelihood_plain(*model, image_of(bits, 12)), 0.05)
            << kind;
      // f16 once, f16 for ever.
      EXPECT_EQ(write_safetensors(again->to_file({{"seed", "9"}})), write_safetensors(file)) << kind;
    }
  }
}

TEST(AutoregressiveModels, SayWhatIsWrongWithAFile) {
  const auto broken = [](const std::string& kind, const std::function<void(Safetensors&)>& breakage) {
    Safetensors file = random_model(kind, 3, 4, 2)->to_file();
    breakage(file);
    return sentence([&] { AutoregressiveModel::from(file); });
  };
  const auto expect = [&](const std::string& kind, const std::string& words,
                          const std::function<void(Safetensors&)>& breakage) {
    EXPECT_THAT(broken(kind, breakage), testing::AllOf(testing::HasSubstr(words), testing::EndsWith(".")));
  };
  expect("fvsbn", "this file says \"gmm\"", [](auto& f) { f.metadata["family"] = "gmm"; });
  expect("fvsbn", "independent, markov, fvsbn, nade, made and orderless; this file says \"pixelcnn\"",
         [](auto& f) { f.metadata["kind"] = "pixelcnn"; });
  expect("fvsbn", "version \"1\"; this file says \"2\"", [](auto& f) { f.metadata["version"] = "2"; });
  expect("fvsbn", "no \"height\" in its metadata", [](auto& f) { f.metadata.erase("height"); });
  expect("fvsbn", "from 1 to 64 pixels; this file says \"99\"", [](auto& f) { f.metadata["width"] = "99"; });
  expect("fvsbn", "\"bias\" must be f32 or f16 of shape (15)", [](auto& f) {
    f.metadata["width"] = "5";
    f.tensors.erase("order");
  });
  expect("fvsbn", "\"order\" must be i32 of shape (12)",
         [](auto& f) { f.tensors.insert_or_assign("order", Tensor(DType::i32, {11})); });
  expect("fvsbn", "each of the 12 pixels once; 0 comes twice",
         [](auto& f) { f.tensors.insert_or_assign("order", Tensor(DType::i32, {12})); });
  expect("markov", "\"weight\" must be f32 or f16 of shape (11)",
         [](auto& f) { f.tensors.insert_or_assign("weight", Tensor(DType::f32, {12})); });
  expect("nade", "\"W\" must be f32 or f16 of shape (12, 7)", [](auto& f) {
    f.tensors.insert_or_assign("W", Tensor(DType::f32, {12, 8}));
  });
  expect("nade", "sigmoid or relu; this file says \"tanh\"",
         [](auto& f) { f.metadata["activation"] = "tanh"; });
  expect("made", "radius of a MADE's direct connections must be from 0 to 63; this file says \"-1\"",
         [](auto& f) { f.metadata["radius"] = "-1"; });
  expect("made", "has the degrees of its units", [](auto& f) { f.tensors.erase("degrees"); });
  expect("made", "ascend from at least 1 to at most 11; unit 0 has 0",
         [](auto& f) { f.tensors.insert_or_assign("degrees", Tensor(DType::i32, {7})); });
  expect("made", "has W, c, V, b and direct of",
         [](auto& f) { f.tensors.insert_or_assign("W", Tensor(DType::f32, {3})); });
  expect("made", "`priorlab train made", [](auto& f) { f.tensors.erase("direct"); });

  EXPECT_SENTENCE(OrderedPixels::Frame frame({65, 1, {}}); IndependentModel(frame, {}), "65x1 came");
  EXPECT_SENTENCE(IndependentModel({1, 2, {}}, {70000.0f, 0.0f}).to_file({}), "\"bias\" cannot be stored");
}

TEST(AutoregressiveModels, SweepAsTheDefinitionSays) {
  for (const std::string& kind : model_kinds()) {
    const auto model = random_model(kind, 3, 4, 21);
    const auto sweep = model->sweep(3);
    for (int round = 0; round < 2; ++round) {
      std::vector<std::vector<std::uint8_t>> lanes = {image_of(0x123, 12), image_of(0xfed, 12),
                                                      image_of(0x0f0, 12)};
      sweep->restart();
      for (int t = 0; t < 12; ++t) {
        if (t == 6) {
          sweep->select(std::vector<int>{2, 0, 0});
          lanes = {lanes[2], lanes[0], lanes[0]};
          lanes[2][6] ^= 1;
        }
        std::vector<float> odds(3);
        sweep->log_odds(odds);
        std::vector<std::uint8_t> values;
        for (std::size_t i = 0; i < 3; ++i) {
          EXPECT_NEAR(odds[i], model->log_odds_plain(t, lanes[i]), 1e-4) << kind << " " << t;
          values.push_back(lanes[i][static_cast<std::size_t>(t)]);
        }
        sweep->push(values);
      }
    }
  }
}

}  // namespace
}  // namespace priorlab
