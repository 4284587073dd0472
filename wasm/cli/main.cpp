// priorlab: the command line. Exit code 0: done; 2: what was asked cannot be done, with one sentence why on
// standard error; 1: anything else.
#include <algorithm>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

#include "cli/args.h"
#include "cli/verbs.h"

namespace priorlab {

// One entry per verb; `int run_<verb>(Args&)` lives in cli/<verb>.cpp.
int run_describe(Args&);
int run_restore(Args&);
int run_sample(Args&);
int run_train(Args&);
int run_eval(Args&);

namespace {

constexpr Verb kVerbs[] = {
    {"restore", run_restore,
     "IN... -o OUT [--sigma S|auto] [--PARAMETER VALUE ...] [--format png|jpg]\n"
     "      [--task epll|deblur|inpaint|superres|ID] [--kernel gaussian|box|disk|motion|FILE.txt]\n"
     "      [--path FILE.txt] [--mask FILE.png] [--scale 2|3|4]\n"
     "      [--jpeg 95] [--force] [--quiet] [--threads N] [--models DIR]",
     "picture files through a task (epll: denoising) to the file or folder OUT; a mask is bright\n"
     "      where pixels are missing, a kernel a text of weights, a path one of points x y"},
    {"sample", run_sample,
     "--model NAME -o SHEET.png [--task digits|gmm] [--component K] [--count 64]\n"
     "      [--temperature T] [--seed S] [--first J] [--each]\n"
     "      [--zoom 4] [--force] [--threads N] [--models DIR]",
     "digits, or patches of a mixture (gmm), drawn by a model, and how likely they are"},
    {"describe", run_describe, "[--json]", "every task with its parameters, inputs and outputs"},
    {"train", run_train, "METHOD --data DIR --out FILE ...", "a model from a folder of data"},
    {"eval", run_eval, "WHAT --set DIR ...",
     "a method measured on a set of pictures; `eval --help` lists them"},
};

bool is_help(const std::string& word) { return word == "help" || word == "--help" || word == "-h"; }

int run(const std::vector<std::string>& words) {
  const auto usage = [](std::ostream& out) {
    out << "usage: priorlab <verb> ...\n";
    print_usage(out, "priorlab", kVerbs);
  };
  if (words.empty()) {
    usage(std::cerr);
    return 2;
  }
  if (is_help(words[0])) {
    usage(std::cout);
    return 0;
  }
  const Verb* verb = find_verb(kVerbs, words[0]);
  if (!verb) {
    std::cerr << "There is no verb \"" << words[0] << "\".\n";
    usage(std::cerr);
    return 2;
  }
  const bool eval = verb->run == run_eval;  // it has a table of its own
  if (!eval && words.size() > 1 && is_help(words[1]) && words[1] != "help") {
    print_usage(std::cout, "priorlab", {verb, 1});
    return 0;
  }
  Args args(std::string("priorlab ") + verb->name, {words.begin() + 1, words.end()});
  return verb->run(args);
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
