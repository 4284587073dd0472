// Scoring patches against many zero-mean Gaussians, exactly and without computing most of it.
//
// In the eigenbasis of component k (eigenvalues l_1 >= l_2 >= ..., noise variance s) the energy of a patch z
// is a sum of non-negative terms,
//   E_k(z) = -2 log pi_k + sum_j log(l_j + s) + sum_j a_j^2 / (l_j + s),   a = U_k^T z,
// that is -2 log(pi_k N(z; 0, S_k + s I)) up to the constant D log 2 pi. After r projections
//   c_k + sum_{j<=r} a_j^2 / (l_j + s) + (|z|^2 - sum_{j<=r} a_j^2) / (l_{r+1} + s)
// is a lower bound, and a component whose bound passes the best energy so far by more than float rounding is
// dropped. Before any projection, c_k + sum_d z_d^2 / (u_kd + s) is one (ops/diagonal_bound.h): a dense
// product of 1/64 the cost of dense scoring, which saves a third of all multiply-adds of EPLL at sigma 25.
// The winner is the one dense scoring finds, whatever the start and the order.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace priorlab {

// What does not depend on the noise: eigen-decompositions in the layouts of the kernels. Immutable after
// construction.
struct GaussianSpectra {
  // `covariances`: symmetric, positive semi-definite, all D x D; eigenvalues below `floor` are raised to it.
  // Runs on all threads.
  GaussianSpectra(std::span<const double> log_weights, std::span<const Eigen::MatrixXd> covariances,
                  double floor = 0.0);

  int components, dims;
  int stride;                       // dims rounded up to a multiple of 8: what a stored patch occupies
  std::vector<double> log_weights;  // (components)
  std::vector<double> eigenvalues;  // (components, dims), descending, >= 0
  std::vector<double> above;        // (components, dims): a diagonal matrix above the covariance
  // U_k by vectors of eight: analysis [k][j / 8][d][j % 8] (j: eigenvector, d: coordinate), synthesis
  // [k][d / 8][j][d % 8]; padding is zero.
  std::vector<float> analysis, synthesis;

  std::size_t block() const { return static_cast<std::size_t>(stride) * static_cast<std::size_t>(stride); }

  // Calls use(span) for each of the arrays above, with the part that is component k's, but for its weight.
  template <class Spectra, class Use>
  static void each_part(Spectra& all, int k, const Use& use) {
    const auto part = [&](auto& array) {
      const std::size_t each = array.size() / static_cast<std::size_t>(all.components);
      use(std::span(array).subspan(static_cast<std::size_t>(k) * each, each));
    };
    part(all.eigenvalues);
    part(all.above);
    part(all.analysis);
    part(all.synthesis);
  }
  // Component k becomes the only one of `one`, but for its weight.
  void take(int k, const GaussianSpectra& one);
};

class GaussianBank {
 public:
  static constexpr int kBlock = 512;  // patches scored together; any count may be asked for

  // s = noise_variance >= 0; every l + s must be positive (eigenvalues below 1e-12 count as 1e-12).
  GaussianBank(std::shared_ptr<const GaussianSpectra> spectra, double noise_variance);

  int components() const { return spectra_->components; }
  int dims() const { return spectra_->dims; }
  int stride() const { return spectra_->stride; }
  const GaussianSpectra& spectra() const { return *spectra_; }

  // Multiply-adds done, and those of dense scoring (padding counted in both).
  struct Work {
    std::uint64_t done = 0, dense = 0;
    Work& operator+=(const Work& other) {
      done += other.done;
      dense += other.dense;
      return *this;
    }
  };

  // The component of least energy of each patch (the lowest index of equal ones). `patches` is (count,
  // stride) with zero padding. `winner` (count) comes with a guess for each patch, or -1, and leaves with the
  // answer; a good guess (previous pass, neighbour) saves work and nothing else. `energy` (count, or empty)
  // gets the least energies.
  Work best(std::span<const float> patches, std::span<std::int32_t> winner,
            std::span<float> energy = {}) const;

  // The same answers, computed in full: the oracle of best(), operation by operation.
  Work best_dense(std::span<const float> patches, std::span<std::int32_t> winner,
                  std::span<float> energy = {}) const;

  // The energy of each patch under the component that `winner` names for it (0 to components - 1).
  void energies(std::span<const float> patches, std::span<const std::int32_t> winner,
                std::span<float> energy) const;

  struct Candidate {
    std::int32_t patch, component;
    float energy;
  };
  // Every component whose energy is within `margin` of the patch's best, ordered by component, then patch.
  // `winner` as in best(). With margin 40 what is left out weighs less than K e^-20 of the patch's
  // likelihood.
  Work near(std::span<const float> patches, std::span<std::int32_t> winner, float margin,
            std::vector<Candidate>& candidates) const;

  // E_k(z) in double from the definition, for tests.
  double energy_plain(int k, std::span<const float> patch) const;

  // c_k = -2 log pi_k + sum_j log(l_j + s), the energy of a patch of zeros.
  float constant(int k) const { return constant_[static_cast<std::size_t>(k)]; }

  // out = U diag(l / (l + s)) U^T z, the posterior mean under component k, for `count` patches given by
  // pointers to their `stride` values. In place (in[i] == out[i]) is allowed.
  void wiener(int k, const float* const* in, float* const* out, int count) const;

 private:
  // Memory of a scan, kept from block to block.
  struct Bounds {
    std::vector<float> squares;  // (stride, kBlock)
    std::vector<float> energy;   // (components, kBlock): bounds before any projection
  };
  void bound(const float* patches, int count, Bounds& bounds) const;
  template <bool kPrune, class Survivor>
  std::uint64_t scan(const float* patches, int count, std::int32_t* winner, float* energy, float margin,
                     Bounds& bounds, Survivor&& survivor) const;

  std::shared_ptr<const GaussianSpectra> spectra_;
  std::vector<float> constant_;  // (components): -2 log pi_k + sum_j log(l_j + s)
  std::vector<float> inverse_;   // (components, stride): 1 / (l_j + s), padding 0
  std::vector<float> gain_;      // (components, stride): l_j / (l_j + s), padding 0
  std::vector<float> least_;     // (components, stride): a little less than 1 / (u_d + s), padding 0
  int tail_first_;               // vectors of eight visited first, from the least eigenvalues up
  float largest_constant_;       // max |c_k|, scale of the rounding margin
};

}  // namespace priorlab
