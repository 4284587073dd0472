// Scoring patches against the shipped mixture: the dense product as yardstick, dense scoring, pruned scoring.
// Patches are drawn from the mixture itself, with the noise of each pass of EPLL at sigma 25; one thread.
//
//   bench_prior [--data DIR] [--model FILE]     from the checkout's folder
#include <Eigen/Cholesky>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <vector>

#include "core/parallel_for.h"
#include "core/rng.h"
#include "models/gmm/gmm.h"
#include "ops/gaussian_bank.h"
#include "ops/gemm.h"

using namespace priorlab;

namespace {

#if defined(__wasm_relaxed_simd__)
constexpr const char* kFlavour = "relaxed";
#elif defined(__wasm__)
constexpr const char* kFlavour = "simd";
#else
constexpr const char* kFlavour = "native";
#endif

void row(const std::string& name, const char* metric, double value, const char* unit) {
  std::printf(
      "{\"name\":\"%s\",\"flavour\":\"%s\",\"threads\":1,\"metric\":\"%s\",\"value\":%.5g,\"unit\":\"%s\"}\n",
      name.c_str(), kFlavour, metric, value, unit);
}

// Least of a few runs, in seconds: what is left when nobody else used the core.
double seconds(const std::function<void()>& body, int runs = 5) {
  double least = 1e30;
  for (int i = 0; i < runs; ++i) {
    const auto start = std::chrono::steady_clock::now();
    body();
    least = std::min(least, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  return least;
}

std::vector<float> draw(const GaussianMixture& mixture, int count) {
  Rng rng(1);
  const int n = mixture.dims(), stride = (n + 7) / 8 * 8;
  std::vector<Eigen::MatrixXd> factors;
  for (const auto& s : mixture.covariances()) factors.push_back(Eigen::LLT<Eigen::MatrixXd>(s).matrixL());
  std::vector<float> patches(static_cast<std::size_t>(count * stride), 0.0f);
  for (int i = 0; i < count; ++i) {
    double u = static_cast<double>(rng.uniform());
    std::size_t k = 0;
    while (k + 1 < factors.size() && (u -= std::exp(mixture.log_weights()[k])) >= 0.0) ++k;
    Eigen::VectorXd z(n);
    for (int d = 0; d < n; ++d) z(d) = static_cast<double>(rng.normal());
    z = factors[k] * z;
    for (int d = 0; d < n; ++d) patches[static_cast<std::size_t>(i * stride + d)] = static_cast<float>(z(d));
  }
  return patches;
}

std::vector<float> noisy(std::vector<float> patches, int dims, int stride, double sigma,
                         std::uint64_t stream) {
  Rng rng(2, stream);
  for (std::size_t i = 0; i < patches.size(); ++i)
    if (static_cast<int>(i % static_cast<std::size_t>(stride)) < dims)
      patches[i] += static_cast<float>(sigma) * rng.normal();
  return patches;
}

}  // namespace

int main(int argc, char** argv) {
  std::string path = "shared/models/gmm/gmm.safetensors";
  for (int i = 1; i + 1 < argc; i += 2)
    if (!std::strcmp(argv[i], "--model")) path = argv[i + 1];
  std::ifstream file(path, std::ios::binary);
  const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
  if (bytes.empty()) {
    std::fprintf(stderr, "Cannot read %s.\n", path.c_str());
    return 2;
  }
  set_thread_count(1);
  const GaussianMixture mixture = GaussianMixture::from(read_safetensors(std::as_bytes(std::span(bytes))));
  const double spectra = seconds([&] { GaussianSpectra(mixture.log_weights(), mixture.covariances()); }, 2);
  const std::string name = "prior/k" + std::to_string(mixture.components());
  row(name + "/eigen-decompositions", "time", spectra, "s");

  const auto spectra_ptr = mixture.spectra();
  const int stride = spectra_ptr->stride, k = mixture.components(), count = 4 * GaussianBank::kBlock;
  const auto clean = draw(mixture, count);
  const double flops = 2.0 * count * k * stride * stride;

  // The yardstick: the products of one dense pass and nothing else, a block of patches at a time.
  std::vector<float> product(static_cast<std::size_t>(GaussianBank::kBlock * stride));
  const double dense = seconds([&] {
    for (int c = 0; c < k; ++c)
      for (int block = 0; block < count; block += GaussianBank::kBlock)
        gemm(GaussianBank::kBlock, stride, stride, {clean.data() + block * stride, stride},
             spectra_ptr->synthesis.data() + static_cast<std::ptrdiff_t>(c) * stride * stride, stride,
             product.data(), stride);
  });
  row(name + "/gemm", "rate", flops / dense * 1e-9, "GFLOP/s");

  const double sigma = 25.0 / 255.0;
  std::vector<std::int32_t> winner(static_cast<std::size_t>(count), -1);
  int pass = 0;
  for (const double beta : {1.0, 4.0, 8.0, 16.0, 32.0}) {
    // What EPLL sees in a pass: patches a little cleaner each time, and the winner of the pass before.
    const auto patches = noisy(clean, mixture.dims(), stride, sigma / std::sqrt(beta), 1);
    const GaussianBank bank(spectra_ptr, sigma * sigma / beta);
    const std::string what = name + "/pass" + std::to_string(++pass);
    const auto start = winner;
    GaussianBank::Work work;
    const double pruned = seconds([&] {
      winner = start;
      work = bank.best(patches, winner);
    });
    row(what + "/pruned", "multiply-adds",
        100.0 * static_cast<double>(work.done) / static_cast<double>(work.dense), "% of dense");
    row(what + "/pruned", "time", 100.0 * pruned / dense, "% of dense product");
    if (pass == 1) {
      std::vector<std::int32_t> all(winner.size(), -1);
      row(what + "/dense", "time", 100.0 * seconds([&] { bank.best_dense(patches, all); }, 2) / dense,
          "% of dense product");
      auto again = winner;
      const double warm = seconds([&] {
        again = winner;
        work = bank.best(patches, again);
      });
      row(what + "/pruned from the winner", "multiply-adds",
          100.0 * static_cast<double>(work.done) / static_cast<double>(work.dense), "% of dense");
      row(what + "/pruned from the winner", "time", 100.0 * warm / dense, "% of dense product");
    }
  }
  return 0;
}
