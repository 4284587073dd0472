// What the tasks `deblur`, `inpaint` and `superres` have in common: EPLL (models/epll/epll.h) on planes that
// are seen through an operator. Noise variances and weights of their schedules are beta = 1 / variance on the
// prior's [0,1] scale, as in Zoran and Weiss, ICCV 2011, section 3.2.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/image.h"
#include "core/task.h"
#include "models/epll/epll.h"
#include "models/epll/epll_planes.h"
#include "models/gmm/gmm.h"
#include "models/restore/restore_schedules.h"
#include "ops/linear_operator.h"

namespace priorlab {

extern const TaskFactory deblur_task, inpaint_task, superres_task;

// That part of every channel; it lies in the picture.
Image window_of(const Image& image, const Window& part);

class RestoreTask : public Task {
 public:
  // A plane of the prior's [0,1] scale to begin from, and how it was seen.
  struct Start {
    std::vector<float> x;  // (rows, columns) of Setting::x
    std::shared_ptr<DataTerm> data;
  };
  struct Setting {
    std::string id;
    Image given;            // what the result is compared with, of the result's size; 1 or 3 channels
    PlaneSize x;            // size of the planes that are restored, at least the prior's patches
    int top = 0, left = 0;  // of the result in them
    double sigma = 0;       // of the noise, on the scale of the picture's channels
    EpllSchedule schedule;  // of quality exact
    QuickSchedules quick;   // of the others
    // Plane c of the picture; `scale` is what its values have been multiplied with to be on the prior's
    // scale.
    std::function<Start(int c, double scale)> start;
    // What is known for certain is put back: one flag a pixel of the result, or none at all.
    std::vector<std::uint8_t> certain;
  };
  RestoreTask(Setting setting, const Params& params, const TensorMap& inputs, ModelStore& models);

  Tensor output(const std::string& name, const Window& window) const override;
  Metrics metrics() const override { return metrics_; }
  bool shares() const override { return true; }
  double bytes() const override;

  // Parts of the tables of all three tasks.
  static std::vector<ParamSpec> params(std::string schedule_help);
  static TensorSpec picture(std::string help);
  static std::vector<TensorSpec> inputs_after();
  static std::vector<TensorSpec> outputs();
  static std::vector<MetricSpec> figures();
  static MemoryNeed memory(double scale);

 protected:
  int units() const override { return planes_->units(); }
  int blocks() const override { return planes_->blocks(); }
  void run_block(int block) override { planes_->run_block(block); }
  void write_result(int block, ByteWriter& to) const override { planes_->write_result(block, to); }
  void read_result(int block, ByteReader& from) override { planes_->read_result(block, from); }
  void merge() override;

 private:
  Image restored(const Window& w) const;
  void measure();
  // A plane that begins at setting_.start(c, scale).
  EpllPlanes::Plan plan(int c, double scale, const std::string& quality,
                        std::shared_ptr<const GaussianMixture> prior);

  Setting setting_;
  Image clean_;
  std::unique_ptr<EpllPlanes> planes_;
  std::vector<std::shared_ptr<DataTerm>> data_;
  std::vector<float> scales_;
  Metrics metrics_;
};

// The picture among the inputs, grey or colour as the parameter `colour` says. Throws std::invalid_argument
// when there is none, when there is an input that `info` does not know, or when the picture, `scale` times as
// wide and high, would take too much memory.
Image take_given(TensorMap& inputs, const Params& params, const TaskInfo& info, int scale = 1);

// Plane c of the picture, times its scale.
std::vector<float> scaled_plane(const Image& image, int c, double scale);

// "paper" (nullptr: there is none) or "tuned" by these, else the list of passes as in schedule_named.
EpllSchedule restore_schedule(const Params& params, EpllSchedule (*paper)(), EpllSchedule (*tuned)());

}  // namespace priorlab
