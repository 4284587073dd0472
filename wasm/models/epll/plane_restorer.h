// One plane being restored by half-quadratic splitting, whatever the method: stages of independent blocks,
// each stage ended by a serial step. Blocks write only what is theirs, so threads, slices and their order
// change no bit.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "core/bytes.h"
#include "models/epll/data_term.h"
#include "ops/gaussian_bank.h"
#include "ops/patches.h"

namespace priorlab {

class PlaneRestorer {
 public:
  // `noisy`: height x width values; sigma >= 0 on the plane's scale. With `data` the picture was seen through
  // an operator: `noisy` is the estimate to begin from, and sigma > 0 the level that all weights and noise
  // variances of the schedule are relative to.
  PlaneRestorer(std::vector<float> noisy, int height, int width, double sigma,
                std::shared_ptr<DataTerm> data = nullptr);
  virtual ~PlaneRestorer() = default;

  virtual int stages() const = 0;
  int stages_done() const { return stages_done_; }
  bool done() const { return stages_done_ == stages(); }
  // Half-quadratic passes, each of one or more stages: the estimate changes when one ends.
  int passes_done() const { return passes_done_; }
  // Of the current stage; 0 when all are done.
  virtual int blocks() const = 0;
  // Different blocks may run concurrently, each once.
  virtual void run_block(int block) = 0;
  // After the stage's last block.
  virtual void finish_stage() = 0;
  // What run_block has left behind of a block, and the same into a replica of this plane (core/task.h).
  virtual void write_result(int block, ByteWriter& to) const = 0;
  virtual void read_result(int block, ByteReader& from) = 0;
  // Once done: gives back the memory of all but the estimate and figures. Winners are -1 from then on.
  virtual void release() = 0;
  // Memory at its worst, an upper estimate.
  virtual double bytes() const = 0;

  int height() const { return height_; }
  int width() const { return width_; }
  double sigma() const { return sigma_; }
  // x after the last finished stage; the noisy plane before the first.
  std::span<const float> estimate() const { return x_; }
  // The same for a window of rows and columns, with the finished blocks of the stage under way folded in.
  virtual std::vector<float> preview(int y, int x, int high, int wide) const = 0;
  // Component of each patch in the last finished pass, (height - side + 1) x (width - side + 1); -1 before
  // the first.
  virtual std::vector<std::int32_t> winners() const = 0;
  // The method's cost after the last finished pass, nats per patch, where it has one.
  virtual std::optional<double> objective() const { return {}; }
  // Multiply-adds of exact scoring in all finished passes; none where scoring is not exact.
  virtual GaussianBank::Work work() const { return {}; }

 protected:
  // body(band, top, bottom) for bands of rows that make up the plane, on all threads.
  void for_bands_of_rows(const std::function<void(int, int, int)>& body) const;
  std::size_t bands_of_rows() const;
  // Adds what lies in rows [top, bottom) of a tile's pixels, (pixel_rows, pixel_columns), to a whole plane.
  void add_rows(std::span<const float> pixels, const PatchTile& at, int top, int bottom,
                std::span<float> plane, int side = kPatchSide) const;

  // The estimate from pixel (y, x) on, rows of `wide` pixels, the averages of finished blocks folded in by
  // the x-step of weight b where `count` patches of sum `sum`, one value each for a pixel, cover it.
  std::vector<float> folded_in(int y, int x, int wide, std::span<const float> sum,
                               std::span<const float> count, float b) const;

  int height_, width_;
  double sigma_;
  std::vector<float> noisy_, x_;
  std::shared_ptr<DataTerm> data_;  // none: the picture itself is seen, with white noise
  int stages_done_ = 0, passes_done_ = 0;
};

}  // namespace priorlab
