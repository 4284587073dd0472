// Drawn digits are the same on every flavour and machine, to the bit: the same constants natively and as
// wasm.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "autoregressive_models.h"
#include "models/autoregressive/completion.h"
#include "models/autoregressive/image_draws.h"

namespace priorlab {
namespace {

// FNV-1a over the bytes.
class Hash {
 public:
  template <class T>
  void add(std::span<const T> values) {
    for (std::byte b : std::as_bytes(values))
      value_ = (value_ ^ std::to_integer<std::uint64_t>(b)) * 1099511628211ull;
  }
  std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_ = 14695981039346656037ull;
};

// Of 64 images: their pixels, the probabilities behind them and their likelihoods.
std::uint64_t hash_of_draws(const Autoregressive& model) {
  const auto n = static_cast<std::size_t>(model.pixels());
  std::vector<std::uint8_t> pixels(64 * n);
  std::vector<float> probabilities(64 * n);
  std::vector<double> log_likelihood(64);
  draw_images(model, *model.sweep(64), 1, 0, 1, {pixels, probabilities, log_likelihood});
  Hash hash;
  hash.add(std::span<const std::uint8_t>(pixels));
  hash.add(std::span<const float>(probabilities));
  hash.add(std::span<const double>(log_likelihood));
  return hash.value();
}

TEST(DigitGolden, DrawsOfEveryKind) {
  const std::map<std::string, std::uint64_t> golden = {
      {"independent", 13328910763203826242ull}, {"markov", 962165439884748086ull},
      {"fvsbn", 5318960768134368371ull},        {"nade", 18266781577639075196ull},
      {"nade-relu", 7118441536839220137ull},    {"made", 542271441719860144ull},
      {"made-relu", 3763816363463912448ull},    {"orderless", 1669963551736605138ull},
  };
  for (const std::string& kind : test::model_kinds())
    EXPECT_EQ(hash_of_draws(*test::random_model(kind, 9, 8, 5, false, 21)), golden.at(kind)) << kind;
}

TEST(DigitGolden, DrawsOfTheShippedModels) {
  // A model that is trained anew gets a new constant.
  const std::map<std::string, std::uint64_t> golden = {
      {"orderless", 18084089426730424624ull},   {"made-random", 13396548770840342827ull},
      {"made-columns", 4735492755389390838ull}, {"made-centre", 8937699129302155570ull},
      {"made", 894809525737681867ull},          {"fvsbn", 1407252519046920513ull},
      {"independent", 14168967980475652046ull}, {"markov", 4734362177361294445ull},
      {"nade", 11932410734775296793ull},        {"made-raster", 2276975161622541496ull},
  };
  int there = 0;
  for (const auto& [name, hash] : golden) {
    const std::string path = "shared/models/" + name + "/" + name + ".safetensors";
    std::ifstream file(path, std::ios::binary);
    if (!file) continue;
    ++there;
    const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
    const auto model = AutoregressiveModel::from(read_safetensors(std::as_bytes(std::span(bytes))));
    EXPECT_EQ(hash_of_draws(*model), hash) << name;
  }
  if (there == 0) GTEST_SKIP() << "no model of digits lies in shared/models";
}

TEST(DigitGolden, ACompletion) {
  const auto model = test::random_model("nade", 9, 8, 5, false, 21);
  const auto guide =
      std::dynamic_pointer_cast<const OrderlessModel>(test::random_model("orderless", 9, 8, 6, true, 21));
  std::vector<std::uint8_t> image(72), given(72);
  for (std::size_t i = 0; i < 72; ++i) {
    image[i] = i % 5 == 0;
    given[i] = i % 3 == 0;
  }
  CompletionOptions options;
  options.particles = 50;
  options.moves = 5;
  options.stretch = 11;
  Completion completion(*model, guide.get(), image, given, options);
  while (!completion.done()) {
    for (int block = 0; block < completion.blocks(); ++block) completion.run_block(block);
    completion.merge();
  }
  Hash hash;
  for (int i = 0; i < 50; ++i) hash.add(completion.particle(i));
  const double evidence = completion.log_evidence();
  hash.add(std::span<const double>(&evidence, 1));
  hash.add(completion.effective_sizes());
  EXPECT_EQ(hash.value(), 16494236612467180773ull);
}

}  // namespace
}  // namespace priorlab
