// Scoring without any saving: the dense twin of EPLL's patch step, and the matrix products it is made of, to
// be timed. What pruning brings is told against it, on the same machine in the same minute.
#pragma once

#include "core/task.h"

namespace priorlab {

// Multiply-adds count two. A pass of EPLL over N patches is 2 N K stride^2 of these, dense.
extern const TaskFactory scoring_task;

}  // namespace priorlab
