// Autoregressive models of binary images: p(x) = prod_t p(x_{o(t)} | x_{o(0)}, ..., x_{o(t-1)}), pixel by
// pixel in a fixed order o (course, chapter 6). Each kind (independent, markov, fvsbn, nade, made) is one
// pair of files; sampling, likelihood and completion are written once, on the interface below.
//
// Their file is safetensors with metadata family "autoregressive", version "1", kind, height, width and how
// it was made; an i32 tensor "order" (n) when the order is not raster. The tensors are the kind's own.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/safetensors.h"

namespace priorlab {

// Several images ("lanes") being made side by side, all known up to the same pixel. Every value is computed
// with the same bits on every flavour and machine, whatever the number of lanes.
class Sweep {
 public:
  virtual ~Sweep() = default;
  // Back to the first pixel of the order.
  virtual void restart() = 0;
  // log p(x = 1 | before) / p(x = 0 | before) of the pixel that comes next, one for each lane.
  virtual void log_odds(std::span<float> of_lanes) = 0;
  // That pixel's values, 0 or 1, one for each lane; the next pixel of the order comes next.
  virtual void push(std::span<const std::uint8_t> of_lanes) = 0;
  // Lane i goes on from where lane from[i] is (resampling).
  virtual void select(std::span<const int> from) = 0;
};

class Autoregressive {
 public:
  static constexpr const char* family = "autoregressive";

  virtual ~Autoregressive() = default;
  virtual std::string kind() const = 0;  // "nade"
  virtual int height() const = 0;
  virtual int width() const = 0;
  virtual std::span<const int> order() const = 0;  // order[t] = y * width + x of the t-th pixel
  virtual std::int64_t parameters() const = 0;
  // Does the t-th pixel's probability depend on the s-th (both counted in the order)? By structure, not
  // value.
  virtual bool sees(int t, int s) const = 0;
  // Log-odds of the t-th pixel after the first t pixels' values in the order, from the definition in double.
  // Slow: the oracle of sweeps and gradients.
  virtual double log_odds_plain(int t, std::span<const std::uint8_t> before) const = 0;
  virtual std::unique_ptr<Sweep> sweep(int lanes) const = 0;
  // The file; `notes` (training command, seed, ...) is added to the metadata.
  virtual Safetensors to_file(const std::map<std::string, std::string>& notes = {}) const = 0;

  int pixels() const { return height() * width(); }
};

}  // namespace priorlab
