// Task `digit_model`: an autoregressive model's order, and what a pixel of it sees. One unit.
#pragma once

#include "core/task.h"

namespace priorlab {

extern const TaskFactory digit_model_task;

}  // namespace priorlab
