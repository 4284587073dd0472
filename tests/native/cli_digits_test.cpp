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

// The lines that the page shows as "the same by command line" (tests/unit/demos_digits.test.ts).
TEST_F(CliDigits, TakesTheCommandsOfThePage) {
  const std::string first = "--order raster ",
                    last = "--batch 100 --epochs 2 --rate 0.003 --noise 0 --penalty 0.0001 --seed 1 ";
  for (const auto& [kind, options] :
       {std::pair<std::string, std::string>{"fvsbn", first + last + "--alike 0.002 --average 0.99"},
        {"nade", first + "--hidden 32 --activation relu " + last + "--average 0.99"},
        {"made", first + "--hidden 64 --activation relu --radius 2 " + last + "--average 0.99"}}) {
    const Outcome trained = train(kind, options);
    EXPECT_EQ(trained.code, 0) << kind << ": " << trained.text;
  }
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

TEST_F(CliDigits, TrainsAndMeasuresVariationalAutoencoders) {
  const std::string settings =
      "--latents 3 --hidden 12 --batch 20 --epochs 12 --every 4 --rate 0.01 --average 0.9 ";
  const auto measured = [&](const std::string& name) {
    const Outcome json =
        ask("eval vae --json --samples 200 --split test --data " + folder_ + " --model " + file(name),
            "2>/dev/null");
    EXPECT_EQ(json.code, 0) << json.text;
    return nlohmann::json::parse(json.text);
  };
  const Outcome trained = train("vae", settings + "--warm-up 2");
  ASSERT_EQ(trained.code, 0) << trained.text;
  EXPECT_THAT(trained.text, HasSubstr("epoch 8  training "));
  EXPECT_THAT(trained.text, HasSubstr("validation ELBO "));
  const auto vae = measured("vae");
  EXPECT_EQ(vae["count"], 200);
  EXPECT_EQ(vae["latents"], 3);
  EXPECT_GT(vae["iw_200"], vae["elbo"]);
  EXPECT_GT(vae["elbo"], -12.0);  // 12.9 are independent pixels
  EXPECT_LT(vae["iw_200"], -5.0);
  EXPECT_GE(vae["active_units"], 1);
  EXPECT_NEAR(vae["reconstruction"].get<double>() - vae["kl"].get<double>(), vae["elbo"], 1e-9);

  // What each latent does: their KL adds up, and the activity is the variance of the means that are written.
  const Outcome latents = ask("eval latents --json --split test --means " + in("means.csv") + " --data " +
                                  folder_ + " --model " + file("vae"),
                              "2>/dev/null");
  ASSERT_EQ(latents.code, 0) << latents.text;
  const auto uses = nlohmann::json::parse(latents.text);
  double kl = 0, sum = 0, squares = 0;
  for (const double v : uses["kl"]) kl += v;
  EXPECT_NEAR(kl, vae["kl"], 1e-5);
  std::ifstream means(in("means.csv"));
  int rows = 0;
  double z[3];
  for (char comma; means >> z[0] >> comma >> z[1] >> comma >> z[2]; ++rows) {
    sum += z[1];
    squares += z[1] * z[1];
  }
  EXPECT_EQ(rows, 200);
  EXPECT_NEAR(squares / rows - sum / rows * (sum / rows), uses["activity"][1], 1e-4);
  EXPECT_THAT(ask("eval latents --split tset --data " + folder_ + " --model " + file("vae")).text,
              HasSubstr("--split is train, valid or test; \"tset\" came."));

  // Cut short and resumed, the same file as in one go.
  fs::remove(file("vae"));
  ASSERT_EQ(train("vae", settings + "--warm-up 2 --minutes 0.00001").code, 0);
  EXPECT_NE(measured("vae")["elbo"], vae["elbo"]);
  ASSERT_EQ(train("vae", settings + "--warm-up 2 --resume").code, 0);
  EXPECT_EQ(measured("vae")["elbo"], vae["elbo"]);

  // From its weights on by the importance-weighted bound.
  const Outcome more = ask("train vae --data " + folder_ + " --out " + file("iwae") + " --from " +
                           file("vae") + " " + settings + "--samples 8");
  ASSERT_EQ(more.code, 0) << more.text;
  EXPECT_GT(measured("iwae")["iw_200"], vae["iw_200"].get<double>() - 0.3);
  EXPECT_THAT(train("vae", "--latents 4 --hidden 12 --from " + file("vae")).text, HasSubstr("other sizes"));
  EXPECT_THAT(ask("eval vae --split test --data " + folder_ + " --model nade").text,
              HasSubstr("autoregressive"));
}

TEST_F(CliDigits, CompletesDigitsBetterThanNaiveForcing) {
  ASSERT_EQ(train("fvsbn", "--batch 20 --epochs 25 --rate 0.02 --average 0.9").code, 0);
  const Outcome guide = train("orderless", "--hidden 20 --epochs 20 --batch 20 --rate 0.01");
  ASSERT_EQ(guide.code, 0) << guide.text;
  EXPECT_THAT(guide.text, HasSubstr("epoch   20  train "));
  EXPECT_LT(nll("orderless", "test"), 12);
  const std::string eval = "eval complete --data " + folder_ + " --model " + file("fvsbn") + " --guide ";
  const Outcome json = ask(eval + file("orderless") + " --particles 64 --count 40 --json", "2>/dev/null");
  ASSERT_EQ(json.code, 0) << json.text;
  const auto rows = nlohmann::json::parse(json.text)["rows"];
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0]["method"], "naive");
  EXPECT_EQ(rows[1]["method"], "smc");
  EXPECT_LT(rows[1]["score"], rows[0]["score"]);
  EXPECT_GT(rows[1]["log_evidence"], -13);
  EXPECT_THAT(ask(eval + file("orderless") + " --particles 8 --count 2").text, HasSubstr("naive"));
  EXPECT_THAT(ask(eval + file("fvsbn")).text, HasSubstr("must be an orderless NADE"));
  EXPECT_THAT(ask(eval + file("orderless") + " --count 500").text, HasSubstr("the split has 200"));
}

TEST_F(CliDigits, PackedDigitsAreReadToo) {
  ASSERT_EQ(train("independent").code, 0);
  const double plain = nll("independent", "test");
  ASSERT_EQ(std::system(("gzip -f " + in("binarized_mnist_test.amat")).c_str()), 0);
  EXPECT_EQ(nll("independent", "test"), plain);
  const std::string packed = in("binarized_mnist_test.amat.gz");
  fs::resize_file(packed, fs::file_size(packed) / 2);
  EXPECT_THAT(ask("eval digits --data " + folder_ + " --split test --model " + file("independent")).text,
              HasSubstr("gzip data is damaged or cut off"));
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
