#include "models/patches/patch_explain.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/one_unit_task.h"
#include "models/digits/digit_inputs.h"
#include "models/gmm/gmm.h"
#include "models/patches/patch_posterior.h"
#include "ops/dct_basis.h"
#include "ops/metrics.h"

namespace priorlab {
namespace {

TaskInfo info() {
  TaskInfo t;
  t.id = "patch_explain";
  t.title = "What explains a patch";
  t.summary =
      "Responsibilities of a mixture's components for one patch, its likelihood, and the clean patch by BLS "
      "and MAP.";
  t.unit = "answer";
  t.source =
      "Zoran and Weiss, From Learning Models of Natural Image Patches to Whole Image Restoration, ICCV 2011, "
      "section 4";
  ParamSpec sigma =
      number("sigma", 25, 0, 100, "Noise level", "Standard deviation of the noise in the patch.");
  sigma.symbol = "sigma";
  sigma.unit = "1/255";
  t.params = {model("model", "gmm", GaussianMixture::family, "Model", "The mixture."), sigma};
  t.inputs = {{"noisy", "(S, S)", "The patch on the [0,1] scale, its mean included."},
              {"clean", "(S, S)", "The same patch without noise, to measure against.", true}};
  t.outputs = {
      {"responsibility", "(K)", "p(component | patch); they sum to one."},
      {"bls", "(S, S)", "The posterior mean, in closed form, with the mean of the noisy patch."},
      {"map", "(S, S)", "The Wiener filter of the most responsible component, as EPLL takes it; same mean."}};
  t.metrics = {{"component", "", "Number of the most responsible component."},
               {"log_likelihood", "nats",
                "log p of the noisy patch without its mean, in the DC-free orthonormal basis."},
               {"psnr_noisy", "dB",
                "10 log10(1/MSE) of the noisy patch against the clean one; 200 where they are equal."},
               {"psnr_bls", "dB", "The same of the posterior mean."},
               {"psnr_map", "dB", "The same of the MAP estimate."}};
  return t;
}

std::vector<float> take_patch(const Tensor& tensor, const std::string& name, int side) {
  const Tensor values = to_f32(tensor);
  if (values.shape() != Shape{side, side})
    invalid("The input \"", name, "\" is a patch of the model's size, (", side, ", ", side, "); ",
            to_text(values.shape()), " came.");
  for (const float v : values.as<float>())
    if (!(std::abs(v) <= 1000.0f))
      invalid("The input \"", name, "\" has the value ", static_cast<double>(v), ".");
  return {values.as<float>().begin(), values.as<float>().end()};
}

OneUnitResult explain(const GaussianMixture& mixture, double sigma, const std::vector<float>& noisy,
                      const std::vector<float>& clean) {
  const int side = mixture.side();
  const DctBasis basis(side);
  double sum = 0.0;
  for (const float v : noisy) sum += static_cast<double>(v);
  const auto mean = static_cast<float>(sum / basis.pixels());
  std::vector<float> patch = noisy, z(static_cast<std::size_t>(basis.stride()));
  for (float& v : patch) v -= mean;
  basis.analyse(patch, z);
  const PatchPosterior p = patch_posterior(*mixture.spectra(), z, sigma * sigma);

  OneUnitResult result;
  result.outputs["responsibility"] = f32_tensor({mixture.components()}, p.responsibility);
  result.metrics["component"] = p.component;
  result.metrics["log_likelihood"] = p.log_likelihood;
  const auto measure = [&](const std::string& name, const std::vector<float>& values) {
    if (!clean.empty()) result.metrics["psnr_" + name] = std::min(psnr(values, clean), 200.0);
  };
  measure("noisy", noisy);
  const auto give = [&](const std::string& name, const std::vector<double>& coefficients) {
    std::copy(coefficients.begin(), coefficients.end(), z.begin());
    basis.synthesise(z, patch);
    for (float& v : patch) v += mean;
    result.outputs[name] = Tensor::from<float>({side, side}, std::span<const float>(patch));
    measure(name, patch);
  };
  give("bls", p.mean);
  give("map", p.map);
  return result;
}

std::unique_ptr<Task> create(const Params& params, TensorMap inputs, ModelStore& models,
                             const Safetensors* state) {
  const bool has_clean = inputs.contains("clean");
  check_inputs("patch_explain", inputs,
               has_clean ? std::vector<std::string>{"noisy", "clean"} : std::vector<std::string>{"noisy"},
               state);
  const auto mixture = models.get<GaussianMixture>(params.text("model"));
  const auto noisy = take_patch(inputs.at("noisy"), "noisy", mixture->side());
  const auto clean =
      has_clean ? take_patch(inputs.at("clean"), "clean", mixture->side()) : std::vector<float>();
  const double sigma = params.number("sigma") / 255;
  return std::make_unique<OneUnitTask>([=] { return explain(*mixture, sigma, noisy, clean); });
}

}  // namespace

const TaskFactory patch_explain_task{info, create};

}  // namespace priorlab
