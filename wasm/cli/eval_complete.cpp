// priorlab eval complete --model NAME --data DIR: how well completions of digits tell the pixels that were
// hidden.
//
// Digits are drawn at random from a split of the fixed binarisation of MNIST. Every other one is given on one
// side of a line of random direction through its middle, the others in a random half of their pixels. The
// score of a hidden pixel is -log of the probability that the particles give to its value,
//   (N m + 1/2) / (N + 1) that it is on, N particles, m their weighted mean:
// as if there were one more particle that says one half. It is averaged over a digit's hidden pixels, then
// over digits.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <nlohmann/json.hpp>
#include <numeric>
#include <set>

#include "cli/args.h"
#include "cli/digit_data.h"
#include "cli/model_files.h"
#include "core/error.h"
#include "core/parallel_for.h"
#include "models/autoregressive/autoregressive_model.h"
#include "models/autoregressive/completion.h"
#include "models/autoregressive/masks.h"

namespace priorlab {
namespace {

constexpr int kShown = 64;

struct Case {
  int digit;
  bool line;
  std::vector<std::uint8_t> given;
};

std::vector<Case> draw_cases(const Digits& digits, int count, std::uint64_t seed) {
  Rng rng(seed, 1);
  std::vector<int> order(static_cast<std::size_t>(digits.count));
  std::iota(order.begin(), order.end(), 0);
  std::vector<Case> cases;
  for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
    std::swap(order[i], order[i + rng.below(static_cast<std::uint32_t>(order.size() - i))]);
    const bool line = i % 2 == 0;
    cases.push_back({order[i], line,
                     line ? half_plane_mask(digits.height, digits.width, 0, rng)
                          : pixel_mask(digits.height, digits.width, 0.5f, rng)});
  }
  return cases;
}

struct Result {
  double score = 0, distinct = 0, effective = 0, accepted = 0, log_evidence = 0, seconds = 0;
};

Result complete(const Autoregressive& model, const OrderlessModel* guide, std::span<const std::uint8_t> digit,
                std::span<const std::uint8_t> given, const CompletionOptions& options) {
  const auto start = std::chrono::steady_clock::now();
  Completion completion(model, guide, digit, given, options);
  while (!completion.done()) {
    parallel_for(completion.blocks(), [&](int block) { completion.run_block(block); });
    completion.merge();
  }
  Result result;
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  const auto mean = completion.mean();
  const double n = completion.particles();
  int hidden = 0;
  for (std::size_t i = 0; i < digit.size(); ++i) {
    if (given[i]) continue;
    const double on = (n * mean[i] + 0.5) / (n + 1);
    result.score -= std::log(digit[i] ? on : 1 - on);
    ++hidden;
  }
  result.score /= std::max(1, hidden);
  std::set<std::string> different;
  for (int i : completion.shown(kShown))
    different.emplace(completion.particle(i).begin(), completion.particle(i).end());
  result.distinct = static_cast<double>(different.size());
  result.effective = completion.effective_size();
  result.accepted = completion.accepted();
  result.log_evidence = completion.log_evidence();
  return result;
}

double mean_of(const std::vector<Result>& results, const std::vector<Case>& cases, double Result::*field,
               int kind) {
  double sum = 0;
  int count = 0;
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (kind >= 0 && cases[i].line != (kind == 1)) continue;
    sum += results[i].*field;
    ++count;
  }
  return sum / std::max(1, count);
}

}  // namespace

