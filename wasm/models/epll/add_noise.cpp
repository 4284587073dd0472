#include "models/epll/add_noise.h"

#include <cmath>

#include "core/error.h"
#include "core/image.h"
#include "core/one_unit_task.h"
#include "ops/camera_noise.h"
#include "ops/metrics.h"

namespace priorlab {
namespace {

TaskInfo info() {
  TaskInfo t;
  t.id = "add_noise";
  t.title = "Add noise";
  t.summary = "Puts white Gaussian noise or a camera's noise on a clean picture, the same for the same seed.";
  t.unit = "picture";
  t.source =
      "Gaussian: y = x + sigma n. Camera: Foi, Trimeche, Katkovnik, Egiazarian, IEEE TIP 2008; demosaicing: "
      "Malvar, He, Cutler, ICASSP 2004.";
  ParamSpec sigma = number("sigma", 25, 0, 100, "Noise level",
                           "Standard deviation of the white Gaussian noise, the same in every channel.");
  sigma.symbol = "sigma";
  sigma.unit = "1/255";
  ParamSpec strength =
      number("strength", 1, 0, 6, "Camera noise",
             "Strength of the camera's noise: 1 is about ISO 1600 on a small sensor, 3 about ISO "
             "12800, 0 demosaicing alone.");
  t.params = {choice("kind", "gaussian",
                     {{"gaussian", "white Gaussian"},
                      {"camera", "camera"},
                      {"camera-bilinear", "camera, bilinear demosaicing"}},
                     "Kind of noise", "White Gaussian noise is not clipped; a camera's picture is."),
              sigma, strength,
              integer("seed", 1, 0, 2147483647, "Seed", "The same seed gives the same noise.")};
  t.inputs = {{"image", "(C, H, W)", "The clean picture, 1 or 3 channels."}};
  t.outputs = {{"noisy", "(C, H, W)", "The picture with noise; Gaussian noise leaves [0,1]."}};
  t.metrics = {{"psnr", "dB", "10 log10(1/MSE) of the noisy picture, unclipped, against the clean one."}};
  return t;
}

std::unique_ptr<Task> create(const Params& params, TensorMap inputs, ModelStore&, const Safetensors* state) {
  return std::make_unique<OneUnitTask>([params, image = take_picture(inputs, state, "add_noise")] {
    const std::string& kind = params.text("kind");
    const auto seed = static_cast<std::uint64_t>(params.integer("seed"));
    Image noisy = image;
    if (kind == "gaussian") {
      add_gaussian_noise(noisy, params.number("sigma") / 255, seed);
    } else {
      Camera camera = camera_of_strength(params.number("strength"));
      if (kind == "camera-bilinear") camera.demosaic = Demosaic::bilinear;
      noisy = camera_picture(image, camera, seed);
    }
    OneUnitResult result;
    const double decibels = psnr(noisy.values(), image.values());
    if (std::isfinite(decibels)) result.metrics["psnr"] = decibels;
    result.outputs["noisy"] = tensor_from(noisy);
    return result;
  });
}

}  // namespace

const TaskFactory add_noise_task{info, create};

}  // namespace priorlab
