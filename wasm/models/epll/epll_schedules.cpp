// The schedules of all qualities of EPLL, and the words that name one.
#include <algorithm>
#include <cstdlib>

#include "core/error.h"
#include "models/epll/epll_quick.h"
#include "models/epll/epll_task.h"

namespace priorlab {
namespace {

constexpr double kStrongNoise = 40.0 / 255;  // more passes pay above this level

}  // namespace

EpllSchedule paper_schedule(double sigma) {
  EpllSchedule schedule;
  for (const double b : {1.0, 4.0, 8.0, 16.0, 32.0}) schedule.push_back(EpllPass::plain(b));
  if (sigma > kStrongNoise) schedule.push_back(EpllPass::plain(64));
  return schedule;
}

EpllSchedule tuned_schedule(double sigma) {
  if (sigma > kStrongNoise)
    return {EpllPass::plain(1), {4, 4, 3, 100}, {9, 9, 6, 100}, {27, 27, 15, 0}, {100, 64, 32, 0}};
  return {{0.018, 0.845, 2.75, 0}, {6.5, 1.2, 2.13, 20}, {27, 12, 4, 60}, {73, 0, 8, 0}};
}

QuickSchedule balanced_schedule(double sigma) {
  if (sigma > kStrongNoise)
    return {{0.018, 2.2, 0, {0.845, 1, 2, 8}},
            {8, 2.1, 25, {1.2, 1, 2, 8}},
            {27, 6, 60, {40, 1, 2, 8}},
            {73, 10}};
  return {{0.018, 2.75, 0, {0.845, 1, 2, 6}},
          {6.5, 2.13, 20, {1.2, 1, 2, 6}},
          {27, 4, 60, {16, 1, 3, 4}},
          {73, 8}};
}

QuickSchedule fast_schedule(double sigma) {
  if (sigma > kStrongNoise)
    return {{0.018, 2.2, 0, {0.845, 2, 3, 4}}, {8, 2.1, 25, {1.2, 1, 3, 4}}, {27, 6, 60}, {73, 10}};
  return {{0.018, 2.75, 0, {0.845, 2, 3, 4}}, {27, 2.13, 12, {1.2, 1, 3, 4}}, {73, 2.7, 60}};
}

QuickSchedule fast_chroma_schedule(double sigma) {
  QuickSchedule schedule = fast_schedule(sigma);
  for (QuickPass& pass : schedule) {
    pass.search.step = 2;
    pass.search.coarse = 4;
  }
  return schedule;
}

EpllSchedule schedule_named(const std::string& words, double sigma) {
  if (words == "paper") return paper_schedule(sigma);
  if (words == "tuned") return tuned_schedule(sigma);
  std::string spaced = words;
  std::replace(spaced.begin(), spaced.end(), ',', ' ');
  EpllSchedule schedule;
  double belief = 0;
  const auto refused = [&] {
    invalid(
        "The schedule must be tuned, paper or 1 to 40 passes, each a weight b or b:selection:filter from "
        "0.001 to "
        "10000, with aBELIEF (1 to 1000000) before those that fit the prior first; \"",
        words, "\" came.");
  };
  constexpr const char* kSpaces = " \t\n\v\f\r";
  for (std::size_t from = spaced.find_first_not_of(kSpaces), to = 0; from != std::string::npos;
       from = spaced.find_first_not_of(kSpaces, to)) {
    to = std::min(spaced.find_first_of(kSpaces, from), spaced.size());
    const std::string word = spaced.substr(from, to - from);
    const bool adapts = word[0] == 'a';
    std::vector<double> numbers;
    const char* at = word.c_str() + (adapts ? 1 : 0);
    for (char* end = nullptr; numbers.size() < 3; at = end + 1) {
      numbers.push_back(std::strtod(at, &end));
      if (end == at ||
          !(numbers.back() >= (numbers.size() == 2 && !schedule.empty() && !adapts ? 0 : 0.001) &&
            numbers.back() <= (adapts ? 1e6 : 1e4)))
        refused();
      if (*end == '\0') break;
      if (*end != ':' || adapts || numbers.size() == 3) refused();
    }
    if (adapts) {
      if (schedule.empty() || belief > 0 || numbers[0] < 1) refused();
      belief = numbers[0];
      continue;
    }
    if (numbers.size() == 2) refused();
    if (numbers.size() == 1) numbers = {numbers[0], numbers[0], numbers[0]};
    schedule.push_back({numbers[0], numbers[1], numbers[2], belief});
    belief = 0;
  }
  if (schedule.empty() || schedule.size() > 40 || belief > 0) refused();
  return schedule;
}

}  // namespace priorlab
