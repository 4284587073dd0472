// priorlab train <method>: one line per method that can be trained here.
#include "cli/args.h"
#include "core/error.h"

namespace priorlab {

int train_digits(const std::string& kind, Args&);
int train_gmm(Args&);
int train_orderless(Args&);
int train_patch(const std::string& method, Args&);
int train_vae(Args&);

int run_train(Args& args) {
  const std::string method = args.positional("the method to train (gmm, nade, ...)");
  if (method == "gmm") return train_gmm(args);
  if (method == "orderless") return train_orderless(args);
  if (method == "vae") return train_vae(args);
  for (const char* kind : {"patch-independent", "patch-mvg", "patch-pca", "patch-ica"})
    if (method == kind) return train_patch(method, args);
  for (const char* kind : {"independent", "markov", "fvsbn", "nade", "made", "autoencoder", "conditional"})
    if (method == kind) return train_digits(method, args);
  invalid("There is no training for \"", method,
          "\"; there is: gmm, patch-independent, patch-mvg, patch-pca, patch-ica, independent, markov, "
          "fvsbn, nade, made, autoencoder, conditional, orderless, vae.");
}

}  // namespace priorlab
