// The questions `gmm_components` and `gmm_slide`.
#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/one_unit_task.h"
#include "models/digits/digit_inputs.h"
#include "models/gmm/gmm.h"
#include "models/gmm/gmm_components.h"
#include "models/gmm/gmm_tasks.h"
#include "models/patches/patch_outputs.h"

namespace priorlab {
namespace {

const char* const kSource = "Zoran and Weiss, Natural images, Gaussian mixtures and dead leaves, NIPS 2012";

TaskInfo components_info() {
  TaskInfo t;
  t.id = "gmm_components";
  t.title = "Components of a patch mixture";
  t.summary = "Weights, spectra and leading eigenvectors of all components, with contrast and edge-ness.";
  t.unit = "answer";
  t.source = kSource;
  t.params = {
      model("model", "gmm", GaussianMixture::family, "Model", "The mixture."),
      integer("leading", 6, 1, 16, "Eigenvectors", "How many leading eigenvectors of each component.")};
  t.outputs = component_outputs();
  t.metrics = {{"components", "", "Components of the model."}, {"patch", "pixels", "Side of its patches."}};
  return t;
}

std::unique_ptr<Task> create_components(const Params& params, TensorMap inputs, ModelStore& models,
                                        const Safetensors* state) {
  check_inputs("gmm_components", inputs, {}, state);
  const auto mixture = models.get<GaussianMixture>(params.text("model"));
  const int leading = check_leading(params, *mixture);
  return std::make_unique<OneUnitTask>([mixture, leading] {
    OneUnitResult result;
    result.metrics = {{"components", mixture->components()}, {"patch", mixture->side()}};
    for (const TensorSpec& output : component_outputs())
      result.outputs[output.name] = component_output(output.name, mixture->side(), *mixture->spectra(),
                                                     mixture->covariances(), leading);
    return result;
  });
}

TaskInfo slide_info() {
  TaskInfo t;
  t.id = "gmm_slide";
  t.title = "A patch along eigenvectors";
  t.summary = "Makes the patch at given coordinates along the leading eigenvectors of a component.";
  t.unit = "answer";
  t.source = kSource;
  t.params = {model("model", "gmm", GaussianMixture::family, "Model", "The mixture."),
              integer("component", 0, 0, 4095, "Component", "Number of the component.")};
  t.inputs = {{"coordinates", "(M)", "Standard deviations along the M leading eigenvectors."}};
  t.outputs = {{"patch", "(S, S)", "The patch, of mean zero, on the [0,1] scale."}};
  t.metrics = {{"log_density", "nats", "log p(patch) under the mixture, in the DC-free orthonormal basis."}};
  return t;
}

std::unique_ptr<Task> create_slide(const Params& params, TensorMap inputs, ModelStore& models,
                                   const Safetensors* state) {
  check_inputs("gmm_slide", inputs, {"coordinates"}, state);
  const auto mixture = models.get<GaussianMixture>(params.text("model"));
  check_component(params, *mixture);
  const Tensor given = to_f32(inputs.at("coordinates"));
  if (given.shape().size() != 1 || given.size() < 1 || given.size() > mixture->dims())
    invalid("The input \"coordinates\" has the shape (M) with M from 1 to ", mixture->dims(), "; ",
            to_text(given.shape()), " came.");
  for (const float c : given.as<float>())
    if (!(std::abs(c) <= 100.0f))
      invalid("Coordinates are numbers from -100 to 100; ", static_cast<double>(c), " came.");
  const int k = params.integer("component");
  return std::make_unique<OneUnitTask>([mixture, given, k] {
    const int leading = static_cast<int>(given.size()), side = mixture->side();
    const auto pixels = static_cast<std::size_t>(side * side);
    std::vector<float> vectors(static_cast<std::size_t>(leading) * pixels), patch(pixels, 0.0f);
    leading_eigenvectors(*mixture->spectra(), side, k, leading, vectors);
    for (int j = 0; j < leading; ++j) {
      const double l = mixture->spectra()->eigenvalues[static_cast<std::size_t>(k * mixture->dims() + j)];
      const float scale = given.as<float>()[static_cast<std::size_t>(j)] * static_cast<float>(std::sqrt(l));
      for (std::size_t p = 0; p < pixels; ++p)
        patch[p] += scale * vectors[static_cast<std::size_t>(j) * pixels + p];
    }
    OneUnitResult result;
    result.metrics["log_density"] = log_densities_of(*mixture, patch)[0];
    result.outputs["patch"] = Tensor::from<float>({side, side}, std::span<const float>(patch));
    return result;
  });
}

}  // namespace

const TaskFactory gmm_components_task{components_info, create_components};
const TaskFactory gmm_slide_task{slide_info, create_slide};

}  // namespace priorlab
