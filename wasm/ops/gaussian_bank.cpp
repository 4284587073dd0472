#include "ops/gaussian_bank.h"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.h"
#include "core/parallel_for.h"
#include "ops/diagonal_bound.h"
#include "ops/gemm.h"
#include "ops/simd.h"

namespace priorlab {
namespace {

#if defined(__AVX__)
constexpr int kGroup = 8;  // patches in registers at a time
#else
constexpr int kGroup = 4;
#endif

// |z|^2 - sum a_j^2 in f32 can come out too large by this share of |z|^2: the rounding of dot products of
// `stride` terms with a basis that is orthonormal to f32 (worst case 2 * 64 * sqrt(64) * 2^-24 for 64).
float rest_slack(int stride) {
  const float more = static_cast<float>(std::max(64, stride)) / 64.0f;
  return 1e-4f * more * std::sqrt(more);
}
// Rounding of a sum of up to 64 terms, relative to its scale.
constexpr float kSumSlack = 1e-5f;
// Noise variance at which the bounds before any projection are closest: of EPLL's middle passes at sigma 25.
constexpr double kTypicalNoise = 3e-4;

// sums[i] = the eight projections in `basis` ([d][8]) of patch i.
template <int N>
inline void project(const float* basis, int stride, const float* const* z, Vec8* sums) {
  for (int i = 0; i < N; ++i) sums[i] = Vec8::zero();
  for (int d = 0; d < stride; ++d) {
    const Vec8 b = Vec8::load(basis + 8 * d);
    for (int i = 0; i < N; ++i) sums[i] = madd(b, Vec8::splat(z[i][d]), sums[i]);
  }
}

// Calls use(i, projections) for each of `count` patches; every patch sees the same operations whatever the
// grouping.
template <class Use>
inline void project_all(const float* basis, int stride, const float* const* z, int count, Use&& use) {
  Vec8 sums[kGroup];
  int i = 0;
  for (; i + kGroup <= count; i += kGroup) {
    project<kGroup>(basis, stride, z + i, sums);
    for (int g = 0; g < kGroup; ++g) use(i + g, sums[g]);
  }
  if constexpr (kGroup == 8)
    if (i + 4 <= count) {
      project<4>(basis, stride, z + i, sums);
      for (int g = 0; g < 4; ++g) use(i + g, sums[g]);
      i += 4;
    }
  if (i + 2 <= count) {
    project<2>(basis, stride, z + i, sums);
    for (int g = 0; g < 2; ++g) use(i + g, sums[g]);
    i += 2;
  }
  if (i < count) {
    project<1>(basis, stride, z + i, sums);
    use(i, sums[0]);
  }
}

}  // namespace

GaussianSpectra::GaussianSpectra(std::span<const double> weights,
                                 std::span<const Eigen::MatrixXd> covariances, double floor)
    : components(static_cast<int>(covariances.size())), log_weights(weights.begin(), weights.end()) {
  PRIORLAB_CHECK(components > 0 && weights.size() == covariances.size());
  dims = static_cast<int>(covariances[0].rows());
  stride = (dims + 7) / 8 * 8;
  eigenvalues.resize(static_cast<std::size_t>(components) * static_cast<std::size_t>(dims));
  above.resize(eigenvalues.size());
  analysis.assign(static_cast<std::size_t>(components) * block(), 0.0f);
  synthesis.assign(static_cast<std::size_t>(components) * block(), 0.0f);
  parallel_for(components, [&](int k) {
    const Eigen::MatrixXd& s = covariances[static_cast<std::size_t>(k)];
    PRIORLAB_CHECK(s.rows() == dims && s.cols() == dims);
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(s);
    PRIORLAB_CHECK(solver.info() == Eigen::Success);
    Eigen::Map<Eigen::VectorXd>(above.data() + static_cast<std::ptrdiff_t>(k) * dims, dims) =
        diagonal_above(s, kTypicalNoise).array() + floor;
    float* a = analysis.data() + static_cast<std::size_t>(k) * block();
    float* b = synthesis.data() + static_cast<std::size_t>(k) * block();
    for (int j = 0; j < dims; ++j) {
      const int from = dims - 1 - j;  // Eigen sorts upwards
      eigenvalues[static_cast<std::size_t>(k * dims + j)] = std::max(floor, solver.eigenvalues()(from));
      for (int d = 0; d < dims; ++d) {
        const float u = static_cast<float>(solver.eigenvectors()(d, from));
        a[(j / 8 * stride + d) * 8 + j % 8] = u;
        b[(d / 8 * stride + j) * 8 + d % 8] = u;
      }
    }
  });
}

void GaussianSpectra::take(int k, const GaussianSpectra& one) {
  PRIORLAB_CHECK(one.components == 1 && one.dims == dims && k >= 0 && k < components);
  const auto each = block();
  const auto copy = [k](const auto& from, auto& to, std::size_t count) {
    std::copy(from.begin(), from.end(),
              to.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(k) * count));
  };
  copy(one.eigenvalues, eigenvalues, static_cast<std::size_t>(dims));
  copy(one.above, above, static_cast<std::size_t>(dims));
  copy(one.analysis, analysis, each);
  copy(one.synthesis, synthesis, each);
}

