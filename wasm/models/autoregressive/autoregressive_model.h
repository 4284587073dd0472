// AutoregressiveModel: any of the autoregressive models, out of its file; what ModelStore::get hands out.
#pragma once

#include "models/autoregressive/autoregressive.h"

namespace priorlab {

class AutoregressiveModel {
 public:
  static constexpr const char* family = Autoregressive::family;

  // Throws std::invalid_argument when the file is no such model, naming the kinds there are or what is wrong.
  static AutoregressiveModel from(const Safetensors&);
  explicit AutoregressiveModel(std::shared_ptr<const Autoregressive> model) : model_(std::move(model)) {}

  const Autoregressive& operator*() const { return *model_; }
  const Autoregressive* operator->() const { return model_.get(); }

 private:
  std::shared_ptr<const Autoregressive> model_;
};

// log p(x) in nats from the definition, x the image's pixels in raster order, 0 or 1. Slow: for tests.
double log_likelihood_plain(const Autoregressive& model, std::span<const std::uint8_t> image);

}  // namespace priorlab
