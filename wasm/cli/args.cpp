#include "cli/args.h"

#include <cctype>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <map>
#include <sstream>
#include <utility>

#include "core/error.h"

namespace priorlab {
namespace {

// "--name" or "-n"; "-0.5" and "-" are values.
bool is_option(const std::string& word) {
  if (word.size() < 2 || word[0] != '-') return false;
  return word[1] == '-' ? word.size() > 2 : std::isalpha(static_cast<unsigned char>(word[1])) != 0;
}

double to_number(const std::string& name, const std::string& word, const std::string& allowed) {
  char* end = nullptr;
  const double value = std::strtod(word.c_str(), &end);
  if (word.empty() || *end != '\0' || !std::isfinite(value))
    invalid("--", name, " must be ", allowed, "; \"", word, "\" came.");
  return value;
}

}  // namespace

Args::Args(std::string command, std::vector<std::string> words)
    : command_(std::move(command)), words_(std::move(words)) {}

std::string Args::positional(const std::string& what) {
  auto word = positional_if_any();
  if (!word) invalid("`", command_, "` needs ", what, ".");
  return *word;
}

std::optional<std::string> Args::positional_if_any() {
  if (words_.empty() || is_option(words_.front())) return std::nullopt;
  std::string word = words_.front();
  words_.erase(words_.begin());
  return word;
}

bool Args::flag(const std::string& name) {
  known_.push_back("--" + name);
  return std::erase(words_, "--" + name) > 0;
}

std::optional<std::string> Args::option(const std::string& name, const std::string& short_form) {
  const std::string word = "--" + name;
  known_.push_back(short_form.empty() ? word : short_form);
  std::optional<std::string> value;
  for (std::size_t i = 0; i < words_.size();) {
    const auto here = words_.begin() + static_cast<std::ptrdiff_t>(i);
    if (words_[i] == word || (!short_form.empty() && words_[i] == short_form)) {
      if (i + 1 == words_.size() || is_option(words_[i + 1])) invalid(words_[i], " needs a value.");
      value = words_[i + 1];
      words_.erase(here, here + 2);
    } else if (words_[i].compare(0, word.size() + 1, word + "=") == 0) {
      value = words_[i].substr(word.size() + 1);
      words_.erase(here);
    } else {
      ++i;
    }
  }
  return value;
}

std::string Args::text(const std::string& name, const std::string& fallback) {
  return option(name).value_or(fallback);
}

std::string Args::required(const std::string& name, const std::string& what) {
  auto value = option(name);
  if (!value) invalid("`", command_, "` needs --", name, ": ", what, ".");
  return *value;
}

double Args::number(const std::string& name, double fallback, double min, double max) {
  const auto word = option(name);
  if (!word) return fallback;
  std::ostringstream allowed;
  allowed << "a number from " << min << " to " << max;
  const double value = to_number(name, *word, allowed.str());
  if (value < min || value > max) invalid("--", name, " must be ", allowed.str(), "; ", *word, " came.");
  return value;
}

long long Args::integer(const std::string& name, long long fallback, long long min, long long max) {
  const auto word = option(name);
  if (!word) return fallback;
  std::ostringstream allowed;
  allowed << "a whole number from " << min << " to " << max;
  const double value = to_number(name, *word, allowed.str());
  if (value != std::floor(value) || std::abs(value) > 9007199254740992.0 ||
      value < static_cast<double>(min) || value > static_cast<double>(max))
    invalid("--", name, " must be ", allowed.str(), "; ", *word, " came.");
  return static_cast<long long>(value);
}

std::vector<double> Args::numbers(const std::string& name, std::vector<double> fallback, double min,
                                  double max) {
  const auto words = option(name);
  if (!words) return fallback;
  std::ostringstream allowed;
  allowed << "numbers from " << min << " to " << max << " with commas between them";
  std::vector<double> values;
  std::istringstream in(*words);
  for (std::string word; std::getline(in, word, ',');) {
    values.push_back(to_number(name, word, allowed.str()));
    if (values.back() < min || values.back() > max)
      invalid("--", name, " must be ", allowed.str(), "; \"", *words, "\" came.");
  }
  if (values.empty()) invalid("--", name, " must be ", allowed.str(), "; \"", *words, "\" came.");
  return values;
}

Params Args::params(const ParamSpecs& specs) {
  std::map<std::string, ParamValue> given;
  for (const ParamSpec& spec : specs) {
    const auto word = option(spec.name);
    if (!word) continue;
    switch (spec.type) {
      case ParamType::number:
      case ParamType::integer:
        if (spec.automatic && *word == "auto")
          given[spec.name] = *word;
        else
          given[spec.name] =
              to_number(spec.name, *word, spec.automatic ? "a number or \"auto\"" : "a number");
        break;
      case ParamType::boolean:
        if (*word != "true" && *word != "false")
          invalid("--", spec.name, " must be true or false; \"", *word, "\" came.");
        given[spec.name] = *word == "true";
        break;
      default:
        given[spec.name] = *word;
    }
  }
  return Params(specs, given);
}

void Args::finish() {
  if (words_.empty()) return;
  std::string options;
  for (const std::string& name : known_) options += (options.empty() ? "" : ", ") + name;
  invalid("`", command_, "` does not know \"", words_.front(), "\"; ",
          options.empty() ? "it has no options" : "its options are " + options, ".");
}

}  // namespace priorlab
