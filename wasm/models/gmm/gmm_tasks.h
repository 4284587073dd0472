// Tasks on a patch mixture: `gmm` draws patches, `gmm_components` tells what its components are, `gmm_slide`
// makes one patch of coordinates along a component's leading eigenvectors.
#pragma once

#include "core/task.h"

namespace priorlab {

extern const TaskFactory gmm_task;
extern const TaskFactory gmm_components_task;
extern const TaskFactory gmm_slide_task;

}  // namespace priorlab
