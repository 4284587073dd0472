// Task `digits`: images drawn from an autoregressive model, pixel by pixel in its order. One unit; its blocks
// are groups of images.
#pragma once

#include "core/task.h"

namespace priorlab {

extern const TaskFactory digits_task;

}  // namespace priorlab
