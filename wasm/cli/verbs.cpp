#include "cli/verbs.h"

#include <ostream>

namespace priorlab {

const Verb* find_verb(std::span<const Verb> verbs, const std::string& name) {
  for (const Verb& verb : verbs)
    if (name == verb.name) return &verb;
  return nullptr;
}

std::string names_of(std::span<const Verb> verbs) {
  std::string names;
  for (const Verb& verb : verbs) names += (names.empty() ? "" : ", ") + std::string(verb.name);
  return names;
}

void print_usage(std::ostream& out, const std::string& command, std::span<const Verb> verbs) {
  for (const Verb& verb : verbs)
    out << "  " << command << ' ' << verb.name << ' ' << verb.usage << "\n      " << verb.help << '\n';
}

}  // namespace priorlab
