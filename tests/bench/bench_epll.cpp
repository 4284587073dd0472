// EPLL natively, through its task as the page and the command line run it; tests/bench/epll_methods.json says
// which variants. Rows of each: time (median of the rounds, fewer where they take long), PSNR, share of the
// dense multiply-adds and their number, peak memory of the process. Before them the yardsticks of the same
// run: the rate of matrix products (task `scoring`), and the dense twin, scored on 8192 patches and scaled to
// the paper's five passes over 481x321.
//
// Pictures: BSD68 001, 006 and 020 with --data (these figures count), else 481x321 crops of two sample
// photos; for colour always the photos. Noise: sigma 25, seed 1.
//
//   bench_epll [--data DIR] [--rounds N]     from the checkout's folder
#include <png.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "core/image.h"
#include "core/parallel_for.h"
#include "ops/camera_noise.h"
#include "ops/metrics.h"
#include "registry.h"

using namespace priorlab;
using nlohmann::json;

namespace {

constexpr double kEnough = 5;  // seconds: after them no further round of a picture is begun
constexpr double kPatches = (481 - 7) * (321 - 7), kPaperPasses = 5;

// Colour, or its 8-bit luma; cut to 481x321 (321x481) about the centre.
Image read(const std::string& path, bool colour) {
  png_image png{};
  png.version = PNG_IMAGE_VERSION;
  if (!png_image_begin_read_from_file(&png, path.c_str()))
    throw std::runtime_error(path + ": " + png.message);
  png.format = PNG_FORMAT_RGBA;
  std::vector<std::uint8_t> bytes(PNG_IMAGE_SIZE(png));
  if (!png_image_finish_read(&png, nullptr, bytes.data(), 0, nullptr))
    throw std::runtime_error(path + ": " + png.message);
  Image image = image_from(Tensor::from<std::uint8_t>({png.height, png.width, 4}, bytes));
  if (!colour) {
    image = to_grey(image);
    for (float& v : image.values()) v = std::round(v * 255.0f) / 255.0f;
  }
  const bool wide = image.width() >= image.height();
  const int width = std::min(image.width(), wide ? 481 : 321),
            height = std::min(image.height(), wide ? 321 : 481);
  Image cut(image.channels(), height, width);
  for (int c = 0; c < cut.channels(); ++c)
    for (int y = 0; y < height; ++y)
      for (int x = 0; x < width; ++x)
        cut.at(c, y, x) = image.at(c, y + (image.height() - height) / 2, x + (image.width() - width) / 2);
  return cut;
}

// Peak of the process since the last reset, bytes; 0 where the system does not tell.
void reset_peak() { std::ofstream("/proc/self/clear_refs") << 5; }
double peak() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;)
    if (double kilobytes = 0; word == "VmHWM:" && status >> kilobytes) return 1024 * kilobytes;
  return 0;
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

struct Result {
  double seconds = 0, psnr = 0, work = 0, passes = 0;
};

Result measure(const std::vector<Image>& pictures, const json& params, ModelStore& models, int rounds) {
  Result mean;
  for (const Image& clean : pictures) {
    Image noisy = clean;
    add_gaussian_noise(noisy, 25.0 / 255, 1);
    std::vector<double> times;
    double work = 0, passes = 0;
    Image restored;
    for (double spent = 0; times.empty() || (static_cast<int>(times.size()) < rounds && spent < kEnough);
         spent += times.back()) {
      TensorMap inputs;
      inputs["image"] = tensor_from(noisy);
      passes = work = 0;
      const auto start = std::chrono::steady_clock::now();
      const auto task = create_task("epll", params, std::move(inputs), models);
      while (!task->status().done) {
        if (!task->step(1e6).unit_finished) continue;
        const Metrics metrics = task->metrics();
        const auto now = metrics.find("work");
        if (now == metrics.end() || now->second == work) continue;  // a unit that scores nothing
        work = now->second;
        ++passes;
      }
      restored = image_from(task->output("restored"));
      times.push_back(seconds_since(start));
    }
    std::sort(times.begin(), times.end());
    const double n = static_cast<double>(pictures.size());
    mean.seconds += times[times.size() / 2] / n;
    mean.psnr += psnr(restored.values(), clean.values()) / n;
    mean.work += work / n;
    mean.passes += passes / n;
  }
  return mean;
}

