// priorlab eval histogram --model NAME: how the log-likelihoods of digits are distributed under a model, as
// counts. The page shows them beside a drawn digit.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "cli/args.h"
#include "cli/digit_data.h"
#include "cli/model_files.h"
#include "core/error.h"
#include "models/autoregressive/autoregressive_model.h"
#include "models/training/learner.h"

namespace priorlab {

int eval_histogram(Args& args) {
  const std::string name = args.required("model", "the model, or a path that ends in .safetensors"),
                    models = args.text("models", default_model_folder());
  const auto file = args.option("file");
  const auto split = args.option("split"), data = args.option("data");
  const double width = args.number("width", 4, 0.1, 1000);
  const bool json = args.flag("json"), each = args.flag("each");
  args.finish();
  if (file ? split || data : !(split && data))
    invalid("`priorlab eval histogram` needs either --file: digits as IDX or .amat, or --split and --data.");
  if (split && *split != "train" && *split != "valid" && *split != "test")
    invalid("--split is train, valid or test; \"", *split, "\" came.");
  ModelStore store;
  load_model(store, name, models);
  const auto model = store.get<AutoregressiveModel>(name);
  const Digits digits = file ? read_digits(*file) : read_digit_split(*data, *split);
  if (digits.height != (*model)->height() || digits.width != (*model)->width())
    invalid("The model is one of ", (*model)->height(), "x", (*model)->width(), " pixels; the digits have ",
            digits.height, "x", digits.width, ".");
  const std::vector<double> losses = losses_of(**model, digits.pixels);
  std::vector<long long> bins;
  double mean = 0;
  for (const double loss : losses) {
    bins.push_back(static_cast<long long>(std::floor(-loss / width)));
    mean -= loss / static_cast<double>(losses.size());
  }
  const auto [low, high] = std::minmax_element(bins.begin(), bins.end());
  const long long first = *low;
  std::vector<int> counts(static_cast<std::size_t>(*high - first + 1));
  for (const long long bin : bins) ++counts[static_cast<std::size_t>(bin - first)];
  const double from = static_cast<double>(first) * width;
  if (json) {
    std::cout << nlohmann::json{{"model", name},
                                {"split", split.value_or("")},
                                {"count", digits.count},
                                {"mean", mean},
                                {"from", from},
                                {"width", width},
                                {"counts", counts},
                                {"definition", "counts of log p(x) in nats per image, bars from `from` on"}}
                     .dump()
              << '\n';
    return 0;
  }
  if (each)
    for (const double loss : losses) std::printf("%.3f\n", -loss);
  else
    for (std::size_t i = 0; i < counts.size(); ++i)
      std::printf("%9.1f %9.1f %6d\n", from + static_cast<double>(i) * width,
                  from + static_cast<double>(i + 1) * width, counts[i]);
  std::printf("%s: mean log-likelihood %.3f nats over %d digits\n", name.c_str(), mean, digits.count);
  return 0;
}

}  // namespace priorlab
