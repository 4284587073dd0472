// Task `digit_train`: FVSBN, NADE or MADE learned from the digits given, mini-batch by mini-batch. A unit is
// a mini-batch, its blocks are parts of it.
#pragma once

#include "core/task.h"

namespace priorlab {

extern const TaskFactory digit_train_task;

}  // namespace priorlab
