// Dense layers against sums from the definition.
#include "ops/dense.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/rng.h"

namespace priorlab {
namespace {

struct Case {
  DenseShape shape;
  std::size_t rows;
};

class Dense : public testing::TestWithParam<Case> {
 protected:
  std::vector<float> random(std::size_t count) {
    std::vector<float> v(count);
    rng_.fill_normal(v);
    return v;
  }
  Rng rng_{1};
};

TEST_P(Dense, GivesTheSumsOfItsDefinition) {
  const auto [shape, rows] = GetParam();
  const auto [in, out] = shape;
  const auto w = random(in * out), b = random(out), x = random(rows * in), dy = random(rows * out);
  std::vector<float> y(rows * out), dw(in * out, 1.0f), db(out, 2.0f), dx(rows * in), turned;
  dense(shape, w.data(), b.data(), x.data(), rows, y.data());
  dense_gradient(shape, x.data(), dy.data(), rows, dw.data(), db.data());
  transpose(shape, w.data(), turned);
  dense_back(shape, turned.data(), dy.data(), rows, dx.data());
  for (std::size_t j = 0; j < out; ++j) {
    double by_b = 2;
    for (std::size_t r = 0; r < rows; ++r) {
      double sum = b[j];
      for (std::size_t i = 0; i < in; ++i) sum += static_cast<double>(x[r * in + i]) * w[i * out + j];
      ASSERT_NEAR(y[r * out + j], sum, 1e-4);
      by_b += dy[r * out + j];
    }
    ASSERT_NEAR(db[j], by_b, 1e-4);
  }
  for (std::size_t i = 0; i < in; ++i) {
    for (std::size_t j = 0; j < out; ++j) {
      double sum = 1;
      for (std::size_t r = 0; r < rows; ++r) sum += static_cast<double>(x[r * in + i]) * dy[r * out + j];
      ASSERT_NEAR(dw[i * out + j], sum, 1e-4);
    }
    for (std::size_t r = 0; r < rows; ++r) {
      double sum = 0;
      for (std::size_t j = 0; j < out; ++j) sum += static_cast<double>(dy[r * out + j]) * w[i * out + j];
      ASSERT_NEAR(dx[r * in + i], sum, 1e-4);
    }
  }
}

TEST_P(Dense, RowsOfZerosAndOnesGiveTheSame) {
  const auto [shape, rows] = GetParam();
  const auto w = random(shape.in * shape.out), b = random(shape.out), dy = random(rows * shape.out);
  std::vector<std::uint8_t> x(rows * shape.in);
  for (auto& v : x) v = rng_.uniform() < 0.3f;
  const std::vector<float> same(x.begin(), x.end());
  std::vector<float> y(rows * shape.out), y2 = y, dw(shape.in * shape.out), dw2 = dw, db(shape.out), db2 = db;
  dense_binary(shape, w.data(), b.data(), x.data(), rows, y.data());
  dense(shape, w.data(), b.data(), same.data(), rows, y2.data());
  dense_binary_gradient(shape, x.data(), dy.data(), rows, dw.data(), db.data());
  dense_gradient(shape, same.data(), dy.data(), rows, dw2.data(), db2.data());
  for (std::size_t i = 0; i < y.size(); ++i) ASSERT_NEAR(y[i], y2[i], 1e-4);
  for (std::size_t i = 0; i < dw.size(); ++i) ASSERT_NEAR(dw[i], dw2[i], 1e-4);
  for (std::size_t i = 0; i < db.size(); ++i) ASSERT_NEAR(db[i], db2[i], 1e-4);
}

INSTANTIATE_TEST_SUITE_P(Shapes, Dense,
                         testing::Values(Case{{1, 1}, 1}, Case{{7, 3}, 5}, Case{{20, 33}, 9},
                                         Case{{64, 16}, 40}));

TEST(DenseTanh, AndItsDerivative) {
  std::vector<float> y = {-30, -2, -0.1f, 0, 0.3f, 4, 30}, x = y, d(7, 2.0f);
  tanh_rows(y);
  tanh_back(y, d);
  for (std::size_t i = 0; i < 7; ++i) {
    EXPECT_NEAR(y[i], std::tanh(x[i]), 1e-6);
    EXPECT_NEAR(d[i], 2 * (1 - std::tanh(x[i]) * std::tanh(x[i])), 1e-5);
  }
}

}  // namespace
}  // namespace priorlab
