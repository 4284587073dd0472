// Task `autoencode`: what an autoencoder makes of pictures, of its own output fed back to it, and of random
// codes. One unit.
#pragma once

#include "core/task.h"

namespace priorlab {

extern const TaskFactory autoencode_task;

}  // namespace priorlab
