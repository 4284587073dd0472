#include "models/fvsbn.h"
#include "models/plain_sweep.h"

namespace priorlab {

std::unique_ptr<Sweep> FvsbnModel::sweep(int lanes) const {
  return std::make_unique<PlainSweep>(*this, lanes);
}

}  // namespace priorlab
