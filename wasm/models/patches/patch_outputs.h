// What the tasks about patches share: checks of parameters, outputs made alike.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/params.h"
#include "core/task.h"
#include "models/gmm/gmm.h"

namespace priorlab {

// Takes from each patch of `pixels` values their mean, summed in double in their order.
void subtract_means(std::span<float> patches, int pixels);

// Throws std::invalid_argument when the parameter "component" names none of the mixture's (-1 is let
// through), or "leading" is more than a patch has dimensions; gives the latter.
void check_component(const Params&, const GaussianMixture&);
int check_leading(const Params&, const GaussianMixture&);

// log p in nats of each patch (count, side * side), in the DC-free orthonormal basis; on all threads.
std::vector<double> log_densities_of(const GaussianMixture&, std::span<const float> patches);

// Outputs weight, eigenvalues, vectors, contrast, edgeness of all components: their names, and one of them.
// `covariances` are those that `spectra` came from. Throws std::invalid_argument on any other name.
std::vector<TensorSpec> component_outputs();
Tensor component_output(const std::string& name, int side, const GaussianSpectra& spectra,
                        std::span<const Eigen::MatrixXd> covariances, int leading);

}  // namespace priorlab
