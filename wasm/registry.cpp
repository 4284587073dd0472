#include "registry.h"

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "models/add_noise.h"
#include "models/autoencode.h"
#include "models/dead_leaves_task.h"
#include "models/digit_complete_task.h"
#include "models/digit_file_task.h"
#include "models/digit_model_task.h"
#include "models/digit_score_task.h"
#include "models/digit_train.h"
#include "models/digits_task.h"
#include "models/epll_task.h"
#include "models/noise_level.h"
#include "models/scoring.h"

namespace priorlab {
namespace {

struct Entry {
  const char* id;
  const TaskFactory* factory;
};

// One line per task.
const std::vector<Entry>& entries() {
  // clang-format off
  static const std::vector<Entry> all = {
      {"add_noise", &add_noise_task},
      {"autoencode", &autoencode_task},
      {"dead_leaves", &dead_leaves_task},
      {"digit_complete", &digit_complete_task},
      {"digit_file", &digit_file_task},
      {"digit_model", &digit_model_task},
      {"digit_score", &digit_score_task},
      {"digit_train", &digit_train_task},
      {"digits", &digits_task},
      {"epll", &epll_task},
      {"noise_level", &noise_level_task},
      {"scoring", &scoring_task},
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
  for (const Entry& e : entries()) tasks[e.id] = to_json(e.factory->info());
  return {{"version", 1}, {"tasks", std::move(tasks)}};
}

}  // namespace priorlab
