#include "models/digits/digit_file_task.h"

#include <numeric>

#include "core/digit_file.h"
#include "core/error.h"
#include "core/one_unit_task.h"
#include "core/rng.h"
#include "models/digits/digit_inputs.h"

namespace priorlab {
namespace {

constexpr int kMost = 70000;

TaskInfo info() {
  TaskInfo t;
  t.id = "digit_file";
  t.title = "File of digits";
  t.summary = "Reads the images of an IDX or .amat file as zeros and ones.";
  t.unit = "file";
  t.source = "IDX: LeCun, Cortes and Burges, the MNIST database; .amat: text with one image in a line.";
  t.params = {integer("most", kMost, 1, kMost, "At most",
                      "Of a file with more images so many are kept, drawn by the seed, in the file's order."),
              integer("seed", 1, 0, 2147483647, "Seed", "The same seed keeps the same images.")};
  t.inputs = {{"bytes", "(N)", "The file, u8, unpacked when it was compressed."}};
  t.outputs = {
      {"digits", "(N, H, W)", "The images, u8, 0 or 1; of a file with grey values, 128 and more is 1."}};
  t.metrics = {{"count", "", "Images in the file."}, {"kept", "", "Images in the output."}};
  return t;
}

// `most` of `count` places, ascending, each set equally likely (selection sampling).
std::vector<int> drawn(int count, int most, std::uint64_t seed) {
  std::vector<int> kept;
  Rng rng(seed);
  for (int i = 0; i < count; ++i)
    if (static_cast<int>(rng.below(static_cast<std::uint32_t>(count - i))) <
        most - static_cast<int>(kept.size()))
      kept.push_back(i);
  return kept;
}

std::unique_ptr<Task> create(const Params& params, TensorMap inputs, ModelStore&, const Safetensors* state) {
  check_inputs("digit_file", inputs, {"bytes"}, state);
  if (inputs.at("bytes").dtype() != DType::u8)
    invalid("The input \"bytes\" is of type ", name_of(inputs.at("bytes").dtype()), "; u8 is taken.");
  return std::make_unique<OneUnitTask>([params, bytes = std::move(inputs.at("bytes"))] {
    const Digits all = read_digit_file(bytes.bytes());
    const auto kept =
        drawn(all.count, params.integer("most"), static_cast<std::uint64_t>(params.integer("seed")));
    OneUnitResult result;
    Tensor digits(DType::u8, {static_cast<std::int64_t>(kept.size()), all.height, all.width});
    auto to = digits.as<std::uint8_t>().begin();
    for (int i : kept) to = std::copy(all.digit(i).begin(), all.digit(i).end(), to);
    result.outputs["digits"] = std::move(digits);
    result.metrics = {{"count", all.count}, {"kept", static_cast<double>(kept.size())}};
    return result;
  });
}

}  // namespace

const TaskFactory digit_file_task{info, create};

}  // namespace priorlab
