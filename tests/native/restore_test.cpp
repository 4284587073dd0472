// Half-quadratic splitting with operators: x-steps against dense solves, energies that fall, and the identity
// giving what denoising gives, to the bit.
#include <gtest/gtest.h>

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <memory>
#include <numeric>

#include "core/parallel_for.h"
#include "epll_prior.h"
#include "models/epll/epll.h"
#include "models/restore/blur_term.h"
#include "models/restore/downsample_term.h"
#include "models/restore/mask_term.h"
#include "ops/cubic_resampling.h"

namespace priorlab {
namespace {

constexpr double kSigma = 10.0 / 255;

// A as a matrix, column by column.
Eigen::MatrixXd dense(const LinearOperator& a) {
  Eigen::MatrixXd m(a.output().pixels(), a.input().pixels());
  std::vector<float> x(a.input().pixels(), 0.0f), y(a.output().pixels());
  for (std::size_t i = 0; i < x.size(); ++i) {
    x[i] = 1;
    a.apply(x, y);
    x[i] = 0;
    for (std::size_t j = 0; j < y.size(); ++j)
      m(static_cast<Eigen::Index>(j), static_cast<Eigen::Index>(i)) = y[j];
  }
  return m;
}

Eigen::VectorXd vector(std::span<const float> v) {
  return Eigen::Map<const Eigen::VectorXf>(v.data(), static_cast<Eigen::Index>(v.size())).cast<double>();
}

void expect_dense_solution(DataTerm& term, const Eigen::MatrixXd& a, std::span<const float> y, double b,
                           double weight, double tolerance) {
  std::vector<float> average(static_cast<std::size_t>(a.cols())), x(average.size(), 0.5f);
  Rng(3).fill_uniform(average);
  const Eigen::MatrixXd normal = a.transpose() * a + b * Eigen::MatrixXd::Identity(a.cols(), a.cols());
  const Eigen::VectorXd right = a.transpose() * vector(y) + b * vector(average);
  const Eigen::VectorXd best = normal.llt().solve(right);
  const auto energy = [&](const Eigen::VectorXd& at) {
    return (a * at - vector(y)).squaredNorm() + b * (at - vector(average)).squaredNorm();
  };
  const double before = energy(vector(x));
  EXPECT_NEAR(term.misfit(x), (a * vector(x) - vector(y)).squaredNorm(), 1e-3);
  term.solve(average, weight, x);
  EXPECT_LT(energy(vector(x)), before);
  for (std::size_t i = 0; i < x.size(); ++i)
    ASSERT_NEAR(x[i], best(static_cast<Eigen::Index>(i)), tolerance) << b << " " << i;
}

std::vector<float> uniform(std::size_t n, std::uint64_t seed) {
  std::vector<float> values(n);
  Rng(seed).fill_uniform(values);
  return values;
}

TEST(XStep, OfABlurIsTheDenseSolution) {
  const float path[] = {0, 0, 3, 1, 4, 4};
  const BlurKernel kernel = path_kernel(path);
  const PlaneSize size{17, 14};
  const ValidBlur blur(size, kernel);
  const auto y = uniform(blur.output().pixels(), 2);
  for (const double weight : {0.02, 0.3, 4.0}) {
    BlurTerm term(size, y, blur.output(), kernel, 0.5);
    expect_dense_solution(term, dense(blur), y, 0.5 * weight, weight,
                          (weight < 0.1 ? 50 : 10) * BlurTerm::kTolerance);
    EXPECT_GT(term.convergence().iterations, 0);
    EXPECT_LT(term.convergence().iterations, BlurTerm::kMostIterations);
    EXPECT_LE(term.convergence().error, BlurTerm::kTolerance);
  }
}

TEST(XStep, OfABlurLeavesWhatIsNotSeenToTheAverage) {
  // The picture that was seen is smaller than what the plane would blur to.
  const BlurKernel kernel = box_kernel(3);
  const PlaneSize size{12, 11}, seen{7, 5};
  const auto y = uniform(seen.pixels(), 2);
  BlurTerm term(size, y, seen, kernel, 1);
  const Eigen::MatrixXd all = dense(ValidBlur(size, kernel));
  Eigen::MatrixXd a(seen.pixels(), all.cols());
  for (int row = 0; row < seen.height; ++row)
    a.middleRows(row * seen.width, seen.width) = all.middleRows(row * 9, seen.width);
  expect_dense_solution(term, a, y, 0.1, 0.1, 1e-3);
}

TEST(XStep, OfADownSamplingIsTheDenseSolution) {
  for (const int scale : {2, 3, 4}) {
    const PlaneSize small{4, 5};
    const auto a = std::make_shared<CubicResampling>(PlaneSize{4 * scale, 5 * scale}, small);
    const auto y = uniform(small.pixels(), 2);
    for (const double ratio : {0.01, 1.0}) {
      DownsampleTerm term(a, y, ratio);
      expect_dense_solution(term, dense(*a), y, 2 * ratio, 2, 1e-4);
      EXPECT_LT(term.convergence().iterations, DownsampleTerm::kMostIterations);
    }
    // Without noise the result, made small again, is the picture.
    DownsampleTerm exact(a, y, 0);
    std::vector<float> x(a->input().pixels(), 0.0f);
    exact.solve(uniform(x.size(), 3), 5, x);
    EXPECT_LT(exact.misfit(x), 1e-9);
  }
}

TEST(XStep, OfAMaskIsTheDenseSolution) {
  auto y = uniform(30, 2);
  std::vector<std::uint8_t> missing(30, 0);
  Eigen::MatrixXd a = Eigen::MatrixXd::Identity(30, 30);
  for (const int i : {0, 3, 4, 29}) {
    missing[static_cast<std::size_t>(i)] = 1;
    a(i, i) = 0;
    y[static_cast<std::size_t>(i)] = 0;
  }
  MaskTerm term(y, missing, 0.5);
  expect_dense_solution(term, a, y, 1.5, 3, 1e-6);
}

std::vector<float> run_all(EpllPlane& plane) {
  while (!plane.done()) {
    parallel_for(plane.blocks(), [&](int i) { plane.run_block(i); });
    plane.finish_stage();
  }
  return {plane.estimate().begin(), plane.estimate().end()};
}

TEST(RestorePlane, TheIdentityIsDenoisingToTheBit) {
  const TestPrior prior(10);
  const int height = 30, width = 45;
  const auto noisy = with_noise(test_scene(height, width), kSigma);
  for (const EpllSchedule& schedule : {paper_schedule(kSigma), tuned_schedule(kSigma)}) {
    EpllPlane denoising(noisy, height, width, kSigma, prior.spectra(), schedule);
    EpllPlane identity(noisy, height, width, kSigma, prior.spectra(), schedule,
                       std::make_shared<MaskTerm>(noisy, std::vector<std::uint8_t>(noisy.size(), 0), 1.0));
    identity.run_block(0);
    denoising.run_block(0);
    const auto preview = identity.preview(0, 0, 8, 8), expected = denoising.preview(0, 0, 8, 8);
    for (std::size_t i = 0; i < preview.size(); ++i) ASSERT_NEAR(preview[i], expected[i], 1e-6);
    EXPECT_EQ(run_all(identity), run_all(denoising));
  }
}

// A term that watches another: the quadratic of every x-step must fall.
class Watched final : public DataTerm {
 public:
  Watched(std::shared_ptr<DataTerm> term, double ratio) : term_(std::move(term)), ratio_(ratio) {}
  void solve(std::span<const float> average, double weight, std::span<float> x) override {
    const auto energy = [&] {
      double off = 0;
      for (std::size_t i = 0; i < x.size(); ++i) off += std::pow(static_cast<double>(x[i]) - average[i], 2);
      return term_->misfit(x) + ratio_ * weight * off;
    };
    const double before = energy();
    term_->solve(average, weight, x);
    EXPECT_LT(energy(), before);
    ++steps;
  }
  double misfit(std::span<const float> x) const override { return term_->misfit(x); }
  std::size_t seen() const override { return term_->seen(); }
  int steps = 0;

