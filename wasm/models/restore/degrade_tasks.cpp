#include "models/restore/degrade_tasks.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/error.h"
#include "core/image.h"
#include "core/one_unit_task.h"
#include "models/restore/kernel_choice.h"
#include "models/restore/restore_task.h"
#include "ops/camera_noise.h"
#include "ops/cubic_resampling.h"
#include "ops/valid_blur.h"

namespace priorlab {
namespace {

const char* const kSource =
    "Zoran and Weiss, From Learning Models of Natural Image Patches to Whole Image Restoration, ICCV 2011, "
    "section 3.2";

TaskInfo blur_info() {
  TaskInfo t;
  t.id = "blur";
  t.title = "Blur a picture";
  t.summary =
      "Blurs a clean picture with a kernel and adds white Gaussian noise; what is not known for lack of a "
      "neighbourhood is cut off.";
  t.unit = "picture";
  t.source = kSource;
  t.params = kernel_params();
  ParamSpec sigma =
      number("sigma", 2.55, 0, 100, "Added noise", "Standard deviation of the white Gaussian noise.");
  sigma.symbol = "sigma";
  sigma.unit = "1/255";
  t.params.push_back(sigma);
  t.params.push_back(integer("seed", 1, 0, 2147483647, "Seed", "The same seed gives the same noise."));
  t.inputs = {{"image", "(C, H, W)", "The clean picture; without one the kernel alone is made.", true}};
  for (TensorSpec& spec : kernel_inputs()) t.inputs.push_back(std::move(spec));
  t.outputs = {
      {"blurred", "(C, H, W)",
       "The blurred picture, not clipped, a kernel less a pixel smaller than the clean one each way."},
      {"clean", "(C, H, W)", "The part of the clean picture that it shows."},
      {"kernel", "(1, H, W)", "The kernel, sum one."}};
  return t;
}

std::unique_ptr<Task> create_blur(const Params& params, TensorMap inputs, ModelStore&,
                                  const Safetensors* state) {
  if (state) invalid("The task \"blur\" cannot be resumed from a saved state.");
  const TaskInfo about = blur_info();
  for (const auto& [name, tensor] : inputs)
    if (std::none_of(about.inputs.begin(), about.inputs.end(),
                     [&, &key = name](const auto& s) { return s.name == key; }))
      invalid("The task \"blur\" has no input \"", name, "\".");
  const BlurKernel kernel = chosen_kernel(params, inputs);
  Image image;
  if (const auto found = inputs.find("image"); found != inputs.end()) {
    image = image_from(found->second);
    if (kernel.height > image.height() || kernel.width > image.width())
      invalid("The kernel of ", kernel.width, "x", kernel.height, " is larger than the picture of ",
              image.width(), "x", image.height(), ".");
  }
  return std::make_unique<OneUnitTask>([params, kernel, image] {
    OneUnitResult result;
    result.outputs["kernel"] =
        Tensor::from<float>({1, kernel.height, kernel.width}, std::span<const float>(kernel.weights));
    if (image.values().empty()) return result;
    const ValidBlur blur({image.height(), image.width()}, kernel);
    Image blurred(image.channels(), blur.output().height, blur.output().width);
    for (int c = 0; c < image.channels(); ++c) blur.apply(image.plane(c), blurred.plane(c));
    add_gaussian_noise(blurred, params.number("sigma") / 255,
                       static_cast<std::uint64_t>(params.integer("seed")));
    result.outputs["clean"] =
        tensor_from(window_of(image, {blur.top(), blur.left(), blurred.height(), blurred.width()}));
    result.outputs["blurred"] = tensor_from(blurred);
    return result;
  });
}

TaskInfo shrink_info() {
  TaskInfo t;
  t.id = "shrink";
  t.title = "Make a picture small";
  t.summary = "Bicubic down-sampling by a whole factor, after cutting rows and columns that do not fill it.";
  t.unit = "picture";
  t.source = "Keys, Cubic convolution interpolation for digital image processing, IEEE TASSP 1981";
  t.params = {integer("scale", 2, 2, 4, "Scale", "How many times as wide and high the picture was.")};
  t.inputs = {{"image", "(C, H, W)", "The clean picture, 1 or 3 channels."}};
  t.outputs = {{"small", "(C, H, W)", "The small picture; it may leave [0,1] a little."},
               {"clean", "(C, H, W)", "The part of the clean picture that it shows."}};
  return t;
}

std::unique_ptr<Task> create_shrink(const Params& params, TensorMap inputs, ModelStore&,
                                    const Safetensors* state) {
  const Image image = take_picture(inputs, state, "shrink");
  const int scale = params.integer("scale");
  const PlaneSize small{image.height() / scale, image.width() / scale};
  if (small.height < 1 || small.width < 1)
    invalid("A picture of ", image.width(), "x", image.height(), " cannot be made ", scale,
            " times as small.");
  return std::make_unique<OneUnitTask>([=] {
    const Image clean = window_of(image, {0, 0, small.height * scale, small.width * scale});
    Image result(image.channels(), small.height, small.width);
    const CubicResampling reduce({clean.height(), clean.width()}, small);
    for (int c = 0; c < image.channels(); ++c) reduce.apply(clean.plane(c), result.plane(c));
    OneUnitResult out;
    out.outputs["small"] = tensor_from(result);
    out.outputs["clean"] = tensor_from(clean);
    return out;
  });
}

}  // namespace

const TaskFactory blur_task{blur_info, create_blur};
const TaskFactory shrink_task{shrink_info, create_shrink};

}  // namespace priorlab
