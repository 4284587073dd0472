// priorlab eval deblur|inpaint|superres: EPLL with an operator on pictures degraded by it, through the same
// tasks as the page.
//
//   deblur    y: valid convolution with the kernel of a file + N(0, sigma^2), rounded to 8 bits; PSNR and
//   SSIM
//             over y's support (grey).
//   inpaint   a share of the pixels missing, drawn at random; over the whole picture (grey).
//   superres  luminance (BT.601 studio range of 8 bits, as in MATLAB's rgb2ycbcr), sides cut to multiples of
//             the scale, bicubic down-sampling without rounding; the results rounded to 8 bits, `scale`
//             pixels cut from the border.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <iostream>
#include <nlohmann/json.hpp>
#include <numeric>
#include <vector>

#include "cli/args.h"
#include "cli/datasets.h"
#include "cli/figures.h"
#include "cli/image_io.h"
#include "cli/model_files.h"
#include "core/error.h"
#include "core/parallel_for.h"
#include "core/rng.h"
#include "models/restore/restore_task.h"
#include "ops/blur_kernel.h"
#include "ops/camera_noise.h"
#include "ops/cubic_resampling.h"
#include "ops/metrics.h"
#include "ops/valid_blur.h"

namespace priorlab {
namespace {

// A picture made worse, for a task, and what its result is to be.
struct Case {
  Image clean, before;  // the figure "before" is that of this picture
  TensorMap inputs;
  int border = 0;         // not measured
  bool to_bytes = false;  // rounded before it is measured
};

Image part_of(const Image& image, int top, int left, int height, int width) {
  Image part(image.channels(), height, width);
  for (int c = 0; c < part.channels(); ++c)
    for (int y = 0; y < height; ++y)
      for (int x = 0; x < width; ++x) part.at(c, y, x) = image.at(c, top + y, left + x);
  return part;
}

Image in_bytes(Image image) {
  for (float& v : image.values()) v = static_cast<float>(std::lround(std::clamp(v, 0.0f, 1.0f) * 255)) / 255;
  return image;
}

Image luminance(const Image& image) {
  Image y(1, image.height(), image.width());
  for (std::size_t i = 0; i < image.pixels(); ++i) {
    const auto channel = [&](int c) { return image.plane(image.channels() == 3 ? c : 0)[i]; };
    y.plane(0)[i] = (16 + 65.481f * channel(0) + 128.553f * channel(1) + 24.966f * channel(2)) / 255;
  }
  return in_bytes(std::move(y));
}

struct Evaluation {
  const TaskFactory& factory;
  // The case of a picture as it is in the set; `place` is its number there.
  std::function<Case(const Image& picture, std::size_t place)> degrade;
};

// What the three have in common: options, pictures, the task, the table. `ask` reads the options of one and
// says what they are.
int evaluate(Args& args, const std::function<Evaluation(nlohmann::json& said, std::uint64_t seed)>& ask,
             const TaskFactory& factory, const std::vector<std::string>& not_options) {
  const std::string set = args.required("set", "a folder of pictures");
  const bool json = args.flag("json"), held_out = args.flag("held-out");
  const auto list = args.option("images");
  const int every = static_cast<int>(args.integer("every", 1, 1, 1000));
  const int crop = static_cast<int>(args.integer("crop", 1 << 20, 8, 1 << 20));  // the middle alone
  const int first = static_cast<int>(args.integer("first", 0, 0, 1000));
  const auto seed = static_cast<std::uint64_t>(args.integer("seed", 1, 0, 1000000));
  const std::string models = args.text("models", default_model_folder());
  set_thread_count(static_cast<int>(args.integer("threads", thread_count(), 1, 64)));
  const auto save = args.option("save");
  nlohmann::json out = {{"task", factory.info().id}, {"set", set}, {"seed", seed}};
  const Evaluation evaluation = ask(out, seed);
  if (held_out) out["held_out"] = true;
  if (list) out["asked_for"] = *list;
  if (crop < 1 << 20) out["crop"] = crop;
  if (first > 0) out["first"] = first;
  if (every > 1) out["every"] = every;
  ParamSpecs specs = factory.info().params;
  std::erase_if(specs, [&](const ParamSpec& s) {
    return std::find(not_options.begin(), not_options.end(), s.name) != not_options.end();
  });
  nlohmann::json params = args.params(specs).to_json();
  args.finish();
  for (const std::string& name : not_options)
    if (out.contains(name)) params[name] = out[name];
  params["colour"] = "grey";
  if (params.contains("kernel")) params["kernel"] = "given";
  out["params"] = params;

  const std::vector<std::string> paths = held_out ? bsds300_split(set).held_out : pictures_in(set);
  const auto stem = [](const std::string& path) { return std::filesystem::path(path).stem().string(); };
  std::vector<std::size_t> places;
  for (std::size_t i = static_cast<std::size_t>(first); i < paths.size();
       i += static_cast<std::size_t>(every))
    if (!list || ("," + *list + ",").find("," + stem(paths[i]) + ",") != std::string::npos)
      places.push_back(i);
  if (places.empty()) invalid("No picture of the set is asked for.");
  ModelStore store;
  const Params checked = Params::from_json(factory.info().params, params);
  load_models(store, factory.info().params, checked, models);

  if (!json)
    std::printf("%s\n%-16s %9s %9s %9s %9s %7s %7s\n", out.dump().c_str(), "picture", "before dB", "PSNR dB",
                "SSIM", "residual", "work", "s");
  std::vector<double> befores, psnrs, ssims, times;
  for (const std::size_t place : places) {
    const Image picture = read_image(paths[place]);
    const int high = std::min(crop, picture.height()), wide = std::min(crop, picture.width());
    Case one = evaluation.degrade(
        part_of(picture, (picture.height() - high) / 2, (picture.width() - wide) / 2, high, wide), place);
    const auto start = std::chrono::steady_clock::now();
    const auto task = factory.create(checked, std::move(one.inputs), store, nullptr);
    while (!task->status().done) task->step(1e9);
    Image restored = image_from(task->output("restored", {}));
    times.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    const auto measured = [&](const Image& image) {
      const int b = one.border;
      return part_of(one.to_bytes ? in_bytes(image) : image, b, b, image.height() - 2 * b,
                     image.width() - 2 * b);
    };
    const Image clean = measured(one.clean), after = measured(restored);
    befores.push_back(std::min(200.0, psnr(measured(one.before).values(), clean.values())));
    psnrs.push_back(std::min(200.0, psnr(after.values(), clean.values())));
    ssims.push_back(ssim(after, clean));
    Metrics m = task->metrics();
    if (save) write_image(*save + "/" + stem(paths[place]) + ".png", restored);
    out["images"].push_back({{"name", stem(paths[place])},
                             {"psnr_before", befores.back()},
                             {"psnr", psnrs.back()},
                             {"ssim", ssims.back()},
                             {"residual", m["residual"]},
                             {"work", m["work"]},
                             {"seconds", times.back()}});
    if (json) continue;
    std::printf("%-16s %9.2f %9.3f %9.4f %9.3f %7.3f %7.2f\n", stem(paths[place]).c_str(), befores.back(),
                psnrs.back(), ssims.back(), m["residual"], m["work"], times.back());
    std::fflush(stdout);
  }
  out["count"] = places.size();
  out["mean_psnr_before"] = mean_of(befores);
  out["mean_psnr"] = mean_of(psnrs);
  out["mean_ssim"] = mean_of(ssims);
  out["mean_seconds"] = mean_of(times);
  if (json)
    std::cout << out.dump(1) << '\n';
  else
    std::printf("mean of %-8zu %9.2f %9.3f %9.4f %9s %7s %7.2f\n", places.size(), mean_of(befores),
                mean_of(psnrs), mean_of(ssims), "", "", mean_of(times));
  return 0;
}

}  // namespace

int eval_deblur(Args& args) {
  const std::string file = args.required("kernel", "a text file with a kernel");
  const double sigma = args.number("noise", 2.55, 0, 100);
  const double believed = args.number("sigma", std::max(0.3, sigma), 0.3, 100);
  const auto bytes = read_bytes(file);
  const BlurKernel kernel =
      kernel_from(std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
  const auto ask = [&](nlohmann::json& said, std::uint64_t seed) {
    said["kernel"] = std::filesystem::path(file).filename().string();
    said["noise"] = sigma;
    said["sigma"] = believed;
    return Evaluation{deblur_task, [=](const Image& picture, std::size_t place) {
                        const Image clean = in_bytes(to_grey(picture));
                        const PlaneSize size{clean.height(), clean.width()};
                        if (size.height < kernel.height || size.width < kernel.width)
                          invalid("The kernel of ", kernel.width, "x", kernel.height,
                                  " is larger than a picture of ", size.width, "x", size.height, ".");
                        const ValidBlur blur(size, kernel);
                        Image y(1, blur.output().height, blur.output().width);
                        blur.apply(clean.plane(0), y.plane(0));
                        add_gaussian_noise(y, sigma / 255, seed + place);
                        y = in_bytes(std::move(y));
                        Case one;
                        one.clean = part_of(clean, blur.top(), blur.left(), y.height(), y.width());
                        one.before = y;
                        one.inputs["image"] = tensor_from(y);
                        one.inputs["kernel"] = Tensor::from<float>({kernel.height, kernel.width},
                                                                   std::span<const float>(kernel.weights));
                        return one;
                      }};
  };
  return evaluate(args, ask, deblur_task, {"sigma", "colour", "kernel", "size", "angle"});
}

int eval_inpaint(Args& args) {
  const double missing = args.number("missing", 0.5, 0, 0.99);
  const auto ask = [&](nlohmann::json& said, std::uint64_t seed) {
    said["missing"] = missing;
    return Evaluation{inpaint_task, [=](const Image& picture, std::size_t place) {
                        Case one;
                        one.clean = in_bytes(to_grey(picture));
                        Tensor mask(DType::f32, {one.clean.height(), one.clean.width()});
                        Rng rng(seed, place);
                        rng.fill_uniform(mask.as<float>());
                        one.before = one.clean;
                        std::size_t i = 0;
                        for (float& v : mask.as<float>()) {
                          v = v < static_cast<float>(missing) ? 1.0f : 0.0f;
                          if (v > 0) one.before.values()[i] = 0;
                          ++i;
                        }
                        one.inputs["image"] = tensor_from(one.before);
                        one.inputs["mask"] = std::move(mask);
                        return one;
                      }};
  };
  return evaluate(args, ask, inpaint_task, {"colour"});
}

int eval_superres(Args& args) {
  const int scale = static_cast<int>(args.integer("scale", 2, 2, 4));
  const auto ask = [&](nlohmann::json& said, std::uint64_t) {
    said["scale"] = scale;
    return Evaluation{superres_task, [=](const Image& picture, std::size_t) {
                        Case one;
                        const Image whole = luminance(picture);
                        const PlaneSize small{whole.height() / scale, whole.width() / scale};
                        if (small.height < 2 || small.width < 2)
                          invalid("A picture of ", whole.width(), "x", whole.height(), " is too small.");
                        const PlaneSize large{scale * small.height, scale * small.width};
                        one.clean = part_of(whole, 0, 0, large.height, large.width);
                        Image y(1, small.height, small.width);
                        CubicResampling(large, small).apply(one.clean.plane(0), y.plane(0));
                        one.before = Image(1, large.height, large.width);
                        CubicResampling(small, large).apply(y.plane(0), one.before.plane(0));
                        one.inputs["image"] = tensor_from(y);
                        one.border = std::min({scale, (large.height - 1) / 2, (large.width - 1) / 2});
                        one.to_bytes = true;
                        return one;
                      }};
  };
  return evaluate(args, ask, superres_task, {"scale", "colour"});
}

}  // namespace priorlab
