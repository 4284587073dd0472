#include "cli/resampling.h"

#include "cli/model_files.h"
#include "models/autoregressive/pixel_conditional.h"

namespace priorlab {

std::vector<std::uint8_t> conditionals_of(const std::string& path, const Digits& digits) {
  const auto objective =
      conditional_objective(digits.height, digits.width, kConditionalRadius, kConditionalUnits);
  const Tensor weights = take_f32(read_safetensors(read_bytes(path)), "weights",
                                  {static_cast<std::int64_t>(objective->size())}, kConditionalCommand);
  return conditionals(*objective, weights.as<float>(), digits.pixels);
}

}  // namespace priorlab
