// priorlab eval patch-priors --data DATA: three questions to patch priors (Zoran and Weiss, ICCV 2011). Does
// a prior that makes natural patches likelier restore a noisy patch better, and a whole picture?
//
// Columns: log-likelihood of clean patches, as they are and with U(0,1)/255 added to every pixel; PSNR of
// noisy patches restored by the posterior mean and by the most probable patch; PSNR of pictures restored from
// the most probable patches (centre pixels, tiles, average) and by EPLL. Patch restorations keep the noisy
// patch's mean.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <numeric>

#include "cli/args.h"
#include "cli/datasets.h"
#include "cli/figures.h"
#include "cli/model_files.h"
#include "cli/patch_priors_table.h"
#include "cli/patch_source.h"
#include "core/error.h"
#include "core/parallel_for.h"
#include "core/rng.h"
#include "models/patches/patch_prior.h"
#include "models/patches/patch_restoration.h"
#include "ops/camera_noise.h"
#include "ops/metrics.h"

namespace priorlab {
namespace {

// Streams of random numbers; 2 is what `priorlab eval likelihood` draws its patches by.
enum Stream : std::uint64_t { kPatches = 2, kUniform = 5, kNoise = 6 };
constexpr std::uint64_t kLeafSeeds = 1000;  // test pictures of dead leaves: other than those to learn from

struct Settings {
  std::string data, models;
  std::vector<std::string> priors;
  bool held_out, leaves, by_mean;  // by_mean: pictures from posterior means, without EPLL
  std::int64_t patches, restored;
  int images;
  DenoiserOptions denoiser;
  double sigma;
  std::uint64_t seed;
};

struct Row {
  std::string id, name;
  bool sampled = false;
  double chain_error = 0;  // part of the posterior means' mean squared error that is the chains' own, dB
  std::map<std::string, Figure> figures;
};

// Clean and noisy patches, the same for every prior.
struct PatchSet {
  std::vector<float> clean, uniform, noisy;  // (patches, stride), (patches, stride), (restored, stride)
  std::vector<double> mean_error;            // (restored): squared error of the mean, times the pixels
};

PatchSet patch_set(const Settings& s, std::span<const Image> pictures, const DctBasis& basis) {
  PatchSet set;
  set.clean = random_patches(pictures, basis, s.patches, s.seed, kPatches);
  const std::size_t width = static_cast<std::size_t>(basis.stride()),
                    pixels = static_cast<std::size_t>(basis.pixels());
  set.uniform.resize(set.clean.size());
  parallel_for(static_cast<int>(s.patches), [&](int i) {
    std::vector<float> u(pixels);
    Rng rng(s.seed, kUniform, static_cast<std::uint64_t>(i) * pixels);
    for (float& v : u) v = (rng.uniform() - 0.5f) / 255.0f;
    const auto to = std::span(set.uniform).subspan(static_cast<std::size_t>(i) * width, width);
    basis.analyse(u, to);
    for (std::size_t d = 0; d < width; ++d) to[d] += set.clean[static_cast<std::size_t>(i) * width + d];
  });
  set.noisy.assign(set.clean.begin(), set.clean.begin() + s.restored * basis.stride());
  set.mean_error.resize(static_cast<std::size_t>(s.restored));
  for (std::size_t i = 0; i < set.mean_error.size(); ++i) {
    // White noise is white in orthonormal coordinates; one more of them is the mean.
    Rng rng(s.seed, kNoise, i * pixels);
    for (std::size_t d = 0; d < pixels - 1; ++d)
      set.noisy[i * width + d] += static_cast<float>(s.sigma / 255) * rng.normal();
    const double m = s.sigma / 255 * static_cast<double>(rng.normal());
    set.mean_error[i] = m * m;
  }
  return set;
}

// Squared error per pixel of each restored patch.
std::vector<double> errors_of(const PatchSet& set, std::span<const float> restored, const DctBasis& basis) {
  const std::size_t width = static_cast<std::size_t>(basis.stride());
  std::vector<double> errors(set.mean_error);
  for (std::size_t i = 0; i < errors.size(); ++i) {
    for (std::size_t d = 0; d < width; ++d) {
      const double e = static_cast<double>(restored[i * width + d] - set.clean[i * width + d]);
      errors[i] += e * e;
    }
    errors[i] /= basis.pixels();
  }
  return errors;
}

void measure_patches(Row& row, const Settings& s, const PatchPrior& prior, const PatchSet& set,
                     const DctBasis& basis) {
  row.figures["log_likelihood"] = mean_figure(prior.log_densities(set.clean));
  row.figures["log_likelihood_uniform"] = mean_figure(prior.log_densities(set.uniform));
  const auto denoiser = prior.denoiser(s.sigma * s.sigma / 255 / 255, s.denoiser);
  const std::size_t width = static_cast<std::size_t>(basis.stride());
  const auto restore =
      [&](const std::function<void(std::span<const float>, std::size_t, std::span<float>)>& method) {
        constexpr std::size_t kLot = 50;
        std::vector<float> restored(set.noisy.size());
        parallel_for(static_cast<int>((set.mean_error.size() + kLot - 1) / kLot), [&](int i) {
          const std::size_t first = static_cast<std::size_t>(i) * kLot,
                            here = std::min(kLot, set.mean_error.size() - first);
          method(std::span(set.noisy).subspan(first * width, here * width), first,
                 std::span(restored).subspan(first * width, here * width));
        });
        return restored;
      };
  const auto mean_by = [&](std::uint64_t chain) {
    return restore([&](auto noisy, std::size_t first, auto to) { denoiser->mean(noisy, first, chain, to); });
  };
  std::vector<float> mean = mean_by(0);
  row.sampled = prior.samples();
  if (row.sampled) {
    // The mean of two chains, whose difference tells the error that is left: a quarter of its square.
    const std::vector<float> other = mean_by(1);
    double left = 0;
    for (std::size_t i = 0; i < mean.size(); ++i) {
      const double apart = static_cast<double>(mean[i] - other[i]);
      left += apart * apart / 4;
      mean[i] = 0.5f * (mean[i] + other[i]);
    }
    const double mse = mean_of(errors_of(set, mean, basis));
    left /= static_cast<double>(set.mean_error.size()) * basis.pixels();
    row.chain_error = decibels(mse - left) - decibels(mse);
  }
  row.figures["bls"] = psnr_figure(errors_of(set, mean, basis));
  row.figures["map"] = psnr_figure(
      errors_of(set, restore([&](auto noisy, std::size_t, auto to) { denoiser->map(noisy, to); }), basis));
}

void measure_pictures(Row& row, const Settings& s, const PatchPrior& prior, std::span<const Image> pictures,
                      std::span<const std::size_t> places) {
  const double sigma = s.sigma / 255;
  const auto denoiser = prior.denoiser(sigma * sigma, s.denoiser);
  std::vector<double> weights;
  for (const EpllPass& pass : paper_schedule(sigma)) weights.push_back(pass.weight);
  std::map<std::string, std::vector<double>> figures;
  for (std::size_t n = 0; n < pictures.size(); ++n) {
    const Image& clean = pictures[n];
    Image noisy = clean;
    add_gaussian_noise(noisy, sigma, s.seed + places[n]);  // the noise of `priorlab eval denoise`
    const int h = clean.height(), w = clean.width(), side = prior.side();
    const auto add = [&](const char* column, std::vector<float> picture) {
      for (float& v : picture) v = std::clamp(v, 0.0f, 1.0f);
      figures[column].push_back(psnr(picture, clean.values()));
    };
    const auto patches =
        restored_patches(noisy.values(), h, w, side, *denoiser,
                         s.by_mean ? PatchEstimate::posterior_mean : PatchEstimate::most_probable);
    add("centre", centre_pixels(patches, h, w, side));
    add("tiles", tiled_patches(patches, h, w, side));
    add("average", averaged_patches(patches, h, w, side));
    if (!s.by_mean) add("epll", restored_by_epll(noisy.values(), h, w, sigma, prior, weights, s.denoiser));
    std::fprintf(stderr, "\r%s: picture %zu of %zu ", row.id.c_str(), n + 1, pictures.size());
  }
  std::fprintf(stderr, "\n");
  for (auto& [column, values] : figures) row.figures[column] = mean_figure(std::move(values));
}

const Figure& figure_of(const Row& row, const char* column) {
  static const Figure none;
  const auto found = row.figures.find(column);
  return found == row.figures.end() ? none : found->second;
}

nlohmann::json json_of(const Row& row) {
  nlohmann::json out = {{"id", row.id}, {"name", row.name}};
  for (const auto& [column, figure] : row.figures) {
    if (figure.samples.empty()) continue;
    out[column] = figure.value;
    out[column + "_se"] = figure.error;
  }
  if (row.sampled) out["bls_chain_db"] = row.chain_error;
  return out;
}

// "patch-mvg" and "folder/leaves-mvg.safetensors" are both "mvg".
std::string id_of(const std::string& model) {
  const std::string stem = std::filesystem::path(model).stem().string();
  return stem.substr(stem.rfind('-') + 1);
}

std::vector<std::string> words_of(const std::string& list) {
  std::vector<std::string> words;
  for (std::size_t from = 0; from <= list.size();) {
    const std::size_t comma = std::min(list.find(',', from), list.size());
    if (comma > from) words.push_back(list.substr(from, comma - from));
    from = comma + 1;
  }
  return words;
}

Settings settings_of(Args& args) {
  Settings s;
  s.leaves = args.flag("leaves");
  s.held_out = args.flag("held-out");
  s.by_mean = args.flag("by-mean");
  if (!s.leaves) s.data = args.required("data", "the data folder (with bsds300 and bsd68)");
  if (s.leaves && s.held_out) invalid("Dead leaves are made anew: there are no held-out ones to choose.");
  s.models = args.text("models", default_model_folder());
  s.priors = words_of(args.text("priors", "patch-independent,patch-mvg,patch-pca,patch-ica,gmm"));
  if (s.priors.empty()) invalid("--priors names no model.");
  s.patches = args.integer("patches", 100000, 2, 10000000);
  s.restored = args.integer("restored", 10000, 2, 10000000);
  s.images = static_cast<int>(args.integer("images", 12, 0, 1000));
  s.denoiser.sweeps = static_cast<int>(args.integer("sweeps", s.denoiser.sweeps, 4, 100000));
  s.denoiser.map_iterations =
      static_cast<int>(args.integer("map-iterations", s.denoiser.map_iterations, 1, 10000));
  s.sigma = args.number("sigma", 25, 1, 100);
  s.seed = static_cast<std::uint64_t>(args.integer("seed", 1, 0, 1000000));
  if (s.restored > s.patches)
    invalid("--restored is part of --patches; ", s.restored, " are not of ", s.patches, ".");
  return s;
}

// Evenly spaced places of `count` among `all`.
std::vector<std::size_t> spread_places(std::size_t all, int count) {
  std::vector<std::size_t> places;
  const std::size_t n = std::min(all, static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < n; ++i) places.push_back(i * all / n);
  return places;
}

struct TestSet {
  std::vector<Image> sources;           // of patches
  std::vector<Image> pictures;          // to restore whole
  std::vector<std::size_t> places;      // of those pictures in their set
  std::string patches_of, pictures_of;  // in words
};

TestSet test_set(const Settings& s) {
  TestSet t;
  if (s.leaves) {
    t.sources.resize(100);
    parallel_for(static_cast<int>(t.sources.size()), [&](int i) {
      t.sources[static_cast<std::size_t>(i)] = leaf_picture(kLeafSeeds + s.seed, i);
    });
    t.places = spread_places(t.sources.size(), s.images);
    for (const std::size_t place : t.places) t.pictures.push_back(t.sources[place]);
    t.patches_of = "100 pictures of dead leaves";
    t.pictures_of = "of them";
    return t;
  }
  const auto paths =
      s.held_out ? bsds300_split(s.data + "/bsds300/train").held_out : pictures_in(s.data + "/bsds300/test");
  const auto wholes = s.held_out ? paths : pictures_in(s.data + "/bsd68");
  t.sources = read_grey_all(paths);
  t.places = spread_places(wholes.size(), s.images);
  std::vector<std::string> some;
  for (const std::size_t place : t.places) some.push_back(wholes[place]);
  t.pictures = read_grey_all(some);
  t.patches_of = s.held_out ? "the pictures kept out of bsds300/train" : "bsds300/test";
  t.pictures_of = s.held_out ? "of them" : "of BSD68";
  return t;
}

struct Priors {
  std::vector<std::unique_ptr<PatchPrior>> priors;
  std::vector<Row> rows;  // of each
  std::string floors;     // the different ones, in words
};

Priors load_priors(const Settings& s) {
  Priors all;
  ModelStore store;
  for (const std::string& model : s.priors) {
    load_model(store, model, s.models);
    const auto file = store.file(model);
    all.priors.push_back(patch_prior_from(*file));
    all.rows.emplace_back();
    all.rows.back().id = id_of(model);
    all.rows.back().name = prior_name(all.rows.back().id);
    const auto floor = file->metadata.find("floor");
    const std::string text = floor == file->metadata.end() ? "unknown" : floor->second;
    if (all.floors.find(text) == std::string::npos) all.floors += (all.floors.empty() ? "" : ", ") + text;
    const int side = all.priors.back()->side(), first = all.priors[0]->side();
    if (side != first)
      invalid("Priors are compared on patches of one size; \"", model, "\" has ", side, "x", side, ", \"",
              s.priors[0], "\" ", first, "x", first, ".");
  }
  return all;
}

nlohmann::json json_of(const Settings& s, const TestSet& test, const Priors& all) {
  const int dims = all.priors[0]->side() * all.priors[0]->side() - 1;
  nlohmann::json out;
  out["settings"] = {
      {"patches", s.patches},
      {"patches_of", test.patches_of},
      {"restored_patches", s.restored},
      {"pictures", test.pictures.size()},
      {"pictures_of", test.pictures_of},
      {"pictures_by", s.by_mean ? "posterior means" : "most probable patches"},
      {"sigma", s.sigma},
      {"seed", s.seed},
      {"floor", all.floors},
      {"sweeps", s.denoiser.sweeps},
      {"map_iterations", s.denoiser.map_iterations},
      {"definition", "nats per patch, " + std::to_string(dims) +
                         "-d DC-free orthonormal basis, grey 8-bit/255, variance floor " + all.floors}};
  for (const Row& row : all.rows) out["rows"].push_back(json_of(row));
  out["steps"] = nlohmann::json::array();
  for (std::size_t i = 1; i < all.rows.size(); ++i) {
    nlohmann::json step = {{"from", all.rows[i - 1].id}, {"to", all.rows[i].id}};
    for (const char* column : kPatchPriorColumns) {
      const Figure d = difference_between(figure_of(all.rows[i - 1], column), figure_of(all.rows[i], column));
      if (!d.samples.empty()) step[column] = {d.value, d.error};
    }
    out["steps"].push_back(step);
  }
  out["published"] = published_patch_priors();
  return out;
}

}  // namespace

int eval_patch_priors(Args& args) {
  const Settings s = settings_of(args);
  const bool json = args.flag("json");
  args.finish();
  Priors all = load_priors(s);
  const TestSet test = test_set(s);
  const DctBasis basis(all.priors[0]->side());
  const PatchSet set = patch_set(s, test.sources, basis);
  for (std::size_t i = 0; i < all.rows.size(); ++i) {
    measure_patches(all.rows[i], s, *all.priors[i], set, basis);
    measure_pictures(all.rows[i], s, *all.priors[i], test.pictures, test.places);
  }
  const nlohmann::json out = json_of(s, test, all);
  if (json)
    std::cout << out.dump(1) << '\n';
  else
    print_patch_priors(out);
  return 0;
}

}  // namespace priorlab
