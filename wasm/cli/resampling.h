// The full conditionals of training digits, from the file that `priorlab train conditional` writes: what
// --resample draws pixels anew from (models/autoregressive/pixel_conditional.h).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/digit_file.h"

namespace priorlab {

constexpr int kConditionalRadius = 4, kConditionalUnits = 48;
inline const std::string kConditionalCommand =
    "priorlab train conditional --data mnist --out conditional.safetensors";

// p(x_i = 1 | the others) of each pixel of each digit, raster order, on a scale of 0 to 255.
std::vector<std::uint8_t> conditionals_of(const std::string& path, const Digits& digits);

}  // namespace priorlab
