// priorlab sample --model NAME -o sheet.png: digits drawn by a model, as the page draws them, side by side in
// one picture.
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

constexpr int kGap = 2;  // pixels between two digits

// (N, H, W) in [0,1], about as many columns as rows, each pixel `zoom` x `zoom` large, on white.
Image sheet_of(const Tensor& digits, int zoom) {
  const int count = static_cast<int>(digits.shape()[0]), height = static_cast<int>(digits.shape()[1]),
            width = static_cast<int>(digits.shape()[2]);
  const int columns = static_cast<int>(std::ceil(std::sqrt(count)));
  const int rows = (count + columns - 1) / columns;
  Image sheet(1, (rows * (height + kGap) - kGap) * zoom, (columns * (width + kGap) - kGap) * zoom, 1.0f);
  const auto values = digits.as<float>();
  for (int i = 0; i < count; ++i) {
    const int top = i / columns * (height + kGap) * zoom, left = i % columns * (width + kGap) * zoom;
    for (int y = 0; y < height * zoom; ++y)
      for (int x = 0; x < width * zoom; ++x)
        sheet.at(0, top + y, left + x) =
            values[static_cast<std::size_t>((i * height + y / zoom) * width + x / zoom)];
  }
  return sheet;
}

}  // namespace

int run_sample(Args& args) {
  const TaskInfo info = task_factory("digits").info();
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
  write_image(*out, sheet_of(task->output("samples"), zoom));
  if (each)
    for (const float value : task->output("log_likelihood").as<float>()) std::printf("%.3f\n", value);
  std::printf("%s: %d digits of %s, mean log-likelihood %.3f nats\n", out->c_str(), params.integer("count"),
              params.text("model").c_str(), task->metrics().at("log_likelihood"));
  return 0;
}

}  // namespace priorlab