int eval_complete(Args& args) {
  const std::string name = args.required("model", "the model, or a path that ends in .safetensors"),
                    guide_name = args.text("guide", "orderless"),
                    data = args.required("data", "the folder with the fixed binarisation of MNIST"),
                    split = args.text("split", "test"), models = args.text("models", default_model_folder());
  const auto particles = args.numbers("particles", {64, 256, 1024}, 1, 65536);
  const int count = static_cast<int>(args.integer("count", 200, 1, 10000));
  CompletionOptions options;
  options.seed = static_cast<std::uint64_t>(args.integer("seed", 1, 0, 2147483647));
  options.moves = static_cast<int>(args.integer("moves", options.moves, 0, 1000));
  options.threshold = args.number("resample", options.threshold, 0, 1);
  options.look_ahead = args.number("look-ahead", options.look_ahead, 0, 1);
  const bool json = args.flag("json");
  args.finish();
  ModelStore store;
  load_model(store, name, models);
  const auto model = store.get<AutoregressiveModel>(name);
  std::shared_ptr<const AutoregressiveModel> held;
  const OrderlessModel* guide = nullptr;
  if (!guide_name.empty()) {
    load_model(store, guide_name, models);
    held = store.get<AutoregressiveModel>(guide_name);
    guide = dynamic_cast<const OrderlessModel*>(&**held);
    if (!guide)
      invalid("The guide must be an orderless NADE; \"", guide_name, "\" is of kind \"", (*held)->kind(),
              "\".");
  }
  const Digits digits = read_digit_split(data, split);
  if (digits.height != (*model)->height() || digits.width != (*model)->width())
    invalid("The model is one of ", (*model)->height(), "x", (*model)->width(), " pixels; the digits have ",
            digits.height, "x", digits.width, ".");
  if (count > digits.count) invalid("--count asks for ", count, " digits; the split has ", digits.count, ".");
  const auto cases = draw_cases(digits, count, options.seed);

  nlohmann::json rows = nlohmann::json::array();
  if (!json)
    std::printf(
        "particles  method  score: all  line  pixels   gain  distinct (least)    ess  accepted  evidence  "
        "s\n");
  for (double each : particles) {
    options.particles = static_cast<int>(each);
    double naive_score = 0;
    for (const bool naive : {true, false}) {
      options.naive = naive;
      std::vector<Result> results;
      double least = kShown;
      for (const Case& c : cases) {
        results.push_back(complete(**model, guide, digits.digit(c.digit), c.given, options));
        least = std::min(least, results.back().distinct);
      }
      const auto mean = [&](double Result::*field, int kind = -1) {
        return mean_of(results, cases, field, kind);
      };
      const double score = mean(&Result::score);
      if (naive) naive_score = score;
      const double gain = 1 - score / naive_score;
      rows.push_back({{"particles", options.particles},
                      {"method", naive ? "naive" : "smc"},
                      {"score", score},
                      {"score_line", mean(&Result::score, 1)},
                      {"score_pixels", mean(&Result::score, 0)},
                      {"gain", gain},
                      {"distinct", mean(&Result::distinct)},
                      {"least_distinct", least},
                      {"ess", mean(&Result::effective)},
                      {"accepted", mean(&Result::accepted)},
                      {"log_evidence", mean(&Result::log_evidence)},
                      {"seconds", mean(&Result::seconds)}});
      if (json) continue;
      std::printf("%9d  %-6s  %10.4f  %.4f  %.4f  %4.1f %%  %8.1f (%2.0f)  %7.1f  %7.2f  %8.2f  %.3f\n",
                  options.particles, naive ? "naive" : "smc", score, mean(&Result::score, 1),
                  mean(&Result::score, 0), 100 * gain, mean(&Result::distinct), least,
                  mean(&Result::effective), mean(&Result::accepted), mean(&Result::log_evidence),
                  mean(&Result::seconds));
      std::fflush(stdout);
    }
  }
  if (json)
    std::cout
        << nlohmann::
               json{{"model", name},
                    {"guide", guide_name},
                    {"split", split},
                    {"count", count},
                    {"seed", options.seed},
                    {"moves", options.moves},
                    {"resample", options.threshold},
                    {"look_ahead", options.look_ahead},
                    {"shown", kShown},
                    {"rows", rows},
                    {"definition",
                     "score: mean over hidden pixels, then digits, of -log((N m + 1/2) / (N + 1)) in nats"}}
                   .dump(2)
        << '\n';
  return 0;
}

}  // namespace priorlab
