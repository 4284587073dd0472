// Task `gmm_learn`: a patch mixture learned by EM from a picture, from patches or from dead leaves. A unit is
// one iteration over all patches; its blocks are parts of the patches.
#pragma once

#include "core/task.h"

namespace priorlab {

extern const TaskFactory gmm_learn_task;

}  // namespace priorlab
