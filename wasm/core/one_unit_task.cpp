#include "core/one_unit_task.h"

#include <algorithm>

#include "core/error.h"

namespace priorlab {
namespace {

// The window of the last two axes of an f32 tensor of three axes.
Tensor cut(const Tensor& whole, const Window& window) {
  const int channels = static_cast<int>(whole.shape()[0]), height = static_cast<int>(whole.shape()[1]),
            width = static_cast<int>(whole.shape()[2]);
  const int h = window.height == 0 ? height - window.y : window.height;
  const int w = window.width == 0 ? width - window.x : window.width;
  if (window.y < 0 || window.x < 0 || h < 1 || w < 1 || h > height - window.y || w > width - window.x)
    invalid("The window ", h, " x ", w, " at (", window.y, ", ", window.x, ") is not inside ", height, " x ",
            width, ".");
  Tensor part(DType::f32, {channels, h, w});
  float* to = part.as<float>().data();
  for (int c = 0; c < channels; ++c) {
    for (int y = 0; y < h; ++y, to += w) {
      const std::size_t from = (static_cast<std::size_t>(c) * static_cast<std::size_t>(height) +
                                static_cast<std::size_t>(window.y + y)) *
                                   static_cast<std::size_t>(width) +
                               static_cast<std::size_t>(window.x);
      std::copy_n(whole.as<float>().data() + from, w, to);
    }
  }
  return part;
}

}  // namespace

Tensor OneUnitTask::output(const std::string& name, const Window& window) const {
  const auto found = result_.outputs.find(name);
  if (found == result_.outputs.end())
    invalid("There is no output \"", name, "\"", units_done_ == 0 ? " before the first step." : ".");
  const bool whole = window.y == 0 && window.x == 0 && window.height == 0 && window.width == 0;
  if (whole) return found->second;
  if (found->second.shape().size() != 3)
    invalid("The output \"", name, "\" is no picture and is given whole.");
  return cut(found->second, window);
}

Image take_picture(const TensorMap& inputs, const Safetensors* state, const std::string& task) {
  if (state != nullptr) invalid("The task \"", task, "\" cannot be resumed: it has one step.");
  for (const auto& [given, tensor] : inputs) {
    if (given != "image")
      invalid("The task \"", task, "\" has no input \"", given, "\"; it takes \"image\".");
  }
  const auto found = inputs.find("image");
  if (found == inputs.end()) invalid("The task \"", task, "\" needs the input \"image\".");
  return image_from(found->second);
}

}  // namespace priorlab
