#include "models/nade.h"
#include "models/plain_sweep.h"

namespace priorlab {

std::unique_ptr<Sweep> NadeModel::sweep(int lanes) const {
  return std::make_unique<PlainSweep>(*this, lanes);
}

}  // namespace priorlab
