// What replicas of EPLL hand to each other (core/task.h): the sums, winners, energy and work of a tile, about
// 10 bytes per patch; the fitted spectrum of a component, 33 kB, or nothing where no patch is its own.
#include "core/error.h"
#include "models/epll.h"

namespace priorlab {

void EpllPlane::write_result(int block, ByteWriter& to) const {
  if (adaptation_) return adaptation_->write_result(block, to);
  if (!selection_) return;  // no noise, no work
  const Tile& tile = tiles_[static_cast<std::size_t>(block)];
  PRIORLAB_CHECK(tile.done);
  to.value(tile.energy);
  to.value(tile.work);
  to.values(std::span(tile.winner));
  to.values(std::span(tile.sum));
}

void EpllPlane::read_result(int block, ByteReader& from) {
  if (adaptation_) return adaptation_->read_result(block, from);
  if (!selection_) return;
  Tile& tile = tiles_[static_cast<std::size_t>(block)];
  tile.energy = from.value<double>();
  tile.work = from.value<GaussianBank::Work>();
  from.values(std::span(tile.winner));
  tile.sum.resize(static_cast<std::size_t>(tile.at.pixels()));
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
  const GaussianSpectra& fitted = *fitted_;
  to.value(fitted.log_weights[k]);
  if (first_[k] == first_[k + 1]) return;  // replicas have the same patches: the reader knows
  to.values(part(fitted.eigenvalues, component, fitted.components));
  to.values(part(fitted.analysis, component, fitted.components));
  to.values(part(fitted.synthesis, component, fitted.components));
}

void MixtureAdaptation::read_result(int component, ByteReader& from) {
  const auto k = static_cast<std::size_t>(component);
  GaussianSpectra& fitted = *fitted_;
  fitted.log_weights[k] = from.value<double>();
  if (first_[k] == first_[k + 1]) return;
  from.values(part(fitted.eigenvalues, component, fitted.components));
  from.values(part(fitted.analysis, component, fitted.components));
  from.values(part(fitted.synthesis, component, fitted.components));
}

}  // namespace priorlab
