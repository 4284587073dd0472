// EPLL natively, through its task as the page and the command line run it: time, PSNR and share of the dense
// work, with the tuned and the paper's schedule. The mean of BSD68 001, 006 and 020 with --data (these
// figures count), else of 481x321 crops of two sample photos; the median of three rounds each. Noise: sigma
// 25, seed 1.
//
//   bench_epll [--data DIR] [--rounds N]     from the checkout's folder
#include <png.h>

#include <algorithm>
#include <chrono>
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
#include "registry.h"

using namespace priorlab;

namespace {

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

struct Result {
  double seconds = 0, psnr = 0, work = 0;
};

Result measure(const std::vector<Image>& pictures, const nlohmann::json& params, ModelStore& models,
               int rounds) {
  Result mean;
  for (const Image& clean : pictures) {
    Image noisy = clean;
    add_gaussian_noise(noisy, 25.0 / 255, 1);
    std::vector<double> times;
    Metrics metrics;
    for (int round = 0; round < rounds; ++round) {
      TensorMap inputs;
      inputs["image"] = tensor_from(noisy);
      inputs["clean"] = tensor_from(clean);
      const auto start = std::chrono::steady_clock::now();
      const auto task = create_task("epll", params, std::move(inputs), models);
      while (!task->status().done) task->step(1000);
      times.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
      metrics = task->metrics();
    }
    std::sort(times.begin(), times.end());
    const double n = static_cast<double>(pictures.size());
    mean.seconds += times[times.size() / 2] / n;
    mean.psnr += metrics.at("psnr") / n;
    mean.work += metrics.at("work") / n;
  }
  return mean;
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
  { (void)measure({read("shared/images/camera.png", false)}, {{"sigma", 25}, {"schedule", "1"}}, models, 1); }

  const int all = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  std::vector<int> counts_of_threads = {1};
  if (all > 1) counts_of_threads.push_back(all);
  const auto rows = [&](const std::string& name, int threads, const Result& r) {
    const auto row = [&](const char* metric, double value, const char* unit) {
      std::printf(
          "{\"name\":\"%s\",\"flavour\":\"native\",\"threads\":%d,\"metric\":\"%s\",\"value\":%.5g,\"unit\":"
          "\"%s\"}\n",
          name.c_str(), threads, metric, value, unit);
    };
    row("time", r.seconds, "s");
    row("psnr", r.psnr, "dB");
    row("work", r.work, "of dense");
    std::fflush(stdout);
  };
  const std::string suffix = counts ? "" : "/photos";
  for (const int threads : counts_of_threads) {
    set_thread_count(threads);
    rows("epll/exact/481x321/s25" + suffix, threads, measure(grey, {{"sigma", 25}}, models, rounds));
  }
  rows("epll/paper/481x321/s25" + suffix, all,
       measure(grey, {{"sigma", 25}, {"schedule", "paper"}}, models, rounds));
  rows("epll/colour/481x321/s25/photos", all,
       measure(colour, {{"sigma", 25}, {"colour", "colour"}}, models, rounds));
  return 0;
}
