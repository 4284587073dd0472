// Args: the words after a verb. A verb asks for what it knows; each question takes its words away, and
// finish() refuses what is left, so nothing is ever silently ignored.
//
//   int run_train(Args& args) {
//     const std::string method = args.positional("the method to train");
//     const int k = args.integer("components", 200, 1, 2000);
//     const bool quiet = args.flag("quiet");
//     args.finish();
//
// Options are written `--name value` or `--name=value`, a short one `-n value`. Every mistake is a
// std::invalid_argument whose text is shown as it is; the command then ends with code 2.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/params.h"

namespace priorlab {

class Args {
 public:
  // `command` stands in messages: "priorlab train".
  Args(std::string command, std::vector<std::string> words);

  // Takes the next word when it is not an option. Ask for leading positionals before the options and for
  // trailing ones after them; `what` names it for people ("the method to train").
  std::string positional(const std::string& what);
  std::optional<std::string> positional_if_any();

  // True when `--name` is there.
  bool flag(const std::string& name);
  // The word after `--name`, or after the short form such as "-n"; the last one counts when it is given
  // twice.
  std::optional<std::string> option(const std::string& name, const std::string& short_form = {});
  std::string text(const std::string& name, const std::string& fallback);
  std::string required(const std::string& name, const std::string& what);
  // A finite number in [min, max].
  double number(const std::string& name, double fallback, double min, double max);
  // A whole number in [min, max]; within +-2^53.
  long long integer(const std::string& name, long long fallback, long long min, long long max);
  // Numbers in [min, max] with commas between them.
  std::vector<double> numbers(const std::string& name, std::vector<double> fallback, double min, double max);
  // Each parameter of a task's table as an option of the same name, checked as everywhere else.
  Params params(const ParamSpecs& specs);

  // Refuses the words nobody asked for, naming the options there are.
  void finish();

 private:
  std::string command_;
  std::vector<std::string> words_;
  std::vector<std::string> known_;  // the options asked for
};

}  // namespace priorlab
