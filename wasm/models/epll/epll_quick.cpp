#include "models/epll/epll_quick.h"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/error.h"
#include "core/release.h"
#include "models/epll/pixel_patches.h"
#include "ops/gemm.h"
#include "ops/spd_inverse.h"

namespace priorlab {
namespace {

constexpr int kTilePatches = 48;  // patches of the grid along an edge of a tile

constexpr float kShare = 1.0f / kPatchPixels;

// Every `step`th of 0 .. last, and the last one.
std::vector<int> every(int step, int last) {
  std::vector<int> at;
  for (int i = 0; i < last; i += step) at.push_back(i);
  at.push_back(last);
  return at;
}

// The DCT of a patch without its mean as a 64 x 64 matrix, coefficients by pixels, the last row zero.
const std::vector<float>& dct() {
  static const std::vector<float> matrix = [] {
    std::vector<float> b(kMatrix, 0.0f);
    for (int j = 0; j < patch_dct().dims(); ++j)
      for (int p = 0; p < kPatchPixels; ++p)
        b[static_cast<std::size_t>(j * kPatchPixels + p)] = patch_dct().at(j, p);
    return b;
  }();
  return matrix;
}

// matrix <- left M right, 64 x 64 each, `left` by its view.
void between(MatrixView left, float* matrix, MatrixView right_rows) {
  std::vector<float> half(kMatrix, 0.0f), right(kMatrix);
  for (int i = 0; i < kPatchPixels; ++i)
    for (int j = 0; j < kPatchPixels; ++j)
      right[static_cast<std::size_t>(i * kPatchPixels + j)] =
          right_rows.data[i * right_rows.row_step + j * right_rows.column_step];
  gemm(kPatchPixels, kPatchPixels, kPatchPixels, {matrix, kPatchPixels}, right.data(), kPatchPixels,
       half.data(), kPatchPixels);
  std::fill_n(matrix, kMatrix, 0.0f);
  gemm(kPatchPixels, kPatchPixels, kPatchPixels, left, half.data(), kPatchPixels, matrix, kPatchPixels);
}

// A symmetric matrix of pixels in DCT coefficients and back. Everything is fitted and inverted in
// coefficients: their scales differ by orders of magnitude, which f32 elimination takes in its stride along
// the diagonal but not spread over all pixels.
void to_coefficients(float* matrix) {
  const float* b = dct().data();
  between({b, kPatchPixels}, matrix, {b, 1, kPatchPixels});
}
void to_pixels(float* matrix) {
  const float* b = dct().data();
  between({b, 1, kPatchPixels}, matrix, {b, kPatchPixels});
}

}  // namespace

QuickEpllPlane::QuickEpllPlane(std::vector<float> noisy, int height, int width, double sigma,
                               std::shared_ptr<const GaussianMixture> prior, QuickSchedule schedule,
                               std::shared_ptr<DataTerm> data)
    : PlaneRestorer(std::move(noisy), height, width, sigma, std::move(data)),
      prior_(std::move(prior)),
      schedule_(std::move(schedule)),
      components_(prior_->components()),
      covariances_(prior_->padded_covariances()),
      log_weights_(prior_->log_weights().begin(), prior_->log_weights().end()) {
  PRIORLAB_CHECK(prior_->side() == kPatchSide && components_ <= INT16_MAX);
  PRIORLAB_CHECK(!schedule_.empty() && schedule_[0].search.selection > 0 && schedule_[0].belief == 0);
  if (sigma == 0) {
    plan_ = {{Stage::filter, 0}};
    return;
  }
  for (int p = 0; p < static_cast<int>(schedule_.size()); ++p) {
    const QuickPass& pass = schedule_[static_cast<std::size_t>(p)];
    const QuickPass::Search& search = pass.search;
    PRIORLAB_CHECK(pass.weight > 0 && pass.filter > 0 && pass.belief >= 0 && search.selection >= 0);
    if (search.selection > 0) {
      PRIORLAB_CHECK(search.step >= 1 && search.step <= 4 && search.coarse >= 1 && search.coarse <= 8);
      plan_.push_back({Stage::gaussians, p, pass.belief > 0, true, false});
      plan_.push_back({Stage::search, p});
      plan_.push_back({Stage::assign, p});
      plan_.push_back({Stage::gaussians, p, false, false, true});
    } else {
      plan_.push_back({Stage::gaussians, p, pass.belief > 0, false, true});
    }
    plan_.push_back({Stage::filter, p});
  }
  begin_stage();
}

int QuickEpllPlane::stages_of(const QuickSchedule& schedule, double sigma) {
  if (sigma == 0) return 1;
  int stages = 0;
  for (const QuickPass& pass : schedule) stages += pass.search.selection > 0 ? 5 : 2;
  return stages;
}

void QuickEpllPlane::release() {
  PRIORLAB_CHECK(done());
  priorlab::release(noisy_, sums_, fitted_, score_, constant_, filter_, average_, members_, coarse_, tiles_,
                    place_, component_);
  data_.reset();
  covariances_.reset();
  prior_.reset();
  shortlist_.reset();
}

void QuickEpllPlane::lay_grid(const QuickPass::Search& search) {
  step_ = search.step;
  coarse_step_ = search.coarse;
  shortlist_length_ = std::clamp(search.shortlist, 1, components_);
  tiles_.clear();
  priorlab::release(place_, component_);
  const int side = kTilePatches * step_;
  std::size_t patches = 0;
  for (int y = 0; y <= height_ - kPatchSide; ++y)
    if (row_kind(y) >= 0) patches += static_cast<std::size_t>(width_ / step_ + 1);
  place_.reserve(patches);  // at most so many: growing would take twice the memory
  for (const PatchTile& at : patch_tiles(height_, width_, side, side)) {
    Tile tile;
    tile.at = at;
    tile.first = place_.size();
    tile.first_sum =
        tiles_.empty() ? 0 : tiles_.back().first_sum + static_cast<std::size_t>(tiles_.back().at.pixels());
    for (int y = at.y; y < at.y + at.high; ++y)
      for (int x = at.x; x < at.x + at.wide; ++x)
        if (const int kind = row_kind(y); kind >= 0 && on_row(kind, x))
          place_.push_back(static_cast<std::uint16_t>((y - at.y) * at.wide + x - at.x));
    tile.count = place_.size() - tile.first;
    tiles_.push_back(std::move(tile));
  }
  component_.assign(place_.size(), -1);
  coarse_rows_ = every(coarse_step_, height_ - kPatchSide);
  coarse_columns_ = every(coarse_step_, width_ - kPatchSide);
  coarse_.assign(coarse_rows_.size() * coarse_columns_.size(), -1);
}

// 0 and 1: the two kinds of rows of the grid; -1: not on it. The first and the last row are of kind 0.
int QuickEpllPlane::row_kind(int y) const {
  if (y == height_ - kPatchSide) return 0;
  return y % step_ == 0 ? y / step_ % 2 : -1;
}

// Rows of kind 1 are shifted by half a step; those of kind 0 end with the last patch.
bool QuickEpllPlane::on_row(int kind, int x) const {
  if (kind == 0) return x % step_ == 0 || x == width_ - kPatchSide;
  return x % step_ == step_ / 2;
}

const QuickPass& QuickEpllPlane::pass() const {
  const Stage& stage = plan_[static_cast<std::size_t>(stages_done_)];
  return schedule_[static_cast<std::size_t>(stage.pass)];
}

const float* QuickEpllPlane::matrix(const std::vector<float>& all, int k) const {
  return all.data() + static_cast<std::size_t>(k) * kMatrix;
}

int QuickEpllPlane::blocks() const {
  if (done()) return 0;
  if (sigma_ == 0) return 1;
  switch (plan_[static_cast<std::size_t>(stages_done_)].kind) {
    case Stage::gaussians:
      return components_;
    case Stage::search:
      return static_cast<int>((coarse_.size() + kSearchPatches - 1) / kSearchPatches);
    case Stage::assign:
    case Stage::filter:
      break;
  }
  return static_cast<int>(tiles_.size());
}

void QuickEpllPlane::run_block(int block) {
  if (sigma_ == 0) return;
  switch (plan_[static_cast<std::size_t>(stages_done_)].kind) {
    case Stage::gaussians:
      return run_gaussians(block);
    case Stage::search:
      return run_search(block);
    case Stage::assign:
      return run_assign(tiles_[static_cast<std::size_t>(block)]);
    case Stage::filter:
      return run_filter(tiles_[static_cast<std::size_t>(block)]);
  }
}

// Everything the stage's blocks write is allocated before they start.
void QuickEpllPlane::begin_stage() {
  if (done() || sigma_ == 0) return;
  const Stage& stage = plan_[static_cast<std::size_t>(stages_done_)];
  const std::size_t all = static_cast<std::size_t>(components_) * kMatrix;
  if (stage.kind == Stage::search) lay_grid(pass().search);
  if (stage.kind == Stage::search || stage.kind == Stage::filter) priorlab::release(members_);
  if (stage.kind == Stage::filter) {
    const Tile& last = tiles_.back();
    renew(sums_, last.first_sum + static_cast<std::size_t>(last.at.pixels()));
  }
  if (stage.kind != Stage::gaussians) return;
  if (stage.fits || stage.filters) group_members();
  if (stage.fits && fitted_.empty()) fitted_ = *covariances_;
  if (stage.scores) {
    score_.resize(all);
    constant_.resize(static_cast<std::size_t>(components_));
    shortlist_ = std::make_unique<GaussianShortlist>(components_, prior_->dims());
  }
  if (stage.filters) {
    priorlab::release(score_);  // the search is over
    filter_.resize(all);
  }
}

void QuickEpllPlane::finish_stage() {
  PRIORLAB_CHECK(!done());
  if (sigma_ > 0 && plan_[static_cast<std::size_t>(stages_done_)].kind == Stage::filter) finish_pass();
  ++stages_done_;
  begin_stage();
}

void QuickEpllPlane::run_gaussians(int component) {
  const Stage& stage = plan_[static_cast<std::size_t>(stages_done_)];
  const auto k = static_cast<std::size_t>(component);
  const std::size_t first = first_member_.empty() ? 0 : first_member_[k],
                    last = first_member_.empty() ? 0 : first_member_[k + 1];
  if (stage.fits) {
    const auto n = static_cast<double>(last - first);
    const double alpha = n / (n + pass().belief);
    log_weights_[k] = std::log(alpha * n / static_cast<double>(members_.size()) +
                               (1 - alpha) * std::exp(log_weights_[k]) + 1e-7);
    if (n > 0) {
      std::vector<float> patches(kLot * kPatchPixels), second(kMatrix, 0.0f);
      for (std::size_t i = first; i < last; i += kLot) {
        const std::size_t count = std::min(kLot, last - i);
        for (std::size_t p = 0; p < count; ++p) {
          gather(average_.data(), width_, members_[i + p], patches.data() + p * kPatchPixels);
          remove_mean(patches.data() + p * kPatchPixels);
        }
        gemm(kPatchPixels, kPatchPixels, static_cast<int>(count), {patches.data(), 1, kPatchPixels},
             patches.data(), kPatchPixels, second.data(), kPatchPixels);
      }
      to_coefficients(second.data());
      float* s = fitted_.data() + k * kMatrix;
      const auto keep = static_cast<float>(1 - alpha), add = static_cast<float>(alpha / n);
      for (std::size_t i = 0; i < kMatrix; ++i) s[i] = keep * s[i] + add * second[i];
    }
  }
  const float* covariance = matrix(fitted_.empty() ? *covariances_ : fitted_, component);
  // (S_k + s I)^-1 in coefficients, zero on the padding.
  const auto inverse_at = [&](double variance, float* out) {
    std::copy_n(covariance, kMatrix, out);
    for (int i = 0; i < kPatchPixels; ++i) out[i * (kPatchPixels + 1)] += static_cast<float>(variance);
    const double log_determinant = invert_spd(out, kPatchPixels);
    out[kMatrix - 1] = 0;
    return log_determinant;
  };
  if (stage.scores) {
    const double variance = sigma_ * sigma_ / pass().search.selection;
    float* q = score_.data() + k * kMatrix;
    constant_[k] = static_cast<float>(inverse_at(variance, q) - 2 * log_weights_[k]);
    to_pixels(q);
    const int dims = prior_->dims();
    shortlist_->set(
        component, log_weights_[k],
        Eigen::Map<const Eigen::MatrixXf>(covariance, kPatchPixels, kPatchPixels).topLeftCorner(dims, dims),
        variance);
  }
  if (stage.filters && last > first) {
    const auto variance = static_cast<float>(sigma_ * sigma_ / pass().filter);
    float* f = filter_.data() + k * kMatrix;
    inverse_at(sigma_ * sigma_ / pass().filter, f);
    for (std::size_t i = 0; i < kMatrix; ++i) f[i] *= -variance;
    for (int i = 0; i < prior_->dims(); ++i) f[i * (kPatchPixels + 1)] += 1.0f;
    to_pixels(f);
    for (std::size_t i = 0; i < kMatrix; ++i) f[i] += kShare;
  }
}

void QuickEpllPlane::run_filter(Tile& tile) {
  std::vector<std::int32_t> order(tile.count);
  std::iota(order.begin(), order.end(), 0);
  const std::int16_t* component = component_.data() + tile.first;
  std::stable_sort(order.begin(), order.end(),
                   [&](std::int32_t a, std::int32_t b) { return component[a] < component[b]; });
  const auto sums = sum(tile);
  std::fill(sums.begin(), sums.end(), 0.0f);
  const int stride = tile.at.pixel_columns();
  std::vector<float> patches(kLot * kPatchPixels), restored(kLot * kPatchPixels);
  for (std::size_t i = 0; i < tile.count;) {
    const std::int16_t k = component[order[i]];
    std::size_t count = 0;
    for (; count < kLot && i + count < tile.count && component[order[i + count]] == k; ++count)
      gather(x_.data(), width_, position(tile, static_cast<std::size_t>(order[i + count])),
             patches.data() + count * kPatchPixels);
    times(matrix(filter_, k), patches.data(), count, restored.data());
    for (std::size_t p = 0; p < count; ++p) {
      const std::int32_t at = position(tile, static_cast<std::size_t>(order[i + p]));
      const float* from = restored.data() + p * kPatchPixels;
      float* to = sums.data() + static_cast<std::ptrdiff_t>(at / width_ - tile.at.y) * stride +
                  (at % width_ - tile.at.x);
      for (int row = 0; row < kPatchSide; ++row, to += stride, from += kPatchSide)
        for (int j = 0; j < kPatchSide; ++j) to[j] += from[j];
    }
    i += count;
  }
  tile.done = true;
}

void QuickEpllPlane::group_members() {
  if (component_.empty() || component_[0] < 0) return;
  first_member_.assign(static_cast<std::size_t>(components_) + 1, 0);
  for (const std::int16_t k : component_) ++first_member_[static_cast<std::size_t>(k) + 1];
  for (std::size_t k = 1; k < first_member_.size(); ++k) first_member_[k] += first_member_[k - 1];
  renew(members_, component_.size());
  auto next = first_member_;
  for (const Tile& tile : tiles_)
    for (std::size_t i = 0; i < tile.count; ++i)
      members_[next[static_cast<std::size_t>(component_[tile.first + i])]++] = position(tile, i);
}

QuickEpllPlane::Coverage QuickEpllPlane::coverage(const PatchTile& at) const {
  Coverage c;
  for (auto& rows : c.rows) rows.assign(static_cast<std::size_t>(at.pixel_rows()), 0);
  for (auto& columns : c.columns) columns.assign(static_cast<std::size_t>(at.pixel_columns()), 0);
  for (int y = at.y; y < at.y + at.high; ++y)
    if (const int kind = row_kind(y); kind >= 0)
      for (int i = 0; i < kPatchSide; ++i) ++c.rows[kind][static_cast<std::size_t>(y - at.y + i)];
  for (int x = at.x; x < at.x + at.wide; ++x)
    for (int kind = 0; kind < 2; ++kind)
      if (on_row(kind, x))
        for (int i = 0; i < kPatchSide; ++i) ++c.columns[kind][static_cast<std::size_t>(x - at.x + i)];
  return c;
}

void QuickEpllPlane::finish_pass() {
  const float b = static_cast<float>(pass().weight), share = 1.0f / (1.0f + b);
  const Coverage c = coverage({0, 0, height_ - kPatchSide + 1, width_ - kPatchSide + 1});
  average_.assign(x_.size(), 0.0f);
  for_bands_of_rows([&](int, int top, int bottom) {
    for (const Tile& tile : tiles_) {
      PRIORLAB_CHECK(tile.done);
      add_rows(sum(tile), tile.at, top, bottom, average_);
    }
    for (int row = top; row < bottom; ++row)
      for (int column = 0; column < width_; ++column) {
        const auto i = static_cast<std::size_t>(row) * static_cast<std::size_t>(width_) +
                       static_cast<std::size_t>(column);
        average_[i] /= c.at(row, column);
        if (!data_) x_[i] = (noisy_[i] + b * average_[i]) * share;
      }
  });
  if (data_) data_->solve(average_, pass().weight, x_);
  ++passes_done_;
  for (Tile& tile : tiles_) tile.done = false;
  priorlab::release(sums_);
}

}  // namespace priorlab
