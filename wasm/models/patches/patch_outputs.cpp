#include "models/patches/patch_outputs.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/parallel_for.h"
#include "models/digits/digit_inputs.h"
#include "models/gmm/gmm_components.h"
#include "ops/dct_basis.h"

namespace priorlab {

void subtract_means(std::span<float> patches, int pixels) {
  const auto n = static_cast<std::size_t>(pixels);
  PRIORLAB_CHECK(pixels > 0 && patches.size() % n == 0);
  for (std::size_t i = 0; i < patches.size(); i += n) {
    double sum = 0.0;
    for (std::size_t p = 0; p < n; ++p) sum += static_cast<double>(patches[i + p]);
    const auto mean = static_cast<float>(sum / pixels);
    for (std::size_t p = 0; p < n; ++p) patches[i + p] -= mean;
  }
}

void check_component(const Params& params, const GaussianMixture& mixture) {
  const int k = params.integer("component");
  if (k >= mixture.components())
    invalid("The model \"", params.text("model"), "\" has components 0 to ", mixture.components() - 1, "; ",
            k, " came.");
}

int check_leading(const Params& params, const GaussianMixture& mixture) {
  const int leading = params.integer("leading");
  if (leading > mixture.dims())
    invalid("Patches of ", mixture.side(), "x", mixture.side(), " pixels have ", mixture.dims(),
            " eigenvectors; ", leading, " were asked for.");
  return leading;
}

std::vector<double> log_densities_of(const GaussianMixture& mixture, std::span<const float> patches) {
  const DctBasis basis(mixture.side());
  const GaussianBank bank(mixture.spectra(), 0.0);
  const auto pixels = static_cast<std::size_t>(basis.pixels()),
             stride = static_cast<std::size_t>(basis.stride());
  const std::size_t count = patches.size() / pixels;
  constexpr std::size_t kLot = 512;
  std::vector<double> all(count);
  parallel_for(static_cast<int>((count + kLot - 1) / kLot), [&](int lot) {
    const std::size_t first = static_cast<std::size_t>(lot) * kLot, here = std::min(kLot, count - first);
    std::vector<float> z(here * stride);
    std::vector<std::int32_t> winner(here, -1);
    basis.analyse(patches.subspan(first * pixels, here * pixels), z);
    const std::vector<double> values = log_densities(bank, z, winner);
    std::copy(values.begin(), values.end(), all.begin() + static_cast<std::ptrdiff_t>(first));
  });
  return all;
}

std::vector<TensorSpec> component_outputs() {
  return {{"weight", "(K)", "Mixing weights; they sum to one."},
          {"eigenvalues", "(K, D)", "Of each covariance, descending: variances, in (grey level)^2."},
          {"vectors", "(K, leading, S, S)",
           "Leading eigenvectors as patches of unit norm, their value of largest size positive."},
          {"contrast", "(K)", "Root of the mean variance of a pixel, grey levels on the [0,1] scale."},
          {"edgeness", "(K)",
           "Coherence of the structure tensor of a component's patches, 0 (no direction) to 1 (parallel "
           "gradients)."}};
}

Tensor component_output(const std::string& name, int side, const GaussianSpectra& spectra,
                        std::span<const Eigen::MatrixXd> covariances, int leading) {
  const int components = spectra.components, n = spectra.dims;
  const auto count = static_cast<std::size_t>(components), dims = static_cast<std::size_t>(n),
             each = static_cast<std::size_t>(leading) * static_cast<std::size_t>(side * side);
  if (name == "eigenvalues") return f32_tensor({components, n}, spectra.eigenvalues);
  if (name == "vectors") {
    std::vector<float> vectors(count * each);
    parallel_for(components, [&](int k) {
      leading_eigenvectors(spectra, side, k, leading,
                           std::span(vectors).subspan(static_cast<std::size_t>(k) * each, each));
    });
    return Tensor::from<float>({components, leading, side, side}, std::span<const float>(vectors));
  }
  std::vector<double> values(count);
  if (name == "weight") {
    std::transform(spectra.log_weights.begin(), spectra.log_weights.end(), values.begin(),
                   [](double w) { return std::exp(w); });
  } else if (name == "contrast") {
    for (std::size_t k = 0; k < count; ++k)
      values[k] = contrast_of(std::span(spectra.eigenvalues).subspan(k * dims, dims), side);
  } else if (name == "edgeness") {
    const EdgeNess edge_ness(side);
    for (std::size_t k = 0; k < count; ++k) values[k] = edge_ness.of(covariances[k]);
  } else {
    invalid("There is no output \"", name, "\".");
  }
  return f32_tensor({components}, values);
}

}  // namespace priorlab
