#include "registry.h"

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "models/continuous/plane_tasks.h"
#include "models/digits/autoencode.h"
#include "models/digits/digit_complete_task.h"
#include "models/digits/digit_file_task.h"
#include "models/digits/digit_model_task.h"
#include "models/digits/digit_score_task.h"
#include "models/digits/digit_train.h"
#include "models/digits/digits_task.h"
#include "models/epll/add_noise.h"
#include "models/epll/epll_task.h"
#include "models/epll/noise_level.h"
#include "models/epll/scoring.h"
#include "models/gmm/gmm_learn.h"
#include "models/gmm/gmm_tasks.h"
#include "models/patches/dead_leaves_task.h"
#include "models/patches/patch_explain.h"
#include "models/restore/degrade_tasks.h"
#include "models/restore/restore_task.h"
#include "models/vae/vae_tasks.h"
#include "models/vae/vae_train.h"

namespace priorlab {
namespace {

struct Entry {
  const char* module;
  const char* id;
  const TaskFactory* factory;
};

// One line per task. The page loads one module at a time: a build that defines PRIORLAB_ONE_MODULE and
// PRIORLAB_PICTURES, _PATCHES or _DIGITS has the tasks of that module alone, every other build has all.
const std::vector<Entry>& entries() {
  // clang-format off
  static const std::vector<Entry> all = {
#if defined(PRIORLAB_PICTURES) || !defined(PRIORLAB_ONE_MODULE)
      {"pictures", "add_noise", &add_noise_task},
      {"pictures", "blur", &blur_task},
      {"pictures", "deblur", &deblur_task},
      {"pictures", "epll", &epll_task},
      {"pictures", "inpaint", &inpaint_task},
      {"pictures", "noise_level", &noise_level_task},
      {"pictures", "patch_explain", &patch_explain_task},
      {"pictures", "scoring", &scoring_task},
      {"pictures", "shrink", &shrink_task},
      {"pictures", "superres", &superres_task},
#endif
#if defined(PRIORLAB_PATCHES) || !defined(PRIORLAB_ONE_MODULE)
      {"patches", "dead_leaves", &dead_leaves_task},
      {"patches", "gmm", &gmm_task},
      {"patches", "gmm_components", &gmm_components_task},
      {"patches", "gmm_learn", &gmm_learn_task},
      {"patches", "gmm_slide", &gmm_slide_task},
#endif
#if defined(PRIORLAB_DIGITS) || !defined(PRIORLAB_ONE_MODULE)
      {"digits", "autoencode", &autoencode_task},
      {"digits", "digit_complete", &digit_complete_task},
      {"digits", "digit_file", &digit_file_task},
      {"digits", "digit_model", &digit_model_task},
      {"digits", "digit_score", &digit_score_task},
      {"digits", "digit_train", &digit_train_task},
      {"digits", "digits", &digits_task},
      {"digits", "linear_em", &linear_em_task},
      {"digits", "mixture_2d", &mixture_2d_task},
      {"digits", "ppca", &ppca_task},
      {"digits", "vae_2d", &vae_2d_task},
      {"digits", "vae_bound", &vae_bound_task},
      {"digits", "vae_decode", &vae_decode_task},
      {"digits", "vae_encode", &vae_encode_task},
      {"digits", "vae_train", &vae_train_task},
#endif
  };
  // clang-format on
  return all;
}

}  // namespace

std::vector<std::string> task_ids() {
  std::vector<std::string> ids;
  for (const Entry& e : entries()) ids.emplace_back(e.id);
  return ids;
}

const TaskFactory& task_factory(const std::string& id) {
  std::string known;
  for (const Entry& e : entries()) {
    if (id == e.id) return *e.factory;
    known += (known.empty() ? "" : ", ") + std::string(e.id);
  }
  invalid("There is no task \"", id, "\"; there ", known.empty() ? "is none" : "are " + known, ".");
}

std::unique_ptr<Task> create_task(const std::string& id, const nlohmann::json& params, TensorMap inputs,
                                  ModelStore& models, const Safetensors* state) {
  const TaskFactory& factory = task_factory(id);
  return factory.create(Params::from_json(factory.info().params, params), std::move(inputs), models, state);
}

nlohmann::json describe_all() {
  nlohmann::json tasks = nlohmann::json::object();
  for (const Entry& e : entries()) {
    tasks[e.id] = to_json(e.factory->info());
    tasks[e.id]["module"] = e.module;
  }
  return {{"version", 1}, {"tasks", std::move(tasks)}};
}

}  // namespace priorlab
