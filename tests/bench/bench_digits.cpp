// Digits drawn per second by each shipped model, natively on one thread, by the fast sweeps and by their
// plain twin; and the seconds of a completion, the lower half of a digit given, 256 particles.
//
//   bench_digits [--data DIR] [--rounds N]     from the checkout's folder
#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <vector>

#include "core/parallel_for.h"
#include "models/autoregressive/autoregressive_model.h"
#include "models/autoregressive/completion.h"
#include "models/autoregressive/image_draws.h"
#include "models/autoregressive/plain_sweep.h"

using namespace priorlab;

namespace {

constexpr std::size_t kLanes = 16;  // as many as the task draws side by side

void row(const std::string& name, int threads, const char* metric, double value, const char* unit) {
  std::printf(
      "{\"name\":\"%s\",\"flavour\":\"native\",\"threads\":%d,\"metric\":\"%s\",\"value\":%.5g,\"unit\":\"%"
      "s\"}"
      "\n",
      name.c_str(), threads, metric, value, unit);
  std::fflush(stdout);
}

// Least of a few runs, in seconds: what is left when nobody else used the core.
double seconds(const std::function<void()>& body, int runs) {
  double least = 1e30;
  for (int i = 0; i < runs; ++i) {
    const auto start = std::chrono::steady_clock::now();
    body();
    least = std::min(least, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  return least;
}

std::vector<std::byte> bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::vector<char> text{std::istreambuf_iterator<char>(file), {}};
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

// Draws `count` digits with what the task gives: values, probabilities, log-likelihoods.
std::vector<std::uint8_t> draw(const Autoregressive& model, std::size_t count) {
  const auto n = static_cast<std::size_t>(model.pixels());
  std::vector<std::uint8_t> pixels(count * n);
  std::vector<float> probabilities(kLanes * n);
  std::vector<double> log_likelihood(kLanes);
  for (std::size_t first = 0; first < count; first += kLanes)
    draw_images(model, *model.sweep(kLanes), 1, first, 1,
                {std::span(pixels).subspan(first * n, kLanes * n), probabilities, log_likelihood});
  return pixels;
}

void complete(const Autoregressive& model, const OrderlessModel* guide, bool naive) {
  const auto digit = draw(model, kLanes);
  const auto n = static_cast<std::size_t>(model.pixels());
  std::vector<std::uint8_t> given(n);
  std::fill(given.begin() + static_cast<std::ptrdiff_t>(n / 2), given.end(), std::uint8_t{1});
  CompletionOptions options;
  options.naive = naive;
  Completion all(model, guide, std::span(digit).first(n), given, options);
  while (!all.done()) {
    parallel_for(all.blocks(), [&](int block) { all.run_block(block); });
    all.merge();
  }
}

}  // namespace

int main(int argc, char** argv) {
  int rounds = 3;
  for (int i = 1; i + 1 < argc; i += 2)
    if (!std::strcmp(argv[i], "--rounds")) rounds = std::max(1, std::atoi(argv[i + 1]));
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator("shared/models"))
    if (entry.path().extension() == ".safetensors") files.push_back(entry.path().string());
  std::sort(files.begin(), files.end());
  const int cores = thread_count();
  std::shared_ptr<const AutoregressiveModel> guide;
  for (const std::string& path : files) {
    const auto file = read_safetensors(bytes_of(path));
    const auto family = file.metadata.find("family");
    if (family == file.metadata.end() || family->second != Autoregressive::family) continue;
    const auto model = std::make_shared<AutoregressiveModel>(AutoregressiveModel::from(file));
    const std::string name = "digits/" + std::filesystem::path(path).stem().string();
    if ((*model)->kind() == "orderless") guide = model;
    set_thread_count(1);
    constexpr std::size_t kDigits = 512;
    draw(**model, kLanes);  // the weights are laid out
    row(name, 1, "rate", kDigits / seconds([&] { draw(**model, kDigits); }, rounds), "digits/s");
    std::vector<std::uint8_t> pixels(static_cast<std::size_t>((*model)->pixels()));
    PlainSweep plain(**model, 1);
    row(name + "/plain", 1, "rate",
        1 / seconds(
                [&] {
                  draw_images(**model, plain, 1, 0, 1, {pixels, {}, {}});
                },
                1),
        "digits/s");
  }
  if (const std::string path = "shared/models/nade/nade.safetensors";
      std::filesystem::exists(path) && guide) {
    const auto nade = AutoregressiveModel::from(read_safetensors(bytes_of(path)));
    const auto* of = dynamic_cast<const OrderlessModel*>(&**guide);
    for (int threads : {1, cores}) {
      set_thread_count(threads);
      row("complete/nade/smc", threads, "time", seconds([&] { complete(*nade, of, false); }, rounds), "s");
      row("complete/nade/naive", threads, "time", seconds([&] { complete(*nade, of, true); }, rounds), "s");
    }
  }
  return 0;
}
