// priorlab: the command line. Exit code 0: done; 2: what was asked cannot be done, with one sentence why on
// standard error; 1: anything else.
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

#include "cli/args.h"

// One line per verb; `int run_<verb>(Args&)` lives in cli/<verb>.cpp.
// clang-format off
#define PRIORLAB_VERBS(VERB)                                                         \
  VERB(describe, "[--json]", "every task with its parameters, inputs and outputs")   \
  VERB(restore, "TASK IN OUT [--models DIR] [--threads N] [--quiet] [--PARAMETER VALUE ...]",   \
       "one picture file through a task")                                            \
  VERB(train, "METHOD --data DIR --out FILE ...", "a model from a folder of data")   \
  VERB(eval, "denoise|noise --set DIR ...", "a method measured on a set of pictures")            \
  // end of the table
// clang-format on

namespace priorlab {

#define DECLARE(verb, usage, help) int run_##verb(Args&);
PRIORLAB_VERBS(DECLARE)
#undef DECLARE

namespace {

struct Verb {
  const char* name;
  int (*run)(Args&);
  const char* usage;
  const char* help;
};

constexpr Verb verbs[] = {
#define ENTRY(verb, usage, help) {#verb, run_##verb, usage, help},
    PRIORLAB_VERBS(ENTRY)
#undef ENTRY
};

void print_usage(std::ostream& out) {
  out << "usage: priorlab <verb> ...\n";
  for (const Verb& v : verbs) out << "  " << v.name << " " << v.usage << "\n      " << v.help << "\n";
}

int run(const std::vector<std::string>& words) {
  if (words.empty() || words[0] == "help" || words[0] == "--help" || words[0] == "-h") {
    print_usage(words.empty() ? std::cerr : std::cout);
    return words.empty() ? 2 : 0;
  }
  for (const Verb& v : verbs) {
    if (words[0] != v.name) continue;
    Args args(std::string("priorlab ") + v.name, {words.begin() + 1, words.end()});
    return v.run(args);
  }
  std::cerr << "There is no verb \"" << words[0] << "\".\n";
  print_usage(std::cerr);
  return 2;
}

}  // namespace
}  // namespace priorlab

int main(int argc, char** argv) {
  try {
    return priorlab::run({argv + 1, argv + argc});
  } catch (const std::invalid_argument& e) {
    std::cerr << "priorlab: " << e.what() << '\n';
    return 2;
  } catch (const std::exception& e) {
    std::cerr << "priorlab: " << e.what() << '\n';
    return 1;
  }
}
