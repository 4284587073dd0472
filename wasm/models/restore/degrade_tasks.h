// Tasks `blur` and `shrink`: a clean picture made what `deblur` and `superres` restore, by the same
// operators, so that what is gained can be measured. One unit each.
#pragma once

#include "core/task.h"

namespace priorlab {

extern const TaskFactory blur_task, shrink_task;

}  // namespace priorlab
