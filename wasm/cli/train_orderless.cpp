// priorlab train orderless --data DIR: the network that guesses pixels from any others
// (models/autoregressive/orderless.h). What is known of a training image is what completion meets: a
// half-plane, a rectangle, single pixels or nothing, the pixels before a random place in raster order, or all
// but a small rectangle.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <numeric>
#include <sstream>

#include "cli/args.h"
#include "cli/digit_data.h"
#include "cli/model_files.h"
#include "core/error.h"
#include "core/parallel_for.h"
#include "core/rng.h"
#include "models/autoregressive/masks.h"
#include "models/autoregressive/orderless_learner.h"
#include "models/training/trainer.h"

namespace priorlab {
namespace {

double seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// The pixels hidden from the network become kHidden.
std::vector<std::uint8_t> masked(std::span<const std::uint8_t> image, int height, int width, Rng& rng) {
  const std::size_t n = image.size();
  std::vector<std::uint8_t> known(n, 0);
  const std::uint32_t kind = rng.below(10);
  if (kind < 4)
    known = half_plane_mask(height, width, 0.5, rng);
  else if (kind < 6)
    known = pixel_mask(height, width, rng.uniform(), rng);
  else if (kind < 8) {
    known = rectangle_mask(height, width, 3, 14, rng);
    for (std::uint8_t& k : known) k = 1 - k;
  }
  if (kind == 9 || rng.below(4) > 0) {
    const std::size_t before = rng.below(static_cast<std::uint32_t>(n));
    std::fill_n(known.begin(), before, std::uint8_t{1});
  }
  std::vector<std::uint8_t> seen(n);
  for (std::size_t i = 0; i < n; ++i) seen[i] = known[i] ? image[i] : kHidden;
  return seen;
}

// Each image masked by a stream of its own.
std::vector<std::uint8_t> masked_all(const Digits& digits, std::span<const int> rows, std::uint64_t seed,
                                     std::uint64_t first) {
  const std::size_t n = static_cast<std::size_t>(digits.height) * static_cast<std::size_t>(digits.width);
  std::vector<std::uint8_t> all(rows.size() * n);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    Rng rng(seed, first + i);
    const auto seen = masked(digits.digit(rows[i]), digits.height, digits.width, rng);
    std::copy(seen.begin(), seen.end(), all.begin() + static_cast<std::ptrdiff_t>(i * n));
  }
  return all;
}

std::vector<std::uint8_t> images(const Digits& digits, std::span<const int> rows) {
  std::vector<std::uint8_t> all;
  for (int i : rows) all.insert(all.end(), digits.digit(i).begin(), digits.digit(i).end());
  return all;
}

double valid_loss(const Learner& learner, std::span<const float> weights, const Digits& digits) {
  constexpr int kRows = 100;
  std::vector<double> sums(static_cast<std::size_t>((digits.count + kRows - 1) / kRows));
  parallel_for(static_cast<int>(sums.size()), [&](int part) {
    std::vector<int> rows(static_cast<std::size_t>(std::min(kRows, digits.count - part * kRows)));
    std::iota(rows.begin(), rows.end(), part * kRows);
    sums[static_cast<std::size_t>(part)] =
        learner.loss(weights, masked_all(digits, rows, 77, static_cast<std::uint64_t>(rows[0])),
                     images(digits, rows), {}, {});
  });
  return std::accumulate(sums.begin(), sums.end(), 0.0) / digits.count;
}

}  // namespace

int train_orderless(Args& args) {
  const std::string data = args.required("data", "the folder with the binarised MNIST");
  const std::string out = args.text("out", "orderless.safetensors");
  const int hidden = static_cast<int>(args.integer("hidden", 320, 1, 4096));
  const int epochs = static_cast<int>(args.integer("epochs", 120, 1, 100000));
  const int batch = static_cast<int>(args.integer("batch", 200, 1, 10000));
  const double rate = args.number("rate", 2e-3, 0, 1);
  const auto seed = static_cast<std::uint64_t>(args.integer("seed", 1, 0, 2147483647));
  args.finish();
  std::ostringstream title, command;
  title << "Orderless NADE, " << hidden << " hidden units";
  command << "priorlab train orderless --data mnist --hidden " << hidden << " --epochs " << epochs
          << " --batch " << batch << " --rate " << rate << " --seed " << seed << " --out " << out;
  const Digits train = read_digit_split(data, "train"), valid = read_digit_split(data, "valid");
  if (valid.height != train.height || valid.width != train.width)
    invalid("The digits for training have ", train.height, "x", train.width, " pixels, those for validation ",
            valid.height, "x", valid.width, ".");
  if (batch > train.count) invalid("--batch asks for ", batch, " digits; there are ", train.count, ".");
  const std::size_t n = static_cast<std::size_t>(train.height) * static_cast<std::size_t>(train.width);
  std::vector<double> share(n, 0.5);
  for (std::size_t i = 0; i < train.pixels.size(); ++i) share[i % n] += train.pixels[i];
  for (double& s : share) s /= train.count + 1;

  const std::shared_ptr<const Learner> learner = orderless_learner({train.height, train.width, {}}, hidden);
  TrainerOptions options;
  options.parts = 2;
  Trainer trainer(learner, options, learner->first_weights(share, seed), learner->penalties());
  const int steps = train.count / batch, all = steps * epochs;
  const double start = seconds();
  std::vector<int> order(static_cast<std::size_t>(train.count));
  std::iota(order.begin(), order.end(), 0);
  Rng shuffle(seed, 1);
  std::string curve;
  for (int epoch = 0, step = 0; epoch < epochs; ++epoch) {
    for (std::size_t i = order.size() - 1; i > 0; --i)
      std::swap(order[i], order[shuffle.below(static_cast<std::uint32_t>(i + 1))]);
    double sum = 0;
    for (int b = 0; b < steps; ++b, ++step) {
      const auto rows = std::span<const int>(order).subspan(static_cast<std::size_t>(b * batch),
                                                            static_cast<std::size_t>(batch));
      // Up over the first hundredth, then down to nothing along a cosine.
      const double done = static_cast<double>(step) / all;
      const double now = rate * std::min(1.0, done * 100) * 0.5 * (1 + std::cos(3.14159265358979 * done));
      const auto streams = (static_cast<std::uint64_t>(step) + 1) << 20;
      sum += trainer.train(masked_all(train, rows, seed, streams), images(train, rows), now);
    }
    const double after = valid_loss(*learner, trainer.averaged(), valid);
    char line[120];
    std::snprintf(line, sizeof line, "epoch %4d  train %8.3f  valid %8.3f nats  %6.0f s\n", epoch + 1,
                  sum / steps, after, seconds() - start);
    std::cout << line << std::flush;
    if ((epoch + 1) % 5 == 0 || epoch + 1 == epochs) {
      const auto model = learner->model(trainer.averaged());
      write_bytes(out,
                  write_safetensors(model->to_file({{"title", title.str()}, {"command", command.str()}})));
    }
  }
  return 0;
}

}  // namespace priorlab
