#include "models/autoregressive/autoregressive_model.h"

#include <cmath>

#include "core/error.h"
#include "models/autoregressive/fvsbn.h"
#include "models/autoregressive/independent.h"
#include "models/autoregressive/made.h"
#include "models/autoregressive/markov.h"
#include "models/autoregressive/nade.h"
#include "models/autoregressive/orderless.h"

namespace priorlab {

AutoregressiveModel AutoregressiveModel::from(const Safetensors& file) {
  const auto made_from = [&](const char* key) {
    const auto found = file.metadata.find(key);
    return found == file.metadata.end() ? std::string() : found->second;
  };
  if (made_from("family") != family)
    invalid("An autoregressive model of images has family \"", family,
            "\" in its metadata; this file says \"", made_from("family"), "\".");
  const std::string kind = made_from("kind");
  using Made = std::shared_ptr<const Autoregressive>;
  const auto wrap = [&]<class T>(T model) {
    return AutoregressiveModel(Made(std::make_shared<const T>(std::move(model))));
  };
  if (kind == "independent") return wrap(IndependentModel::from(file));
  if (kind == "markov") return wrap(MarkovModel::from(file));
  if (kind == "fvsbn") return wrap(FvsbnModel::from(file));
  if (kind == "nade") return wrap(NadeModel::from(file));
  if (kind == "made") return wrap(MadeModel::from(file));
  if (kind == "orderless") return wrap(OrderlessModel::from(file));
  invalid(
      "The kinds of autoregressive models are independent, markov, fvsbn, nade, made and orderless; this "
      "file says \"",
      kind, "\".");
}

double log_likelihood_plain(const Autoregressive& model, std::span<const std::uint8_t> image) {
  PRIORLAB_CHECK(static_cast<int>(image.size()) == model.pixels());
  std::vector<std::uint8_t> ordered;
  for (const int i : model.order()) ordered.push_back(image[static_cast<std::size_t>(i)]);
  double sum = 0.0;
  for (int t = 0; t < model.pixels(); ++t) {
    const double a = model.log_odds_plain(t, ordered);
    sum -= std::log1p(std::exp(ordered[static_cast<std::size_t>(t)] ? -a : a));
  }
  return sum;
}

}  // namespace priorlab
