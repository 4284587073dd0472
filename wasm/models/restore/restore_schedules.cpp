#include "models/restore/restore_schedules.h"

#include <initializer_list>

namespace priorlab {
namespace {

EpllSchedule plain(double first, std::initializer_list<double> factors) {
  EpllSchedule schedule;
  for (const double factor : factors) schedule.push_back(EpllPass::plain(first * factor));
  return schedule;
}

// Weights doubled from pass to pass, components searched and patches filtered at these multiples of them.
EpllSchedule doubled(double first, int passes, double selection, double filter) {
  EpllSchedule schedule;
  for (double beta = first; passes > 0; --passes, beta *= 2)
    schedule.push_back({beta, selection * beta, filter * beta, 0});
  return schedule;
}

}  // namespace

EpllSchedule paper_deblur_schedule() { return plain(50, {1, 2, 4, 8, 16, 32, 64}); }

EpllSchedule paper_inpaint_schedule() { return plain(10, {1, 2, 16, 128, 512}); }

EpllSchedule tuned_deblur_schedule() { return doubled(20, 8, 2, 1.4); }

EpllSchedule tuned_inpaint_schedule() {
  EpllSchedule schedule = plain(100, {2, 2.5, 3.2, 4, 5, 6.3, 8, 10, 13, 17, 22, 30, 45, 80});
  schedule[4].belief = 200;
  schedule[8].belief = 100;
  return schedule;
}

EpllSchedule tuned_superres_schedule() { return doubled(20, 7, 0.5, 1); }

}  // namespace priorlab
