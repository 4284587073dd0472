// priorlab restore IN... -o OUT: pictures through one task (epll unless --task says otherwise), as the page
// does it. A picture that cannot be done is named and the others go on; the exit code is then 2.
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "cli/args.h"
#include "cli/image_io.h"
#include "cli/model_files.h"
#include "cli/output_names.h"
#include "cli/restore_inputs.h"
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

// Standard error: one line written over on a terminal, one line per unit elsewhere.
class Progress {
 public:
  Progress(std::string what, bool quiet)
      : what_(std::move(what)), quiet_(quiet), live_(isatty(STDERR_FILENO)) {}

  void show(const std::string& unit, const StepResult& r) const {
    if (quiet_ || (!live_ && !r.unit_finished)) return;
    std::fprintf(stderr, "%s%s: %s %d of %d, %d %%%s", live_ ? "\r" : "", what_.c_str(), unit.c_str(),
                 r.done || r.unit_finished ? r.unit : r.unit + 1, r.units, static_cast<int>(100 * r.progress),
                 live_ ? "\x1b[K" : "\n");
    std::fflush(stderr);
  }
  void clear() const {
    if (!quiet_ && live_) std::fputs("\r\x1b[K", stderr);
  }

 private:
  std::string what_;
  bool quiet_, live_;
};

struct Job {
  TaskInfo info;
  nlohmann::json params;
  RestoreInputs more;  // the same for every picture
  ModelStore models;
  int jpeg = 95;
  bool force = false, quiet = false;

  void run(const std::string& from, const std::string& to, const Progress& progress) {
    if (!force && std::filesystem::exists(to)) invalid(to, " is there already; --force writes over it.");
    Picture picture = read_picture(from);
    const int channels = picture.image.channels();
    if (const auto mask = more.tensors.find("mask"); mask != more.tensors.end()) {
      const Shape& shape = mask->second.shape();
      if (shape[0] != picture.image.height() || shape[1] != picture.image.width())
        invalid("The mask must be of the picture's size: ", more.mask, " is ", shape[1], "x", shape[0], ", ",
                from, " ", picture.image.width(), "x", picture.image.height(), ".");
    }
    TensorMap inputs = more.tensors;
    inputs[info.inputs.front().name] = tensor_from(picture.image);
    picture.image = Image();  // the task has it: a big photo need not be held twice
    const auto start = std::chrono::steady_clock::now();
    const auto task = create_task(info.id, params, std::move(inputs), models);
    for (StepResult r = task->status(); !r.done;) {
      r = task->step(200);
      progress.show(info.unit, r);
    }
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    picture.image = image_from(task->output(info.outputs.front().name));
    if (picture.image.channels() != channels) picture.icc.clear();  // a profile is for grey or for colours
    write_picture(to, picture, jpeg);
    progress.clear();
    if (quiet) return;
    std::string line;
    const Metrics metrics = task->metrics();
    for (const MetricSpec& spec : info.metrics) {
      const auto found = metrics.find(spec.name);
      if (found == metrics.end()) continue;
      char value[32];
      std::snprintf(value, sizeof value, "%.4g", found->second);
      line += spec.name + " " + value + (spec.unit.empty() ? "" : " ") + spec.unit + ", ";
    }
    std::printf("%s -> %s: %stime %.2f s\n", from.c_str(), to.c_str(), line.c_str(), seconds);
    std::fflush(stdout);
  }
};

OutputFormat format_named(const std::optional<std::string>& word) {
  if (!word) return OutputFormat::as_input;
  if (*word == "png") return OutputFormat::png;
  if (*word == "jpg" || *word == "jpeg") return OutputFormat::jpg;
  invalid("--format takes png or jpg; \"", *word, "\" came.");
}

}  // namespace

int run_restore(Args& args) {
  Job job;
  job.info = task_factory(args.text("task", "epll")).info();
  if (!takes_a_picture(job.info))
    invalid("The task \"", job.info.id, "\" does not turn a picture into a picture.");
  const auto out = args.option("out", "-o");
  const OutputFormat format = format_named(args.option("format"));
  const std::string models = args.text("models", default_model_folder());
  set_thread_count(static_cast<int>(args.integer("threads", thread_count(), 1, 64)));
  job.jpeg = static_cast<int>(args.integer("jpeg", 95, 1, 100));
  job.force = args.flag("force");
  job.quiet = args.flag("quiet");
  job.more = restore_inputs(args, job.info, job.params);
  std::vector<std::string> inputs;
  while (const auto input = args.positional_if_any()) inputs.push_back(*input);
  args.finish();
  if (inputs.empty()) invalid("`priorlab restore` needs pictures, PNG or JPEG.");
  if (!out) invalid("`priorlab restore` needs -o: the file or folder to write to.");

  load_models(job.models, job.info.params, Params::from_json(job.info.params, job.params), models);
  const std::vector<std::string> outputs = output_names(inputs, *out, format);
  std::size_t failures = 0;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const std::string place =
        inputs.size() == 1 ? "" : std::to_string(i + 1) + "/" + std::to_string(inputs.size()) + " ";
    const Progress progress(place + inputs[i], job.quiet);
    try {
      job.run(inputs[i], outputs[i], progress);
    } catch (const std::exception& e) {
      progress.clear();
      std::fprintf(stderr, "priorlab: %s%s\n", place.c_str(), e.what());
      ++failures;
    }
  }
  if (inputs.size() > 1 && failures)
    std::fprintf(stderr, "priorlab: %zu of %zu pictures could not be done.\n", failures, inputs.size());
  return failures ? 2 : 0;
}

}  // namespace priorlab
