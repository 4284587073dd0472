// Task `superres`: a picture of twice to four times the pixels each way, of which the given one is the
// bicubic reduction.
#include <algorithm>

#include "core/error.h"
#include "models/restore/downsample_term.h"
#include "models/restore/restore_schedules.h"
#include "models/restore/restore_task.h"
#include "ops/cubic_resampling.h"
#include "ops/patches.h"

namespace priorlab {
namespace {

TaskInfo info() {
  TaskInfo t;
  t.id = "superres";
  t.title = "EPLL super-resolution";
  t.summary =
      "Enlarges a picture by making all overlapping 8x8 patches of the result likely under a mixture of "
      "Gaussians learned from photographs.";
  t.unit = "step";
  t.source =
      "Zoran and Weiss, From Learning Models of Natural Image Patches to Whole Image Restoration, ICCV 2011";
  ParamSpec sigma = number("sigma", 0, 0, 100, "Noise level",
                           "Standard deviation of the noise of the small picture; 0: the result, made small "
                           "again, is that picture.");
  sigma.symbol = "sigma";
  sigma.unit = "1/255";
  t.params = {integer("scale", 2, 2, 4, "Scale", "How many times as wide and high the result is."), sigma};
  for (ParamSpec& spec : RestoreTask::params("Values of beta of the passes of quality exact: tuned (chosen "
                                             "at scale 3 without noise), or a list of numbers."))
    t.params.push_back(std::move(spec));
  t.inputs = {RestoreTask::picture("The small picture.")};
  for (TensorSpec& spec : RestoreTask::inputs_after()) t.inputs.push_back(std::move(spec));
  t.outputs = RestoreTask::outputs();
  t.metrics = RestoreTask::figures();
  t.memory = RestoreTask::memory(2);
  return t;
}

std::unique_ptr<Task> create(const Params& params, TensorMap inputs, ModelStore& models,
                             const Safetensors* state) {
  if (state) invalid("The task \"superres\" cannot be resumed from a saved state.");
  const int scale = params.integer("scale");
  TaskInfo checked = info();
  checked.memory = RestoreTask::memory(1);
  const Image small = take_given(inputs, params, checked, scale);
  const int side = models.get<GaussianMixture>(params.text("prior"))->side();
  const PlaneSize size{small.height(), small.width()};
  // Mirrored until the result holds a patch.
  const int least = (side + scale - 1) / scale;
  const PlaneSize seen{std::max(least, size.height), std::max(least, size.width)};
  RestoreTask::Setting setting;
  setting.id = "superres";
  setting.sigma = params.number("sigma") / 255;
  setting.x = {scale * seen.height, scale * seen.width};
  setting.schedule = restore_schedule(params, nullptr, tuned_superres_schedule);
  setting.quick = quick_superres_schedules();
  setting.given = Image(small.channels(), scale * size.height, scale * size.width);
  const CubicResampling enlarge(size, {setting.given.height(), setting.given.width()});
  for (int c = 0; c < small.channels(); ++c) enlarge.apply(small.plane(c), setting.given.plane(c));
  setting.start = [=, x = setting.x, sigma = setting.sigma](int c, double to_prior) {
    auto y = padded_by_reflection(scaled_plane(small, c, to_prior), size.height, size.width, seen.height,
                                  seen.width);
    std::vector<float> start(x.pixels());
    CubicResampling(seen, x).apply(y, start);
    const double level = sigma * to_prior;
    return RestoreTask::Start{std::move(start),
                              std::make_shared<DownsampleTerm>(std::make_shared<CubicResampling>(x, seen),
                                                               std::move(y), level * level)};
  };
  return std::make_unique<RestoreTask>(std::move(setting), params, inputs, models);
}

}  // namespace

const TaskFactory superres_task{info, create};

}  // namespace priorlab
