// Where `priorlab restore` writes: one file, or a folder with a name made from each picture's.
#pragma once

#include <string>
#include <vector>

namespace priorlab {

enum class OutputFormat { as_input, png, jpg };

// One path for each input. `out` is a file when there is one input and `out` ends like a picture and is no
// folder; else a folder (made when missing), with NAME-restored.png or .jpg in it: the format of the input by
// its ending, or the one asked for. Names that come twice get a number: NAME-restored-2.png. Throws
// std::invalid_argument when `out` cannot be meant so, or its folder is not there and cannot be made.
std::vector<std::string> output_names(const std::vector<std::string>& inputs, const std::string& out,
                                      OutputFormat format);

}  // namespace priorlab
