#include "models/epll/epll_planes.h"

#include <algorithm>

#include "core/error.h"

namespace priorlab {

EpllPlanes::EpllPlanes(std::vector<Plan> plans, bool side_by_side)
    : plans_(std::move(plans)), planes_(plans_.size()), side_by_side_(side_by_side) {
  PRIORLAB_CHECK(!plans_.empty());
  for (const Plan& plan : plans_)
    units_ = side_by_side ? std::max(units_, plan.stages) : units_ + plan.stages;
  do make_next();
  while (side_by_side && made_ < count());
}

void EpllPlanes::make_next() {
  const auto c = static_cast<std::size_t>(made_++);
  planes_[c] = plans_[c].make();
  PRIORLAB_CHECK(planes_[c]->stages() == plans_[c].stages);
  plans_[c].make = nullptr;
}

bool EpllPlanes::at_work(int c) const {
  const PlaneRestorer* it = plane(c);
  return it != nullptr && !it->done();
}

bool EpllPlanes::done() const {
  return std::all_of(planes_.begin(), planes_.end(),
                     [](const auto& plane) { return plane && plane->done(); });
}

int EpllPlanes::blocks() const {
  int blocks = 0;
  for (int c = 0; c < count(); ++c)
    if (at_work(c)) blocks += plane(c)->blocks();
  return blocks;
}

template <class Self, class Body>
void EpllPlanes::of_plane(Self& self, int block, const Body& body) {
  for (int c = 0; c < self.count(); ++c) {
    if (!self.at_work(c)) continue;
    auto& plane = *self.planes_[static_cast<std::size_t>(c)];
    if (block < plane.blocks()) return body(plane, block);
    block -= plane.blocks();
  }
}

void EpllPlanes::run_block(int block) {
  of_plane(*this, block, [](PlaneRestorer& plane, int its) { plane.run_block(its); });
}

void EpllPlanes::write_result(int block, ByteWriter& to) const {
  of_plane(*this, block, [&](const PlaneRestorer& plane, int its) { plane.write_result(its, to); });
}

void EpllPlanes::read_result(int block, ByteReader& from) {
  of_plane(*this, block, [&](PlaneRestorer& plane, int its) { plane.read_result(its, from); });
}

void EpllPlanes::finish_unit() {
  for (int c = 0; c < count(); ++c)
    if (at_work(c)) planes_[static_cast<std::size_t>(c)]->finish_stage();
  if (side_by_side_ || !plane(made_ - 1)->done()) return;
  planes_[static_cast<std::size_t>(made_ - 1)]->release();
  if (made_ < count()) make_next();
}

}  // namespace priorlab
