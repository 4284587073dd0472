// Tasks of points in the plane. `mixture_2d`, `ppca` and `vae_2d` learn a density from the same points and
// tell the same of it, so that they can be compared: a map of log p(x), Gaussians to draw as ellipses, what
// explains each point, and log-likelihood and bounds by iterations. `linear_em` runs three E-steps side by
// side.
#pragma once

#include "core/task.h"

namespace priorlab {

extern const TaskFactory mixture_2d_task;
extern const TaskFactory ppca_task;
extern const TaskFactory vae_2d_task;
extern const TaskFactory linear_em_task;

}  // namespace priorlab
