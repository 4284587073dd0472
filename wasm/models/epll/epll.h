// EPLL denoising (Zoran and Weiss, "From Learning Models of Natural Image Patches to Whole Image
// Restoration", ICCV 2011) by half-quadratic splitting, exact: every overlapping patch, every component
// considered.
//
// For the noisy picture y = x + sigma n and a pass with weight b (beta = b / sigma^2):
//   patch step   z_i = mean + S_k (S_k + s I)^-1 (P_i x - mean), k the component of greatest pi_k N(P_i x; 0,
//   S_k + s I)
//                without the patch's mean, s = sigma^2 / b;
//   x-step       x = (y + b avg) / (1 + b), avg the mean over each pixel of the patches that cover it.
// For constant b each pass lowers
//   G(x, k, z) = sum_i |P_i (x - y)|^2 / (2 sigma^2) + b |P_i x - z_i|^2 / (2 sigma^2) + z_i^T S_k^-1 z_i / 2
//                + log det(2 pi (S_k + s I)) / 2 - log pi_k.
//
// Work is cut into blocks (tiles of patches) that write partial sums of their own; finish_stage() adds them
// in tile order, so threads, slices and their order change no bit.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/bytes.h"
#include "models/epll/mixture_adaptation.h"
#include "models/epll/plane_restorer.h"
#include "ops/dct_basis.h"
#include "ops/gaussian_bank.h"
#include "ops/patches.h"

namespace priorlab {

// A half-quadratic pass. Weight and filter > 0.
struct EpllPass {
  double weight = 1;  // b of the x-step
  // Components are searched at noise variance sigma^2 / selection; 0 (not in the first pass): each patch
  // keeps the one it has.
  double selection = 1;
  double filter = 1;  // patches are filtered at noise variance sigma^2 / filter

  // > 0: before this pass (not the first) the prior is fitted to the average of the last one with this
  // belief, in patches (models/epll/mixture_adaptation.h). 0: the prior stays.
  double belief = 0;

  // The paper's: one b for all three, the prior as it is.
  static EpllPass plain(double b) { return {b, b, b, 0}; }
};

using EpllSchedule = std::vector<EpllPass>;

// b = 1, 4, 8, 16, 32 (and 64 when sigma > 40/255): the authors' setting. sigma on the [0,1] scale.
EpllSchedule paper_schedule(double sigma);
// Gentler filters and the prior fitted to the picture twice on the way. Up to sigma 40/255 four passes, of
// which the first serves to fit the prior (its weight leaves the second one nearly the noisy picture) and the
// last keeps the components; above, five that all search. Chosen on pictures of BSDS300's training set that
// the prior has not seen: `priorlab eval denoise --held-out --schedule ...` measures any other.
EpllSchedule tuned_schedule(double sigma);

// One plane being restored.
class EpllPlane final : public PlaneRestorer {
 public:
  // `noisy`: height x width values, both >= the side of the prior's patches; sigma >= 0 on the plane's scale
  // (0: the passes leave the plane as it is); at least one pass. The prior's dims tell its patches: side^2
  // - 1.
  // `data` as in PlaneRestorer: the x-step is its own then, and there is no objective.
  EpllPlane(std::vector<float> noisy, int height, int width, double sigma,
            std::shared_ptr<const GaussianSpectra> prior, EpllSchedule schedule,
            std::shared_ptr<DataTerm> data = nullptr);

  // Number of stages of a plane with that schedule.
  static int stages_of(const EpllSchedule& schedule, double sigma);
  int stages() const override { return stages_; }
  int blocks() const override;
  void run_block(int block) override;
  // Average and x-step, or the new prior.
  void finish_stage() override;
  void release() override;
  void write_result(int block, ByteWriter& to) const override;
  void read_result(int block, ByteReader& from) override;
  double bytes() const override { return bytes_for(static_cast<double>(height_) * width_); }
  std::vector<float> preview(int y, int x, int high, int wide) const override;
  std::vector<std::int32_t> winners() const override;
  // G at the last finished pass's winners and restored patches, before its x-step.
  std::optional<double> objective() const override {
    return passes_done_ > 0 && sigma_ > 0 && !data_ ? std::optional(objective_) : std::nullopt;
  }
  GaussianBank::Work work() const override { return work_; }

  // Memory of a plane of that many pixels, bytes (an upper estimate).
  static double bytes_for(double pixels) { return 22.0 * pixels + 2.5e7; }

 private:
  struct Tile {
    PatchTile at;
    std::vector<float> sum;            // (pixel_rows, pixel_columns) sum of restored patches
    std::vector<std::int16_t> winner;  // (patches)
    double energy = 0;                 // sum over patches
    GaussianBank::Work work;
    bool done = false;  // in the current pass
  };

  int side() const { return basis_.side(); }
  void begin_stage();
  void run_tile(Tile& tile);
  void finish_pass();
  // The tile's patches that this pass has to restore: all of them, or those with a pixel that is not certain.
  std::vector<std::int32_t> patches_at_work(const PatchTile& at) const;
  // Winners without a guess: a coarse grid first, then each patch from a neighbour that is known.
  GaussianBank::Work first_winners(const PatchTile& at, std::span<const float> z,
                                   std::span<std::int32_t> winner, std::span<float> energy) const;

  std::shared_ptr<const GaussianSpectra> prior_;
  EpllSchedule schedule_;
  DctBasis basis_;
  std::vector<Tile> tiles_;
  std::vector<int> rows_covered_, columns_covered_;
  std::vector<std::uint8_t> certain_;  // by patch position: no pixel of it can change; empty: none is
  std::shared_ptr<const GaussianBank> selection_, filter_;  // of the current pass; no search: no selection_
  std::shared_ptr<MixtureAdaptation> adaptation_;           // of the current stage, when it is one
  std::vector<float> average_;  // of the last pass, kept when the next stage adapts
  int stages_ = 0;
  double objective_ = 0;
  GaussianBank::Work work_;
};

}  // namespace priorlab
