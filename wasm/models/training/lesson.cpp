#include "models/training/lesson.h"

#include <cmath>
#include <cstring>

#include "core/error.h"
#include "core/text.h"

namespace priorlab {
namespace {

constexpr std::int64_t kMostDigits = 100000;
constexpr std::int64_t kLargestSide = 64;

std::vector<std::uint8_t> pictures_from(const Tensor& tensor, const std::string& name, Lesson& lesson) {
  const Shape& shape = tensor.shape();
  if (shape.size() != 3 || shape[0] < 1 || shape[1] < 1 || shape[2] < 1)
    invalid("The input \"", name, "\" has the shape (N, H, W); ", to_text(shape), " came.");
  if (shape[0] > kMostDigits || shape[1] > kLargestSide || shape[2] > kLargestSide || shape[1] * shape[2] < 2)
    invalid("The input \"", name, "\" may have at most ", kMostDigits, " pictures of 2 pixels to ",
            kLargestSide, "x", kLargestSide, "; ", to_text(shape), " came.");
  lesson.height = static_cast<int>(shape[1]);
  lesson.width = static_cast<int>(shape[2]);
  std::vector<std::uint8_t> pixels;
  pixels.reserve(static_cast<std::size_t>(tensor.size()));
  const auto take = [&](const auto values) {
    for (const auto v : values) {
      if (v != 0 && v != 1)
        invalid("The input \"", name, "\" has zeros and ones; ", static_cast<double>(v), " came.");
      pixels.push_back(v != 0);
    }
  };
  if (tensor.dtype() == DType::u8)
    take(tensor.as<std::uint8_t>());
  else
    take(to_f32(tensor).as<float>());
  return pixels;
}

}  // namespace

std::vector<TensorSpec> lesson_inputs() {
  return {{"digits", "(N, H, W)", "What is learned from: pictures of zeros and ones."},
          {"valid", "(M, H, W)", "Pictures kept out, on which the loss is measured after each epoch.", true}};
}

Lesson take_lesson(const std::string& task, const TensorMap& inputs) {
  for (const auto& [name, tensor] : inputs)
    if (name != "digits" && name != "valid")
      invalid("The task \"", task, "\" has no input \"", name, "\"; it takes digits and valid.");
  const auto digits = inputs.find("digits");
  if (digits == inputs.end()) invalid("The task \"", task, "\" needs the input \"digits\".");
  Lesson lesson;
  lesson.train = pictures_from(digits->second, "digits", lesson);
  if (const auto valid = inputs.find("valid"); valid != inputs.end()) {
    Lesson kept;
    lesson.valid = pictures_from(valid->second, "valid", kept);
    if (kept.height != lesson.height || kept.width != lesson.width)
      invalid("The pictures kept out have ", kept.height, "x", kept.width, " pixels, those to learn from ",
              lesson.height, "x", lesson.width, ".");
  }
  return lesson;
}

std::vector<double> shares_on(std::span<const std::uint8_t> rows, std::size_t pixels) {
  std::vector<double> share(pixels, 0.5);
  for (std::size_t i = 0; i < rows.size(); ++i) share[i % pixels] += rows[i];
  for (double& s : share) s /= static_cast<double>(rows.size() / pixels) + 1.0;
  return share;
}

std::string described(const Params& params, const std::string& but) {
  std::string text;
  for (const auto& [name, value] : params.values()) {
    if (name == but) continue;
    if (const auto* number = std::get_if<double>(&value))
      text += *number == std::round(*number) ? text_of(name, "=", static_cast<std::int64_t>(*number), " ")
                                             : text_of(name, "=", *number, " ");
    else if (const auto* word = std::get_if<std::string>(&value))
      text += text_of(name, "=", *word, " ");
  }
  return text;
}

std::string note_of(const Safetensors& file, const char* key) {
  const auto found = file.metadata.find(key);
  return found == file.metadata.end() ? std::string() : found->second;
}

void check_state(const Safetensors& state, const std::string& task, const std::string& settings) {
  if (note_of(state, "task") != task) invalid("This is no saved state of the task \"", task, "\".");
  if (note_of(state, "params") != settings)
    invalid("The saved training has the settings ", note_of(state, "params"), "but these came: ", settings,
            ".");
}

void put_doubles(Safetensors& state, const char* name, std::span<const double> values) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(values.data());
  state.tensors.emplace(name,
                        Tensor::from<std::uint8_t>({static_cast<std::int64_t>(8 * values.size())},
                                                   std::span<const std::uint8_t>(bytes, 8 * values.size())));
}

std::vector<double> take_doubles(const Safetensors& state, const char* name) {
  const auto found = state.tensors.find(name);
  if (found == state.tensors.end() || found->second.dtype() != DType::u8 || found->second.size() % 8)
    invalid("The saved training has no \"", name, "\" that could be read.");
  std::vector<double> read(static_cast<std::size_t>(found->second.size() / 8));
  if (!read.empty()) std::memcpy(read.data(), found->second.bytes().data(), 8 * read.size());
  return read;
}

}  // namespace priorlab
