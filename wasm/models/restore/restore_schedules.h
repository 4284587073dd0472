// The passes of EPLL with an operator, as beta = 1 / (noise variance of the patch step) on the [0,1] scale.
#pragma once

#include "models/epll/epll.h"
#include "models/epll/epll_quick.h"

namespace priorlab {

// beta = 50 2^t, t = 0 to 6, as in the authors' program for noise of level 0.01.
EpllSchedule paper_deblur_schedule();
// beta = 10 (1, 2, 16, 128, 512), as in a port of theirs.
EpllSchedule paper_inpaint_schedule();

// Chosen on four pictures of BSDS300's training set that the prior has not seen, 150 x 150 pixels of each
// (--held-out --first 1 --every 5 --crop 150): deblurring with levin09_1 and noise 0.01, half of the pixels
// missing, x3. Patches are filtered (deblurring) or their components searched (super-resolution) at other
// noise variances than the weight's; inpainting takes many small steps and fits the prior to the picture
// twice. Components are searched in a third to a half of the passes alone and kept in the others, which
// halves the time; in the last passes of deblurring and super-resolution kept ones are the better ones.
EpllSchedule tuned_deblur_schedule();
EpllSchedule tuned_inpaint_schedule();
EpllSchedule tuned_superres_schedule();

// The passes of the quicker qualities (models/epll/epll_quick.h), chosen on the same crops.
struct QuickSchedules {
  QuickSchedule balanced, fast;
  QuickSchedule fast_chroma;  // for the colours of a picture restored fast: coarser grids
};
QuickSchedules quick_deblur_schedules();
QuickSchedules quick_inpaint_schedules();
QuickSchedules quick_superres_schedules();

}  // namespace priorlab