GaussianBank::GaussianBank(std::shared_ptr<const GaussianSpectra> spectra, double noise_variance)
    : spectra_(std::move(spectra)), largest_constant_(0.0f) {
  PRIORLAB_CHECK(spectra_ && noise_variance >= 0.0);
  const int count = components(), n = dims();
  tail_first_ = noise_variance < 1e-5 ? std::min(2, stride() / 8 - 1) : 0;
  constant_.resize(static_cast<std::size_t>(count));
  inverse_.assign(static_cast<std::size_t>(count) * static_cast<std::size_t>(stride()), 0.0f);
  gain_ = least_ = inverse_;
  for (int k = 0; k < count; ++k) {
    double c = -2.0 * spectra_->log_weights[static_cast<std::size_t>(k)];
    for (int j = 0; j < n; ++j) {
      const double l = spectra_->eigenvalues[static_cast<std::size_t>(k * n + j)];
      const double variance = std::max(l + noise_variance, 1e-12);
      c += std::log(variance);
      inverse_[static_cast<std::size_t>(k * stride() + j)] = static_cast<float>(1.0 / variance);
      gain_[static_cast<std::size_t>(k * stride() + j)] = static_cast<float>(l / variance);
      const double above = spectra_->above[static_cast<std::size_t>(k * n + j)];
      least_[static_cast<std::size_t>(k * stride() + j)] =
          (1.0f - 2 * kSumSlack) / static_cast<float>(std::max(above + noise_variance, 1e-12));
    }
    constant_[static_cast<std::size_t>(k)] = static_cast<float>(c);
    if (std::isfinite(c)) largest_constant_ = std::max(largest_constant_, std::abs(static_cast<float>(c)));
  }
}

double GaussianBank::energy_plain(int k, std::span<const float> patch) const {
  const GaussianSpectra& s = *spectra_;
  double energy = static_cast<double>(constant_[static_cast<std::size_t>(k)]);
  for (int j = 0; j < s.dims; ++j) {
    double a = 0.0;
    for (int d = 0; d < s.dims; ++d)
      a += static_cast<double>(s.analysis[static_cast<std::size_t>(k) * s.block() +
                                          static_cast<std::size_t>((j / 8 * s.stride + d) * 8 + j % 8)]) *
           static_cast<double>(patch[static_cast<std::size_t>(d)]);
    energy += a * a * static_cast<double>(inverse_[static_cast<std::size_t>(k * s.stride + j)]);
  }
  return energy;
}

