// priorlab eval denoise --set DIR --sigma S: EPLL on pictures with white Gaussian noise of known level, not
// clipped, through the same task as the page. PSNR and SSIM of the restored picture, clipped to [0,1]
// (ops/metrics.h).
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <limits>
#include <nlohmann/json.hpp>
#include <numeric>
#include <sstream>
#include <vector>

#include "cli/args.h"
#include "cli/datasets.h"
#include "cli/image_io.h"
#include "cli/model_files.h"
#include "core/error.h"
#include "core/parallel_for.h"
#include "models/epll/epll_task.h"
#include "ops/camera_noise.h"
#include "ops/metrics.h"
#include "registry.h"

namespace priorlab {
namespace {

std::string stem_of(const std::string& path) { return std::filesystem::path(path).stem().string(); }

// Places in `paths` of the pictures whose names (without ending) are in `list`: words between commas, or the
// words of a file.
std::vector<std::size_t> chosen(const std::vector<std::string>& paths, const std::string& list) {
  std::string words = list;
  if (std::filesystem::is_regular_file(list)) {
    std::ifstream file(list);
    words.assign(std::istreambuf_iterator<char>(file), {});
  }
  std::replace(words.begin(), words.end(), ',', ' ');
  std::istringstream in(words);
  std::vector<std::size_t> kept;
  for (std::string word; in >> word;) {
    const auto same = [&](const std::string& path) { return stem_of(path) == stem_of(word); };
    const auto found = std::find_if(paths.begin(), paths.end(), same);
    if (found == paths.end()) invalid("There is no picture \"", word, "\" in the set.");
    kept.push_back(static_cast<std::size_t>(found - paths.begin()));
  }
  if (kept.empty()) invalid("--images names no picture.");
  return kept;
}

// "-" where it is not measured.
std::string share_text(double share) {
  char text[16] = "-";
  if (!std::isnan(share)) std::snprintf(text, sizeof text, "%.3f", share);
  return text;
}

// Share of the dense multiply-adds so far; NaN in a method that is not measured against dense scoring.
double work_of(const Task& task) {
  const Metrics metrics = task.metrics();
  const auto found = metrics.find("work");
  return found == metrics.end() ? std::numeric_limits<double>::quiet_NaN() : found->second;
}

// What differs from the defaults, for the heading: ", quality fast".
std::string worth_saying(const nlohmann::json& params) {
  const nlohmann::json defaults = Params(epll_task.info().params, {}).to_json();
  std::string words;
  for (const auto& [name, value] : params.items())
    if (name != "sigma" && name != "colour" && value != defaults.value(name, nlohmann::json()))
      words += ", " + name + " " + (value.is_string() ? value.get<std::string>() : value.dump());
  return words;
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

  const std::vector<std::string> paths = held_out ? bsds300_split(set).held_out : pictures_in(set);
  // Noise is numbered by a picture's place in the whole set, so a part of the set has the figures it has
  // there.
  std::vector<std::size_t> places(paths.size());
  std::iota(places.begin(), places.end(), std::size_t{0});
  if (list) places = chosen(paths, *list);
  ModelStore store;
  const Params checked = Params::from_json(epll_task.info().params, params);
  load_models(store, epll_task.info().params, checked, models);

  nlohmann::json out = {{"task", "epll"}, {"set", set}, {"sigma", sigma}, {"seed", seed}, {"params", params}};
  if (!json)
    std::printf("%s, sigma %g, seed %d%s\n%-16s %9s %9s %9s %7s %7s\n", set.c_str(), sigma,
                static_cast<int>(seed), worth_saying(params).c_str(), "picture", "noisy dB", "PSNR dB",
                "SSIM", "work", "s");
  double sum_noisy = 0, sum_psnr = 0, sum_ssim = 0, sum_seconds = 0;
  std::vector<double> sum_work;  // after each unit
  int count = 0;
  for (std::size_t n = 0; n < places.size(); n += static_cast<std::size_t>(every)) {
    const std::size_t place = places[n];
    const std::string name = stem_of(paths[place]);
    const Image clean = centre_of(colour ? read_image(paths[place]) : read_grey(paths[place]), crop);
    Image noisy = clean;
    add_gaussian_noise(noisy, sigma / 255, seed + place);
    TensorMap inputs;
    inputs["image"] = tensor_from(noisy);
    std::vector<double> work;
    // Without the clean picture: the time is that of restoring, not of measuring.
    const auto start = std::chrono::steady_clock::now();
    const auto task = create_task("epll", params, std::move(inputs), store);
    while (!task->status().done)
      if (task->step(1000).unit_finished) work.push_back(work_of(*task));
    const Image restored = image_from(task->output("restored"));
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    Metrics m = task->metrics();
    const double share = work_of(*task);
    const double before = std::min(200.0, psnr(noisy.values(), clean.values()));
    const double after = std::min(200.0, psnr(restored.values(), clean.values()));
    const double similar = ssim(restored, clean);
    if (save) write_image(*save + "/" + name + ".png", restored);
    out["images"].push_back({{"name", name},
                             {"psnr_noisy", before},
                             {"psnr", after},
                             {"ssim", similar},
                             {"sigma", m["sigma"]},
                             {"work", std::isnan(share) ? nlohmann::json() : nlohmann::json(share)},
                             {"work_after_unit", std::isnan(share) ? nlohmann::json() : nlohmann::json(work)},
                             {"seconds", seconds}});
    if (!json) {
      std::printf("%-16s %9.2f %9.3f %9.4f %7s %7.2f\n", name.c_str(), before, after, similar,
                  share_text(share).c_str(), seconds);
      std::fflush(stdout);
    }
    sum_noisy += before;
    sum_psnr += after;
    sum_ssim += similar;
    sum_seconds += seconds;
    sum_work.resize(std::max(sum_work.size(), work.size()));
    for (std::size_t u = 0; u < sum_work.size(); ++u)  // one that took fewer stays where it ended
      sum_work[u] += work.empty() ? 0 : work[std::min(u, work.size() - 1)];
    ++count;
  }
  for (double& work : sum_work) work /= count;
  out["count"] = count;
  out["mean_psnr_noisy"] = sum_noisy / count;
  out["mean_psnr"] = sum_psnr / count;
  out["mean_ssim"] = sum_ssim / count;
  out["mean_seconds"] = sum_seconds / count;
  const bool measured = !sum_work.empty() && !std::isnan(sum_work.back());
  out["mean_work_after_unit"] = measured ? nlohmann::json(sum_work) : nlohmann::json();
  if (json) {
    std::cout << out.dump(1) << '\n';
    return 0;
  }
  std::printf("mean of %-8d %9.2f %9.3f %9.4f %7s %7.2f\n", count, sum_noisy / count, sum_psnr / count,
              sum_ssim / count, share_text(measured ? sum_work.back() : NAN).c_str(), sum_seconds / count);
  if (!measured) return 0;
  std::printf("mean work so far after each %s:", epll_task.info().unit.c_str());
  for (const double work : sum_work) std::printf(" %.3f", work);
  std::printf("\n");
  return 0;
}

}  // namespace priorlab
