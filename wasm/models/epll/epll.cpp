#include "models/epll/epll.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "core/error.h"
#include "core/release.h"

namespace priorlab {
namespace {

// 512 patches: the basis of a component is read once for all of them, and a tile takes a few milliseconds.
// Not far from square, so that tiles share few pixels.
constexpr int kTileHigh = 16, kTileWide = 32;

// By patch position, whether all of its pixels are certain; empty when no patch's are.
std::vector<std::uint8_t> certain_patches(const DataTerm& data, int height, int width, int side) {
  const auto columns = static_cast<std::size_t>(width - side + 1);
  std::vector<std::uint8_t> certain(static_cast<std::size_t>(height - side + 1) * columns, 0);
  std::vector<int> run(static_cast<std::size_t>(width), 0);  // rows up to this one whose pixel is certain
  bool any = false;
  for (int y = 0; y < height; ++y) {
    int across = 0;
    for (int x = 0; x < width; ++x) {
      const auto j = static_cast<std::size_t>(x);
      run[j] =
          data.certain(static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + j) ? run[j] + 1 : 0;
      across = run[j] >= side ? across + 1 : 0;
      if (across < side) continue;
      certain[static_cast<std::size_t>(y - side + 1) * columns + static_cast<std::size_t>(x - side + 1)] = 1;
      any = true;
    }
  }
  if (!any) certain.clear();
  return certain;
}

}  // namespace

EpllPlane::EpllPlane(std::vector<float> noisy, int height, int width, double sigma,
                     std::shared_ptr<const GaussianSpectra> prior, EpllSchedule schedule,
                     std::shared_ptr<DataTerm> data)
    : PlaneRestorer(std::move(noisy), height, width, sigma, std::move(data)),
      prior_(std::move(prior)),
      schedule_(std::move(schedule)),
      basis_(patch_side(prior_->dims)) {
  PRIORLAB_CHECK(!schedule_.empty());
  PRIORLAB_CHECK(prior_->components <= INT16_MAX);
  for (const PatchTile& at : patch_tiles(height, width, kTileHigh, kTileWide, side())) {
    Tile tile;
    tile.at = at;
    tile.winner.assign(static_cast<std::size_t>(at.patches()), std::int16_t{-1});
    tiles_.push_back(std::move(tile));
  }
  rows_covered_ = patch_coverage(height, side());
  columns_covered_ = patch_coverage(width, side());
  if (sigma == 0) schedule_.resize(1);  // a pass without work
  for (const EpllPass& pass : schedule_) {
    PRIORLAB_CHECK(pass.weight > 0 && pass.selection >= 0 && pass.filter > 0 && pass.belief >= 0);
  }
  stages_ = stages_of(schedule_, sigma);
  PRIORLAB_CHECK(schedule_.front().belief == 0 && schedule_.front().selection > 0);
  if (data_) certain_ = certain_patches(*data_, height, width, side());
  begin_stage();
}

int EpllPlane::stages_of(const EpllSchedule& schedule, double sigma) {
  if (sigma == 0) return 1;
  int stages = 0;
  for (const EpllPass& pass : schedule) stages += pass.belief > 0 ? 2 : 1;
  return stages;
}

void EpllPlane::release() {
  PRIORLAB_CHECK(done());
  priorlab::release(noisy_);
  data_.reset();
  prior_.reset();
  priorlab::release(tiles_, certain_);
}

void EpllPlane::begin_stage() {
  for (Tile& tile : tiles_) tile.done = false;
  selection_.reset();
  filter_.reset();
  if (done() || sigma_ == 0) return;
  const EpllPass& pass = schedule_[static_cast<std::size_t>(passes_done_)];
  if (!average_.empty()) {
    for (Tile& tile : tiles_) priorlab::release(tile.sum);  // the memory is needed here
    const auto each_patch = [this](const std::function<void(std::int32_t, std::int16_t)>& use) {
      for (const Tile& tile : tiles_) {
        const std::int16_t* winner = tile.winner.data();
        for (int y = tile.at.y; y < tile.at.y + tile.at.high; ++y)
          for (int x = tile.at.x; x < tile.at.x + tile.at.wide; ++x) use(y * width_ + x, *winner++);
      }
    };
    adaptation_ =
        std::make_shared<MixtureAdaptation>(prior_, std::move(average_), width_, each_patch, pass.belief);
    average_.clear();
    return;
  }
  if (pass.selection > 0)
    selection_ = std::make_shared<GaussianBank>(prior_, sigma_ * sigma_ / pass.selection);
  filter_ = pass.filter == pass.selection
                ? selection_
                : std::make_shared<GaussianBank>(prior_, sigma_ * sigma_ / pass.filter);
}

GaussianBank::Work EpllPlane::first_winners(const PatchTile& at, std::span<const float> z,
                                            std::span<std::int32_t> winner, std::span<float> energy) const {
  // Every fourth patch of every fourth row cold; then the grid of step two and all the rest, from the patch
  // above and to the left on the grid before.
  const auto stride = static_cast<std::size_t>(basis_.stride());
  GaussianBank::Work work;
  std::vector<std::size_t> members;
  std::vector<float> lot;
  std::vector<std::int32_t> lot_winner;
  std::vector<float> lot_energy;
  for (const int step : {4, 2, 1}) {
    members.clear();
    lot_winner.clear();
    for (int y = 0; y < at.high; y += step)
      for (int x = 0; x < at.wide; x += step) {
        const int coarse = 2 * step;
        if (step < 4 && y % coarse == 0 && x % coarse == 0) continue;
        members.push_back(static_cast<std::size_t>(y * at.wide + x));
        const auto guess = static_cast<std::size_t>(y / coarse * coarse * at.wide + x / coarse * coarse);
        lot_winner.push_back(step < 4 ? winner[guess] : -1);
      }
    lot.resize(members.size() * stride);
    lot_energy.resize(members.size());
    for (std::size_t i = 0; i < members.size(); ++i)
      std::copy_n(z.data() + members[i] * stride, stride, lot.data() + i * stride);
    work += selection_->best(lot, lot_winner, lot_energy);
    for (std::size_t i = 0; i < members.size(); ++i) {
      winner[members[i]] = lot_winner[i];
      energy[members[i]] = lot_energy[i];
    }
  }
  return work;
}

int EpllPlane::blocks() const {
  if (done()) return 0;
  return adaptation_ ? adaptation_->blocks() : static_cast<int>(tiles_.size());
}

void EpllPlane::run_block(int block) {
  if (adaptation_)
    adaptation_->run_block(block);
  else if (filter_)
    run_tile(tiles_[static_cast<std::size_t>(block)]);
}

void EpllPlane::finish_stage() {
  PRIORLAB_CHECK(!done());
  if (adaptation_) {
    prior_ = adaptation_->result();
    adaptation_.reset();
  } else {
    if (filter_) finish_pass();
    ++passes_done_;
  }
  ++stages_done_;
  begin_stage();
}

std::vector<std::int32_t> EpllPlane::patches_at_work(const PatchTile& at) const {
  // A prior that is about to be fitted needs the average and the winners everywhere, and it keeps those of
  // the last search.
  std::size_t search = static_cast<std::size_t>(passes_done_) + 1;
  while (search < schedule_.size() && schedule_[search].belief == 0 && schedule_[search].selection == 0)
    ++search;
  const bool all = certain_.empty() || (search < schedule_.size() && schedule_[search].belief > 0);
  std::vector<std::int32_t> places;
  const auto columns = static_cast<std::size_t>(width_ - side() + 1);
  for (int row = 0; row < at.high; ++row)
    for (int column = 0; column < at.wide; ++column)
      if (all ||
          !certain_[static_cast<std::size_t>(at.y + row) * columns + static_cast<std::size_t>(at.x + column)])
        places.push_back(row * at.wide + column);
  return places;
}

void EpllPlane::run_tile(Tile& tile) {
  const PatchTile& at = tile.at;
  const auto all = static_cast<std::size_t>(at.patches());
  const std::vector<std::int32_t> places = patches_at_work(at);
  const std::size_t count = places.size();
  const auto stride = static_cast<std::size_t>(basis_.stride()),
             pixels = static_cast<std::size_t>(basis_.pixels());
  std::vector<float> patches(all * pixels), z(count * stride), means(count), energy(count);
  std::vector<std::int32_t> winner(count);

  extract_patches(x_, width_, at, patches, side());
  for (std::size_t i = 0; i < count; ++i) {
    const auto place = static_cast<std::size_t>(places[i]);
    winner[i] = tile.winner[place];
    if (place > i) std::copy_n(patches.data() + place * pixels, pixels, patches.data() + i * pixels);
  }
  for (std::size_t i = 0; i < count; ++i) {
    float* patch = patches.data() + i * pixels;
    float mean = 0;
    for (std::size_t p = 0; p < pixels; ++p) mean += patch[p];
    mean /= static_cast<float>(pixels);
    for (std::size_t p = 0; p < pixels; ++p) patch[p] -= mean;
    means[i] = mean;
  }
  basis_.analyse(std::span(patches).first(count * pixels), z);
  tile.work = {};
  if (!selection_)
    filter_->energies(z, winner, energy);
  else
    tile.work = passes_done_ == 0 && count == all ? first_winners(at, z, winner, energy)
                                                  : selection_->best(z, winner, energy);

  // Filter the patches of each component together.
  std::vector<std::int32_t> order(count);
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](std::int32_t a, std::int32_t b) {
    return winner[static_cast<std::size_t>(a)] < winner[static_cast<std::size_t>(b)];
  });
  std::vector<float*> members(count);
  for (std::size_t i = 0; i < count; ++i) members[i] = z.data() + static_cast<std::size_t>(order[i]) * stride;
  for (std::size_t i = 0; i < count;) {
    const std::int32_t k = winner[static_cast<std::size_t>(order[i])];
    std::size_t end = i;
    while (end < count && winner[static_cast<std::size_t>(order[end])] == k) ++end;
    filter_->wiener(k, members.data() + i, members.data() + i, static_cast<int>(end - i));
    i = end;
  }

  basis_.synthesise(z, std::span(patches).first(count * pixels));
  double sum = 0;
  for (std::size_t i = 0; i < count; ++i) {
    float* patch = patches.data() + i * pixels;
    for (std::size_t p = 0; p < pixels; ++p) patch[p] += means[i];
    sum += energy[i];
  }
  tile.energy = sum;
  if (count < all)
    std::fill(patches.begin() + static_cast<std::ptrdiff_t>(count * pixels), patches.end(), 0.0f);
  for (std::size_t i = count; i-- > 0;) {
    const auto place = static_cast<std::size_t>(places[i]);
    tile.winner[place] = static_cast<std::int16_t>(winner[i]);
    if (place == i) continue;
    float* patch = patches.data() + i * pixels;
    std::copy_n(patch, pixels, patches.data() + place * pixels);
    std::fill_n(patch, pixels, 0.0f);
  }
  tile.sum.assign(static_cast<std::size_t>(at.pixels(side())), 0.0f);
  add_patches(patches, at, tile.sum, side());
  tile.done = true;
}

