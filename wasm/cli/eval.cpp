// priorlab eval <what>: measures a method on a set of pictures and prints a table, or with --json one object.
#include <iostream>
#include <string>

#include "cli/args.h"
#include "core/error.h"

// One line per evaluation; `int eval_<what>(Args&)` lives in cli/eval_<what>.cpp.
// clang-format off
#define PRIORLAB_EVALUATIONS(EVALUATION)                                                                        \
  EVALUATION(noise, "--set DIR [--json]", "estimated against true noise level, and what is seen on clean pictures") \
  EVALUATION(denoise, "--set DIR --sigma S [--colour] [--json]", "PSNR and SSIM of EPLL under white Gaussian noise")  \
  EVALUATION(likelihood, "--set DIR [--held-out] [--model NAME] [--json]", "log-likelihood of clean patches under a patch mixture")  \
  EVALUATION(photos, "--set DIR [--strengths 1,2] [--json]", "EPLL with sigma auto on photos of a simulated camera")  \
  // end of the table
// clang-format on

namespace priorlab {

#define DECLARE(what, usage, help) int eval_##what(Args&);
PRIORLAB_EVALUATIONS(DECLARE)
#undef DECLARE

int run_eval(Args& args) {
  const std::string what = args.positional("what to evaluate");
  std::string known;
#define RUN(name, usage, help)                 \
  if (what == #name) return eval_##name(args); \
  known += std::string(known.empty() ? "" : ", ") + #name;
  PRIORLAB_EVALUATIONS(RUN)
#undef RUN
  invalid("There is no evaluation \"", what, "\"; there are: ", known, ".");
}

}  // namespace priorlab
