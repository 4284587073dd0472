// The planes of one picture while they are restored: side by side, so that all of them can be seen getting
// better, or one after another, so that only one at a time takes the memory of a plane at work. The result is
// the same to the bit.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "models/epll/plane_restorer.h"

namespace priorlab {

class EpllPlanes {
 public:
  struct Plan {
    std::function<std::unique_ptr<PlaneRestorer>()> make;
    int stages = 0;  // what the plane's stages() will be
  };
  // At least one plan. Side by side all planes are made here; else each one when its turn comes.
  EpllPlanes(std::vector<Plan> plans, bool side_by_side);

  // A unit is one stage of every plane that is at work.
  int units() const { return units_; }
  bool done() const;
  int blocks() const;
  // Different blocks may run concurrently, each once.
  void run_block(int block);
  void write_result(int block, ByteWriter& to) const;
  void read_result(int block, ByteReader& from);
  // After the unit's last block. Winners are not kept when one plane comes after another.
  void finish_unit();

  int count() const { return static_cast<int>(planes_.size()); }
  // nullptr before the plane's turn.
  const PlaneRestorer* plane(int c) const { return planes_[static_cast<std::size_t>(c)].get(); }

 private:
  bool at_work(int c) const;
  void make_next();
  // Calls body(plane, block of that plane).
  template <class Self, class Body>
  static void of_plane(Self& self, int block, const Body& body);

  std::vector<Plan> plans_;
  std::vector<std::unique_ptr<PlaneRestorer>> planes_;
  bool side_by_side_;
  int made_ = 0, units_ = 0;
};

}  // namespace priorlab
