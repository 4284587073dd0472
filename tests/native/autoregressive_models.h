// Small random models of every kind, for tests.
#pragma once

#include <numeric>

#include "core/rng.h"
#include "models/autoregressive/autoregressive_model.h"
#include "models/autoregressive/fvsbn.h"
#include "models/autoregressive/independent.h"
#include "models/autoregressive/made.h"
#include "models/autoregressive/markov.h"
#include "models/autoregressive/nade.h"
#include "models/autoregressive/orderless.h"

namespace priorlab::test {

inline std::vector<float> normals(std::size_t count, Rng& rng, float scale) {
  std::vector<float> values(count);
  rng.fill_normal(values);
  for (float& v : values) v *= scale;
  return values;
}

inline std::vector<int> shuffled(int n, Rng& rng) {
  std::vector<int> order(static_cast<std::size_t>(n));
  std::iota(order.begin(), order.end(), 0);
  for (int i = n - 1; i > 0; --i)
    std::swap(order[static_cast<std::size_t>(i)], order[rng.below(static_cast<std::uint32_t>(i + 1))]);
  return order;
}

// "independent", "markov", "fvsbn", "nade", "nade-relu", "made" (with direct connections) or "made-relu"
// (without).
inline const std::vector<std::string>& model_kinds() {
  static const std::vector<std::string> kinds = {"independent", "markov", "fvsbn",     "nade",
                                                 "nade-relu",   "made",   "made-relu", "orderless"};
  return kinds;
}

inline std::shared_ptr<const Autoregressive> random_model(const std::string& kind, int height, int width,
                                                          std::uint64_t seed, bool raster = false,
                                                          int hidden = 7) {
  Rng rng(seed, 77);
  const int n = height * width;
  const std::size_t count = static_cast<std::size_t>(n), units = static_cast<std::size_t>(hidden);
  std::vector<int> order(count);
  std::iota(order.begin(), order.end(), 0);
  if (!raster) order = shuffled(n, rng);
  OrderedPixels::Frame frame{height, width, order};
  const Activation activation = kind.ends_with("-relu") ? Activation::relu : Activation::sigmoid;
  if (kind == "independent")
    return std::make_shared<IndependentModel>(std::move(frame), normals(count, rng, 1));
  if (kind == "markov") {
    auto bias = normals(count, rng, 1);
    return std::make_shared<MarkovModel>(std::move(frame), std::move(bias), normals(count - 1, rng, 2));
  }
  if (kind == "fvsbn") {
    auto bias = normals(count, rng, 1);
    return std::make_shared<FvsbnModel>(std::move(frame), std::move(bias),
                                        normals(FvsbnModel::row(n), rng, 1));
  }
  if (kind.starts_with("nade")) {
    NadeModel::Weights w;
    w.W = normals(count * units, rng, 1);
    w.c = normals(units, rng, 1);
    w.V = normals(count * units, rng, 1);
    w.b = normals(count, rng, 1);
    return std::make_shared<NadeModel>(std::move(frame), activation, std::move(w));
  }
  if (kind == "orderless") {
    OrderlessModel::Weights w;
    w.X = normals(count * units, rng, 1);
    w.M = normals(count * units, rng, 0.5f);
    w.c = normals(units, rng, 1);
    w.V = normals(count * units, rng, 0.5f);
    w.b = normals(count, rng, 1);
    return std::make_shared<OrderlessModel>(std::move(frame), std::move(w));
  }
  std::vector<int> degrees;
  std::size_t inputs = 0, outputs = 0;
  for (int k = 0; k < hidden; ++k) {
    degrees.push_back(1 + k * (n - 1) / hidden);
    inputs += static_cast<std::size_t>(degrees.back());
    outputs += static_cast<std::size_t>(n - degrees.back());
  }
  const int radius = kind == "made" ? 1 : 0;
  const NearPixels near(width, order, radius);
  MadeModel::Weights w;
  w.W = normals(inputs, rng, 1);
  w.c = normals(units, rng, 1);
  w.V = normals(outputs, rng, 1);
  w.b = normals(count, rng, 1);
  w.direct = normals(near.earlier.size(), rng, 1);
  return std::make_shared<MadeModel>(std::move(frame), activation, std::move(degrees), radius, std::move(w));
}

}  // namespace priorlab::test
