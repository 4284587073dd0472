// priorlab eval denoise --set DIR --sigma S: EPLL on pictures with white Gaussian noise of known level, not
// clipped, through the same task as the page. PSNR and SSIM of the restored picture, clipped to [0,1]
// (ops/metrics.h).
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <vector>

#include "cli/args.h"
#include "cli/datasets.h"
#include "cli/image_io.h"
#include "cli/model_files.h"
#include "core/error.h"
#include "core/parallel_for.h"
#include "models/epll_task.h"
#include "ops/camera_noise.h"
#include "registry.h"

namespace priorlab {
namespace {

std::string stem_of(const std::string& path) { return std::filesystem::path(path).stem().string(); }

// Keeps the pictures whose names (without ending) are in `list`: words between commas, or the words of a
// file.
std::vector<std::string> chosen(const std::vector<std::string>& paths, const std::string& list) {
  std::string words = list;
  if (std::filesystem::is_regular_file(list)) {
    std::ifstream file(list);
    words.assign(std::istreambuf_iterator<char>(file), {});
  }
  std::replace(words.begin(), words.end(), ',', ' ');
  std::istringstream in(words);
  std::vector<std::string> kept;
  for (std::string word; in >> word;) {
    const auto same = [&](const std::string& path) { return stem_of(path) == stem_of(word); };
    const auto found = std::find_if(paths.begin(), paths.end(), same);
    if (found == paths.end()) invalid("There is no picture \"", word, "\" in the set.");
    kept.push_back(*found);
  }
  if (kept.empty()) invalid("--images names no picture.");
  return kept;
}

Image centre_of(const Image& image, int side) {
  const int high = std::min(side, image.height()), wide = std::min(side, image.width());
  Image crop(image.channels(), high, wide);
  for (int c = 0; c < image.channels(); ++c)
    for (int y = 0; y < high; ++y)
      for (int x = 0; x < wide; ++x)
        crop.at(c, y, x) = image.at(c, y + (image.height() - high) / 2, x + (image.width() - wide) / 2);
  return crop;
}

}  // namespace

int eval_denoise(Args& args) {
  const std::string set = args.required("set", "a folder of pictures");
  const double sigma = args.number("sigma", 25, 0, 100);
  const bool estimate = args.flag("auto");  // the task measures the level instead of being told
  const bool colour = args.flag("colour"), json = args.flag("json"), held_out = args.flag("held-out");
  const auto list = args.option("images");
  const int every = static_cast<int>(args.integer("every", 1, 1, 1000));
  const int crop = static_cast<int>(args.integer("crop", 1 << 20, 1, 1 << 20));
  const auto seed = static_cast<std::uint64_t>(args.integer("seed", 1, 0, 1000000));
  const std::string models = args.text("models", default_model_folder());
  set_thread_count(static_cast<int>(args.integer("threads", thread_count(), 1, 64)));
  const auto save = args.option("save");  // a folder for the restored pictures
  ParamSpecs specs = epll_task.info().params;
  std::erase_if(specs, [](const ParamSpec& s) { return s.name == "sigma" || s.name == "colour"; });
  nlohmann::json params = args.params(specs).to_json();
  args.finish();
  params["sigma"] = estimate ? nlohmann::json("auto") : nlohmann::json(sigma);
  params["colour"] = colour ? "colour" : "grey";

  std::vector<std::string> paths = held_out ? bsds300_split(set).held_out : pictures_in(set);
  if (list) paths = chosen(paths, *list);
  ModelStore store;
  const Params checked = Params::from_json(epll_task.info().params, params);
  load_models(store, epll_task.info().params, checked, models);

  nlohmann::json out = {{"task", "epll"}, {"set", set}, {"sigma", sigma}, {"seed", seed}, {"params", params}};
  if (!json)
    std::printf("%s, sigma %g, seed %d\n%-16s %9s %9s %9s %7s %7s\n", set.c_str(), sigma,
                static_cast<int>(seed), "picture", "noisy dB", "PSNR dB", "SSIM", "work", "s");
  double sum_noisy = 0, sum_psnr = 0, sum_ssim = 0, sum_seconds = 0;
  int count = 0;
  for (std::size_t i = 0; i < paths.size(); i += static_cast<std::size_t>(every)) {
    const Image clean = centre_of(colour ? read_image(paths[i]) : read_grey(paths[i]), crop);
    Image noisy = clean;
    add_gaussian_noise(noisy, sigma / 255, seed + i);
    TensorMap inputs;
    inputs["image"] = tensor_from(noisy);
    inputs["clean"] = tensor_from(clean);
    const auto start = std::chrono::steady_clock::now();
    const auto task = create_task("epll", params, std::move(inputs), store);
    while (!task->status().done) task->step(1000);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    Metrics m = task->metrics();
    if (save) write_image(*save + "/" + stem_of(paths[i]) + ".png", image_from(task->output("restored")));
    out["images"].push_back({{"name", stem_of(paths[i])},
                             {"psnr_noisy", m["psnr_noisy"]},
                             {"psnr", m["psnr"]},
                             {"ssim", m["ssim"]},
                             {"sigma", m["sigma"]},
                             {"work", m["work"]},
                             {"seconds", seconds}});
    if (!json) {
      std::printf("%-16s %9.2f %9.3f %9.4f %7.3f %7.2f\n", stem_of(paths[i]).c_str(), m["psnr_noisy"],
                  m["psnr"], m["ssim"], m["work"], seconds);
      std::fflush(stdout);
    }
    sum_noisy += m["psnr_noisy"];
    sum_psnr += m["psnr"];
    sum_ssim += m["ssim"];
    sum_seconds += seconds;
    ++count;
  }
  out["count"] = count;
  out["mean_psnr_noisy"] = sum_noisy / count;
  out["mean_psnr"] = sum_psnr / count;
  out["mean_ssim"] = sum_ssim / count;
  out["mean_seconds"] = sum_seconds / count;
  if (json)
    std::cout << out.dump(1) << '\n';
  else
    std::printf("mean of %-8d %9.2f %9.3f %9.4f %7s %7.2f\n", count, sum_noisy / count, sum_psnr / count,
                sum_ssim / count, "", sum_seconds / count);
  return 0;
}

}  // namespace priorlab
