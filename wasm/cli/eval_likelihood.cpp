// priorlab eval likelihood --set DIR: how probable the patches of pictures are under a patch mixture.
#include <cstdio>
#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/args.h"
#include "cli/datasets.h"
#include "cli/model_files.h"
#include "cli/patch_sets.h"
#include "models/gmm/gmm.h"

namespace priorlab {

int eval_likelihood(Args& args) {
  const std::string set = args.required("set", "a folder of pictures");
  const bool held_out = args.flag("held-out"), json = args.flag("json");
  const std::string model = args.text("model", "gmm"), models = args.text("models", default_model_folder());
  const std::int64_t count = args.integer("patches", 100000, 1, 10000000);
  const auto seed = static_cast<std::uint64_t>(args.integer("seed", 1, 0, 4294967295LL));
  args.finish();

  ModelStore store;
  load_model(store, model, models);
  const auto mixture = store.get<GaussianMixture>(model);
  const auto paths = held_out ? bsds300_split(set).held_out : pictures_in(set);
  constexpr std::uint64_t kStream = 2;  // the patches `priorlab train gmm` measures on, for the same pictures
  const auto patches = random_patches(read_grey_all(paths), DctBasis(mixture->side()), count, seed, kStream);
  const double value = mean_log_density(*mixture, patches);

  const auto& notes = store.file(model)->metadata;
  const auto floor = notes.find("floor");
  const std::string definition = "nats per patch, " + std::to_string(mixture->dims()) +
                                 "-d DC-free orthonormal basis, [0,1] scale, covariance floor " +
                                 (floor == notes.end() ? "unknown" : floor->second);
  if (json) {
    std::cout << nlohmann::json{{"set", set},
                                {"held_out_only", held_out},
                                {"pictures", paths.size()},
                                {"patches", count},
                                {"model", model},
                                {"seed", seed},
                                {"log_likelihood", value},
                                {"definition", definition}}
                     .dump(2)
              << '\n';
  } else {
    std::printf("%s: %lld random patches of %zu pictures of %s%s: %.3f (%s)\n", model.c_str(),
                static_cast<long long>(count), paths.size(), set.c_str(),
                held_out ? ", those kept out of training" : "", value, definition.c_str());
  }
  return 0;
}

}  // namespace priorlab
