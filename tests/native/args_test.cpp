#include "cli/args.h"

#include <gtest/gtest.h>

#include "errors.h"

namespace priorlab {
namespace {

Args args(std::vector<std::string> words) { return Args("priorlab train", std::move(words)); }

TEST(Args, WordsAreTakenInAnyOrder) {
  Args a = args({"gmm", "--seed", "7", "--json", "--data=../data", "--rate", "-0.5", "out.safetensors"});
  EXPECT_EQ(a.positional("the method to train"), "gmm");
  EXPECT_EQ(a.text("data", "x"), "../data");
  EXPECT_TRUE(a.flag("json"));
  EXPECT_FALSE(a.flag("quiet"));
  EXPECT_EQ(a.integer("seed", 1, 0, 100), 7);
  EXPECT_EQ(a.number("rate", 1, -1, 1), -0.5);
  EXPECT_EQ(a.number("other", 2.5, 0, 9), 2.5);
  EXPECT_EQ(a.option("none"), std::nullopt);
  EXPECT_EQ(a.positional("where to write"), "out.safetensors");
  EXPECT_EQ(a.positional_if_any(), std::nullopt);
  a.finish();
}

TEST(Args, TheLastOfARepeatedOptionCounts) {
  Args a = args({"--seed", "1", "--seed=2"});
  EXPECT_EQ(a.integer("seed", 0, 0, 9), 2);
  a.finish();
}

TEST(Args, AnOptionMayHaveAShortForm) {
  Args a = args({"-o", "here", "x.png"});
  EXPECT_EQ(a.option("out", "-o"), "here");
  EXPECT_EQ(a.positional("a picture"), "x.png");
  a.finish();
  EXPECT_EQ(args({"--out=there"}).option("out", "-o"), "there");
  EXPECT_SENTENCE(args({"-o"}).option("out", "-o"), "-o needs a value");
  EXPECT_SENTENCE(args({"-o", "-x"}).option("out", "-o"), "-o needs a value");
  EXPECT_EQ(args({"-x"}).positional_if_any(), std::nullopt);  // no file name
  EXPECT_EQ(args({"-"}).positional_if_any(), "-");
}

TEST(Args, MistakesAreSentences) {
  EXPECT_SENTENCE(args({}).positional("the method to train"), "`priorlab train` needs the method to train");
  EXPECT_SENTENCE(args({"--seed", "1"}).positional("the method"), "needs the method");
  EXPECT_SENTENCE(args({"--data"}).text("data", ""), "--data needs a value");
  EXPECT_SENTENCE(args({"--data", "--json"}).text("data", ""), "--data needs a value");
  EXPECT_SENTENCE(args({}).required("data", "the folder with the pictures"),
                  "`priorlab train` needs --data: the folder with the pictures");
  EXPECT_SENTENCE(args({"--s", "x"}).number("s", 1, 0, 2), "--s must be a number from 0 to 2; \"x\" came");
  for (const char* bad : {"nan", "inf", "1e999", "", "1x", "3", "-0.1"})
    EXPECT_SENTENCE(args({"--s=" + std::string(bad)}).number("s", 1, 0, 2),
                    "--s must be a number from 0 to 2");
  for (const char* bad : {"1.5", "nan", "11", "-1", "1e30", "abc"})
    EXPECT_SENTENCE(args({"--n", bad}).integer("n", 1, 0, 10), "--n must be a whole number from 0 to 10");
}

TEST(Args, NumbersComeWithCommas) {
  EXPECT_EQ(args({"--s", "1,0.5"}).numbers("s", {}, 0, 2), (std::vector<double>{1, 0.5}));
  EXPECT_EQ(args({}).numbers("s", {3}, 0, 2), std::vector<double>{3});
  for (const char* bad : {"3", "1,x", ",", "nan", "", "1 2"})
    EXPECT_SENTENCE(args({"--s=" + std::string(bad)}).numbers("s", {}, 0, 2),
                    "--s must be numbers from 0 to 2 with commas between them");
}

TEST(Args, WordsNobodyAskedForAreRefused) {
  Args a = args({"--jsn", "--seed", "1"});
  a.flag("json");
  a.integer("seed", 0, 0, 9);
  EXPECT_SENTENCE(a.finish(), "`priorlab train` does not know \"--jsn\"; its options are --json, --seed");
  EXPECT_SENTENCE(args({"x"}).finish(), "does not know \"x\"; it has no options");
}

TEST(Args, ATasksParametersAreOptions) {
  ParamSpec sigma = number("sigma", 25, 0, 100, "Noise level", "Noise.");
  sigma.automatic = true;
  const ParamSpecs specs = {sigma, integer("passes", 5, 1, 20, "Passes", "How many."),
                            boolean("preview", false, "Preview", "Whether."),
                            choice("colour", "auto", {{"auto", "A"}, {"grey", "G"}}, "Colour", "Which.")};
  Args a = args({"--sigma", "auto", "--passes", "3", "--preview", "true", "--colour", "grey"});
  const Params p = a.params(specs);
  a.finish();
  EXPECT_TRUE(p.is_auto("sigma"));
  EXPECT_EQ(p.integer("passes"), 3);
  EXPECT_TRUE(p.boolean("preview"));
  EXPECT_EQ(p.text("colour"), "grey");
  EXPECT_EQ(args({}).params(specs).number("sigma"), 25);
  EXPECT_SENTENCE(args({"--sigma", "nan"}).params(specs),
                  "--sigma must be a number or \"auto\"; \"nan\" came");
  EXPECT_SENTENCE(args({"--sigma", "200"}).params(specs), "from 0 to 100, or \"auto\"; 200 came");
  EXPECT_SENTENCE(args({"--passes", "auto"}).params(specs), "--passes must be a number; \"auto\" came");
  EXPECT_SENTENCE(args({"--preview", "1"}).params(specs), "--preview must be true or false; \"1\" came");
  EXPECT_SENTENCE(args({"--colour", "blue"}).params(specs), "\"blue\" came");
}

}  // namespace
}  // namespace priorlab
