// Task `digit_score`: how likely given images are under an autoregressive model, and which of their pixels
// surprise it. One unit; its blocks are groups of images.
#pragma once

#include "core/task.h"

namespace priorlab {

extern const TaskFactory digit_score_task;

}  // namespace priorlab
