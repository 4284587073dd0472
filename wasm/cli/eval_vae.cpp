// priorlab eval vae --model ID --split valid|test --data DIR: the bounds of a variational autoencoder on a
// split of the fixed binarisation of MNIST, and how many of its latents are used.
#include <cmath>
#include <cstdio>
#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/args.h"
#include "cli/digit_data.h"
#include "cli/model_files.h"
#include "core/error.h"
#include "core/parallel_for.h"
#include "models/vae/vae.h"

namespace priorlab {
namespace {

constexpr double kActive = 0.01;  // variance of the posterior mean over images (Burda et al., ICLR 2016)

struct Bounds {
  double elbo = 0, kl = 0, importance_weighted = 0;
  std::vector<float> mean;
};

}  // namespace

int eval_vae(Args& args) {
  const std::string name = args.required("model", "the model, or a path that ends in .safetensors"),
                    split = args.required("split", "train, valid or test"),
                    data = args.required("data", "the folder with the fixed binarisation of MNIST"),
                    models = args.text("models", default_model_folder());
  const int samples = static_cast<int>(args.integer("samples", 5000, 1, 100000));
  const auto seed = static_cast<std::uint64_t>(args.integer("seed", 1, 0, 4294967295LL));
  const int every = static_cast<int>(args.integer("every", 1, 1, 10000));
  const bool json = args.flag("json");
  args.finish();
  ModelStore store;
  load_model(store, name, models);
  const auto vae = store.get<Vae>(name);
  const Digits digits = read_digits_for(data, split, vae->shape().height, vae->shape().width);

  const int count = (digits.count + every - 1) / every;
  std::vector<Bounds> all(static_cast<std::size_t>(count));
  parallel_for(count, [&](int i) {
    const auto x = digits.digit(i * every);
    Bounds& b = all[static_cast<std::size_t>(i)];
    const Posterior q = vae->encode(x);
    b.kl = kl_to_standard_normal(q.mean, q.log_variance);
    b.mean = q.mean;
    std::vector<double> terms(static_cast<std::size_t>(samples));
    b.importance_weighted =
        importance_weighted_bound(*vae, x, samples, seed, static_cast<std::uint64_t>(i * every), terms);
    for (const double t : terms) b.elbo += t / samples;
  });
  double elbo = 0, kl = 0, iw = 0, squares = 0;
  for (const Bounds& b : all) {
    elbo += b.elbo / count;
    kl += b.kl / count;
    iw += b.importance_weighted / count;
  }
  for (const Bounds& b : all) squares += (b.importance_weighted - iw) * (b.importance_weighted - iw);
  const double error = std::sqrt(squares / count / std::max(1, count - 1));
  int active = 0;
  for (std::size_t d = 0; d < all[0].mean.size(); ++d) {
    double sum = 0, square = 0;
    for (const Bounds& b : all) {
      sum += b.mean[d];
      square += static_cast<double>(b.mean[d]) * b.mean[d];
    }
    active += square / count - sum / count * (sum / count) > kActive;
  }
  if (json) {
    std::cout << nlohmann::json{{"model", name},
                                {"parameters", vae->parameters()},
                                {"latents", vae->shape().latents},
                                {"split", split},
                                {"count", count},
                                {"seed", seed},
                                {"samples", samples},
                                {"elbo", elbo},
                                {"kl", kl},
                                {"reconstruction", elbo + kl},
                                {"iw_" + std::to_string(samples), iw},
                                {"standard_error", error},
                                {"active_units", active},
                                {"definition", "bounds of log p(x), nats per image"}}
                     .dump(2)
              << '\n';
    return 0;
  }
  std::printf(
      "%s (%lld parameters), %d digits of %s, bounds of log p(x) in nats per image:\n"
      "  ELBO %.3f = reconstruction %.3f - KL %.3f;  IW-%d %.3f (standard error %.2f)\n"
      "  %d of %d latents active (variance of the posterior mean above %g)\n",
      name.c_str(), static_cast<long long>(vae->parameters()), count, split.c_str(), elbo, elbo + kl, kl,
      samples, iw, error, active, vae->shape().latents, kActive);
  return 0;
}

}  // namespace priorlab
