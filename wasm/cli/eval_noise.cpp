// priorlab eval noise --set DIR: what `sigma = auto` sees. Pictures as they are; with white Gaussian noise of
// known level, not clipped; with --camera also through JPEG 90 and through a simulated camera (Bayer mosaic,
// Poisson-Gaussian noise, Malvar demosaicing, gamma, JPEG 90), where strength 0 is mosaic and JPEG without
// noise.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/args.h"
#include "cli/datasets.h"
#include "cli/image_io.h"
#include "core/image.h"
#include "ops/camera_noise.h"
#include "ops/noise_report.h"

namespace priorlab {
namespace {

constexpr int kJpeg = 90;

// One way of treating every picture; `sigma` is the white noise's true level in 1/255, else 0.
struct Condition {
  std::string name;
  bool noisy;  // noise ought to be seen
  double sigma;
  std::function<Image(const Image&, std::uint64_t seed)> apply;
};

std::vector<Condition> conditions(const std::vector<double>& white, const std::vector<double>& camera,
                                  bool bilinear) {
  std::vector<Condition> all;
  for (const double sigma : white) {
    char name[32];
    std::snprintf(name, sizeof name, "white %g", sigma);
    all.push_back({name, true, sigma, [sigma](Image image, std::uint64_t seed) {
                     add_gaussian_noise(image, sigma / 255, seed);
                     return image;
                   }});
  }
  all.push_back({"clean", false, 0, [](const Image& image, std::uint64_t) { return image; }});
  if (camera.empty()) return all;
  all.push_back({"clean, JPEG", false, 0,
                 [](const Image& image, std::uint64_t) { return through_jpeg(image, kJpeg); }});
  for (const double strength : camera) {
    Camera settings = camera_of_strength(strength);
    if (bilinear) settings.demosaic = Demosaic::bilinear;
    char name[32];
    std::snprintf(name, sizeof name, "camera %g", strength);
    all.push_back({name, strength > 0, 0, [settings](const Image& image, std::uint64_t seed) {
                     return through_jpeg(camera_picture(image, settings, seed), kJpeg);
                   }});
  }
  return all;
}

nlohmann::json to_json(const NoiseEstimate& e) {
  return {{"level", 255 * e.level}, {"texture", e.texture}, {"tilt", e.tilt}};
}

// What was seen under one condition.
struct Row {
  int white = 0, coarse = 0, above_2 = 0;
  double mean_sigma = 0, mean_error = 0, worst_error = 0;  // of the level to denoise with
  double mean_level = 0, largest_level = 0;                // of the level measured, believed or not
  nlohmann::json images = nlohmann::json::array();
};

Row row_of(const Condition& condition, const std::vector<Image>& pictures,
           const std::vector<std::string>& names, std::uint64_t seed) {
  Row row;
  const double n = static_cast<double>(pictures.size());
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    const NoiseReport report = report_noise(condition.apply(pictures[i], seed + i));
    const double sigma = 255 * report.luma, level = 255 * report.channels[0].full.level;
    row.white += report.kind == NoiseKind::white;
    row.coarse += report.kind == NoiseKind::correlated;
    row.above_2 += level > 2;
    row.mean_sigma += sigma / n;
    row.mean_level += level / n;
    row.largest_level = std::max(row.largest_level, level);
    if (condition.sigma > 0) {
      const double error = std::abs(sigma - condition.sigma) / condition.sigma;
      row.mean_error += error / n;
      row.worst_error = std::max(row.worst_error, error);
    }
    nlohmann::json channels;  // opponent: brightness, then the colours
    for (int c = 0; c < report.channel_count; ++c) {
      const ScaleLevels& at = report.channels[static_cast<std::size_t>(c)];
      channels.push_back(
          {{"full", to_json(at.full)}, {"half", to_json(at.half)}, {"quarter", to_json(at.quarter)}});
    }
    row.images.push_back({{"name", names[i]},
                          {"kind", name_of(report.kind)},
                          {"sigma", sigma},
                          {"sigma_chroma", 255 * report.chroma},
                          {"channels", std::move(channels)}});
  }
  return row;
}

}  // namespace

