// The dense product against its plain twin, and the DC-free DCT basis.
#include "ops/gemm.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "core/rng.h"
#include "ops/dct_basis.h"

namespace priorlab {
namespace {

std::vector<float> normals(std::size_t count, std::uint64_t stream) {
  std::vector<float> values(count);
  Rng(1, stream).fill_normal(values);
  return values;
}

TEST(Gemm, MatchesThePlainTwinAtAllSmallSizesAndLayouts) {
  for (int m : {0, 1, 2, 3, 4, 5, 6, 7, 12, 13, 19})
    for (int n = 0; n <= 34; ++n)
      for (int depth : {0, 1, 2, 7, 33})
        for (const bool transposed : {false, true}) {
          const std::ptrdiff_t b_step = n + 3, c_step = n + 1;
          const auto a = normals(static_cast<std::size_t>(m * depth + 1), 1);
          const auto b = normals(static_cast<std::size_t>(depth * b_step + 1), 2);
          auto got = normals(static_cast<std::size_t>(m * c_step + 1), 3);
          auto expected = got;
          const MatrixView view = transposed ? MatrixView{a.data(), 1, m} : MatrixView{a.data(), depth, 1};
          gemm(m, n, depth, view, b.data(), b_step, got.data(), c_step);
          gemm_plain(m, n, depth, view, b.data(), b_step, expected.data(), c_step);
          for (std::size_t i = 0; i < got.size();
               ++i)  // elements between the rows included: they stay as they were
            ASSERT_NEAR(got[i], expected[i], 2e-5f) << m << "x" << n << "x" << depth << " at " << i;
        }
}

TEST(DctBasis, IsOrthonormalFreeOfTheMeanAndLowFrequencyFirst) {
  for (const int side : {2, 3, 4, 5, 8, 11}) {
    const DctBasis basis(side);
    EXPECT_EQ(basis.dims(), side * side - 1);
    EXPECT_EQ(basis.stride() % 8, 0);
    for (int i = 0; i < basis.dims(); ++i) {
      double mean = 0.0;
      for (int p = 0; p < basis.pixels(); ++p) mean += static_cast<double>(basis.at(i, p));
      EXPECT_NEAR(mean, 0.0, 1e-6);
      for (int j = 0; j < basis.dims(); ++j) {
        double dot = 0.0;
        for (int p = 0; p < basis.pixels(); ++p)
          dot += static_cast<double>(basis.at(i, p)) * static_cast<double>(basis.at(j, p));
        ASSERT_NEAR(dot, i == j ? 1.0 : 0.0, 1e-6) << side << ": " << i << ", " << j;
      }
    }
  }
  // The zig-zag starts right, then down-left: (u, v) = (1, 0), (0, 1), (0, 2), (1, 1), (2, 0).
  const DctBasis basis(8);
  const auto varies = [&](int j, int step) { return std::abs(basis.at(j, 0) - basis.at(j, step)) > 1e-4f; };
  EXPECT_TRUE(varies(0, 1) && !varies(0, 8));
  EXPECT_TRUE(!varies(1, 1) && varies(1, 8));
  EXPECT_TRUE(!varies(2, 1) && varies(2, 8));
  EXPECT_TRUE(varies(3, 1) && varies(3, 8));
  EXPECT_TRUE(varies(4, 1) && !varies(4, 8));
}

TEST(DctBasis, SynthesisUndoesAnalysisUpToTheMean) {
  for (const int side : {3, 8}) {
    const DctBasis basis(side);
    const int count = 21;
    const auto patches = normals(static_cast<std::size_t>(count * basis.pixels()), 4);
    std::vector<float> coefficients(static_cast<std::size_t>(count * basis.stride()), 7.0f),
        back(patches.size());
    basis.analyse(patches, coefficients);
    basis.synthesise(coefficients, back);
    for (int i = 0; i < count; ++i) {
      double mean = 0.0;
      for (int p = 0; p < basis.pixels(); ++p)
        mean +=
            static_cast<double>(patches[static_cast<std::size_t>(i * basis.pixels() + p)]) / basis.pixels();
      for (int p = 0; p < basis.pixels(); ++p) {
        const std::size_t at = static_cast<std::size_t>(i * basis.pixels() + p);
        ASSERT_NEAR(back[at], static_cast<double>(patches[at]) - mean, 1e-5);
      }
      for (int j = basis.dims(); j < basis.stride(); ++j)
        ASSERT_EQ(coefficients[static_cast<std::size_t>(i * basis.stride() + j)], 0.0f);
    }
  }
}

}  // namespace
}  // namespace priorlab
