// priorlab eval photos --set DIR: EPLL with `sigma = auto` on photographs taken by a simulated camera (Bayer
// mosaic, Poisson-Gaussian noise, Malvar demosaicing, gamma, JPEG 90), and on the clean photographs.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <vector>

#include "cli/args.h"
#include "cli/datasets.h"
#include "cli/image_io.h"
#include "cli/model_files.h"
#include "core/error.h"
#include "models/epll/epll_task.h"
#include "ops/camera_noise.h"
#include "ops/half_plane.h"
#include "ops/metrics.h"
#include "ops/noise_report.h"
#include "registry.h"

namespace priorlab {
namespace {

struct Restorer {
  ModelStore models;
  nlohmann::json params;

  Image operator()(const Image& noisy, Metrics& metrics) {
    TensorMap inputs;
    inputs["image"] = tensor_from(noisy);
    const auto task = create_task("epll", params, std::move(inputs), models);
    while (!task->status().done) task->step(1000);
    metrics = task->metrics();
    return image_from(task->output("restored"));
  }
};

}  // namespace

int eval_photos(Args& args) {
  const std::string set = args.required("set", "a folder of pictures");
  const std::vector<double> strengths = args.numbers("strengths", {1, 2}, 0, 6);
  const auto seed = static_cast<std::uint64_t>(args.integer("seed", 1, 0, 1000000));
  const int quality = static_cast<int>(args.integer("jpeg", 90, 1, 100));
  const bool bilinear = args.flag("bilinear"), held_out = args.flag("held-out"), json = args.flag("json");
  const int every = static_cast<int>(args.integer("every", 1, 1, 1000));
  const std::string folder = args.text("models", default_model_folder());
  const auto save = args.option("save");  // a folder for the pictures
  Restorer restore;
  restore.params = args.params(epll_task.info().params).to_json();
  args.finish();
  const std::vector<std::string> paths = held_out ? bsds300_split(set).held_out : pictures_in(set);
  load_models(restore.models, epll_task.info().params,
              Params::from_json(epll_task.info().params, restore.params), folder);

  nlohmann::json out = {
      {"set", set}, {"seed", seed}, {"jpeg", quality}, {"demosaic", bilinear ? "bilinear" : "malvar"}};
  if (!json)
    std::printf(
        "%s, %s demosaicing, JPEG %d, seed %d, sigma auto; PSNR in dB against the photo, colour\n"
        "%-14s %-8s %8s %8s %6s | %9s %9s | %-10s %6s %6s %6s\n",
        set.c_str(), bilinear ? "bilinear" : "Malvar", quality, static_cast<int>(seed), "photo", "strength",
        "noisy", "restored", "gain", "half size", "restored", "kind", "sigma", "chroma", "s");
  double least_gain = 1e9, least_clean = 1e9;
  for (std::size_t i = 0; i < paths.size(); i += static_cast<std::size_t>(every)) {
    const std::string name = std::filesystem::path(paths[i]).stem().string();
    const Image clean = read_image(paths[i]);
    const auto line = [&](const std::string& strength, const Image& noisy, bool is_clean) {
      Metrics metrics, half_metrics;
      const auto start = std::chrono::steady_clock::now();
      const Image restored = restore(noisy, metrics);
      const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
      const double before = std::min(200.0, psnr(noisy.values(), clean.values()));
      const double after = std::min(200.0, psnr(restored.values(), clean.values()));
      const Image small = halved(clean);
      const double half_before = std::min(200.0, psnr(halved(noisy).values(), small.values()));
      const double half_after =
          std::min(200.0, psnr(restore(halved(noisy), half_metrics).values(), small.values()));
      const std::string kind = name_of(report_noise(noisy).kind);
      double& least = is_clean ? least_clean : least_gain;
      least = std::min(least, after - before);
      if (save) {
        write_image(*save + "/" + name + "-" + strength + "-noisy.png", noisy);
        write_image(*save + "/" + name + "-" + strength + "-restored.png", restored);
      }
      out["photos"].push_back({{"photo", name},
                               {"strength", strength},
                               {"psnr_noisy", before},
                               {"psnr", after},
                               {"half_psnr_noisy", half_before},
                               {"half_psnr", half_after},
                               {"kind", kind},
                               {"sigma", metrics["sigma"]},
                               {"sigma_colour", metrics["sigma_colour"]},
                               {"seconds", seconds}});
      if (json) return;
      std::printf("%-14s %-8s %8.2f %8.2f %6.2f | %9.2f %9.2f | %-10s %6.1f %6.1f %6.1f\n", name.c_str(),
                  strength.c_str(), before, after, after - before, half_before, half_after, kind.c_str(),
                  metrics["sigma"], metrics["sigma_colour"], seconds);
      std::fflush(stdout);
    };
    for (const double strength : strengths) {
      Camera camera = camera_of_strength(strength);
      if (bilinear) camera.demosaic = Demosaic::bilinear;
      std::ostringstream word;
      word << strength;
      line(word.str(), through_jpeg(camera_picture(clean, camera, seed + i), quality), false);
    }
    // The clean photo, as it is and as the camera's mosaic and JPEG alone change it.
    line("clean", clean, true);
    Camera camera = camera_of_strength(0);
    if (bilinear) camera.demosaic = Demosaic::bilinear;
    line("0", through_jpeg(camera_picture(clean, camera, seed + i), quality), true);
    line("jpeg", through_jpeg(clean, quality), true);
  }
  out["least_gain"] = least_gain;
  out["least_gain_clean"] = least_clean;
  if (json)
    std::cout << out.dump(1) << '\n';
  else
    std::printf(
        "least gain %.2f dB; clean photos (as they are: 200 stands for equal; strength 0; JPEG): least gain "
        "%.2f dB\n",
        least_gain, least_clean);
  return 0;
}

}  // namespace priorlab
