// Task `epll`: denoising of a grey or colour picture by EPLL (models/epll/epll.h, models/epll/epll_quick.h).
// One unit is one stage of a plane: a half-quadratic pass, a search, or a fit of the prior.
#pragma once

#include "core/task.h"
#include "models/epll/epll.h"

namespace priorlab {

extern const TaskFactory epll_task;

// The words of the parameter `schedule`: "tuned", "paper" or a list, with spaces or commas, of 1 to 40
// passes: "1 4 8 16 32"; a pass may say b:selection:filter (models/epll/epll.h), and "a100" before a pass
// fits the prior with a belief of 100 patches. `sigma` on the [0,1] scale. Throws std::invalid_argument on
// anything else.
EpllSchedule schedule_named(const std::string& words, double sigma);

}  // namespace priorlab
