// priorlab eval noise --set DIR: the estimator of `sigma = auto` on grey pictures with white Gaussian noise
// of known level, not clipped, and on the pictures as they are.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <nlohmann/json.hpp>
#include <vector>

#include "cli/args.h"
#include "cli/datasets.h"
#include "core/image.h"
#include "ops/camera_noise.h"
#include "ops/noise_report.h"

namespace priorlab {
namespace {

constexpr double kSigmas[] = {5, 10, 15, 20, 25, 30, 40, 50};

struct Row {
  double sigma = 0, mean = 0, relative_error = 0, worst = 0;
  int called_white = 0;
};

Row row_of(const std::vector<Image>& pictures, double sigma, std::uint64_t seed) {
  Row row;
  row.sigma = sigma;
  const double n = static_cast<double>(pictures.size());
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    Image noisy = pictures[i];
    add_gaussian_noise(noisy, sigma / 255, seed + i);
    const NoiseReport report = report_noise(noisy);
    // What `sigma = auto` would denoise with: the verdict counts too.
    const double estimate = 255 * report.luma, error = std::abs(estimate - sigma) / sigma;
    row.mean += estimate / n;
    row.relative_error += error / n;
    row.worst = std::max(row.worst, error);
    row.called_white += report.kind == NoiseKind::white;
  }
  return row;
}

}  // namespace

int eval_noise(Args& args) {
  const std::string set = args.required("set", "a folder of pictures");
  const auto seed = static_cast<std::uint64_t>(args.integer("seed", 1, 0, 1000000));
  const bool held_out = args.flag("held-out");  // of the training pictures of BSDS300
  const bool json = args.flag("json");
  args.finish();

  std::vector<std::string> paths = held_out ? bsds300_split(set).held_out : pictures_in(set);
  std::vector<Image> pictures;
  for (const std::string& path : paths) pictures.push_back(read_grey(path));

  nlohmann::json out = {{"set", set}, {"pictures", pictures.size()}, {"seed", seed}};
  if (!json)
    std::printf("%zu grey pictures of %s, white Gaussian noise, not clipped, seed %d\n", pictures.size(),
                set.c_str(), static_cast<int>(seed));
  if (!json) std::printf("sigma  mean estimate  mean relative error  worst  called white\n");
  double overall = 0;
  for (const double sigma : kSigmas) {
    const Row row = row_of(pictures, sigma, seed);
    overall += row.relative_error / std::size(kSigmas);
    out["levels"].push_back({{"sigma", sigma},
                             {"mean_estimate", row.mean},
                             {"mean_relative_error", row.relative_error},
                             {"worst_relative_error", row.worst},
                             {"called_white", row.called_white}});
    if (!json)
      std::printf("%5.0f  %13.2f  %17.1f %%  %4.0f %%  %6d of %zu\n", sigma, row.mean,
                  100 * row.relative_error, 100 * row.worst, row.called_white, pictures.size());
  }
  out["mean_relative_error"] = overall;

  double mean = 0, worst = 0;
  int above = 0, seen = 0;
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    const NoiseReport report = report_noise(pictures[i]);
    const double level = 255 * report.channels[0].full.level;
    mean += level / static_cast<double>(pictures.size());
    worst = std::max(worst, level);
    above += level > 2;
    seen += report.kind != NoiseKind::none;
    out["clean"]["images"].push_back({{"path", paths[i]},
                                      {"estimate", level},
                                      {"kind", name_of(report.kind)},
                                      {"sigma", 255 * report.luma}});
  }
  out["clean"].update(
      {{"mean_estimate", mean}, {"worst_estimate", worst}, {"above_2", above}, {"noise_seen", seen}});
  if (json)
    std::cout << out.dump(1) << '\n';
  else
    std::printf(
        "mean relative error over these levels: %.1f %%\nclean: mean estimate %.2f, largest %.2f, above "
        "2/255 in %d, noise seen in %d of %zu\n",
        100 * overall, mean, worst, above, seen, pictures.size());
  return 0;
}

}  // namespace priorlab
