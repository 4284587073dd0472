#include "models/restore/restore_schedules.h"

#include <initializer_list>
#include <string_view>

namespace priorlab {
namespace {

EpllSchedule plain(double first, std::initializer_list<double> factors) {
  EpllSchedule schedule;
  for (const double factor : factors) schedule.push_back(EpllPass::plain(first * factor));
  return schedule;
}

// `first` and weights doubled from pass to pass; components are searched in those passes whose place in
// `searches` is 's', and patches filtered, at these multiples of the weight.
EpllSchedule doubled(double first, std::string_view searches, double selection, double filter) {
  EpllSchedule schedule;
  double beta = first;
  for (const char pass : searches) {
    schedule.push_back({beta, pass == 's' ? selection * beta : 0, filter * beta, 0});
    beta *= 2;
  }
  return schedule;
}

// The same passes with approximate searches.
QuickSchedule quick(const EpllSchedule& schedule, const QuickPass::Search& how) {
  QuickSchedule passes;
  for (const EpllPass& pass : schedule) {
    passes.push_back({pass.weight, pass.filter, pass.belief, how});
    passes.back().search.selection = pass.selection;
  }
  return passes;
}

// Approximate searches on every second patch each way and on every third; the first search of a fast schedule
// also lets every second patch alone.
constexpr QuickPass::Search kBalanced{0, 1, 2, 6}, kFast{0, 1, 3, 4};

QuickSchedules quick_schedules(const EpllSchedule& balanced, const EpllSchedule& fast, int first_step) {
  QuickSchedules all{quick(balanced, kBalanced), quick(fast, kFast), {}};
  all.fast[0].search.step = first_step;
  all.fast_chroma = all.fast;
  for (QuickPass& pass : all.fast_chroma) {
    pass.search.step = 2;
    pass.search.coarse = 4;
  }
  return all;
}

}  // namespace

EpllSchedule paper_deblur_schedule() { return plain(50, {1, 2, 4, 8, 16, 32, 64}); }

EpllSchedule paper_inpaint_schedule() { return plain(10, {1, 2, 16, 128, 512}); }

EpllSchedule tuned_deblur_schedule() { return doubled(20, "s-s-s----", 2, 1.4); }

EpllSchedule tuned_inpaint_schedule() {
  EpllSchedule schedule = plain(100, {2, 3, 4.5, 6.5, 9.5, 14, 22, 38, 80});
  for (std::size_t i = 0; i < schedule.size(); ++i)
    if (i != 0 && i != 3 && i != 5) schedule[i].selection = 0;
  schedule[3].belief = 200;
  schedule[5].belief = 100;
  return schedule;
}

EpllSchedule tuned_superres_schedule() { return doubled(20, "ssss---", 0.5, 1); }

QuickSchedules quick_deblur_schedules() {
  const EpllSchedule fast = {{20, 40, 28, 0},  {60, 0, 84, 0},     {160, 320, 224, 0},
                             {480, 0, 670, 0}, {1280, 0, 1792, 0}, {4000, 0, 5600, 0}};
  return quick_schedules(tuned_deblur_schedule(), fast, 2);
}

QuickSchedules quick_inpaint_schedules() {
  EpllSchedule fast = plain(100, {2, 3, 4.5, 7, 10, 15, 25, 80});
  for (std::size_t i = 0; i < fast.size(); ++i)
    if (i != 0 && i != 3) fast[i].selection = 0;
  fast[3].belief = 100;
  return quick_schedules(tuned_inpaint_schedule(), fast, 1);
}

QuickSchedules quick_superres_schedules() {
  const EpllSchedule fast = {
      {20, 10, 20, 0}, {60, 0, 60, 0}, {160, 80, 160, 0}, {480, 0, 480, 0}, {1280, 0, 1280, 0}};
  return quick_schedules(doubled(20, "s-s-s--", 0.5, 1), fast, 2);
}

}  // namespace priorlab