int eval_noise(Args& args) {
  const std::string set = args.required("set", "a folder of pictures");
  const auto seed = static_cast<std::uint64_t>(args.integer("seed", 1, 0, 1000000));
  const bool held_out = args.flag("held-out");  // of the training pictures of BSDS300
  const bool colour = args.flag("colour"), bilinear = args.flag("bilinear"), json = args.flag("json");
  const bool clean_only = args.flag("clean");
  std::vector<double> white = args.numbers("white", {5, 10, 15, 20, 25, 30, 40, 50}, 0.1, 100);
  const std::vector<double> camera = args.numbers("camera", {}, 0, 6);
  const int every = static_cast<int>(args.integer("every", 1, 1, 1000));
  args.finish();
  if (clean_only) white.clear();

  const std::vector<std::string> all = held_out ? bsds300_split(set).held_out : pictures_in(set);
  std::vector<Image> pictures;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < all.size(); i += static_cast<std::size_t>(every)) {
    pictures.push_back(colour ? read_image(all[i]) : read_grey(all[i]));
    names.push_back(std::filesystem::path(all[i]).stem().string());
  }

  nlohmann::json out = {{"set", set},       {"pictures", pictures.size()},
                        {"colour", colour}, {"seed", seed},
                        {"jpeg", kJpeg},    {"demosaic", bilinear ? "bilinear" : "malvar"}};
  if (!json)
    std::printf(
        "%zu %s pictures of %s, seed %d; levels in 1/255; 'missed' counts noise not seen, 'wrong' clean "
        "pictures "
        "in which some is\n%-12s %6s %6s %6s %6s %11s %11s %7s %11s %9s %9s\n",
        pictures.size(), colour ? "colour" : "grey", set.c_str(), static_cast<int>(seed), "pictures", "white",
        "coarse", "missed", "wrong", "mean sigma", "mean error", "worst", "mean level", "largest", "above 2");
  double overall = 0;
  for (const Condition& c : conditions(white, camera, bilinear)) {
    Row row = row_of(c, pictures, names, seed);
    const int total = static_cast<int>(pictures.size()), seen = row.white + row.coarse;
    overall += row.mean_error / static_cast<double>(std::max<std::size_t>(1, white.size()));
    out["conditions"].push_back({{"name", c.name},
                                 {"noisy", c.noisy},
                                 {"sigma", c.sigma},
                                 {"called_white", row.white},
                                 {"called_correlated", row.coarse},
                                 {"mean_estimate", row.mean_sigma},
                                 {"mean_relative_error", row.mean_error},
                                 {"worst_relative_error", row.worst_error},
                                 {"mean_level", row.mean_level},
                                 {"largest_level", row.largest_level},
                                 {"above_2", row.above_2},
                                 {"images", std::move(row.images)}});
    if (json) continue;
    char error[32] = "", worst[32] = "";
    if (c.sigma > 0) {
      std::snprintf(error, sizeof error, "%.1f %%", 100 * row.mean_error);
      std::snprintf(worst, sizeof worst, "%.0f %%", 100 * row.worst_error);
    }
    std::printf("%-12s %6d %6d %6d %6d %11.2f %11s %7s %11.2f %9.2f %9d\n", c.name.c_str(), row.white,
                row.coarse, c.noisy ? total - seen : 0, c.noisy ? 0 : seen, row.mean_sigma, error, worst,
                row.mean_level, row.largest_level, row.above_2);
    std::fflush(stdout);
  }
  if (!white.empty()) out["mean_relative_error"] = overall;
  if (json)
    std::cout << out.dump(1) << '\n';
  else if (!white.empty())
    std::printf("mean relative error over the %zu levels: %.1f %%\n", white.size(), 100 * overall);
  return 0;
}

}  // namespace priorlab
