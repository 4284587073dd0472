// priorlab sample --model NAME -o sheet.png: digits drawn by a model, as the page draws them, side by side in
// one picture. With --task gmm: patches drawn from a mixture of Gaussians; with --task vae_decode: what a
// variational autoencoder decodes from latents drawn from the prior.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "cli/args.h"
#include "cli/image_io.h"
#include "cli/model_files.h"
#include "core/error.h"
#include "core/parallel_for.h"
#include "registry.h"

namespace priorlab {
namespace {

// What a task that can be sampled from draws, and how it is told.
struct Kind {
  const char* task;
  const char* samples;  // its output
  const char* score;    // of each sample, in nats: an output; nullptr: it has none
  const char* name;
  int gap;       // pixels between two samples
  bool signed_;  // values have mean zero: grey levels on a scale of the sheet
};
constexpr Kind kinds[] = {{"digits", "samples", "log_likelihood", "digits", 2, false},
                          {"gmm", "patches", "log_density", "patches", 1, true},
                          {"vae_decode", "probabilities", nullptr, "digits", 2, false}};

const Kind& kind_of(const std::string& task) {
  for (const Kind& kind : kinds)
    if (task == kind.task) return kind;
  invalid("`priorlab sample` draws with the tasks digits, gmm and vae_decode; \"", task, "\" came.");
}

// What is white when 0 is middle grey: all but the largest thousandth of the values lie within, so that one
// bright patch does not leave the others grey.
float scale_of(std::span<const float> values) {
  std::vector<float> sizes(values.size());
  std::transform(values.begin(), values.end(), sizes.begin(), [](float v) { return std::abs(v); });
  std::sort(sizes.begin(), sizes.end());
  return sizes[static_cast<std::size_t>(std::ceil(0.999 * static_cast<double>(sizes.size()))) - 1];
}

// (N, H, W) in [0,1], about as many columns as rows, each pixel `zoom` x `zoom` large, on white.
Image sheet_of(const Tensor& digits, int zoom, int gap) {
  const int count = static_cast<int>(digits.shape()[0]), height = static_cast<int>(digits.shape()[1]),
            width = static_cast<int>(digits.shape()[2]);
  const int columns = static_cast<int>(std::ceil(std::sqrt(count)));
  const int rows = (count + columns - 1) / columns;
  Image sheet(1, (rows * (height + gap) - gap) * zoom, (columns * (width + gap) - gap) * zoom, 1.0f);
  const auto values = digits.as<float>();
  for (int i = 0; i < count; ++i) {
    const int top = i / columns * (height + gap) * zoom, left = i % columns * (width + gap) * zoom;
    for (int y = 0; y < height * zoom; ++y)
      for (int x = 0; x < width * zoom; ++x)
        sheet.at(0, top + y, left + x) =
            values[static_cast<std::size_t>((i * height + y / zoom) * width + x / zoom)];
  }
  return sheet;
}

}  // namespace

int run_sample(Args& args) {
  const Kind& kind = kind_of(args.text("task", "digits"));
  const TaskInfo info = task_factory(kind.task).info();
  const auto out = args.option("out", "-o");
  const std::string models = args.text("models", default_model_folder());
  const int zoom = static_cast<int>(args.integer("zoom", 4, 1, 32));
  set_thread_count(static_cast<int>(args.integer("threads", thread_count(), 1, 64)));
  const bool force = args.flag("force"), each = args.flag("each");
  const Params params = args.params(info.params);
  args.finish();
  if (!out) invalid("`priorlab sample` needs -o: the picture to write, .png.");
  if (!is_picture_name(*out)) invalid("`priorlab sample` writes .png or .jpg; \"", *out, "\" came.");
  if (!force && std::filesystem::exists(*out)) invalid(*out, " is there already; --force writes over it.");

  ModelStore store;
  load_models(store, info.params, params, models);
  const auto task = create_task(info.id, params.to_json(), {}, store);
  while (!task->step(200).done) {
  }
  Tensor samples = task->output(kind.samples);
  float scale = 1;
  if (kind.signed_) {
    const auto values = samples.as<float>();
    scale = scale_of(values);
    std::vector<float> greys(values.size(), 0.5f);
    if (scale > 0)
      std::transform(values.begin(), values.end(), greys.begin(),
                     [scale](float v) { return 0.5f + 0.5f * std::clamp(v / scale, -1.0f, 1.0f); });
    samples = Tensor::from<float>(samples.shape(), std::span<const float>(greys));
  }
  write_image(*out, sheet_of(samples, zoom, kind.gap));
  const Tensor scores = kind.score ? task->output(kind.score) : Tensor();
  double sum = 0;
  if (kind.score)
    for (const float value : scores.as<float>()) {
      sum += value;
      if (each) std::printf("%.3f\n", value);
    }
  std::printf("%s: %d %s of %s", out->c_str(), params.integer("count"), kind.name,
              params.text("model").c_str());
  if (kind.score) std::printf(", mean log-likelihood %.3f nats", sum / params.integer("count"));
  if (kind.signed_) std::printf("; black is -%.3f, white +%.3f", scale, scale);
  std::printf("\n");
  return 0;
}

}  // namespace priorlab
