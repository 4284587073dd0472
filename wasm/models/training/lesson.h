// What the tasks that learn from digits in the page have in common: the pictures they take, the words of
// their settings, and what they save beside the trainer.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/task.h"

namespace priorlab {

// The inputs of such a task, for its table.
std::vector<TensorSpec> lesson_inputs();

struct Lesson {
  int height = 0, width = 0;
  std::vector<std::uint8_t> train, valid;  // (count, H * W) of zeros and ones; `valid` may have none

  std::size_t pixels() const { return static_cast<std::size_t>(height) * static_cast<std::size_t>(width); }
};

// From the inputs "digits" (N, H, W) and, if given, "valid" (M, H, W), u8 or f32: 1 to 100,000 pictures of
// 2 pixels to 64x64. Throws std::invalid_argument saying what is missing, unknown or not allowed.
Lesson take_lesson(const std::string& task, const TensorMap& inputs);

// The share of pictures (count, n) in which each pixel is on, as if there were one more that is on by half.
std::vector<double> shares_on(std::span<const std::uint8_t> rows, std::size_t pixels);

// "batch=100 rate=0.003 ...": every parameter but `but`.
std::string described(const Params& params, const std::string& but = {});

// Throws std::invalid_argument when the state is not one of this task with these settings.
void check_state(const Safetensors& state, const std::string& task, const std::string& settings);

// The value of a key in the file's metadata, "" when there is none.
std::string note_of(const Safetensors& file, const char* key);

// Numbers to their last bit, as a tensor of bytes. The second throws std::invalid_argument when there are
// none.
void put_doubles(Safetensors& state, const char* name, std::span<const double> values);
std::vector<double> take_doubles(const Safetensors& state, const char* name);

}  // namespace priorlab
