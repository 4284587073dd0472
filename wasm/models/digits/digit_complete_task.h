// Task `digit_complete`: the hidden pixels of an image, drawn given the others
// (models/autoregressive/completion.h). Its units are stretches of the model's order, then rounds of moves;
// its blocks are groups of particles.
#pragma once

#include "core/task.h"

namespace priorlab {

extern const TaskFactory digit_complete_task;

}  // namespace priorlab
