#include "models/restore/restore_schedules.h"

#include <initializer_list>

namespace priorlab {
namespace {

EpllSchedule plain(double first, std::initializer_list<double> factors) {
  EpllSchedule schedule;
  for (const double factor : factors) schedule.push_back(EpllPass::plain(first * factor));
  return schedule;
}

}  // namespace

EpllSchedule paper_deblur_schedule(double) { return plain(50, {1, 2, 4, 8, 16, 32, 64}); }

EpllSchedule tuned_deblur_schedule(double) { return plain(50, {1, 2, 4, 8, 16, 32, 64}); }

EpllSchedule paper_inpaint_schedule(double) { return plain(10, {1, 2, 16, 128, 512}); }

EpllSchedule tuned_inpaint_schedule(double) { return plain(50, {1, 2, 4, 8, 16, 32, 64}); }

EpllSchedule tuned_superres_schedule(double) { return plain(50, {1, 2, 4, 8, 16, 32, 64}); }

}  // namespace priorlab
