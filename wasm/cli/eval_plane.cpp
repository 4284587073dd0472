// priorlab eval plane --task TASK --file POINTS.csv: learns from points in the plane to the end and prints
// the task's figures, as the page shows them.
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/args.h"
#include "core/error.h"
#include "registry.h"

namespace priorlab {
namespace {

constexpr const char* kTasks[] = {"linear_em", "mixture_2d", "ppca", "vae_2d"};

// Two numbers a line with a comma between them; a first line without a digit is passed over.
Tensor read_points(const std::string& path) {
  std::ifstream file(path);
  if (!file) invalid("Cannot open the points \"", path, "\".");
  std::vector<float> values;
  std::string line;
  for (int number = 1; std::getline(file, line); number++) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    std::istringstream words(line);
    float x = 0, y = 0;
    char comma = 0;
    std::string rest;
    if (words >> x >> comma >> y && comma == ',' && !(words >> rest)) {
      values.insert(values.end(), {x, y});
    } else if (number > 1 || line.find_first_of("0123456789") != std::string::npos) {
      invalid("Line ", number, " of ", path, " must be two numbers with a comma between them; \"", line,
              "\" came.");
    }
  }
  return Tensor::from<float>({static_cast<std::int64_t>(values.size() / 2), 2},
                             std::span<const float>(values));
}

}  // namespace

int eval_plane(Args& args) {
  const std::string id = args.required("task", "what to learn: linear_em, mixture_2d, ppca or vae_2d");
  if (std::find(std::begin(kTasks), std::end(kTasks), id) == std::end(kTasks))
    invalid("--task takes linear_em, mixture_2d, ppca or vae_2d; \"", id, "\" came.");
  const auto file = args.option("file");
  const bool json = args.flag("json");
  const TaskFactory& factory = task_factory(id);
  const TaskInfo info = factory.info();
  const Params params = args.params(info.params);
  args.finish();

  TensorMap inputs;
  if (file)
    inputs["points"] = read_points(*file);
  else if (id != "linear_em")
    invalid("priorlab eval plane --task ", id, " needs --file POINTS.csv, lines of x,y.");
  ModelStore models;
  const auto task = factory.create(params, std::move(inputs), models, nullptr);
  while (!task->status().done) task->step(1000);
  const Metrics metrics = task->metrics();
  if (json) {
    std::cout << nlohmann::json{{"task", id}, {"params", params.to_json()}, {"metrics", metrics}}.dump(2)
              << "\n";
    return 0;
  }
  for (const MetricSpec& m : info.metrics)
    if (const auto found = metrics.find(m.name); found != metrics.end())
      std::printf("%-28s %12.5g %-5s %s\n", m.name.c_str(), found->second, m.unit.c_str(), m.help.c_str());
  return 0;
}

}  // namespace priorlab
