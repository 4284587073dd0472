// EPLL in a fraction of a second: the half-quadratic passes of models/epll/epll.h with
//   - components searched on a coarse grid of patches with a cheap approximate score (ops/
//     gaussian_shortlist.h), the short-listed ones scored in full, and handed on to the patches between;
//   - the components kept from pass to pass while the Gaussians themselves are fitted to the picture, a step
//     of maximum a posteriori EM with hard assignments (Luo, Chan and Nguyen, IEEE TIP 2016);
//   - filters that are one 64 x 64 product on raw pixels,
//       z = (I - s (S_k + s I)^-1 + 1 1^T / 64) p,
//     S_k in pixels, the last term for the patch's mean;
//   - where asked, only every other patch of every other row, rows staggered.
// Every choice was made on pictures of BSDS300's training set that the prior has not seen.
#pragma once

#include <array>
#include <memory>

#include "models/epll/plane_restorer.h"
#include "models/gmm/gmm.h"
#include "ops/gaussian_shortlist.h"
#include "ops/patches.h"

namespace priorlab {

struct QuickPass {
  double weight = 1;  // b of the x-step x = (y + b average) / (1 + b), > 0
  double filter = 1;  // patches are filtered at noise variance sigma^2 / filter, > 0

  // > 0: before this pass (not the first) the Gaussians are fitted to the average of the last one with this
  // belief in what they were, in patches.
  double belief = 0;

  // Components are searched at noise variance sigma^2 / selection; the first pass has to. 0: the patches and
  // components of the last pass are kept.
  struct Search {
    double selection = 0;
    int step = 1;       // of the grid of patches that are filtered, 1 to 4
    int coarse = 2;     // of the grid of patches whose components are searched, 1 to 8
    int shortlist = 4;  // at most so many components are scored in full for each of them ...
    float margin = 10;  // ... whose approximate energy is no further above the least
  } search = {};
};

using QuickSchedule = std::vector<QuickPass>;

// sigma on the [0,1] scale.
QuickSchedule balanced_schedule(double sigma);
QuickSchedule fast_schedule(double sigma);
// For the colours of a picture restored fast: coarser grids, which smooth planes bear.
QuickSchedule fast_chroma_schedule(double sigma);

class QuickEpllPlane final : public PlaneRestorer {
 public:
  // `noisy`: height x width values, both >= kPatchSide; the prior's patches must be kPatchSide wide. `data`
  // as in PlaneRestorer: the x-step is its own then.
  QuickEpllPlane(std::vector<float> noisy, int height, int width, double sigma,
                 std::shared_ptr<const GaussianMixture> prior, QuickSchedule schedule,
                 std::shared_ptr<DataTerm> data = nullptr);

  // Number of stages of a plane with that schedule.
  static int stages_of(const QuickSchedule& schedule, double sigma);
  int stages() const override { return static_cast<int>(plan_.size()); }
  int blocks() const override;
  void run_block(int block) override;
  void finish_stage() override;
  void release() override;
  void write_result(int block, ByteWriter& to) const override;
  void read_result(int block, ByteReader& from) override;
  double bytes() const override { return bytes_for(static_cast<double>(height_) * width_); }
  std::vector<float> preview(int y, int x, int high, int wide) const override;
  std::vector<std::int32_t> winners() const override;

  // Memory of a plane of that many pixels, bytes (an upper estimate).
  static double bytes_for(double pixels) { return 20.0 * pixels + 1.5e7; }

 private:
  static constexpr std::size_t kSearchPatches = 1024;  // of the coarse grid in a block

  // What the blocks of a stage do: `gaussians` (one block per component: fit, score matrices, filters),
  // `search` (patches of the coarse grid), `assign` and `filter` (tiles).
  struct Stage {
    enum Kind { gaussians, search, assign, filter } kind;
    int pass;
    bool fits = false, scores = false, filters = false;  // of `gaussians`
  };
  struct Tile {
    PatchTile at;                      // patch positions, of which those on the grid are used
    std::size_t first = 0, count = 0;  // its patches in place_, component_
    std::size_t first_sum = 0;         // its pixels in sums_
    bool done = false;
  };
  struct Pair {  // a patch and a component that may be its
    std::int32_t patch;
    std::int16_t component;
  };

  // How many patches of the grid cover each pixel of a rectangle of patch positions: rows and columns of
  // either kind, counted apart.
  struct Coverage {
    std::array<std::vector<int>, 2> rows, columns;
    float at(int row, int column) const {
      const auto y = static_cast<std::size_t>(row), x = static_cast<std::size_t>(column);
      return static_cast<float>(rows[0][y] * columns[0][x] + rows[1][y] * columns[1][x]);
    }
  };

  // Calls use(span) for everything that the current stage's block writes.
  template <class Self, class Use>
  static void each_result(Self& self, int block, const Use& use);
  // Sums of the tile's restored patches, (pixel_rows, pixel_columns).
  std::span<float> sum(const Tile& tile) {
    return std::span(sums_).subspan(tile.first_sum, static_cast<std::size_t>(tile.at.pixels()));
  }
  std::span<const float> sum(const Tile& tile) const { return const_cast<QuickEpllPlane*>(this)->sum(tile); }
  int row_kind(int y) const;
  bool on_row(int kind, int x) const;
  Coverage coverage(const PatchTile& at) const;
  // y * width + x of the tile's i-th patch.
  std::int32_t position(const Tile& tile, std::size_t i) const {
    const int at = place_[tile.first + i];
    return (tile.at.y + at / tile.at.wide) * width_ + tile.at.x + at % tile.at.wide;
  }
  const QuickPass& pass() const;
  const float* matrix(const std::vector<float>& all, int k) const;
  void begin_stage();
  void lay_grid(const QuickPass::Search& search);
  void run_gaussians(int k);
  void run_search(int block);
  void run_assign(const Tile& tile);
  void run_filter(Tile& tile);
  // Components of the tile's patches (given without their means) from those of the coarse grid around them.
  void hand_on(const Tile& tile, std::span<const float> patches);
  // c_k + p^T (S_k + s I)^-1 p of each pair; pairs of one component lie together, patches have no mean.
  void energies(std::span<const Pair> pairs, std::span<const float> patches, std::span<float> out) const;
  void group_members();
  void finish_pass();

  std::shared_ptr<const GaussianMixture> prior_;
  QuickSchedule schedule_;
  std::vector<Stage> plan_;
  int components_;
  int step_ = 1, coarse_step_ = 1, shortlist_length_ = 1;  // of the last search
  std::vector<Tile> tiles_;
  std::vector<std::uint16_t> place_;     // of each patch of the grid, tile by tile: row * at.wide + column
  std::vector<std::int16_t> component_;  // of each of them
  std::vector<float> sums_;              // while filtering
  std::vector<int> coarse_rows_, coarse_columns_;
  std::vector<std::int16_t> coarse_;                       // components of the coarse grid
  std::shared_ptr<const std::vector<float>> covariances_;  // (components, 64, 64), the prior's ...
  std::vector<float> fitted_;                              // ... or fitted to the picture
  std::vector<double> log_weights_;
  std::vector<float> score_, constant_;  // (S_k + s I)^-1 and -2 log pi_k + log det, during a search
  std::vector<float> filter_;            // the 64 x 64 filters
  std::unique_ptr<GaussianShortlist> shortlist_;
  std::vector<std::int32_t> members_;  // positions grouped by component ...
  std::vector<std::size_t> first_member_;
  std::vector<float> average_;  // of the last pass
};

}  // namespace priorlab
