// priorlab train <method>: one line per method that can be trained here.
#include "cli/args.h"
#include "core/error.h"

namespace priorlab {

int train_gmm(Args&);

int run_train(Args& args) {
  const std::string method = args.positional("the method to train (gmm)");
  if (method == "gmm") return train_gmm(args);
  invalid("There is no training for \"", method, "\"; there is: gmm.");
}

}  // namespace priorlab