void EpllPlane::finish_pass() {
  const EpllPass& pass = schedule_[static_cast<std::size_t>(passes_done_)];
  std::vector<float> average(x_.size(), 0.0f);
  double energy = 0;
  std::size_t patches = 0;
  for (const Tile& tile : tiles_) {
    PRIORLAB_CHECK(tile.done);
    energy += tile.energy;
    patches += static_cast<std::size_t>(tile.at.patches());
    work_ += tile.work;
  }
  const float b = static_cast<float>(pass.weight), share = 1.0f / (1.0f + b);
  std::vector<double> off_data(bands_of_rows());
  for_bands_of_rows([&](int band, int top, int bottom) {
    for (const Tile& tile : tiles_) add_rows(tile.sum, tile.at, top, bottom, average, side());
    double& data = off_data[static_cast<std::size_t>(band)];
    for (int row = top; row < bottom; ++row)
      for (int column = 0; column < width_; ++column) {
        const auto i = static_cast<std::size_t>(row) * static_cast<std::size_t>(width_) +
                       static_cast<std::size_t>(column);
        const auto covered = static_cast<float>(rows_covered_[static_cast<std::size_t>(row)] *
                                                columns_covered_[static_cast<std::size_t>(column)]);
        const double off = static_cast<double>(x_[i]) - noisy_[i];
        data += covered * off * off;
        average[i] /= covered;
        if (!data_) x_[i] = (noisy_[i] + b * average[i]) * share;
      }
  });
  if (data_) data_->solve(average, pass.weight, x_);
  const double data = std::accumulate(off_data.begin(), off_data.end(), 0.0);
  objective_ = (0.5 * energy + data / (2 * sigma_ * sigma_)) / static_cast<double>(patches) +
               0.5 * basis_.dims() * std::log(2 * std::numbers::pi);
  const auto next = static_cast<std::size_t>(passes_done_) + 1;
  if (next < schedule_.size() && schedule_[next].belief > 0) average_ = std::move(average);
}

