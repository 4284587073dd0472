// Task `add_noise`: noise put on a clean picture, white Gaussian or a camera's. One unit.
#pragma once

#include "core/task.h"

namespace priorlab {

extern const TaskFactory add_noise_task;

}  // namespace priorlab
