// Tables of what the command line can do: verbs, and what `eval` evaluates.
#pragma once

#include <iosfwd>
#include <span>
#include <string>

#include "cli/args.h"

namespace priorlab {

struct Verb {
  const char* name;
  int (*run)(Args&);
  const char* usage;  // the words after the name
  const char* help;   // what it does, in a few words
};

// nullptr when there is none of that name.
const Verb* find_verb(std::span<const Verb> verbs, const std::string& name);

// "a, b, c".
std::string names_of(std::span<const Verb> verbs);

// The usage of `command`, two lines for each verb.
void print_usage(std::ostream& out, const std::string& command, std::span<const Verb> verbs);

}  // namespace priorlab
