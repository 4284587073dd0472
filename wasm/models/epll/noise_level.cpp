#include "models/epll/noise_level.h"

#include "core/image.h"
#include "core/one_unit_task.h"
#include "ops/noise_report.h"

namespace priorlab {
namespace {

TaskInfo info() {
  TaskInfo t;
  t.id = "noise_level";
  t.title = "Noise level";
  t.summary = "Estimates kind and level of a picture's noise from the picture alone.";
  t.unit = "picture";
  t.source =
      "Flat blocks' high DCT frequencies: Ponomarenko et al., IGARSS 2007; Colom and Buades, IPOL 3, 2013; "
      "here at three scales.";
  t.inputs = {{"image", "(C, H, W)", "The picture, 1 or 3 channels."}};
  t.outputs = {
      {"curve", "(2, N)",
       "Brightness in [0,1], dark to bright, in the first row; level (1/255) of the brightness noise there "
       "in the second."}};
  t.metrics = {
      {"kind", "", "0: no noise is seen, 1: white, 2: correlated, that is coarser than one pixel."},
      {"sigma", "1/255", "Standard deviation to denoise the brightness with; 0 when no noise is seen."},
      {"sigma_chroma", "1/255", "The same for the two colour channels; 0 for a grey picture."},
      {"sigma_full", "1/255", "Level of the brightness noise at full size, seen or not."},
      {"sigma_half", "1/255", "Level at half size, times 2: equal to sigma_full for white noise."},
      {"correlation", "", "sigma_half / sigma_full: 1 for white noise, more for coarser noise."},
      {"gain", "", "Noise in the darkest over noise in the brightest eighth of the picture."}};
  return t;
}

std::unique_ptr<Task> create(const Params&, TensorMap inputs, ModelStore&, const Safetensors* state) {
  return std::make_unique<OneUnitTask>([image = take_picture(inputs, state, "noise_level")] {
    const NoiseReport report = report_noise(image);
    OneUnitResult result;
    result.metrics = {{"kind", static_cast<double>(report.kind)},
                      {"sigma", 255 * report.luma},
                      {"sigma_chroma", 255 * report.chroma},
                      {"sigma_full", 255 * report.channels[0].full.level},
                      {"sigma_half", 255 * report.channels[0].half.level},
                      {"correlation", report.correlation},
                      {"gain", report.dark_to_bright}};
    std::vector<float> curve;
    for (const LevelAt& at : report.curve) curve.push_back(static_cast<float>(at.brightness));
    for (const LevelAt& at : report.curve) curve.push_back(static_cast<float>(255 * at.level));
    result.outputs["curve"] = Tensor::from<float>({2, static_cast<std::int64_t>(report.curve.size())},
                                                  std::span<const float>(curve));
    return result;
  });
}

}  // namespace

const TaskFactory noise_level_task{info, create};

}  // namespace priorlab
