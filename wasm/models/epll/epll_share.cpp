// What replicas of EPLL hand to each other (core/task.h): the sums, winners, energy and work of a tile, about
// 10 bytes per patch; the fitted spectrum of a component, 33 kB, or nothing where no patch is its own. Of
// quick EPLL the same sums, components, and the 16 kB matrices of a component.
#include <utility>

#include "core/error.h"
#include "models/epll/epll.h"
#include "models/epll/epll_quick.h"

namespace priorlab {

void EpllPlane::write_result(int block, ByteWriter& to) const {
  if (adaptation_) return adaptation_->write_result(block, to);
  if (!filter_) return;  // no noise, no work
  const Tile& tile = tiles_[static_cast<std::size_t>(block)];
  PRIORLAB_CHECK(tile.done);
  to.value(tile.energy);
  to.value(tile.work);
  to.values(std::span(tile.winner));
  to.values(std::span(tile.sum));
}

void EpllPlane::read_result(int block, ByteReader& from) {
  if (adaptation_) return adaptation_->read_result(block, from);
  if (!filter_) return;
  Tile& tile = tiles_[static_cast<std::size_t>(block)];
  tile.energy = from.value<double>();
  tile.work = from.value<GaussianBank::Work>();
  from.values(std::span(tile.winner));
  tile.sum.resize(static_cast<std::size_t>(tile.at.pixels(side())));
  from.values(std::span(tile.sum));
  tile.done = true;
}

namespace {

// The part of an array over all components that belongs to component k.
template <class T>
auto part(T& all, int k, int components) {
  const std::size_t each = all.size() / static_cast<std::size_t>(components);
  return std::span(all).subspan(static_cast<std::size_t>(k) * each, each);
}

}  // namespace

void MixtureAdaptation::write_result(int component, ByteWriter& to) const {
  const auto k = static_cast<std::size_t>(component);
  to.value(fitted_->log_weights[k]);
  if (first_[k] == first_[k + 1]) return;  // replicas have the same patches: the reader knows
  GaussianSpectra::each_part(std::as_const(*fitted_), component, [&](auto values) { to.values(values); });
}

void MixtureAdaptation::read_result(int component, ByteReader& from) {
  const auto k = static_cast<std::size_t>(component);
  fitted_->log_weights[k] = from.value<double>();
  if (first_[k] == first_[k + 1]) return;
  GaussianSpectra::each_part(*fitted_, component, [&](auto values) { from.values(values); });
}

template <class Self, class Use>
void QuickEpllPlane::each_result(Self& self, int block, const Use& use) {
  if (self.sigma_ == 0) return;
  const Stage& stage = self.plan_[static_cast<std::size_t>(self.stages_done_)];
  const auto at = static_cast<std::size_t>(block);
  switch (stage.kind) {
    case Stage::gaussians:
      if (stage.fits) {
        use(std::span(self.log_weights_).subspan(at, 1));
        use(part(self.fitted_, block, self.components_));
      }
      if (stage.scores) {
        use(part(self.score_, block, self.components_));
        use(std::span(self.constant_).subspan(at, 1));
        for (const std::span<float> values : self.shortlist_->parts(block)) use(values);
      }
      if (stage.filters && self.first_member_[at] < self.first_member_[at + 1])
        use(part(self.filter_, block, self.components_));
      return;
    case Stage::search: {
      const std::size_t first = at * kSearchPatches;
      use(std::span(self.coarse_).subspan(first, std::min(kSearchPatches, self.coarse_.size() - first)));
      return;
    }
    case Stage::assign:
      use(std::span(self.component_).subspan(self.tiles_[at].first, self.tiles_[at].count));
      return;
    case Stage::filter:
      use(self.sum(self.tiles_[at]));
      return;
  }
}

void QuickEpllPlane::write_result(int block, ByteWriter& to) const {
  each_result(*this, block, [&]<class T>(std::span<T> values) {
    to.values(std::span<const std::remove_const_t<T>>(values));
  });
}

void QuickEpllPlane::read_result(int block, ByteReader& from) {
  if (sigma_ > 0 && plan_[static_cast<std::size_t>(stages_done_)].kind == Stage::filter)
    tiles_[static_cast<std::size_t>(block)].done = true;
  each_result(*this, block, [&]<class T>(std::span<T> values) { from.values(values); });
}

}  // namespace priorlab