void GaussianBank::bound(const float* patches, int count, Bounds& bounds) const {
  const int width = stride();
  bounds.squares.resize(static_cast<std::size_t>(width) * kBlock);
  bounds.energy.resize(static_cast<std::size_t>(components()) * kBlock);
  for (int p = 0; p < count; ++p)
    for (int d = 0; d < width; ++d) {
      const float v = patches[static_cast<std::ptrdiff_t>(p) * width + d];
      bounds.squares[static_cast<std::size_t>(d) * kBlock + static_cast<std::size_t>(p)] = v * v;
    }
  for (int k = 0; k < components(); ++k)
    std::fill_n(bounds.energy.data() + static_cast<std::ptrdiff_t>(k) * kBlock, count,
                constant_[static_cast<std::size_t>(k)]);
  gemm(components(), count, width, {least_.data(), width}, bounds.squares.data(), kBlock,
       bounds.energy.data(), kBlock);
}

// One block of at most kBlock patches against all components, component by component so that a component's
// basis stays in the cache. survivor(k, patch, energy) is called for every full energy not above the
// threshold of the moment.
template <bool kPrune, class Survivor>
std::uint64_t GaussianBank::scan(const float* patches, int count, std::int32_t* winner, float* energy,
                                 float margin, Bounds& bounds, Survivor&& survivor) const {
  const int width = stride(), chunks = width / 8;
  const std::size_t block = spectra_->block();
  const float slack = rest_slack(width);
  std::uint64_t projections = 0;

  float norm[kBlock], threshold[kBlock];
  std::int32_t started[kBlock];
  const float* z[kBlock];       // the active patches of the component at hand ...
  std::int32_t active[kBlock];  // ... their indices ...
  struct Sums {
    float used, energy;  // ... sum_{j<=r} a_j^2 and c_k + sum_{j<=r} a_j^2 / (l_j + s)
  } sums[kBlock];

  for (int p = 0; p < count; ++p) {
    const float* v = patches + static_cast<std::ptrdiff_t>(p) * width;
    Vec8 square = Vec8::zero();
    for (int d = 0; d < width; d += 8) square = madd(Vec8::load(v + d), Vec8::load(v + d), square);
    norm[p] = sum(square);
    energy[p] = threshold[p] = std::numeric_limits<float>::infinity();
    started[p] = winner[p];
    winner[p] = -1;
  }
  const auto settle = [&](int k, int p, float e) {
    if (e < energy[p] || (e == energy[p] && k < winner[p]) || winner[p] < 0) {
      energy[p] = e;
      winner[p] = k;
      if constexpr (kPrune) threshold[p] = e + margin + kSumSlack * (std::abs(e) + largest_constant_);
    }
    survivor(k, p, e);
  };
  // Projections [8 first, 8 last) of the first `m` active patches; those above their threshold leave after
  // each eight.
  const auto descend = [&](int k, int m, int first, int last) {
    const float* basis = spectra_->analysis.data() + static_cast<std::size_t>(k) * block;
    const float* inverse = inverse_.data() + static_cast<std::ptrdiff_t>(k) * width;
    for (int visit = first; visit < last && m > 0; ++visit) {
      const int chunk = visit < tail_first_ ? chunks - 1 - visit : visit - tail_first_;
      const Vec8 weight = Vec8::load(inverse + 8 * chunk);
      projections += static_cast<std::uint64_t>(m) * 8;
      project_all(basis + static_cast<std::ptrdiff_t>(chunk) * width * 8, width, z, m, [&](int i, Vec8 a) {
        const Vec8 square = a * a;
        add_sums(square, square * weight, &sums[i].used);
      });
      if constexpr (kPrune) {
        if (visit + 1 == chunks) break;
        const float next = inverse[8 * std::max(0, visit + 1 - tail_first_)];
        int kept = 0;
        for (int i = 0; i < m; ++i) {
          const int p = active[i];
          const float rest = std::max(0.0f, norm[p] * (1.0f - slack) - sums[i].used);
          const bool stays = sums[i].energy + rest * next <= threshold[p];
          active[kept] = p;
          z[kept] = z[i];
          sums[kept] = sums[i];
          kept += stays;
        }
        m = kept;
      }
    }
    return m;
  };
  const auto enter = [&](int k, int p, int i) {
    active[i] = p;
    z[i] = patches + static_cast<std::ptrdiff_t>(p) * width;
    sums[i] = {0.0f, constant_[static_cast<std::size_t>(k)]};
  };

  if constexpr (kPrune) {
    bound(patches, count, bounds);
    projections += static_cast<std::uint64_t>(components()) * static_cast<std::uint64_t>(count);
    // Cold patches: guess the component of least bound.
    for (int p = 0; p < count; ++p) {
      if (started[p] >= 0 && started[p] < components()) continue;
      const float* of_patch = bounds.energy.data() + p;
      started[p] = 0;
      for (int k = 1; k < components(); ++k)
        if (of_patch[static_cast<std::ptrdiff_t>(k) * kBlock] <
            of_patch[static_cast<std::ptrdiff_t>(started[p]) * kBlock])
          started[p] = k;
    }
    // Full energies of the guesses, component by component.
    std::int32_t order[kBlock];
    for (int p = 0; p < count; ++p) order[p] = p;
    std::sort(order, order + count,
              [&](int a, int b) { return started[a] != started[b] ? started[a] < started[b] : a < b; });
    for (int i = 0; i < count;) {
      const int k = started[order[i]];
      int m = 0;
      for (; i < count && started[order[i]] == k; ++i) enter(k, order[i], m++);
      const int all = m;
      m = descend(k, m, 0, chunks);  // thresholds are still infinite: nobody leaves
      PRIORLAB_CHECK(m == all);
      for (int a = 0; a < m; ++a) settle(k, active[a], sums[a].energy);
    }
  }

  for (int k = 0; k < components(); ++k) {
    int m = 0;
    if constexpr (kPrune) {
      const float* least = bounds.energy.data() + static_cast<std::ptrdiff_t>(k) * kBlock;
      for (int p = 0; p < count; ++p) {
        active[m] = p;
        m += static_cast<int>(least[p] <= threshold[p]) & static_cast<int>(started[p] != k);
      }
      for (int i = 0; i < m; ++i) enter(k, active[i], i);
    } else {
      for (int p = 0; p < count; ++p) enter(k, p, m++);
    }
    m = descend(k, m, 0, chunks);
    for (int i = 0; i < m; ++i) settle(k, active[i], sums[i].energy);
  }
  return projections * static_cast<std::uint64_t>(width);
}

