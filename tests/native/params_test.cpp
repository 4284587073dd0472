#include "core/params.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "errors.h"

namespace priorlab {
namespace {

using nlohmann::json;

ParamSpecs table() {
  ParamSpec sigma = number("sigma", 25, 0, 100, "Noise level", "Standard deviation of the noise.");
  sigma.symbol = "sigma";
  sigma.unit = "1/255";
  sigma.step = 0.5;
  sigma.automatic = true;
  sigma.fallback = std::string("auto");
  ParamSpec amount = number("amount", 0.5, 0, 1, "Amount", "How much is blended in.");
  amount.live = true;
  return {sigma,
          amount,
          integer("passes", 5, 1, 20, "Passes", "How many passes."),
          boolean("preview", true, "Preview", "Show what there is."),
          choice("colour", "auto", {{"auto", "As the picture"}, {"grey", "Grey"}}, "Colour", "What to keep."),
          text("note", "", "Note", "Anything."),
          model("prior", "gmm", "gmm", "Prior", "Which mixture.")};
}

Params from(const json& object) { return Params::from_json(table(), object); }

TEST(Params, DefaultsStandWhereNothingIsGiven) {
  const Params p = from(json::object());
  EXPECT_TRUE(p.is_auto("sigma"));
  EXPECT_EQ(p.number("amount"), 0.5);
  EXPECT_EQ(p.integer("passes"), 5);
  EXPECT_TRUE(p.boolean("preview"));
  EXPECT_EQ(p.text("colour"), "auto");
  EXPECT_EQ(p.text("note"), "");
  EXPECT_EQ(p.text("prior"), "gmm");
}

TEST(Params, ValuesAreTakenAndWrittenBack) {
  const json object = {{"sigma", 12.5},    {"amount", 0}, {"passes", 3},      {"preview", false},
                       {"colour", "grey"}, {"note", "x"}, {"prior", "my own"}};
  const Params p = from(object);
  EXPECT_FALSE(p.is_auto("sigma"));
  EXPECT_EQ(p.number("sigma"), 12.5);
  EXPECT_EQ(p.integer("passes"), 3);
  EXPECT_FALSE(p.boolean("preview"));
  EXPECT_EQ(p.text("colour"), "grey");
  EXPECT_EQ(p.to_json(), object);
  EXPECT_TRUE(p.to_json()["passes"].is_number_integer());
  EXPECT_EQ(from(p.to_json()).to_json(), object);
}

TEST(Params, TheEndsOfARangeBelongToIt) {
  EXPECT_EQ(from({{"sigma", 0}}).number("sigma"), 0);
  EXPECT_EQ(from({{"sigma", 100}}).number("sigma"), 100);
  EXPECT_EQ(from({{"passes", 20}}).integer("passes"), 20);
}

TEST(Params, EveryMistakeIsASentence) {
  EXPECT_SENTENCE(from({{"sigma", 100.5}}),
                  "\"sigma\" (Noise level) must be a number from 0 to 100 (1/255), or \"auto\"; 100.5 came");
  EXPECT_SENTENCE(from({{"sigma", -1}}), "-1 came");
  EXPECT_SENTENCE(from({{"sigma", "25"}}), "\"25\" came");
  EXPECT_SENTENCE(from({{"sigma", nullptr}}), "null came");
  EXPECT_SENTENCE(from({{"sigma", json::array({1})}}), "array came");
  EXPECT_SENTENCE(from({{"amount", "auto"}}), "must be a number from 0 to 1; \"auto\" came");
  EXPECT_SENTENCE(from({{"amount", true}}), "true came");
  EXPECT_SENTENCE(from({{"passes", 2.5}}), "must be a whole number from 1 to 20; 2.5 came");
  EXPECT_SENTENCE(from({{"passes", 0}}), "0 came");
  EXPECT_SENTENCE(from({{"passes", 1e300}}), "1e+300 came");
  EXPECT_SENTENCE(from({{"preview", 1}}), "must be true or false; 1 came");
  EXPECT_SENTENCE(from({{"colour", "blue"}}), "must be one of \"auto\", \"grey\"; \"blue\" came");
  EXPECT_SENTENCE(from({{"colour", 3}}), "3 came");
  EXPECT_SENTENCE(from({{"note", 3}}), "must be text; 3 came");
  EXPECT_SENTENCE(from({{"prior", false}}), "must be the name of a model; false came");
  EXPECT_SENTENCE(from({{"sigm", 3}}),
                  "There is no parameter \"sigm\"; the parameters are sigma, amount, passes");
  EXPECT_SENTENCE(from(json::array()), "must be a JSON object; array came");
  EXPECT_SENTENCE(from(nullptr), "null came");
  EXPECT_SENTENCE(Params::from_json({}, {{"x", 1}}), "this task has none");
}

TEST(Params, NotANumberAndInfinityAreRefused) {
  for (double bad :
       {std::nan(""), std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()})
    for (const char* name : {"sigma", "amount", "passes"})
      EXPECT_SENTENCE(Params(table(), {{name, bad}}), "must be a");
}

TEST(Params, AskingForWhatWasNotDeclaredIsOurFault) {
  const Params p = from(json::object());
  EXPECT_THROW(p.number("nothing"), std::logic_error);
  EXPECT_THROW(p.boolean("amount"), std::logic_error);
  EXPECT_THROW(p.text("amount"), std::logic_error);
  EXPECT_THROW(p.is_auto("nothing"), std::logic_error);
  // std::invalid_argument is a logic_error too: these must not be taken for the user's fault.
  try {
    p.number("sigma");
    FAIL();
  } catch (const std::invalid_argument&) {
    FAIL();
  } catch (const std::logic_error&) {
  }
}

// The web build generates its types and controls from this text: a change here is a change there.
TEST(Params, DescribeTellsEverythingThatIsSet) {
  EXPECT_EQ(describe(table()), json::parse(R"([
    {"name": "sigma", "type": "number", "default": "auto", "label": "Noise level",
     "help": "Standard deviation of the noise.", "symbol": "sigma", "unit": "1/255",
     "min": 0, "max": 100, "step": 0.5, "automatic": true},
    {"name": "amount", "type": "number", "default": 0.5, "label": "Amount", "help": "How much is blended in.",
     "min": 0, "max": 1, "live": true},
    {"name": "passes", "type": "integer", "default": 5, "label": "Passes", "help": "How many passes.",
     "min": 1, "max": 20, "step": 1},
    {"name": "preview", "type": "boolean", "default": true, "label": "Preview", "help": "Show what there is."},
    {"name": "colour", "type": "choice", "default": "auto", "label": "Colour", "help": "What to keep.",
     "choices": [{"value": "auto", "label": "As the picture"}, {"value": "grey", "label": "Grey"}]},
    {"name": "note", "type": "text", "default": "", "label": "Note", "help": "Anything."},
    {"name": "prior", "type": "model", "default": "gmm", "label": "Prior", "help": "Which mixture.", "family": "gmm"}
  ])"));
}

}  // namespace
}  // namespace priorlab
