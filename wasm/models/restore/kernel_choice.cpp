#include "models/restore/kernel_choice.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"

namespace priorlab {

std::vector<ParamSpec> kernel_params() {
  ParamSpec size = number("size", 5, 0.05, 100, "Size",
                          "Standard deviation of a Gaussian (at most 40), side of a box (rounded), radius of "
                          "a disk, length of a straight motion.");
  size.unit = "pixels";
  ParamSpec angle =
      number("angle", 0, -360, 360, "Angle", "Direction of straight motion, counter-clockwise.");
  angle.unit = "degrees";
  return {choice("kernel", "gaussian",
                 {{"gaussian", "Gaussian"},
                  {"box", "box"},
                  {"disk", "disk (defocus)"},
                  {"motion", "straight motion"},
                  {"path", "drawn path"},
                  {"given", "given"}},
                 "Kernel", "What the blur was; path and given take it from the input of that name."),
          size, angle};
}

std::vector<TensorSpec> kernel_inputs() {
  return {{"kernel", "(H, W)", "Weights >= 0 of the given kernel; divided by their sum.", true},
          {"path", "(N, 2)", "Points x, y of the drawn path, in pixels.", true}};
}

BlurKernel chosen_kernel(const Params& params, const TensorMap& inputs) {
  const std::string& kind = params.text("kernel");
  const double size = params.number("size");
  const auto input = [&](const char* name) -> const Tensor& {
    const auto found = inputs.find(name);
    if (found == inputs.end()) invalid("The kernel \"", kind, "\" needs the input \"", name, "\".");
    return found->second;
  };
  if (kind == "given") return kernel_from(input("kernel"));
  if (kind == "path") {
    const Tensor& path = input("path");
    if (path.dtype() != DType::f32 || path.shape().size() != 2 || path.shape()[1] != 2)
      invalid("A path must be f32 of shape (N, 2); ", name_of(path.dtype()), " ", to_text(path.shape()),
              " came.");
    return path_kernel(path.as<float>());
  }
  if (kind == "box") return box_kernel(std::max(1, static_cast<int>(std::lround(size))));
  if (kind == "disk") return disk_kernel(size);
  if (kind == "motion") return motion_kernel(size, params.number("angle"));
  return gaussian_kernel(size);
}

}  // namespace priorlab