namespace {

// Cuts a request into blocks; body(first patch, count, winners, energies).
template <class Body>
GaussianBank::Work in_blocks(const GaussianBank& bank, std::span<const float> patches,
                             std::span<std::int32_t> winner, std::span<float> energy, Body&& body) {
  const std::size_t width = static_cast<std::size_t>(bank.stride());
  PRIORLAB_CHECK(patches.size() == winner.size() * width &&
                 (energy.empty() || energy.size() == winner.size()));
  GaussianBank::Work work;
  float scratch[GaussianBank::kBlock];
  for (std::size_t first = 0; first < winner.size(); first += GaussianBank::kBlock) {
    const std::size_t count = std::min<std::size_t>(GaussianBank::kBlock, winner.size() - first);
    work.done += body(static_cast<int>(first), static_cast<int>(count), patches.data() + first * width,
                      winner.data() + first, energy.empty() ? scratch : energy.data() + first);
    work.dense += static_cast<std::uint64_t>(count) * bank.spectra().block() *
                  static_cast<std::uint64_t>(bank.components());
  }
  return work;
}

}  // namespace

GaussianBank::Work GaussianBank::best(std::span<const float> patches, std::span<std::int32_t> winner,
                                      std::span<float> energy) const {
  Bounds bounds;
  return in_blocks(*this, patches, winner, energy,
                   [&](int, int count, const float* z, std::int32_t* w, float* e) {
                     return scan<true>(z, count, w, e, 0.0f, bounds, [](int, int, float) {});
                   });
}

