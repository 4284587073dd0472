// Task `inpaint`: pixels that are missing are found from the others.
#include <algorithm>

#include "core/error.h"
#include "models/restore/mask_term.h"
#include "models/restore/restore_schedules.h"
#include "models/restore/restore_task.h"
#include "ops/membrane.h"
#include "ops/patches.h"

namespace priorlab {
namespace {

TaskInfo info() {
  TaskInfo t;
  t.id = "inpaint";
  t.title = "EPLL inpainting";
  t.summary =
      "Fills missing pixels of a picture by making all of its overlapping 8x8 patches likely under a mixture "
      "of Gaussians learned from photographs.";
  t.unit = "step";
  t.source =
      "Zoran and Weiss, From Learning Models of Natural Image Patches to Whole Image Restoration, ICCV 2011";
  ParamSpec sigma = number("sigma", 0, 0, 100, "Noise level",
                           "Standard deviation of the noise of known pixels; 0 keeps them as they are.");
  sigma.symbol = "sigma";
  sigma.unit = "1/255";
  t.params = {sigma};
  for (ParamSpec& spec : RestoreTask::params(
           "Values of beta of the passes of quality exact: tuned (chosen with half of the pixels missing, "
           "without noise), paper (10, 20, 160, 1280, 5120), or a list of numbers."))
    t.params.push_back(std::move(spec));
  t.inputs = {RestoreTask::picture("The picture; what missing pixels hold does not matter."),
              {"mask", "(H, W)", "Above 0.5 where a pixel is missing."}};
  for (TensorSpec& spec : RestoreTask::inputs_after()) t.inputs.push_back(std::move(spec));
  t.outputs = RestoreTask::outputs();
  t.metrics = RestoreTask::figures();
  t.metrics.push_back({"missing", "", "Share of the pixels that are missing."});
  t.memory = RestoreTask::memory(1);
  return t;
}

std::vector<std::uint8_t> mask_of(const TensorMap& inputs, const Image& image) {
  const auto found = inputs.find("mask");
  if (found == inputs.end()) invalid("The task \"inpaint\" needs the input \"mask\".");
  const Tensor& mask = found->second;
  const Shape& shape = mask.shape();
  const bool flat = shape.size() == 2 || (shape.size() == 3 && shape[0] == 1);
  if (mask.dtype() != DType::f32 || !flat || shape[shape.size() - 2] != image.height() ||
      shape.back() != image.width())
    invalid("The mask must be f32 of shape (", image.height(), ", ", image.width(), "), as the picture; ",
            name_of(mask.dtype()), " ", to_text(shape), " came.");
  std::vector<std::uint8_t> missing;
  for (const float v : mask.as<float>()) missing.push_back(v > 0.5f);
  if (std::find(missing.begin(), missing.end(), 0) == missing.end())
    invalid("The mask says that every pixel is missing: there is nothing to restore from.");
  return missing;
}

class InpaintTask final : public RestoreTask {
 public:
  InpaintTask(Setting setting, double missing, const Params& params, const TensorMap& inputs,
              ModelStore& models)
      : RestoreTask(std::move(setting), params, inputs, models), missing_(missing) {}

  Metrics metrics() const override {
    Metrics all = RestoreTask::metrics();
    all["missing"] = missing_;
    return all;
  }

 private:
  double missing_;
};

std::unique_ptr<Task> create(const Params& params, TensorMap inputs, ModelStore& models,
                             const Safetensors* state) {
  if (state) invalid("The task \"inpaint\" cannot be resumed from a saved state.");
  const Image image = take_given(inputs, params, info());
  const std::vector<std::uint8_t> missing = mask_of(inputs, image);
  const int side = models.get<GaussianMixture>(params.text("prior"))->side();
  const PlaneSize size{image.height(), image.width()},
      x{std::max(side, image.height()), std::max(side, image.width())};
  RestoreTask::Setting setting;
  setting.id = "inpaint";
  setting.sigma = params.number("sigma") / 255;
  setting.x = x;
  setting.schedule = restore_schedule(params, paper_inpaint_schedule, tuned_inpaint_schedule);
  setting.quick = quick_inpaint_schedules();
  if (setting.sigma == 0)
    for (const std::uint8_t m : missing) setting.certain.push_back(m == 0);
  // Missing pixels are shown as they were guessed at first.
  setting.given = image;
  for (int c = 0; c < image.channels(); ++c) fill_missing(setting.given.plane(c), missing, size);
  setting.start = [=, guess = setting.given, sigma = setting.sigma](int c, double scale) {
    const auto first = scaled_plane(guess, c, scale);
    auto start = padded_by_reflection(first, size.height, size.width, x.height, x.width);
    // What the smallest pictures are padded with is missing, too.
    std::vector<std::uint8_t> lost(x.pixels(), 1);
    for (int row = 0; row < size.height; ++row)
      std::copy_n(missing.data() + static_cast<std::ptrdiff_t>(row) * size.width, size.width,
                  lost.data() + static_cast<std::ptrdiff_t>(row) * x.width);
    const double level = sigma * scale;
    auto data = std::make_shared<MaskTerm>(start, std::move(lost), level * level);
    return RestoreTask::Start{std::move(start), std::move(data)};
  };
  const double share = static_cast<double>(std::count(missing.begin(), missing.end(), 1)) /
                       static_cast<double>(missing.size());
  return std::make_unique<InpaintTask>(std::move(setting), share, params, inputs, models);
}

}  // namespace

const TaskFactory inpaint_task{info, create};

}  // namespace priorlab
