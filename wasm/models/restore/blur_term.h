// A blurred picture: A is a valid convolution (ops/valid_blur.h), so what lies around the picture is unknown
// and found with the rest; nothing wraps around. The x-step is solved by conjugate gradients on the spectrum
// of a torus, two transforms an iteration, preconditioned by what would be the answer if the blurred picture
// were known on all of the torus: 1 / (|K|^2 + b), b = weight * ratio.
#pragma once

#include <vector>

#include "models/epll/data_term.h"
#include "ops/conjugate_gradients.h"
#include "ops/valid_blur.h"

namespace priorlab {

class BlurTerm final : public DataTerm {
 public:
  // `x`: size of the plane to be found. `y`: `blurred` pixels; blurred plus the kernel minus one pixel is at
  // most x's size each way, what is beyond is not seen at all. `ratio` > 0 as in MaskTerm.
  BlurTerm(PlaneSize x, std::vector<float> y, PlaneSize blurred, const BlurKernel& kernel, double ratio);

  void solve(std::span<const float> average, double weight, std::span<float> x) override;
  double misfit(std::span<const float> x) const override;
  std::size_t seen() const override { return blurred_.pixels(); }

  // Of the last solve.
  const Convergence& convergence() const { return convergence_; }
  // Iterations end when the preconditioned residual is at most this, root mean square per pixel. On the crops
  // that schedules were chosen on (restore_schedules.h, `priorlab eval deblur`) 2e-5 gives the same PSNR to
  // 0.001 dB, 1e-3 0.12 dB less; what is left is along what the kernel hides, where the next pass's average
  // decides.
  static constexpr double kTolerance = 1e-4;
  static constexpr int kMostIterations = 60;

 private:
  // Zeroes what was not seen of a plane on the torus.
  void see(std::span<float> torus) const;

  PlaneSize x_, blurred_;
  ValidBlur blur_;
  double ratio_;
  std::vector<float> torus_;         // y in its place
  std::vector<Fft2::Complex> back_;  // spectrum of A' y
  Convergence convergence_;
};

}  // namespace priorlab