// Median seconds and GFLOP of a round of the task `scoring`.
std::pair<double, double> scoring(const char* kernel, int rounds, ModelStore& models) {
  const auto task =
      create_task("scoring", {{"kernel", kernel}, {"patches", 8192}, {"rounds", rounds + 1}}, {}, models);
  std::vector<double> times;
  while (!task->status().done) {
    const auto start = std::chrono::steady_clock::now();
    while (!task->step(1e6).unit_finished) {
    }
    times.push_back(seconds_since(start));
  }
  times.erase(times.begin());  // the first warms up
  std::sort(times.begin(), times.end());
  return {times[times.size() / 2], task->metrics().at("gflop")};
}

void row(const std::string& name, int threads, const char* metric, double value, const char* unit) {
  std::printf(
      "{\"name\":\"%s\",\"flavour\":\"native\",\"threads\":%d,\"metric\":\"%s\",\"value\":%.6g,\"unit\":\"%"
      "s\"}\n",
      name.c_str(), threads, metric, value, unit);
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  std::string data;
  int rounds = 3;
  for (int i = 1; i + 1 < argc; i += 2) {
    if (!std::strcmp(argv[i], "--data")) data = argv[i + 1];
    if (!std::strcmp(argv[i], "--rounds")) rounds = std::max(1, std::atoi(argv[i + 1]));
  }
  std::vector<Image> grey, colour;
  bool counts = !data.empty();
  for (const char* id : {"001", "006", "020"})
    counts = counts && std::ifstream(data + "/bsd68/test" + id + ".png").good();
  for (const char* name : {"camera", "coffee"})
    colour.push_back(read(std::string("shared/images/") + name + ".png", true));
  if (counts)
    for (const char* id : {"001", "006", "020"})
      grey.push_back(read(data + "/bsd68/test" + id + ".png", false));
  else
    for (const char* name : {"camera", "coffee"})
      grey.push_back(read(std::string("shared/images/") + name + ".png", false));

  ModelStore models;
  std::ifstream file("shared/models/gmm/gmm.safetensors", std::ios::binary);
  const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
  models.put("gmm", std::as_bytes(std::span(bytes)));
  (void)measure({read("shared/images/camera.png", false)}, {{"sigma", 25}, {"schedule", "1"}}, models, 1);

  const ParamSpecs specs = task_factory("epll").info().params;
  const bool dial =
      std::any_of(specs.begin(), specs.end(), [](const auto& s) { return s.name == "quality"; });
  const json methods = json::parse(std::ifstream("tests/bench/epll_methods.json"));
  const int all = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  for (const int threads : all > 1 ? std::vector{1, all} : std::vector{1}) {
    set_thread_count(threads);
    const auto [products, gflop] = scoring("products", rounds, models);
    row("gemm", threads, "rate", gflop / products, "GFLOP/s");
    const double pass = gflop * kPatches / 8192;  // GFLOP
    row("epll/dense/481x321/s25", threads, "time",
        scoring("dense", rounds, models).first * kPaperPasses * kPatches / 8192, "s");
    row("epll/dense/481x321/s25", threads, "flop", kPaperPasses * pass, "GFLOP");
    for (const json& method : methods) {
      const bool in_colour = method.value("colour", false);
      json params = method["params"];
      const std::string label = method["name"];
      params["sigma"] = 25;
      if (!dial && params["quality"] != "exact") continue;
      if (!dial) params.erase("quality");
      const std::string name = "epll/" + label + "/481x321/s25" + (counts && !in_colour ? "" : "/photos");
      reset_peak();
      const Result r = measure(in_colour ? colour : grey, params, models, rounds);
      row(name, threads, "time", r.seconds, "s");
      row(name, threads, "psnr", r.psnr, "dB");
      if (r.work > 0) row(name, threads, "work", r.work, "of dense");
      if (r.work > 0) row(name, threads, "flop", r.work * r.passes * pass, "GFLOP");
      if (const double most = peak(); most > 0) row(name, threads, "memory", most, "bytes");
      std::fprintf(stderr, "native, %d threads, %s: %.3f s, %.2f dB\n", threads, label.c_str(), r.seconds,
                   r.psnr);
    }
  }
  return 0;
}
