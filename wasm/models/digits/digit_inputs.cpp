#include "models/digits/digit_inputs.h"

#include <algorithm>

#include "core/error.h"

namespace priorlab {

void check_inputs(const std::string& task, const TensorMap& inputs, const std::vector<std::string>& required,
                  const Safetensors* state) {
  if (state != nullptr) invalid("The task \"", task, "\" cannot be resumed from a saved state.");
  std::string known;
  for (const std::string& name : required) {
    known += (known.empty() ? "" : " and ") + name;
    if (inputs.find(name) == inputs.end()) invalid("The task \"", task, "\" needs the input \"", name, "\".");
  }
  for (const auto& [name, tensor] : inputs)
    if (std::find(required.begin(), required.end(), name) == required.end())
      invalid("The task \"", task, "\" has no input \"", name, "\"; it takes ",
              known.empty() ? "none" : known, ".");
}

std::vector<std::uint8_t> take_binary(const Tensor& tensor, const std::string& name, int height, int width) {
  const Shape& shape = tensor.shape();
  const std::size_t axes = shape.size();
  if ((axes != 2 && axes != 3) || shape[axes - 2] != height || shape[axes - 1] != width || tensor.size() == 0)
    invalid("The input \"", name, "\" has the shape ", to_text(shape), "; the model takes ", height, " x ",
            width, " pixels, one image or several.");
  std::vector<std::uint8_t> pixels(static_cast<std::size_t>(tensor.size()));
  const auto take = [&](const auto& values) {
    for (std::size_t i = 0; i < pixels.size(); ++i) {
      if (!(values[i] == 0 || values[i] == 1))
        invalid("The input \"", name, "\" has the value ", static_cast<double>(values[i]),
                "; its pixels are 0 or 1.");
      pixels[i] = static_cast<std::uint8_t>(values[i]);
    }
  };
  if (tensor.dtype() == DType::u8)
    take(tensor.as<std::uint8_t>());
  else if (tensor.dtype() == DType::f32)
    take(tensor.as<float>());
  else
    invalid("The input \"", name, "\" is of type ", name_of(tensor.dtype()), "; u8 or f32 is taken.");
  return pixels;
}

Tensor f32_tensor(Shape shape, std::span<const double> values) {
  std::vector<float> narrow(values.size());
  std::transform(values.begin(), values.end(), narrow.begin(),
                 [](double v) { return static_cast<float>(v); });
  return Tensor::from<float>(std::move(shape), std::span<const float>(narrow));
}

}  // namespace priorlab
