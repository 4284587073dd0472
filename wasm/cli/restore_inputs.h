// What a picture task takes besides the picture, from files named on the command line of `priorlab restore`:
//   --mask FILE     a picture of the same size, bright (any channel above one half) where pixels are missing;
//   --kernel FILE   a text file with the weights of a blur kernel, a row a line, instead of one of the task's
//                   own words (gaussian, box ...);
//   --path FILE     a text file with the points of a drawn path, x y a line, in pixels.
// Each is known where the task has an input of that name.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "cli/args.h"
#include "core/task.h"

namespace priorlab {

struct RestoreInputs {
  TensorMap tensors;
  std::string mask;  // the mask's file, for messages
};

// Takes the task's parameters and these files from `args`; `params` becomes all of its parameters. Throws
// std::invalid_argument when one that the task cannot do without is not named, cannot be read or does not
// hold what it should.
RestoreInputs restore_inputs(Args& args, const TaskInfo& info, nlohmann::json& params);

}  // namespace priorlab
