// SourcePrior: a patch prior of independent sources. The sources x = W z of a patch z (DC-free DCT
// coefficients, ops/dct_basis.h, [0,1] scale), as many as z has coordinates, are independent with heavy
// tails:
//   log p(z) = log |det W| + sum_i log g_i((W z)_i),   g_i a ScaleMixture.
// By what W is: "independent" (pixels: all of the patch but the last, which follows from the mean being
// zero; log |det W| = -log(side)), "pca" (eigenvectors of the covariance) and "ica" (models/patches/ica.h).
// Zoran and Weiss, ICCV 2011, compare these three with Gaussians and mixtures.
//
// Its file is safetensors with f32 `analysis` (D, D), rows of W; `weights` and `variances` (D, J) of the
// marginals; metadata family "patch-sources", version "1", basis "dct-zigzag-no-dc", patch (side), kind.
#pragma once

#include <Eigen/Core>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "core/safetensors.h"
#include "models/patches/scale_mixture.h"

namespace priorlab {

class SourcePrior {
 public:
  static constexpr const char* family = "patch-sources";

  // Throws std::invalid_argument when the file is no such prior: family, version, basis, kind, shapes, a
  // variance or weight that is not positive, weights that do not sum to one, a singular W.
  static SourcePrior from(const Safetensors&);
  // `analysis` D x D, regular (std::invalid_argument if not), D = side^2 - 1 = number of marginals.
  SourcePrior(int side, std::string kind, Eigen::MatrixXd analysis, std::vector<ScaleMixture> marginals);

  Safetensors to_file(const std::map<std::string, std::string>& notes = {}) const;

  int side() const { return side_; }
  int dims() const { return side_ * side_ - 1; }
  const std::string& kind() const { return kind_; }
  const Eigen::MatrixXd& analysis() const { return analysis_; }    // W
  const Eigen::MatrixXd& synthesis() const { return synthesis_; }  // W^-1
  double log_det() const { return log_det_; }                      // log |det W|
  std::span<const ScaleMixture> marginals() const { return marginals_; }

  // Nats; `z` has at least dims() values.
  double log_density(std::span<const float> z) const;

 private:
  int side_;
  std::string kind_;
  Eigen::MatrixXd analysis_, synthesis_;
  double log_det_;
  std::vector<ScaleMixture> marginals_;
};

// W of the kinds that need no learning. `pixel_analysis`: the kept pixels; `eigen_analysis`: eigenvectors of
// a covariance as rows, greatest eigenvalue first.
Eigen::MatrixXd pixel_analysis(int side);
Eigen::MatrixXd eigen_analysis(const Eigen::MatrixXd& covariance);

// Squares of each source over `patches` (count, stride), stride = dims rounded up to a multiple of 8. All
// threads, the same bits for any number of them.
std::vector<SquareHistogram> source_histograms(const Eigen::MatrixXd& analysis,
                                               std::span<const float> patches);

// Least variance of each source, (D): that of z having variance `floor` in every direction.
Eigen::VectorXd source_floors(const Eigen::MatrixXd& analysis, double floor);

// Marginals by EM, `iterations` steps from first_scale_mixture; all threads.
std::vector<ScaleMixture> fit_marginals(std::span<const SquareHistogram> sources, int scales,
                                        const Eigen::VectorXd& floors, int iterations);

}  // namespace priorlab
