// Task `epll`: denoising of a grey or colour picture by EPLL (models/epll.h). One unit is one half-quadratic
// pass.
#pragma once

#include "core/task.h"
#include "models/epll.h"

namespace priorlab {

extern const TaskFactory epll_task;

// The words of the parameter `schedule`: "tuned", "paper" or weights b such as "1 4 8 16 32" (spaces or
// commas; 1 to 40 numbers in [0.001, 10000]). `sigma` on the [0,1] scale. Throws std::invalid_argument on
// anything else.
EpllSchedule schedule_named(const std::string& words, double sigma);

}  // namespace priorlab