 private:
  std::shared_ptr<DataTerm> term_;
  double ratio_;
};

TEST(RestorePlane, TheEnergyFallsAtEveryXStep) {
  const TestPrior prior(10);
  const PlaneSize size{30, 41};
  const auto scene = test_scene(size.height, size.width);
  const double ratio = 1e-4;
  const EpllSchedule schedule = {EpllPass::plain(50), EpllPass::plain(200), EpllPass::plain(800)};

  const BlurKernel kernel = motion_kernel(6, 40);
  const ValidBlur blur(size, kernel);
  std::vector<float> y(blur.output().pixels());
  blur.apply(scene, y);
  const auto halving = std::make_shared<CubicResampling>(size, PlaneSize{15, 20});
  std::vector<float> small(halving->output().pixels());
  halving->apply(scene, small);
  std::vector<std::uint8_t> missing(scene.size(), 0);
  for (std::size_t i = 0; i < missing.size(); i += 3) missing[i] = 1;

  const std::vector<std::shared_ptr<DataTerm>> all = {
      std::make_shared<BlurTerm>(size, with_noise(y, 0.01), blur.output(), kernel, ratio),
      std::make_shared<DownsampleTerm>(halving, with_noise(small, 0.01), ratio),
      std::make_shared<MaskTerm>(with_noise(scene, 0.01), missing, ratio)};
  for (const auto& term : all) {
    const auto watched = std::make_shared<Watched>(term, ratio);
    EpllPlane plane(std::vector<float>(scene.size(), 0.4f), size.height, size.width, 1.0, prior.spectra(),
                    schedule, watched);
    EXPECT_FALSE(plane.objective().has_value());
    const auto restored = run_all(plane);
    EXPECT_EQ(watched->steps, 3);
    double off = 0, start = 0;
    for (std::size_t i = 0; i < scene.size(); ++i) {
      off += std::pow(restored[i] - scene[i], 2);
      start += std::pow(0.4 - scene[i], 2);
    }
    EXPECT_LT(off, 0.2 * start);
  }
}

TEST(ThreadsRestore, NumberOfThreadsChangesNoBit) {
  const TestPrior prior(6);
  const PlaneSize size{70, 90};
  const auto scene = test_scene(size.height, size.width);
  const BlurKernel kernel = disk_kernel(2.5);
  const ValidBlur blur(size, kernel);
  const int before = thread_count();
  std::vector<std::vector<float>> results;
  for (const int threads : {1, 2, 5}) {
    set_thread_count(threads);
    std::vector<float> y(blur.output().pixels());
    blur.apply(scene, y);
    EpllPlane plane(scene, size.height, size.width, 1.0, prior.spectra(), {EpllPass::plain(50)},
                    std::make_shared<BlurTerm>(size, y, blur.output(), kernel, 1e-4));
    results.push_back(run_all(plane));
  }
  set_thread_count(before);
  EXPECT_EQ(results[0], results[1]);
  EXPECT_EQ(results[0], results[2]);
}

}  // namespace
}  // namespace priorlab
