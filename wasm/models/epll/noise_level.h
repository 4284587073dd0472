// Task `noise_level`: what kind of noise a picture has and how much. One unit.
#pragma once

#include "core/task.h"

namespace priorlab {

extern const TaskFactory noise_level_task;

}  // namespace priorlab
