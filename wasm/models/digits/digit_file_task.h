// Task `digit_file`: the digits in a file's bytes, IDX or .amat text. One unit.
#pragma once

#include "core/task.h"

namespace priorlab {

extern const TaskFactory digit_file_task;

}  // namespace priorlab
