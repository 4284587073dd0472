#include "models/digits/digit_model_task.h"

#include <algorithm>

#include "core/error.h"
#include "core/one_unit_task.h"
#include "models/autoregressive/autoregressive_model.h"
#include "models/digits/digit_inputs.h"

namespace priorlab {
namespace {

TaskInfo info() {
  TaskInfo t;
  t.id = "digit_model";
  t.title = "Order of an autoregressive model";
  t.summary = "Shows the order in which a model makes its pixels and which of them a pixel depends on.";
  t.unit = "model";
  t.source =
      "Germain et al., MADE: masked autoencoder for distribution estimation, ICML 2015, equations 7-11";
  t.params = {model("model", "nade", Autoregressive::family, "Model", "The model to show."),
              integer("pixel", 0, 0, 4095, "Pixel", "The pixel asked about, y * width + x.")};
  t.outputs = {{"order", "(H, W)", "Place of each pixel in the model's order, from 0."},
               {"sees", "(H, W)", "1 where the pixel's probability depends on that one, else 0."}};
  t.metrics = {{"parameters", "", "Numbers that the model has learned."},
               {"pixels", "", "Height times width."},
               {"place", "", "Place of the pixel in the order, from 0."},
               {"seen", "", "How many pixels it sees."}};
  return t;
}

std::unique_ptr<Task> create(const Params& params, TensorMap inputs, ModelStore& models,
                             const Safetensors* state) {
  check_inputs("digit_model", inputs, {}, state);
  const auto held = models.get<AutoregressiveModel>(params.text("model"));
  const int pixel = params.integer("pixel");
  if (pixel >= (*held)->pixels())
    invalid("There is no pixel ", pixel, " in the model's ", (*held)->height(), " x ", (*held)->width(),
            "; they are counted from 0 to ", (*held)->pixels() - 1, ".");
  return std::make_unique<OneUnitTask>([held, pixel] {
    const Autoregressive& of = **held;
    const auto order = of.order();
    const int place = static_cast<int>(std::find(order.begin(), order.end(), pixel) - order.begin());
    Tensor places(DType::f32, {of.height(), of.width()}), sees(DType::f32, {of.height(), of.width()});
    int seen = 0;
    for (int t = 0; t < of.pixels(); ++t) {
      const auto at = static_cast<std::size_t>(order[static_cast<std::size_t>(t)]);
      places.as<float>()[at] = static_cast<float>(t);
      if (t >= place || !of.sees(place, t)) continue;
      sees.as<float>()[at] = 1;
      ++seen;
    }
    OneUnitResult result;
    result.outputs = {{"order", std::move(places)}, {"sees", std::move(sees)}};
    result.metrics = {{"parameters", static_cast<double>(of.parameters())},
                      {"pixels", of.pixels()},
                      {"place", place},
                      {"seen", seen}};
    return result;
  });
}

}  // namespace

const TaskFactory digit_model_task{info, create};

}  // namespace priorlab
