// The blur kernel that a task's parameters and inputs name: what `blur` puts on a picture and `deblur`
// removes.
#pragma once

#include <vector>

#include "core/params.h"
#include "core/task.h"
#include "ops/blur_kernel.h"

namespace priorlab {

// Parameters kernel, size and angle.
std::vector<ParamSpec> kernel_params();
// Inputs kernel, (H, W), and path, (N, 2), both optional.
std::vector<TensorSpec> kernel_inputs();

// Throws std::invalid_argument when the input it takes is missing or cannot be a kernel.
BlurKernel chosen_kernel(const Params& params, const TensorMap& inputs);

}  // namespace priorlab
