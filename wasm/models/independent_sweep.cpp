#include "models/independent.h"
#include "models/plain_sweep.h"

namespace priorlab {

std::unique_ptr<Sweep> IndependentModel::sweep(int lanes) const {
  return std::make_unique<PlainSweep>(*this, lanes);
}

}  // namespace priorlab