GaussianBank::Work GaussianBank::best_dense(std::span<const float> patches, std::span<std::int32_t> winner,
                                            std::span<float> energy) const {
  Bounds none;
  return in_blocks(*this, patches, winner, energy,
                   [&](int, int count, const float* z, std::int32_t* w, float* e) {
                     return scan<false>(z, count, w, e, 0.0f, none, [](int, int, float) {});
                   });
}

void GaussianBank::energies(std::span<const float> patches, std::span<const std::int32_t> winner,
                            std::span<float> energy) const {
  const auto width = static_cast<std::size_t>(stride());
  PRIORLAB_CHECK(patches.size() == winner.size() * width && energy.size() == winner.size());
  for (std::size_t i = 0; i < winner.size(); ++i) {
    PRIORLAB_CHECK(winner[i] >= 0 && winner[i] < components());
    const auto k = static_cast<std::size_t>(winner[i]);
    const float* z = patches.data() + i * width;
    float sums[2] = {0.0f, constant_[k]};
    for (std::size_t j = 0; j < width; j += 8) {
      Vec8 a;
      project<1>(spectra_->analysis.data() + k * spectra_->block() + j * width, stride(), &z, &a);
      add_sums(a * a, a * a * Vec8::load(inverse_.data() + k * width + j), sums);
    }
    energy[i] = sums[1];
  }
}

GaussianBank::Work GaussianBank::near(std::span<const float> patches, std::span<std::int32_t> winner,
                                      float margin, std::vector<Candidate>& candidates) const {
  candidates.clear();
  std::vector<Candidate> found;
  Bounds bounds;
  return in_blocks(
      *this, patches, winner, {}, [&](int first, int count, const float* z, std::int32_t* w, float* e) {
        found.clear();
        const std::uint64_t done = scan<true>(z, count, w, e, margin, bounds, [&](int k, int p, float value) {
          found.push_back({p, k, value});
        });
        std::erase_if(found, [&](const Candidate& c) { return !(c.energy <= e[c.patch] + margin); });
        std::sort(found.begin(), found.end(), [](const Candidate& a, const Candidate& b) {
          return a.component != b.component ? a.component < b.component : a.patch < b.patch;
        });
        for (Candidate c : found) {
          c.patch += first;
          candidates.push_back(c);
        }
        return done;
      });
}

void GaussianBank::wiener(int k, const float* const* in, float* const* out, int count) const {
  const int width = stride();
  const std::size_t at = static_cast<std::size_t>(k) * spectra_->block();
  const float* gain = gain_.data() + static_cast<std::ptrdiff_t>(k) * width;
  constexpr int kLot = 64;  // patches whose coefficients are kept at a time
  std::vector<float> coefficients(static_cast<std::size_t>(kLot) * static_cast<std::size_t>(width));
  const float* rows[kLot];
  for (int i = 0; i < kLot; ++i) rows[i] = coefficients.data() + static_cast<std::ptrdiff_t>(i) * width;
  for (int first = 0; first < count; first += kLot) {
    const int m = std::min(kLot, count - first);
    for (int j = 0; j < width; j += 8)
      project_all(spectra_->analysis.data() + at + static_cast<std::ptrdiff_t>(j) * width, width, in + first,
                  m, [&](int i, Vec8 a) {
                    (a * Vec8::load(gain + j))
                        .store(coefficients.data() + static_cast<std::ptrdiff_t>(i) * width + j);
                  });
    for (int d = 0; d < width; d += 8)
      project_all(spectra_->synthesis.data() + at + static_cast<std::ptrdiff_t>(d) * width, width, rows, m,
                  [&](int i, Vec8 x) { x.store(out[first + i] + d); });
  }
}

}  // namespace priorlab
