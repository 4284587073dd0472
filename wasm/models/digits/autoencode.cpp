#include "models/digits/autoencode.h"

#include "core/error.h"
#include "core/one_unit_task.h"
#include "core/parallel_for.h"
#include "core/rng.h"
#include "models/autoregressive/autoencoder.h"

namespace priorlab {
namespace {

constexpr std::int64_t kMostPictures = 4096;

TaskInfo info() {
  TaskInfo t;
  t.id = "autoencode";
  t.title = "Autoencoder";
  t.summary =
      "Encodes and decodes pictures, once or again and again; without pictures, decodes random codes, which "
      "shows that a plain autoencoder is no model of pictures.";
  t.unit = "run";
  t.source = "Plain autoencoder with a narrow code; beside MADE, Germain et al., ICML 2015.";
  t.params = {model("model", "autoencoder", "autoencoder", "Autoencoder", "The network."),
              integer("iterations", 1, 1, 100, "Rounds",
                      "How often the output is fed back: 1 encodes and decodes once."),
              integer("count", 64, 1, 4096, "Random codes", "How many, when no pictures are given."),
              integer("seed", 1, 0, 4294967295.0, "Seed", "Of the random codes.")};
  t.inputs = {{"digits", "(N, H, W)", "Pictures, values from 0 to 1.", true}};
  t.outputs = {
      {"reconstruction", "(N, H, W)", "Probabilities that pixels are on, after the last round."},
      {"code", "(N, C)",
       "The codes that were decoded last; random ones have the mean and deviation, number by number, "
       "of the training pictures' codes."}};
  t.metrics = {
      {"parameters", "", "How many numbers the network has learned."},
      {"code_size", "", "How many numbers a code has."},
      {"error", "", "Mean squared difference of the given pictures and what came out; 0 without any."}};
  return t;
}

OneUnitResult run(const Autoencoder& net, const Tensor& digits, bool given, int iterations, int count,
                  std::uint64_t seed) {
  const std::size_t n = static_cast<std::size_t>(net.pixels()), c = static_cast<std::size_t>(net.code_size());
  const std::int64_t all = given ? digits.shape()[0] : count;
  Tensor reconstruction(DType::f32, {all, net.height(), net.width()}),
      codes(DType::f32, {all, net.code_size()});
  std::vector<double> errors(static_cast<std::size_t>(all));
  parallel_for(static_cast<int>(all), [&](int i) {
    const std::size_t at = static_cast<std::size_t>(i);
    std::vector<float> image, code(c);
    for (int round = 0; round < iterations; ++round) {
      if (given && round == 0) {
        code = net.encode(digits.as<float>().subspan(at * n, n));
      } else if (round == 0) {
        Rng rng(seed, at);
        for (std::size_t k = 0; k < c; ++k)
          code[k] = net.weights().code_mean[k] + net.weights().code_deviation[k] * rng.normal();
      } else {
        code = net.encode(image);
      }
      image = net.decode(code);
    }
    std::ranges::copy(image, reconstruction.as<float>().begin() + static_cast<std::ptrdiff_t>(at * n));
    std::ranges::copy(code, codes.as<float>().begin() + static_cast<std::ptrdiff_t>(at * c));
    if (!given) return;
    for (std::size_t k = 0; k < n; ++k) {
      const double e = static_cast<double>(image[k] - digits.as<float>()[at * n + k]);
      errors[at] += e * e / static_cast<double>(n);
    }
  });
  OneUnitResult result;
  double error = 0.0;
  for (const double e : errors) error += e;
  result.metrics = {{"parameters", static_cast<double>(net.parameters())},
                    {"code_size", static_cast<double>(c)},
                    {"error", error / static_cast<double>(all)}};
  result.outputs["reconstruction"] = std::move(reconstruction);
  result.outputs["code"] = std::move(codes);
  return result;
}

std::unique_ptr<Task> create(const Params& params, TensorMap inputs, ModelStore& models,
                             const Safetensors* state) {
  if (state) invalid("The task \"autoencode\" cannot be resumed: it has one step.");
  for (const auto& [name, tensor] : inputs)
    if (name != "digits") invalid("The task \"autoencode\" has no input \"", name, "\"; it takes digits.");
  const auto net = models.get<Autoencoder>(params.text("model"));
  const auto found = inputs.find("digits");
  const bool given = found != inputs.end();
  Tensor digits;
  if (given) {
    const Shape& shape = found->second.shape();
    if (shape.size() != 3 || shape[0] < 1 || shape[0] > kMostPictures || shape[1] != net->height() ||
        shape[2] != net->width())
      invalid("This autoencoder takes 1 to ", kMostPictures, " pictures of ", net->height(), "x",
              net->width(), " pixels; the shape ", to_text(shape), " came.");
    if (found->second.dtype() == DType::u8) {
      digits = Tensor(DType::f32, shape);
      std::ranges::copy(found->second.as<std::uint8_t>(), digits.as<float>().begin());
    } else {
      digits = to_f32(found->second);
    }
    for (const float v : digits.as<float>())
      if (!(v >= 0.0f && v <= 1.0f)) invalid("The pictures have values from 0 to 1; ", v, " came.");
  }
  return std::make_unique<OneUnitTask>(
      [net, given, digits = std::move(digits), iterations = params.integer("iterations"),
       count = params.integer("count"), seed = static_cast<std::uint64_t>(params.number("seed"))] {
        return run(*net, digits, given, iterations, count, seed);
      });
}

}  // namespace

const TaskFactory autoencode_task{info, create};

}  // namespace priorlab
