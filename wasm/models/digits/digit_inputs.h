// Digits as inputs of tasks, checked.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/task.h"
#include "models/autoregressive/autoregressive.h"

namespace priorlab {

// Only these inputs, and the first of them at least. Throws std::invalid_argument naming what is missing or
// not known; likewise where a state came and the task cannot be resumed.
void check_inputs(const std::string& task, const TensorMap& inputs, const std::vector<std::string>& required,
                  const Safetensors* state);

// Pixels of images of zeros and ones, (N, H, W) or (H, W), u8 or f32, of the size that the model makes.
// Throws std::invalid_argument saying what came.
std::vector<std::uint8_t> take_binary(const Tensor&, const std::string& name, int height, int width);

// The f32 tensor of those shape and values.
Tensor f32_tensor(Shape shape, std::span<const double> values);

}  // namespace priorlab
