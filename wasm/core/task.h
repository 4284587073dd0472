// Task: the one contract of everything that computes. A task is one run of one method: made from parameters
// and named input tensors, advanced in steps, asked for named outputs and metrics. Page, command line, tests
// and benchmarks use nothing else.
//
// Work comes in *units* (what the Step verb does: one half-quadratic pass, one epoch, one pixel). A unit is
// made of independent *blocks* in a fixed order and a serial *merge*. Blocks write only what is theirs, so
// threads, a pool of workers and a single core give the same bits.
//
// Where memory cannot be shared (a page that is not cross-origin isolated) several workers hold *replicas*:
// tasks created from the same id, parameters and inputs. Each runs some of a unit's blocks, hands their
// results to the others as bytes and merges by itself once it has them all; so only block results travel, and
// replicas stay equal to the bit. A task that does not implement this runs in one place.
#pragma once

#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "core/bytes.h"
#include "core/model_store.h"
#include "core/params.h"
#include "core/tensor.h"

namespace priorlab {

struct TensorSpec {
  std::string name;
  std::string shape;  // for people: "(C, H, W)"
  std::string help;
  bool optional = false;
};

struct MetricSpec {
  std::string name;  // "psnr"
  std::string unit;  // "dB", "nats", "s", ""
  std::string help;  // definition: of what against what
};

// Memory of a run on a picture, at its worst: fixed + (per_pixel + channels * per_value) * pixels bytes.
// Whoever holds the picture can tell from it which sizes fit, before anything is sent.
struct MemoryNeed {
  double fixed = 0;
  double per_pixel = 0;
  double per_value = 0;  // of a channel's pixel; all three 0: the task works on no picture or takes little
  double most = 0;       // above so many bytes a picture is refused

  double bytes(int channels, double pixels) const {
    return fixed + (per_pixel + channels * per_value) * pixels;
  }
  double most_pixels(int channels) const { return (most - fixed) / (per_pixel + channels * per_value); }
};

// What describe(id) tells: enough to build controls, check arguments and write documentation without running
// anything.
struct TaskInfo {
  std::string id;       // "epll": file, task, demo, test, weights and URL share it
  std::string title;    // "EPLL denoising"
  std::string summary;  // one sentence
  std::string unit;     // name of a unit, singular: "pass"
  std::string source;   // paper, equation
  ParamSpecs params;
  std::vector<TensorSpec> inputs, outputs;
  std::vector<MetricSpec> metrics;
  MemoryNeed memory;
};

nlohmann::json to_json(const TaskInfo&);

using Metrics = std::map<std::string, double>;

struct StepResult {
  bool done = false;           // nothing is left to do
  bool unit_finished = false;  // the last slice completed a unit
  int unit = 0;                // units completed so far
  int units = 0;               // units in all; 0 when open-ended
  double progress = 0;         // [0, 1] over the whole run; open-ended tasks report progress within the unit
  int blocks = 0;              // of the unit that comes next or is under way; 0 when done
};

// Part of an output. Rows and columns are those of the last two axes; zero extents mean all.
struct Window {
  int y = 0, x = 0, height = 0, width = 0;
};

class Task {
 public:
  virtual ~Task() = default;

  // Runs blocks on all threads until `budget_ms` has passed, a unit is finished or the task is done,
  // whichever comes first; at least one block. No block is begun after the budget, so the step ends at most
  // one block and a merge later. The budget never changes the result; infinity runs to the end of the unit.
  // Throws std::invalid_argument on a NaN or negative budget. What a block or a merge throws comes out here,
  // and the task then refuses every further step.
  StepResult step(double budget_ms);
  StepResult status() const;

  // Changes live parameters and inputs between steps. `params` has every parameter, the live ones with their
  // new values; `inputs` only what changes. In a task that shares its blocks one replica alone, the leader,
  // is told: they may change what output() and metrics() tell, but what merges and later blocks compute only
  // where leader_runs_first_block() and through that block's result. The default throws
  // std::invalid_argument: nothing is live.
  virtual void set(const Params& params, TensorMap inputs);

  // A named output as f32 (images: (C, H, W)), valid at any time between steps: the best there is so far.
  // Throws std::invalid_argument on an unknown name or a window outside.
  virtual Tensor output(const std::string& name, const Window& window = {}) const = 0;
  virtual Metrics metrics() const = 0;

  // Everything needed to go on elsewhere, taken between steps; given back to the factory as `state`. It is
  // the state at the last unit's end: a unit under way is computed again, to the same bits, so blocks change
  // nothing that is saved. The default throws std::invalid_argument: not every task can be resumed.
  virtual Safetensors save() const;

  // The model that this task has made, as a file that ModelStore::put takes. The default throws
  // std::invalid_argument.
  virtual Safetensors model() const;

  // ---- Between replicas. What is misused here is our fault: std::logic_error.

  // Whether the blocks' results can be handed over.
  virtual bool shares() const { return false; }
  // Whether the first block of each unit is the leader's alone. What it hands over with that block, such as a
  // live parameter for the units that follow, is then the same in all replicas.
  virtual bool leader_runs_first_block() const { return false; }
  // What a replica takes at its worst, in bytes (an estimate): decides how many there may be. 0: little.
  virtual double bytes() const { return 0; }
  // Runs those of the unit's blocks [first, first + count) whose results are not known yet.
  void run_blocks(int first, int count);
  // Results of such a range, all known. They are taken by a replica whose units done are as many.
  std::vector<std::byte> results(int first, int count) const;
  // Takes what another replica's results() gave; blocks that are known already are passed over.
  void put_results(std::span<const std::byte> bytes);
  // Merges; every block must be known. step() does the same, and goes on with whatever is not known yet.
  StepResult finish_unit();

 protected:
  virtual int units() const = 0;          // units in all; 0 = open-ended
  virtual int blocks() const = 0;         // blocks of the unit that comes next, >= 1
  virtual void run_block(int block) = 0;  // may run on any thread, concurrently with other blocks of the unit
  virtual void merge() = 0;               // after the unit's last block, serial; prepares the next unit

  // With shares(): all that run_block has left behind of one block, and the same read into a replica that has
  // not run it.
  virtual void write_result(int block, ByteWriter& to) const;
  virtual void read_result(int block, ByteReader& from);

  // Counted up after merge() has returned; set by a factory that resumes a state.
  int units_done_ = 0;

 private:
  void open_unit();
  void close_unit();
  void check_range(int first, int count) const;
  // Runs `body`; should it throw, the task is in no defined state and refuses to go on.
  template <class Body>
  void guarded(const Body& body);

  std::vector<bool> known_;  // (blocks) of the unit under way; empty before its first block
  int known_count_ = 0;
  bool failed_ = false;
};

struct TaskFactory {
  TaskInfo (*info)();
  // Throws std::invalid_argument when an input is missing, unknown or of the wrong shape. `state` may be
  // null.
  std::unique_ptr<Task> (*create)(const Params&, TensorMap inputs, ModelStore&, const Safetensors* state);
};

}  // namespace priorlab
