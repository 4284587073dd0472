// priorlab train and eval for models of digits from end to end, on small digits that the test makes. Native
// only.
#ifdef PRIORLAB_CLI

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "cli.h"
#include "core/rng.h"

namespace priorlab {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

// "Digits" of 5 x 5 pixels: one of five rows is on, with a few errors; 5.4 nats at best, 12.5 if independent.
class CliDigits : public WithFolder {
 protected:
  void SetUp() override {
    WithFolder::SetUp();
    write("train", 400, 1);
    write("valid", 200, 2);
    write("test", 200, 3);
  }
  void write(const std::string& split, int count, std::uint64_t seed) const {
    Rng rng(seed);
    std::ofstream out(folder_ + "/binarized_mnist_" + split + ".amat");
    for (int i = 0; i < count; ++i) {
      const int row = static_cast<int>(rng.below(5));
      for (int k = 0; k < 25; ++k) out << ((k / 5 == row) != (rng.uniform() < 0.03f) ? "1 " : "0 ");
      out << '\n';
    }
  }
  std::string file(const std::string& name) const { return folder_ + "/" + name + ".safetensors"; }
  Outcome train(const std::string& kind, const std::string& more = "") const {
    return ask("train " + kind + " --data " + folder_ + " --out " + file(kind) + " " + more);
  }
  double nll(const std::string& kind, const std::string& split) const {
    const Outcome json =
        ask("eval digits --json --data " + folder_ + " --split " + split + " --model " + file(kind),
            "2>/dev/null");
    EXPECT_EQ(json.code, 0) << json.text;
    const auto values = nlohmann::json::parse(json.text);
    EXPECT_EQ(values["count"], 200);
    EXPECT_EQ(values["kind"], kind);
    EXPECT_EQ(values["split"], split);
    EXPECT_GT(values["parameters"], 20);
    return values["nll"];
  }
};

TEST_F(CliDigits, TrainsAndMeasuresEveryKind) {
  ASSERT_EQ(train("independent").code, 0);
  const double independent = nll("independent", "test");
  EXPECT_NEAR(independent, 12.9, 0.5);
  ASSERT_EQ(train("markov").code, 0);
  const double markov = nll("markov", "test");
  EXPECT_LT(markov, independent - 3.0);
  const std::string settings = "--batch 20 --epochs 25 --rate 0.02 --average 0.9 ";
  for (const auto& [kind, more] : {std::pair<std::string, std::string>{"fvsbn", "--penalty 1e-3 --reach 1"},
                                   {"nade", "--hidden 20 --activation relu --noise 0.01"},
                                   {"made", "--hidden 50 --radius 1 --order random --decay 0.01"}}) {
    const Outcome trained = train(kind, settings + more);
    ASSERT_EQ(trained.code, 0) << trained.text;
    EXPECT_THAT(trained.text, HasSubstr("400 digits of 5x5 pixels for training, 200 for validation"));
    EXPECT_THAT(trained.text, HasSubstr("epoch 25  training "));
    EXPECT_THAT(trained.text, HasSubstr("nats as written"));
    EXPECT_LT(nll(kind, "test"), markov) << kind;
    EXPECT_GT(nll(kind, "test"), 4.5) << kind;
  }
  const Outcome table = ask("eval digits --data " + folder_ + " --split valid --model " + file("nade"));
  EXPECT_THAT(table.text, HasSubstr("nats per image on the 200 digits of valid (standard error "));
}

TEST_F(CliDigits, StopsAndGoesOn) {
  const std::string settings = "--hidden 10 --batch 20 --epochs 6 --seed 3 ";
  const Outcome whole = train("nade", settings);
  ASSERT_EQ(whole.code, 0) << whole.text;
  const double expected = nll("nade", "valid");
  fs::remove(file("nade"));
  fs::remove(file("nade") + ".checkpoint");
  ASSERT_EQ(train("nade", settings + "--minutes 0.00001").code, 0);
  EXPECT_NE(nll("nade", "valid"), expected);
  const Outcome resumed = train("nade", settings + "--resume");
  ASSERT_EQ(resumed.code, 0) << resumed.text;
  EXPECT_THAT(resumed.text, testing::Not(HasSubstr("epoch 1 ")));
  EXPECT_EQ(nll("nade", "valid"), expected);
}

TEST_F(CliDigits, DrawsPixelsAnewFromTheirConditionals) {
  const Outcome first = train("conditional", "--epochs 2");
  ASSERT_EQ(first.code, 0) << first.text;
  EXPECT_THAT(first.text, HasSubstr("validation: -log pseudo-likelihood "));
  const Outcome trained = train(
      "fvsbn", "--batch 20 --epochs 10 --rate 0.02 --resample 0.2 --conditional " + file("conditional"));
  ASSERT_EQ(trained.code, 0) << trained.text;
  EXPECT_LT(nll("fvsbn", "test"), 12.0);
}

TEST_F(CliDigits, TrainsAnAutoencoder) {
  const Outcome trained = train("autoencoder", "--hidden 16 --code 3 --batch 20 --epochs 3");
  ASSERT_EQ(trained.code, 0) << trained.text;
  EXPECT_THAT(trained.text, HasSubstr("epoch 3  training "));
  EXPECT_THAT(trained.text, HasSubstr("parameters"));
  EXPECT_THAT(ask("eval digits --data " + folder_ + " --split valid --model " + file("autoencoder")).text,
              HasSubstr("has family \"autoregressive\" in its metadata; this file says \"autoencoder\""));
}

TEST_F(CliDigits, SaysWhatIsWrong) {
  EXPECT_THAT(ask("train nade --out x").text, HasSubstr("fixed binarisation of MNIST"));
  EXPECT_THAT(ask("train nade --data nowhere --out x").text, HasSubstr("nowhere"));
  EXPECT_THAT(train("nade", "--activation tanh").text, HasSubstr("sigmoid or relu; \"tanh\" came"));
  EXPECT_THAT(train("made", "--order spiral").text, HasSubstr("\"spiral\""));
  EXPECT_THAT(train("fvsbn", "--hidden 5").text, HasSubstr("--hidden"));
  EXPECT_THAT(train("fvsbn", "--resample 0.5").text, HasSubstr("priorlab train conditional"));
  EXPECT_THAT(train("fvsbn", "--resume").text, HasSubstr(".checkpoint"));
  EXPECT_THAT(ask("train nade --data " + folder_ + " --out /no/such/folder/x").text,
              HasSubstr("does not exist"));
  ASSERT_EQ(train("independent").code, 0);
  EXPECT_THAT(ask("eval digits --data " + folder_ + " --split all --model " + file("independent")).text,
              HasSubstr("train, valid or test; \"all\" came"));
  std::ofstream(folder_ + "/binarized_mnist_valid.amat") << "0 1 1 0\n";
  EXPECT_THAT(train("fvsbn").text, HasSubstr("5x5 pixels, those for validation 2x2"));
  EXPECT_THAT(ask("eval digits --data " + folder_ + " --split valid --model " + file("independent")).text,
              HasSubstr("5x5 pixels; the digits have 2x2"));
}

}  // namespace
}  // namespace priorlab

#endif
