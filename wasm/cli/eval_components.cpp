// priorlab eval components --set DIR --mixtures FILES: how good patch mixtures of different numbers of
// components are, on the pictures kept out of training (datasets.h): log-likelihood of random patches, and
// PSNR of EPLL with the paper's schedule, so that the prior is the file's and not one fitted to the picture.
#include <cstdio>
#include <iostream>
#include <nlohmann/json.hpp>
#include <vector>

#include "cli/args.h"
#include "cli/datasets.h"
#include "cli/model_files.h"
#include "cli/patch_sets.h"
#include "core/error.h"
#include "models/gmm/gmm.h"
#include "ops/camera_noise.h"
#include "ops/metrics.h"
#include "registry.h"

namespace priorlab {
namespace {

constexpr std::uint64_t kStream = 2;  // the patches `priorlab train gmm` measures on

double mean_psnr(ModelStore& store, const std::string& model, std::span<const Image> pictures, double sigma,
                 std::uint64_t seed) {
  double sum = 0;
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    Image noisy = pictures[i];
    add_gaussian_noise(noisy, sigma / 255, seed + i);
    TensorMap inputs;
    inputs["image"] = tensor_from(noisy);
    const auto task =
        create_task("epll", {{"sigma", sigma}, {"colour", "grey"}, {"schedule", "paper"}, {"prior", model}},
                    std::move(inputs), store);
    while (!task->status().done) task->step(1000);
    sum += psnr(image_from(task->output("restored")).values(), pictures[i].values());
  }
  return sum / static_cast<double>(pictures.size());
}

}  // namespace

int eval_components(Args& args) {
  const std::string set = args.required("set", "the folder of training pictures (bsds300/train)");
  const std::string list = args.required("mixtures", "mixtures with commas between them");
  const std::string models = args.text("models", default_model_folder());
  const std::int64_t patches = args.integer("patches", 100000, 1, 10000000);
  const int images = static_cast<int>(args.integer("images", 1000, 1, 1000));
  const double sigma = args.number("sigma", 25, 1, 100);
  const auto seed = static_cast<std::uint64_t>(args.integer("seed", 1, 0, 1000000));
  const bool json = args.flag("json");
  args.finish();

  std::vector<Image> pictures = read_grey_all(bsds300_split(set).held_out);
  if (pictures.empty()) invalid("There is no held-out picture in ", set, ": it needs at least 6 pictures.");
  nlohmann::json out = {{"settings",
                         {{"pictures", "the pictures kept out of bsds300/train"},
                          {"patches", patches},
                          {"images", std::min(pictures.size(), static_cast<std::size_t>(images))},
                          {"sigma", sigma},
                          {"seed", seed},
                          {"schedule", "paper"}}},
                        {"rows", nlohmann::json::array()}};
  if (!json)
    std::printf("%-32s %10s %24s %12s\n", "mixture", "components", "held-out log-likelihood", "PSNR dB");
  ModelStore store;
  for (std::size_t from = 0; from < list.size();) {
    const std::size_t comma = std::min(list.find(',', from), list.size());
    const std::string model = list.substr(from, comma - from);
    from = comma + 1;
    load_model(store, model, models);
    const auto mixture = store.get<GaussianMixture>(model);
    const DctBasis basis(mixture->side());
    const double likelihood =
        mean_log_density(*mixture, random_patches(pictures, basis, patches, seed, kStream));
    const double quality = mean_psnr(
        store, model, std::span(pictures).first(std::min(pictures.size(), static_cast<std::size_t>(images))),
        sigma, seed);
    const auto& notes = store.file(model)->metadata;
    const auto command = notes.find("command");
    out["rows"].push_back({{"components", mixture->components()},
                           {"held_out", likelihood},
                           {"psnr", quality},
                           {"command", command == notes.end() ? "" : command->second}});
    if (!json) {
      std::printf("%-32s %10d %24.3f %12.3f\n", model.c_str(), mixture->components(), likelihood, quality);
      std::fflush(stdout);
    }
  }
  if (json) std::cout << out.dump(1) << '\n';
  return 0;
}

}  // namespace priorlab
