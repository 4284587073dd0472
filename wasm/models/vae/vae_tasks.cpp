#include "models/vae/vae_tasks.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/error.h"
#include "core/one_unit_task.h"
#include "core/parallel_for.h"
#include "core/rng.h"
#include "models/digits/digit_inputs.h"
#include "models/vae/vae.h"
#include "ops/logistic.h"

namespace priorlab {
namespace {

constexpr std::size_t kRows = 64;  // worked on at a time by one thread
constexpr std::int64_t kMostPictures = 10000;
constexpr std::size_t kPixelsAtATime = 1000;
const std::string kSource = "Kingma and Welling, Auto-encoding variational Bayes, ICLR 2014";

ParamSpec vae_param() { return model("model", "vae2", Vae::family, "Model", "The variational autoencoder."); }
ParamSpec seed_param() {
  return integer("seed", 1, 0, 4294967295.0, "Seed",
                 "Of the random latents; the same seed draws the same ones.");
}

// Calls body(first, count) for lots of `total` rows on all threads.
template <class Body>
void in_lots(std::size_t total, const Body& body) {
  parallel_for(static_cast<int>((total + kRows - 1) / kRows), [&](int lot) {
    const std::size_t first = static_cast<std::size_t>(lot) * kRows;
    body(first, std::min(kRows, total - first));
  });
}

// Probabilities that pixels are on, (rows, n).
std::vector<float> pictures_of(const Vae& vae, std::span<const float> z) {
  const std::size_t d = static_cast<std::size_t>(vae.shape().latents), n = vae.shape().pixels(),
                    rows = z.size() / d;
  std::vector<float> all(rows * n);
  in_lots(rows, [&](std::size_t first, std::size_t count) {
    std::vector<float> some = vae.decode(z.subspan(first * d, count * d));
    sigmoids(some);
    std::ranges::copy(some, all.begin() + static_cast<std::ptrdiff_t>(first * n));
  });
  return all;
}

Tensor picture_tensor(const Vae& vae, std::span<const float> values) {
  const auto n = static_cast<std::int64_t>(vae.shape().pixels());
  return Tensor::from<float>(
      {static_cast<std::int64_t>(values.size()) / n, vae.shape().height, vae.shape().width}, values);
}

double nats_of(std::span<float> log_odds, std::span<const std::uint8_t> image) {
  double nats = 0;
  for (std::size_t i = 0; i < image.size(); i += kPixelsAtATime)
    nats +=
        logistic_losses(log_odds.subspan(i, std::min(kPixelsAtATime, image.size() - i)), image.data() + i);
  return nats;
}

// ---- vae_decode

TaskInfo decode_info() {
  TaskInfo t;
  t.id = "vae_decode";
  t.title = "From latents to digits";
  t.summary = "Decodes latents, given or drawn from the prior, into pictures.";
  t.unit = "sheet";
  t.source = kSource;
  t.params = {vae_param(),
              integer("count", 64, 1, 10000, "Pictures", "How many latents are drawn when none are given."),
              seed_param()};
  t.inputs = {{"z", "(N, D)", "Latents; none: drawn from N(0, I).", true}};
  t.outputs = {{"probabilities", "(N, H, W)", "p(pixel = 1 | z)."}, {"z", "(N, D)", "The latents."}};
  return t;
}

std::unique_ptr<Task> create_decode(const Params& params, TensorMap inputs, ModelStore& models,
                                    const Safetensors* state) {
  if (state) invalid("The task \"vae_decode\" cannot be resumed from a saved state.");
  const auto vae = models.get<Vae>(params.text("model"));
  const std::int64_t d = vae->shape().latents;
  for (const auto& [name, tensor] : inputs)
    if (name != "z") invalid("The task \"vae_decode\" has no input \"", name, "\"; it takes z.");
  std::vector<float> z;
  if (const auto given = inputs.find("z"); given != inputs.end()) {
    const Shape& shape = given->second.shape();
    if (given->second.dtype() != DType::f32 || shape.size() != 2 || shape[0] < 1 ||
        shape[0] > kMostPictures || shape[1] != d)
      invalid("The input \"z\" is f32 of shape (N, ", d, "), N at most ", kMostPictures, "; ",
              name_of(given->second.dtype()), " ", to_text(shape), " came.");
    const auto values = given->second.as<float>();
    z.assign(values.begin(), values.end());
    for (const float v : z)
      if (!std::isfinite(v)) invalid("The latents must be finite; ", v, " came.");
  } else {
    const int count = params.integer("count");
    z.resize(static_cast<std::size_t>(count) * static_cast<std::size_t>(d));
    const auto seed = static_cast<std::uint64_t>(params.number("seed"));
    for (int i = 0; i < count; ++i)  // each picture depends on the seed and its number alone
      Rng(seed, static_cast<std::uint64_t>(i))
          .fill_normal(std::span(z).subspan(static_cast<std::size_t>(i * d), static_cast<std::size_t>(d)));
  }
  return std::make_unique<OneUnitTask>([vae, d, z = std::move(z)] {
    OneUnitResult result;
    result.outputs["probabilities"] = picture_tensor(*vae, pictures_of(*vae, z));
    result.outputs["z"] =
        Tensor::from<float>({static_cast<std::int64_t>(z.size()) / d, d}, std::span<const float>(z));
    return result;
  });
}

// ---- vae_encode

TaskInfo encode_info() {
  TaskInfo t;
  t.id = "vae_encode";
  t.title = "From digits to latents";
  t.summary =
      "Encodes digits: their posterior, what is reconstructed from it, and the two parts of the ELBO.";
  t.unit = "sheet";
  t.source = kSource;
  t.params = {vae_param(),
              integer("samples", 10, 1, 1000, "Samples", "Of the posterior, for the reconstruction term."),
              seed_param()};
  t.inputs = {{"digits", "(N, H, W)", "Pictures of zeros and ones, of the size that the model makes."}};
  t.outputs = {{"mean", "(N, D)", "mu(x) of q(z | x)."},
               {"deviation", "(N, D)", "sigma(x) of q(z | x)."},
               {"reconstruction", "(N, H, W)", "p(pixel = 1 | z = mu(x))."},
               {"kl", "(N, D)", "KL(q(z_d | x) || N(0, 1)) of each latent in nats; they sum to the KL term."},
               {"elbo", "(N)", "Estimate of the evidence lower bound in nats."}};
  t.metrics = {{"elbo", "nats", "Mean of the ELBO: reconstruction minus KL."},
               {"reconstruction", "nats", "Mean of E_q log p(x | z), estimated with the samples."},
               {"kl", "nats", "Mean KL(q(z | x) || p(z)), in closed form."}};
  return t;
}

std::unique_ptr<Task> create_encode(const Params& params, TensorMap inputs, ModelStore& models,
                                    const Safetensors* state) {
  check_inputs("vae_encode", inputs, {"digits"}, state);
  const auto vae = models.get<Vae>(params.text("model"));
  auto digits = take_binary(inputs.at("digits"), "digits", vae->shape().height, vae->shape().width);
  const std::size_t n = vae->shape().pixels(), d = static_cast<std::size_t>(vae->shape().latents),
                    images = digits.size() / n;
  if (images > static_cast<std::size_t>(kMostPictures))
    invalid("At most ", kMostPictures, " digits are encoded at a time; ", images, " came.");
  const int samples = params.integer("samples");
  const auto seed = static_cast<std::uint64_t>(params.number("seed"));
  return std::make_unique<OneUnitTask>([vae, digits = std::move(digits), n, d, images, samples, seed] {
    std::vector<float> mean(images * d), deviation(images * d), kl(images * d);
    std::vector<double> fit(images), kl_sum(images), elbo(images);  // fit: E_q log p(x | z)
    in_lots(images, [&](std::size_t first, std::size_t count) {
      const Posterior q = vae->encode(std::span(digits).subspan(first * n, count * n));
      for (std::size_t i = first; i < first + count; ++i) {
        for (std::size_t k = 0; k < d; ++k) {
          const float m = q.mean[(i - first) * d + k], l = q.log_variance[(i - first) * d + k];
          mean[i * d + k] = m;
          deviation[i * d + k] = std::exp(0.5f * l);
          kl[i * d + k] = static_cast<float>(kl_to_standard_normal({&m, 1}, {&l, 1}));
          kl_sum[i] += kl[i * d + k];
        }
        Rng rng(seed, i);
        std::vector<float> z(d);
        for (int s = 0; s < samples; ++s) {
          for (std::size_t k = 0; k < d; ++k) z[k] = mean[i * d + k] + deviation[i * d + k] * rng.normal();
          auto log_odds = vae->decode(z);
          fit[i] -= nats_of(log_odds, std::span(digits).subspan(i * n, n)) / samples;
        }
        elbo[i] = fit[i] - kl_sum[i];
      }
    });
    const auto rows = static_cast<std::int64_t>(images), latents = static_cast<std::int64_t>(d);
    const auto average = [&](const std::vector<double>& values) {
      double sum = 0;
      for (const double v : values) sum += v;
      return sum / static_cast<double>(images);
    };
    OneUnitResult result;
    result.outputs["mean"] = Tensor::from<float>({rows, latents}, std::span<const float>(mean));
    result.outputs["deviation"] = Tensor::from<float>({rows, latents}, std::span<const float>(deviation));
    result.outputs["kl"] = Tensor::from<float>({rows, latents}, std::span<const float>(kl));
    result.outputs["reconstruction"] = picture_tensor(*vae, pictures_of(*vae, mean));
    result.outputs["elbo"] = f32_tensor({rows}, elbo);
    result.metrics = {{"elbo", average(elbo)}, {"reconstruction", average(fit)}, {"kl", average(kl_sum)}};
    return result;
  });
}

// ---- vae_bound

constexpr int kLot = 50;    // samples of a block
constexpr int kBlocks = 4;  // of a unit

TaskInfo bound_info() {
  TaskInfo t;
  t.id = "vae_bound";
  t.title = "How good is the bound?";
  t.summary =
      "Estimates log p(x) of one digit with more and more samples: from the posterior (the "
      "importance-weighted "
      "bound), from the prior, or spread uniformly over a box.";
  t.unit = "lot";
  t.source = "Burda, Grosse and Salakhutdinov, Importance weighted autoencoders, ICLR 2016";
  t.params = {
      vae_param(),
      choice("from", "posterior", {{"posterior", "posterior"}, {"prior", "prior"}, {"uniform", "uniform"}},
             "Samples from",
             "Where the latents are drawn: q(z | x), p(z), or uniformly from [-4, 4] in each latent."),
      integer("samples", 5000, 1, 100000, "Samples", "How many in all."), seed_param()};
  t.inputs = {{"digit", "(H, W)", "One picture of zeros and ones."}};
  t.outputs = {
      {"log_weights", "(k)",
       "Logarithms of p(x | z_j) p(z_j) / r(z_j), r the density that z_j was drawn from, so far; the log "
       "of the mean of the first k is the estimate with k samples, their mean a lower bound."}};
  t.metrics = {{"estimate", "nats", "Logarithm of the mean weight so far."},
               {"elbo", "nats", "Mean of the logarithms so far: the ELBO when drawn from the posterior."},
               {"effective", "", "Effective sample size (sum w)^2 / sum w^2 of the weights so far."},
               {"samples", "", "How many so far."}};
  return t;
}

class BoundTask final : public Task {
  // A block's of all samples.
  template <class All>
  auto part(All& all, int block) const {
    const int first = (units_done_ * kBlocks + block) * kLot;
    return std::span(all).subspan(static_cast<std::size_t>(first),
                                  static_cast<std::size_t>(std::min(kLot, samples_ - first)));
  }

