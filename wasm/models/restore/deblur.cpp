// Task `deblur`: non-blind, the kernel is given. What lies around the picture is restored with it and not
// shown.
#include <algorithm>

#include "core/error.h"
#include "models/restore/blur_term.h"
#include "models/restore/kernel_choice.h"
#include "models/restore/restore_schedules.h"
#include "models/restore/restore_task.h"
#include "ops/noise_report.h"

namespace priorlab {
namespace {

// Less noise than this is not believed: rounding to 8 bits alone leaves 0.29/255.
constexpr double kLeastSigma = 0.3 / 255;

TaskInfo info() {
  TaskInfo t;
  t.id = "deblur";
  t.title = "EPLL deblurring";
  t.summary =
      "Removes a known blur from a picture by making all of its overlapping 8x8 patches likely under a "
      "mixture "
      "of Gaussians learned from photographs.";
  t.unit = "step";
  t.source =
      "Zoran and Weiss, From Learning Models of Natural Image Patches to Whole Image Restoration, ICCV 2011";
  ParamSpec sigma = number("sigma", 2.55, 0.3, 100, "Noise level",
                           "Standard deviation of the noise; auto measures it in the blurred picture.");
  sigma.symbol = "sigma";
  sigma.unit = "1/255";
  sigma.automatic = true;
  t.params = kernel_params();
  t.params.push_back(std::move(sigma));
  for (ParamSpec& spec : RestoreTask::params(
           "Values of beta of the passes of quality exact: tuned (chosen at noise level 2.55), paper (50 to "
           "3200, doubled from pass to pass), or a list of numbers."))
    t.params.push_back(std::move(spec));
  t.inputs = {RestoreTask::picture("The blurred picture, 1 or 3 channels.")};
  for (TensorSpec& spec : kernel_inputs()) t.inputs.push_back(std::move(spec));
  for (TensorSpec& spec : RestoreTask::inputs_after()) t.inputs.push_back(std::move(spec));
  t.outputs = RestoreTask::outputs();
  t.outputs.push_back({"kernel", "(1, H, W)", "The kernel, sum one."});
  t.metrics = RestoreTask::figures();
  t.memory = RestoreTask::memory(1);
  return t;
}

// A blurred picture has next to nothing of its own in the finest detail: what is there is noise, also where
// it is too little to be told from the texture of a sharp picture.
double measured_noise(const Image& blurred) {
  const NoiseReport report = report_noise(blurred);
  return std::max(report.luma, report.channels[0].full.level);
}

class DeblurTask final : public RestoreTask {
 public:
  DeblurTask(Setting setting, BlurKernel kernel, const Params& params, const TensorMap& inputs,
             ModelStore& models)
      : RestoreTask(std::move(setting), params, inputs, models), kernel_(std::move(kernel)) {}

  Tensor output(const std::string& name, const Window& window) const override {
    if (name == "kernel")
      return Tensor::from<float>({1, kernel_.height, kernel_.width}, std::span<const float>(kernel_.weights));
    return RestoreTask::output(name, window);
  }

 private:
  BlurKernel kernel_;
};

std::unique_ptr<Task> create(const Params& params, TensorMap inputs, ModelStore& models,
                             const Safetensors* state) {
  if (state) invalid("The task \"deblur\" cannot be resumed from a saved state.");
  const Image blurred = take_given(inputs, params, info());
  const BlurKernel kernel = chosen_kernel(params, inputs);
  const int height = blurred.height(), width = blurred.width();
  if (kernel.height > height || kernel.width > width)
    invalid("The kernel of ", kernel.width, "x", kernel.height, " is larger than the picture of ", width, "x",
            height, ".");
  const int side = models.get<GaussianMixture>(params.text("prior"))->side();
  RestoreTask::Setting setting;
  setting.id = "deblur";
  setting.given = blurred;
  setting.sigma =
      std::max(kLeastSigma, params.is_auto("sigma") ? measured_noise(blurred) : params.number("sigma") / 255);
  setting.x = {std::max(side, height + kernel.height - 1), std::max(side, width + kernel.width - 1)};
  setting.top = kernel.height - 1 - (kernel.height - 1) / 2;
  setting.left = kernel.width - 1 - (kernel.width - 1) / 2;
  setting.schedule = restore_schedule(params, paper_deblur_schedule, tuned_deblur_schedule);
  setting.quick = quick_deblur_schedules();
  setting.start = [=, x = setting.x, top = setting.top, left = setting.left, sigma = setting.sigma](
                      int c, double scale) {
    std::vector<float> y = scaled_plane(blurred, c, scale), start;
    for (int row = 0; row < x.height; ++row)
      for (int column = 0; column < x.width; ++column)
        start.push_back(y[static_cast<std::size_t>(std::clamp(row - top, 0, height - 1) * width +
                                                   std::clamp(column - left, 0, width - 1))]);
    const double level = sigma * scale;
    return RestoreTask::Start{
        std::move(start),
        std::make_shared<BlurTerm>(x, std::move(y), PlaneSize{height, width}, kernel, level * level)};
  };
  return std::make_unique<DeblurTask>(std::move(setting), kernel, params, inputs, models);
}

}  // namespace

const TaskFactory deblur_task{info, create};

}  // namespace priorlab
