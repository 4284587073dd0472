// priorlab restore <task> <in> <out>: one picture through one task, as the page does it.
#include <chrono>
#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/args.h"
#include "cli/image_io.h"
#include "cli/model_files.h"
#include "core/parallel_for.h"
#include "registry.h"

namespace priorlab {
namespace {

// A picture task takes its picture as the first input and gives the result as the first output.
bool takes_a_picture(const TaskInfo& info) {
  const auto is_picture = [](const TensorSpec& spec) { return spec.shape.find("H, W") != std::string::npos; };
  return !info.inputs.empty() && is_picture(info.inputs.front()) && !info.outputs.empty() &&
         is_picture(info.outputs.front());
}

}  // namespace

int run_restore(Args& args) {
  const std::string id = args.positional("the task, such as epll");
  const TaskInfo info = task_factory(id).info();
  if (!takes_a_picture(info)) invalid("The task \"", id, "\" does not turn a picture into a picture.");
  const std::string models = args.text("models", "shared/models");
  set_thread_count(static_cast<int>(args.integer("threads", thread_count(), 1, 64)));
  const bool quiet = args.flag("quiet");
  const Params params = args.params(info.params);
  const std::string from = args.positional("the picture to restore");
  const std::string to = args.positional("the file to write, .png or .jpg");
  args.finish();

  ModelStore store;
  load_models(store, info.params, params, models);
  TensorMap inputs;
  inputs[info.inputs.front().name] = tensor_from(read_image(from));
  const auto start = std::chrono::steady_clock::now();
  const auto task = create_task(id, params.to_json(), std::move(inputs), store);
  for (StepResult r = task->status(); !r.done;) {
    r = task->step(200);
    if (!quiet)
      std::cerr << '\r' << info.unit << ' ' << r.unit << " of " << r.units << ", "
                << static_cast<int>(100 * r.progress) << " % " << std::flush;
  }
  if (!quiet) std::cerr << '\n';
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  write_image(to, image_from(task->output(info.outputs.front().name)));
  if (quiet) return 0;
  for (const MetricSpec& spec : info.metrics) {
    const Metrics metrics = task->metrics();
    if (const auto found = metrics.find(spec.name); found != metrics.end())
      std::cout << spec.name << ' ' << found->second << (spec.unit.empty() ? "" : " ") << spec.unit << '\n';
  }
  std::cout << "time " << seconds << " s\n";
  return 0;
}

}  // namespace priorlab
