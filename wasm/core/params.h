// Parameters of a task: each declared once, here in C++, with name, default, range, unit and a line of help.
// Everything else (controls, URL state, argument checks, CLI options, TypeScript types) is derived from the
// declaration.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <variant>
#include <vector>

namespace priorlab {

enum class ParamType { number, integer, boolean, choice, text, model };

using ParamValue = std::variant<double, bool, std::string>;  // integers are doubles without a fraction

struct Choice {
  std::string value;  // the word in URLs and on the command line
  std::string label;  // what a person reads
};

struct ParamSpec {
  std::string name;  // lower case, digits, underscore
  ParamType type = ParamType::number;
  ParamValue fallback;                // the default
  std::string label;                  // "Noise level"
  std::string help;                   // one sentence
  std::string symbol = {};            // the field's letter: "sigma"
  std::string unit = {};              // "1/255", "dB", "passes"
  double min = 0, max = 0, step = 0;  // number, integer; step 0 = continuous
  std::vector<Choice> choices = {};   // choice
  std::string model_family = {};      // model: which family of files may be chosen, "gmm"
  bool automatic = false;  // number: the word "auto" may stand for the value; the default may be "auto" too
  bool live = false;       // may be changed by Task::set between steps
};

using ParamSpecs = std::vector<ParamSpec>;

// Short builders, so that a table of parameters reads like one.
ParamSpec number(std::string name, double fallback, double min, double max, std::string label,
                 std::string help);
ParamSpec integer(std::string name, double fallback, double min, double max, std::string label,
                  std::string help);
ParamSpec boolean(std::string name, bool fallback, std::string label, std::string help);
ParamSpec choice(std::string name, std::string fallback, std::vector<Choice> choices, std::string label,
                 std::string help);
ParamSpec text(std::string name, std::string fallback, std::string label, std::string help);
ParamSpec model(std::string name, std::string fallback, std::string family, std::string label,
                std::string help);

// Values checked against their specs; missing names have their defaults.
class Params {
 public:
  Params() = default;
  // Throws std::invalid_argument naming the parameter, the value that came and what is allowed: unknown name,
  // wrong type, NaN or infinity, out of range, not a whole number, no such choice.
  Params(const ParamSpecs& specs, const std::map<std::string, ParamValue>& given);
  // From a JSON object {"sigma": 25, "colour": "auto"}; the same checks.
  static Params from_json(const ParamSpecs& specs, const nlohmann::json& object);

  double number(const std::string& name) const;  // logic_error when it is "auto"
  bool is_auto(const std::string& name) const;   // the word "auto" was given or is the default
  int integer(const std::string& name) const;
  bool boolean(const std::string& name) const;
  const std::string& text(const std::string& name) const;  // text, choice, model

  const std::map<std::string, ParamValue>& values() const { return values_; }
  nlohmann::json to_json() const;

 private:
  std::map<std::string, ParamValue> values_;
};

nlohmann::json describe(const ParamSpecs&);

}  // namespace priorlab
