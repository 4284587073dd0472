// priorlab eval latents --model ID --split valid|test --data DIR: how a variational autoencoder uses each of
// its latents on a split of the fixed binarisation of MNIST; with --means FILE, where it puts each digit. The
// page shows both.
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/args.h"
#include "cli/digit_data.h"
#include "cli/model_files.h"
#include "core/error.h"
#include "models/vae/vae.h"

namespace priorlab {
namespace {

constexpr int kAtATime = 500;  // digits

// Over the digits of a split.
struct Use {
  double activity = 0;  // variance of the posterior mean (Burda et al., ICLR 2016)
  double kl = 0;        // mean KL(q(z_d | x) || N(0, 1)), nats
};

std::vector<Use> uses_of(const Posterior& q, std::size_t latents) {
  const std::size_t count = q.mean.size() / latents;
  const double n = static_cast<double>(count);
  std::vector<Use> uses(latents);
  for (std::size_t d = 0; d < latents; ++d) {
    double sum = 0, squares = 0;
    for (std::size_t i = 0; i < count; ++i) sum += static_cast<double>(q.mean[i * latents + d]);
    for (std::size_t i = 0; i < count; ++i) {
      const float &m = q.mean[i * latents + d], &l = q.log_variance[i * latents + d];
      const double away = static_cast<double>(m) - sum / n;
      squares += away * away;
      uses[d].kl += kl_to_standard_normal({&m, 1}, {&l, 1}) / n;
    }
    uses[d].activity = squares / n;
  }
  return uses;
}

void write_means(const std::string& path, std::span<const float> means, std::size_t latents) {
  std::ofstream out(path);
  char number[32];
  for (std::size_t i = 0; i < means.size(); ++i) {
    std::snprintf(number, sizeof number, "%.5f%c", static_cast<double>(means[i]),
                  (i + 1) % latents ? ',' : '\n');
    out << number;
  }
  if (!out.flush()) invalid("The file ", path, " could not be written.");
}

}  // namespace

int eval_latents(Args& args) {
  const std::string name = args.required("model", "the model, or a path that ends in .safetensors"),
                    split = args.required("split", "train, valid or test"),
                    data = args.required("data", "the folder with the fixed binarisation of MNIST"),
                    models = args.text("models", default_model_folder());
  const auto means = args.option("means");
  const bool json = args.flag("json");
  args.finish();
  ModelStore store;
  load_model(store, name, models);
  const auto vae = store.get<Vae>(name);
  const Digits digits = read_digits_for(data, split, vae->shape().height, vae->shape().width);
  const std::size_t n = vae->shape().pixels(), latents = static_cast<std::size_t>(vae->shape().latents);
  Posterior all;
  for (int first = 0; first < digits.count; first += kAtATime) {
    const std::size_t count = static_cast<std::size_t>(std::min(kAtATime, digits.count - first));
    const Posterior some =
        vae->encode(std::span(digits.pixels).subspan(static_cast<std::size_t>(first) * n, count * n));
    all.mean.insert(all.mean.end(), some.mean.begin(), some.mean.end());
    all.log_variance.insert(all.log_variance.end(), some.log_variance.begin(), some.log_variance.end());
  }
  if (means) write_means(*means, all.mean, latents);
  const std::vector<Use> uses = uses_of(all, latents);
  if (json) {
    nlohmann::json activity, kl;
    for (const Use& use : uses) {
      activity.push_back(use.activity);
      kl.push_back(use.kl);
    }
    std::cout << nlohmann::json{{"model", name},
                                {"split", split},
                                {"count", digits.count},
                                {"activity", activity},
                                {"kl", kl},
                                {"definition",
                                 "of each latent: variance of the posterior mean over the digits, and mean "
                                 "KL(q(z_d|x) || N(0,1)) in nats"}}
                     .dump()
              << '\n';
    return 0;
  }
  std::printf("%s, %d digits of %s: latent, variance of its posterior mean, mean KL in nats\n", name.c_str(),
              digits.count, split.c_str());
  for (std::size_t d = 0; d < latents; ++d)
    std::printf("%4zu %10.5f %9.4f\n", d + 1, uses[d].activity, uses[d].kl);
  return 0;
}

}  // namespace priorlab
