// Task `dead_leaves`: a picture or patches of the dead leaves model. One unit, one block.
#pragma once

#include "core/task.h"

namespace priorlab {

extern const TaskFactory dead_leaves_task;

}  // namespace priorlab
