// priorlab sample and priorlab eval histogram, on a small random model. Native only.
#ifdef PRIORLAB_CLI

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <sstream>

#include "autoregressive_models.h"
#include "cli.h"
#include "core/safetensors.h"
#include "epll_prior.h"
#include "models/gmm/gmm.h"
#include "models/vae/vae.h"

namespace priorlab {
namespace {

using testing::HasSubstr;

class CliSample : public WithFolder {
 protected:
  void SetUp() override {
    WithFolder::SetUp();
    const auto bytes = write_safetensors(test::random_model("nade", 4, 3, 5)->to_file());
    write(model_, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  }
  // The lines that are numbers alone.
  static std::vector<double> numbers(const std::string& text) {
    std::vector<double> values;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);)
      if (line.find_first_not_of("-.0123456789") == std::string::npos) values.push_back(std::stod(line));
    return values;
  }

  std::string model_ = in("tiny.safetensors");
};

TEST_F(CliSample, SampleWritesASheetThatTheSeedDecides) {
  const std::string sample = "sample --model " + model_ + " --count 5 --each";
  const Outcome first = ask(sample + " --seed 3 -o " + in("a.png"));
  ASSERT_EQ(first.code, 0) << first.text;
  EXPECT_EQ(numbers(first.text).size(), 5u);
  EXPECT_THAT(first.text, HasSubstr("5 digits"));
  EXPECT_EQ(ask(sample + " --seed 3 -o " + in("b.png")).code, 0);
  EXPECT_EQ(ask(sample + " --seed 4 -o " + in("c.png")).code, 0);
  EXPECT_EQ(read(in("a.png")), read(in("b.png")));
  EXPECT_NE(read(in("a.png")), read(in("c.png")));
  // Three columns and two rows of 3 x 4 pixels, four times as large: 13 x 10 pixels with the gaps.
  const std::string png = read(in("a.png"));
  EXPECT_EQ(png.substr(16, 8), std::string("\0\0\0\x34\0\0\0\x28", 8));
  // Digits are counted from --first on.
  const auto later = numbers(ask(sample + " --seed 3 --first 2 -o " + in("d.png")).text);
  EXPECT_EQ(std::vector<double>(later.begin(), later.begin() + 3),
            (std::vector<double>{numbers(first.text)[2], numbers(first.text)[3], numbers(first.text)[4]}));
}

TEST_F(CliSample, DigitsDecodedFromThePrior) {
  const VaeShape shape{3, 4, 5, 2};
  const auto bytes = write_safetensors(Vae(shape, std::vector<float>(shape.size(), 0.5f)).to_file());
  const std::string model = in("vae.safetensors"), sample = "sample --task vae_decode --model " + model;
  write(model, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  const Outcome first = ask(sample + " --count 5 --seed 3 -o " + in("a.png"));
  ASSERT_EQ(first.code, 0) << first.text;
  EXPECT_THAT(first.text, HasSubstr("5 digits of " + model + "\n"));  // a decoder gives no log-likelihood
  EXPECT_EQ(read(in("a.png")).substr(16, 8), std::string("\0\0\0\x40\0\0\0\x20", 8));  // 16 x 8, 4 times
  ASSERT_EQ(ask(sample + " --count 5 --seed 4 -o " + in("b.png")).code, 0);
  EXPECT_NE(read(in("a.png")), read(in("b.png")));
}

TEST_F(CliSample, PatchesOfAMixtureAreASheetOnAStatedScale) {
  const std::string model = in("mixture.safetensors");
  const TestPrior prior(3);
  const auto bytes = write_safetensors(GaussianMixture(8, prior.log_weights, prior.covariances).to_file());
  write(model, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  const std::string sample = "sample --task gmm --model " + model + " --count 7 --each";
  const Outcome first = ask(sample + " --seed 3 -o " + in("a.png"));
  ASSERT_EQ(first.code, 0) << first.text;
  EXPECT_EQ(numbers(first.text).size(), 7u);
  EXPECT_THAT(first.text, HasSubstr("7 patches"));
  EXPECT_THAT(first.text, HasSubstr("black is -"));
  EXPECT_EQ(ask(sample + " --seed 3 -o " + in("b.png")).code, 0);
  EXPECT_EQ(read(in("a.png")), read(in("b.png")));
  EXPECT_EQ(ask(sample + " --seed 3 --component 1 -o " + in("c.png")).code, 0);
  EXPECT_NE(read(in("a.png")), read(in("c.png")));
  EXPECT_THAT(ask(sample + " --component 3 -o " + in("d.png")).text, HasSubstr("component"));
  EXPECT_THAT(ask("sample --task epll --model " + model + " -o " + in("d.png")).text,
              HasSubstr("digits, gmm and vae_decode"));
}

TEST_F(CliSample, SampleRefusesInWords) {
  const std::string sample = "sample --model " + model_;
  EXPECT_THAT(ask(sample).text, HasSubstr("needs -o"));
  EXPECT_THAT(ask(sample + " -o " + in("a.gif")).text, HasSubstr("writes .png or .jpg"));
  EXPECT_EQ(ask(sample + " -o " + in("a.png")).code, 0);
  const Outcome again = ask(sample + " -o " + in("a.png"));
  EXPECT_EQ(again.code, 2);
  EXPECT_THAT(again.text, HasSubstr("is there already"));
  EXPECT_EQ(ask(sample + " --force -o " + in("a.png")).code, 0);
}

TEST_F(CliSample, HistogramCountsEachDigitOnce) {
  // IDX: four pictures of 4 x 3 pixels.
  std::string idx("\0\0\x08\x03\0\0\0\x04\0\0\0\x04\0\0\0\x03", 16);
  for (int i = 0; i < 48; ++i) idx += static_cast<char>(i * i % 5 < 2);
  write(in("digits.idx"), idx);
  const std::string histogram = "eval histogram --model " + model_ + " --file " + in("digits.idx");
  const auto values = numbers(ask(histogram + " --each").text);
  ASSERT_EQ(values.size(), 4u);
  const auto json = nlohmann::json::parse(ask(histogram + " --width 0.5 --json", "2>/dev/null").text);
  const std::vector<int> counts = json["counts"];
  std::vector<int> expected(counts.size());
  double mean = 0;
  for (const double value : values) {
    ++expected.at(
        static_cast<std::size_t>(std::floor(value / 0.5) - std::floor(json["from"].get<double>() / 0.5)));
    mean += value / 4;
  }
  EXPECT_EQ(counts, expected);
  EXPECT_GT(counts.front(), 0);
  EXPECT_GT(counts.back(), 0);
  EXPECT_NEAR(json["mean"], mean, 1e-3);
  EXPECT_EQ(json["count"], 4);
}

TEST_F(CliSample, HistogramRefusesInWords) {
  const std::string histogram = "eval histogram --model " + model_;
  EXPECT_THAT(ask(histogram).text, HasSubstr("needs either --file"));
  EXPECT_THAT(ask(histogram + " --file x --split test --data y").text, HasSubstr("needs either --file"));
  EXPECT_THAT(ask(histogram + " --split all --data y").text, HasSubstr("train, valid or test"));
  std::string idx("\0\0\x08\x03\0\0\0\x01\0\0\0\x02\0\0\0\x02", 16);
  write(in("small.idx"), idx + std::string(4, '\0'));
  EXPECT_THAT(ask(histogram + " --file " + in("small.idx")).text, HasSubstr("the digits have 2x2"));
}

}  // namespace
}  // namespace priorlab

#endif
