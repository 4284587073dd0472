// priorlab eval digits --model ID --split valid|test --data DIR: the mean negative log-likelihood of a split
// of the fixed binarisation of MNIST.
#include <cmath>
#include <cstdio>
#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/args.h"
#include "cli/digit_data.h"
#include "cli/model_files.h"
#include "core/error.h"
#include "models/autoregressive/autoregressive_model.h"
#include "models/training/learner.h"

namespace priorlab {

int eval_digits(Args& args) {
  const std::string name = args.required("model", "the model, or a path that ends in .safetensors"),
                    split = args.required("split", "train, valid or test"),
                    data = args.required("data", "the folder with the fixed binarisation of MNIST"),
                    models = args.text("models", default_model_folder());
  const bool json = args.flag("json");
  args.finish();
  if (split != "train" && split != "valid" && split != "test")
    invalid("--split is train, valid or test; \"", split, "\" came.");
  ModelStore store;
  load_model(store, name, models);
  const auto model = store.get<AutoregressiveModel>(name);
  const Digits digits = read_digit_split(data, split);
  if (digits.height != (*model)->height() || digits.width != (*model)->width())
    invalid("The model is one of ", (*model)->height(), "x", (*model)->width(), " pixels; the digits have ",
            digits.height, "x", digits.width, ".");
  const std::vector<double> losses = losses_of(**model, digits.pixels);
  double sum = 0.0, squares = 0.0;
  for (const double l : losses) sum += l;
  const double nll = sum / digits.count;
  for (const double l : losses) squares += (l - nll) * (l - nll);
  const double error = std::sqrt(squares / digits.count / std::max(1, digits.count - 1));
  if (json) {
    std::cout << nlohmann::json{{"model", name},
                                {"kind", (*model)->kind()},
                                {"parameters", (*model)->parameters()},
                                {"split", split},
                                {"count", digits.count},
                                {"seed", nullptr},
                                {"nll", nll},
                                {"nll_standard_error", error},
                                {"definition", "mean -log p(x) in nats per image"}}
                     .dump(2)
              << '\n';
  } else {
    std::printf(
        "%s (%s, %lld parameters): %.3f nats per image on the %d digits of %s (standard error %.2f)\n",
        name.c_str(), (*model)->kind().c_str(), static_cast<long long>((*model)->parameters()), nll,
        digits.count, split.c_str(), error);
  }
  return 0;
}

}  // namespace priorlab
