// The passes of EPLL with an operator, as beta = 1 / (noise variance of the patch step) on the [0,1] scale.
// sigma: level of the noise in the picture, on the same scale.
#pragma once

#include "models/epll/epll.h"

namespace priorlab {

// beta = 50 2^t, t = 0 to 6, as in the authors' program.
EpllSchedule paper_deblur_schedule(double sigma);
EpllSchedule tuned_deblur_schedule(double sigma);
// beta = 10 (1, 2, 16, 128, 512), as in the authors' program.
EpllSchedule paper_inpaint_schedule(double sigma);
EpllSchedule tuned_inpaint_schedule(double sigma);
EpllSchedule tuned_superres_schedule(double sigma);

}  // namespace priorlab