 public:
  BoundTask(const Params& params, const Tensor& digit, ModelStore& models)
      : vae_(models.get<Vae>(params.text("model"))),
        x_(take_binary(digit, "digit", vae_->shape().height, vae_->shape().width)),
        from_(params.text("from")),
        samples_(params.integer("samples")),
        seed_(static_cast<std::uint64_t>(params.number("seed"))) {
    if (x_.size() != vae_->shape().pixels()) invalid("The input \"digit\" is one picture; several came.");
    q_ = vae_->encode(x_);
    log_weights_.resize(static_cast<std::size_t>(samples_));
  }

  Tensor output(const std::string& name, const Window&) const override {
    if (name != "log_weights") invalid("There is no output \"", name, "\"; there is log_weights.");
    return f32_tensor({known_}, std::span(log_weights_).first(static_cast<std::size_t>(known_)));
  }
  Metrics metrics() const override { return metrics_; }
  bool shares() const override { return true; }

 protected:
  int units() const override { return (samples_ + kLot * kBlocks - 1) / (kLot * kBlocks); }
  int blocks() const override {
    return std::clamp((samples_ - units_done_ * kLot * kBlocks + kLot - 1) / kLot, 1, kBlocks);
  }
  void run_block(int block) override {
    const auto terms = part(log_weights_, block);
    const std::size_t d = static_cast<std::size_t>(vae_->shape().latents), n = x_.size();
    Rng rng(seed_, static_cast<std::uint64_t>(units_done_ * kBlocks + block));
    std::vector<float> z(terms.size() * d);
    for (std::size_t r = 0; r < terms.size(); ++r) {
      terms[r] = 0;
      for (std::size_t i = 0; i < d; ++i) terms[r] += draw(rng, i, z[r * d + i]);
    }
    auto log_odds = vae_->decode(z);
    for (std::size_t r = 0; r < terms.size(); ++r)
      terms[r] -= nats_of(std::span(log_odds).subspan(r * n, n), x_);
  }
  void write_result(int block, ByteWriter& to) const override { to.values(part(log_weights_, block)); }
  void read_result(int block, ByteReader& from) override { from.values(part(log_weights_, block)); }
  void merge() override {
    known_ = std::min(samples_, (units_done_ + 1) * kLot * kBlocks);
    const auto terms = std::span(log_weights_).first(static_cast<std::size_t>(known_));
    const double most = *std::max_element(terms.begin(), terms.end());
    double sum = 0, squares = 0, logs = 0;
    for (const double t : terms) {
      const double w = std::exp(t - most);
      sum += w;
      squares += w * w;
      logs += t;
    }
    metrics_ = {{"estimate", most + std::log(sum / known_)},
                {"elbo", logs / known_},
                {"effective", sum * sum / squares},
                {"samples", known_}};
  }

