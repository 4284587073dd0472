#include "core/params.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/error.h"

namespace priorlab {
namespace {

const std::string kAuto = "auto";

const char* word_of(ParamType type) {
  switch (type) {
    case ParamType::number:
      return "number";
    case ParamType::integer:
      return "integer";
    case ParamType::boolean:
      return "boolean";
    case ParamType::choice:
      return "choice";
    case ParamType::text:
      return "text";
    case ParamType::model:
      return "model";
  }
  PRIORLAB_CHECK(false);
  return "";
}

bool is_numeric(const ParamSpec& spec) {
  return spec.type == ParamType::number || spec.type == ParamType::integer;
}

// A double that holds a whole number becomes a JSON integer: 25, not 25.0.
nlohmann::json json_of(double value) {
  if (value == std::floor(value) && std::abs(value) <= 9007199254740992.0)
    return static_cast<std::int64_t>(value);
  return value;
}

nlohmann::json json_of(const ParamValue& value) {
  if (const double* number = std::get_if<double>(&value)) return json_of(*number);
  if (const bool* flag = std::get_if<bool>(&value)) return *flag;
  return std::get<std::string>(value);
}

// What may stand there, in words: "a whole number from 1 to 10 (passes)".
std::string allowed(const ParamSpec& spec) {
  switch (spec.type) {
    case ParamType::number:
    case ParamType::integer: {
      std::string words = text_of(spec.type == ParamType::integer ? "a whole number from " : "a number from ",
                                  spec.min, " to ", spec.max);
      if (!spec.unit.empty()) words += " (" + spec.unit + ")";
      if (spec.automatic) words += ", or \"auto\"";
      return words;
    }
    case ParamType::boolean:
      return "true or false";
    case ParamType::choice: {
      std::string words = "one of";
      for (std::size_t i = 0; i < spec.choices.size(); ++i)
        words += (i ? ", \"" : " \"") + spec.choices[i].value + '"';
      return words;
    }
    case ParamType::text:
      return "text";
    case ParamType::model:
      return "the name of a model";
  }
  return {};
}

[[noreturn]] void refuse(const ParamSpec& spec, const std::string& came) {
  invalid("The parameter \"", spec.name, "\"", spec.label.empty() ? "" : " (" + spec.label + ")", " must be ",
          allowed(spec), "; ", came, " came.");
}

std::string quoted(const ParamValue& value) {
  if (const double* number = std::get_if<double>(&value)) return text_of(*number);
  if (const bool* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  std::string word = std::get<std::string>(value);
  if (word.size() > 60) word = word.substr(0, 60) + "...";
  return '"' + word + '"';
}

void check(const ParamSpec& spec, const ParamValue& value) {
  const double* number = std::get_if<double>(&value);
  const std::string* word = std::get_if<std::string>(&value);
  bool good = false;
  switch (spec.type) {
    case ParamType::number:
    case ParamType::integer:
      good = number && std::isfinite(*number) && *number >= spec.min && *number <= spec.max &&
             (spec.type == ParamType::number || *number == std::floor(*number));
      good = good || (word && spec.automatic && *word == kAuto);
      break;
    case ParamType::boolean:
      good = std::holds_alternative<bool>(value);
      break;
    case ParamType::choice:
      for (const Choice& c : spec.choices) good = good || (word && *word == c.value);
      break;
    case ParamType::text:
    case ParamType::model:
      good = word != nullptr;
      break;
  }
  if (!good) refuse(spec, quoted(value));
}

const ParamSpec& find(const ParamSpecs& specs, const std::string& name) {
  std::string known;
  for (const ParamSpec& spec : specs) {
    if (spec.name == name) return spec;
    known += (known.empty() ? "" : ", ") + spec.name;
  }
  invalid("There is no parameter \"", name, "\"; ",
          known.empty() ? "this task has none" : "the parameters are " + known, ".");
}

ParamSpec spec_of(std::string name, ParamType type, ParamValue fallback, std::string label,
                  std::string help) {
  ParamSpec spec;
  spec.name = std::move(name);
  spec.type = type;
  spec.fallback = std::move(fallback);
  spec.label = std::move(label);
  spec.help = std::move(help);
  return spec;
}

template <class T>
const T& value_as(const std::map<std::string, ParamValue>& values, const std::string& name) {
  const auto found = values.find(name);
  if (found == values.end()) throw std::logic_error("No parameter \"" + name + "\" was declared.");
  const T* value = std::get_if<T>(&found->second);
  if (!value) throw std::logic_error("The parameter \"" + name + "\" was asked for as another type.");
  return *value;
}

}  // namespace

ParamSpec number(std::string name, double fallback, double min, double max, std::string label,
                 std::string help) {
  ParamSpec spec = spec_of(std::move(name), ParamType::number, fallback, std::move(label), std::move(help));
  spec.min = min;
  spec.max = max;
  return spec;
}

ParamSpec integer(std::string name, double fallback, double min, double max, std::string label,
                  std::string help) {
  ParamSpec spec = spec_of(std::move(name), ParamType::integer, fallback, std::move(label), std::move(help));
  spec.min = min;
  spec.max = max;
  spec.step = 1;
  return spec;
}

ParamSpec boolean(std::string name, bool fallback, std::string label, std::string help) {
  return spec_of(std::move(name), ParamType::boolean, fallback, std::move(label), std::move(help));
}

ParamSpec choice(std::string name, std::string fallback, std::vector<Choice> choices, std::string label,
                 std::string help) {
  ParamSpec spec =
      spec_of(std::move(name), ParamType::choice, std::move(fallback), std::move(label), std::move(help));
  spec.choices = std::move(choices);
  return spec;
}

ParamSpec text(std::string name, std::string fallback, std::string label, std::string help) {
  return spec_of(std::move(name), ParamType::text, std::move(fallback), std::move(label), std::move(help));
}

ParamSpec model(std::string name, std::string fallback, std::string family, std::string label,
                std::string help) {
  ParamSpec spec =
      spec_of(std::move(name), ParamType::model, std::move(fallback), std::move(label), std::move(help));
  spec.model_family = std::move(family);
  return spec;
}

Params::Params(const ParamSpecs& specs, const std::map<std::string, ParamValue>& given) {
  for (const auto& [name, value] : given) check(find(specs, name), value);
  for (const ParamSpec& spec : specs) {
    const auto found = given.find(spec.name);
    values_[spec.name] = found == given.end() ? spec.fallback : found->second;
  }
}

Params Params::from_json(const ParamSpecs& specs, const nlohmann::json& object) {
  if (!object.is_object()) invalid("Parameters must be a JSON object; ", object.type_name(), " came.");
  std::map<std::string, ParamValue> given;
  for (const auto& [name, value] : object.items()) {
    if (value.is_number())
      given[name] = value.get<double>();
    else if (value.is_boolean())
      given[name] = value.get<bool>();
    else if (value.is_string())
      given[name] = value.get<std::string>();
    else
      refuse(find(specs, name), value.type_name());  // null is also what JavaScript's NaN turns into
  }
  return Params(specs, given);
}

double Params::number(const std::string& name) const { return value_as<double>(values_, name); }

bool Params::is_auto(const std::string& name) const {
  const auto found = values_.find(name);
  if (found == values_.end()) throw std::logic_error("No parameter \"" + name + "\" was declared.");
  const std::string* word = std::get_if<std::string>(&found->second);
  return word && *word == kAuto;
}

int Params::integer(const std::string& name) const {
  const double value = value_as<double>(values_, name);
  PRIORLAB_CHECK(value == std::floor(value) && std::abs(value) <= 2147483647.0);
  return static_cast<int>(value);
}

bool Params::boolean(const std::string& name) const { return value_as<bool>(values_, name); }

const std::string& Params::text(const std::string& name) const {
  return value_as<std::string>(values_, name);
}

nlohmann::json Params::to_json() const {
  nlohmann::json object = nlohmann::json::object();
  for (const auto& [name, value] : values_) object[name] = json_of(value);
  return object;
}

nlohmann::json describe(const ParamSpecs& specs) {
  nlohmann::json list = nlohmann::json::array();
  for (const ParamSpec& spec : specs) {
    nlohmann::json one = {{"name", spec.name},
                          {"type", word_of(spec.type)},
                          {"default", json_of(spec.fallback)},
                          {"label", spec.label},
                          {"help", spec.help}};
    if (!spec.symbol.empty()) one["symbol"] = spec.symbol;
    if (!spec.unit.empty()) one["unit"] = spec.unit;
    if (is_numeric(spec)) {
      one["min"] = json_of(spec.min);
      one["max"] = json_of(spec.max);
      if (spec.step > 0) one["step"] = json_of(spec.step);
    }
    if (spec.type == ParamType::choice) {
      one["choices"] = nlohmann::json::array();
      for (const Choice& c : spec.choices) one["choices"].push_back({{"value", c.value}, {"label", c.label}});
    }
    if (spec.type == ParamType::model) one["family"] = spec.model_family;
    if (spec.automatic) one["automatic"] = true;
    if (spec.live) one["live"] = true;
    list.push_back(std::move(one));
  }
  return list;
}

}  // namespace priorlab
