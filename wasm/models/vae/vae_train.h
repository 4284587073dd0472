// Task `vae_train`: a variational autoencoder learned from the digits given, mini-batch by mini-batch, with
// or without an end. A unit is a mini-batch, its blocks are parts of it; where pictures are kept out, one
// more unit after each epoch measures the bounds on them.
#pragma once

#include "core/task.h"

namespace priorlab {

extern const TaskFactory vae_train_task;

}  // namespace priorlab