 private:
  // Draws latent i; returns log p(z_i) - log r(z_i).
  double draw(Rng& rng, std::size_t i, float& z) const {
    const double log_2pi = std::log(2 * std::numbers::pi);
    if (from_ == "uniform") {
      constexpr double kHalf = 4;
      z = static_cast<float>(kHalf * (2 * static_cast<double>(rng.uniform()) - 1));
      return -0.5 * (static_cast<double>(z) * z + log_2pi) + std::log(2 * kHalf);
    }
    const float noise = rng.normal();
    if (from_ == "prior") {
      z = noise;
      return 0;
    }
    z = q_.mean[i] + std::exp(0.5f * q_.log_variance[i]) * noise;
    return 0.5 * (static_cast<double>(noise) * noise - static_cast<double>(z) * z +
                  static_cast<double>(q_.log_variance[i]));
  }

  std::shared_ptr<const Vae> vae_;
  std::vector<std::uint8_t> x_;
  std::string from_;
  int samples_, known_ = 0;
  std::uint64_t seed_;
  Posterior q_;
  std::vector<double> log_weights_;
  Metrics metrics_;
};

std::unique_ptr<Task> create_bound(const Params& params, TensorMap inputs, ModelStore& models,
                                   const Safetensors* state) {
  check_inputs("vae_bound", inputs, {"digit"}, state);
  return std::make_unique<BoundTask>(params, inputs.at("digit"), models);
}

}  // namespace

const TaskFactory vae_decode_task{decode_info, create_decode};
const TaskFactory vae_encode_task{encode_info, create_encode};
const TaskFactory vae_bound_task{bound_info, create_bound};

}  // namespace priorlab