std::vector<float> EpllPlane::preview(int y, int x, int high, int wide) const {
  PRIORLAB_CHECK(y >= 0 && x >= 0 && high >= 1 && wide >= 1 && y + high <= height_ && x + wide <= width_);
  const auto area = static_cast<std::size_t>(high) * static_cast<std::size_t>(wide);
  std::vector<float> sum(area, 0.0f), count(area, 0.0f);
  for (const Tile& tile : tiles_) {
    if (!tile.done) continue;
    const PatchTile& at = tile.at;
    const auto down = patch_coverage(at.pixel_rows(side()), side()),
               across = patch_coverage(at.pixel_columns(side()), side());
    for (int row = std::max(y, at.y); row < std::min(y + high, at.y + at.pixel_rows(side())); ++row)
      for (int column = std::max(x, at.x); column < std::min(x + wide, at.x + at.pixel_columns(side()));
           ++column) {
        const auto to = static_cast<std::size_t>(row - y) * static_cast<std::size_t>(wide) +
                        static_cast<std::size_t>(column - x);
        const auto i = static_cast<std::size_t>(row - at.y), j = static_cast<std::size_t>(column - at.x);
        sum[to] += tile.sum[i * static_cast<std::size_t>(at.pixel_columns(side())) + j];
        count[to] += static_cast<float>(down[i] * across[j]);
      }
  }
  const double weight = done() ? 0 : schedule_[static_cast<std::size_t>(passes_done_)].weight;
  return folded_in(y, x, wide, sum, count, static_cast<float>(weight));
}

std::vector<std::int32_t> EpllPlane::winners() const {
  const auto columns = static_cast<std::size_t>(width_ - side() + 1);
  std::vector<std::int32_t> all(columns * static_cast<std::size_t>(height_ - side() + 1), -1);
  for (const Tile& tile : tiles_)
    for (int y = 0; y < tile.at.high; ++y)
      for (int x = 0; x < tile.at.wide; ++x)
        all[static_cast<std::size_t>(tile.at.y + y) * columns + static_cast<std::size_t>(tile.at.x + x)] =
            tile.winner[static_cast<std::size_t>(y * tile.at.wide + x)];
  return all;
}

}  // namespace priorlab
