#include "models/training/learner.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/parallel_for.h"
#include "models/autoregressive/fvsbn.h"
#include "models/autoregressive/image_draws.h"
#include "models/autoregressive/made.h"
#include "models/autoregressive/nade.h"

namespace priorlab {

std::vector<int> even_degrees(int pixels, int hidden) {
  PRIORLAB_CHECK(pixels > 1 && hidden > 0);
  std::vector<int> degrees;
  for (long long k = 0; k < hidden; ++k)
    degrees.push_back(static_cast<int>(1 + (2 * k + 1) * (pixels - 1) / (2LL * hidden)));
  return degrees;
}

std::unique_ptr<Learner> learner_of(const Autoregressive& model) {
  OrderedPixels::Frame frame{model.height(), model.width(), {model.order().begin(), model.order().end()}};
  if (dynamic_cast<const FvsbnModel*>(&model)) return fvsbn_learner(std::move(frame));
  if (const auto* nade = dynamic_cast<const NadeModel*>(&model))
    return nade_learner(std::move(frame), nade->activation(), nade->hidden());
  if (const auto* made = dynamic_cast<const MadeModel*>(&model))
    return made_learner(std::move(frame), made->activation(),
                        {made->degrees().begin(), made->degrees().end()}, made->radius());
  return nullptr;
}

std::vector<std::uint8_t> in_order(std::span<const std::uint8_t> images, std::span<const int> order) {
  const std::size_t n = order.size();
  PRIORLAB_CHECK(images.size() % n == 0);
  std::vector<std::uint8_t> rows(images.size());
  for (std::size_t at = 0; at < images.size(); at += n)
    for (std::size_t t = 0; t < n; ++t) rows[at + t] = images[at + static_cast<std::size_t>(order[t])];
  return rows;
}

std::vector<double> losses_of(const Autoregressive& model, std::span<const std::uint8_t> images) {
  const std::size_t n = static_cast<std::size_t>(model.pixels());
  const std::vector<std::uint8_t> rows = in_order(images, model.order());
  std::vector<double> losses(rows.size() / n);
  const auto learner = learner_of(model);
  const std::vector<float> weights = learner ? learner->weights_of(model) : std::vector<float>();
  constexpr std::size_t kRows = 64;
  parallel_for(static_cast<int>((losses.size() + kRows - 1) / kRows), [&](int block) {
    const std::size_t first = static_cast<std::size_t>(block) * kRows,
                      count = std::min(kRows, losses.size() - first);
    const auto here = std::span(rows).subspan(first * n, count * n);
    const auto of_rows = std::span(losses).subspan(first, count);
    if (learner) {
      learner->loss(weights, here, here, {}, of_rows);
      return;
    }
    const auto sweep = model.sweep(static_cast<int>(count));
    score_images(model, *sweep, images.subspan(first * n, count * n), {{}, {}, of_rows});
    for (double& loss : of_rows) loss = -loss;
  });
  return losses;
}

}  // namespace priorlab
