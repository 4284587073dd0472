// Task `patch_explain`: what a patch mixture makes of one patch, noisy or clean. One unit, one block.
#pragma once

#include "core/task.h"

namespace priorlab {

extern const TaskFactory patch_explain_task;

}  // namespace priorlab
