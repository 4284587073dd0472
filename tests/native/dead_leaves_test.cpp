#include "models/patches/dead_leaves.h"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <numbers>
#include <set>

#include "core/parallel_for.h"
#include "errors.h"
#include "hash.h"
#include "models/patches/patch_outputs.h"
#include "registry.h"

namespace priorlab {
namespace {

struct Patches {
  std::vector<float> values;
  std::vector<std::int32_t> edge;
};

Patches patches_of(const DeadLeaves& leaves, LeafKind kind, int side, std::size_t count,
                   std::uint64_t first = 0) {
  Patches p{std::vector<float>(count * static_cast<std::size_t>(side * side)),
            std::vector<std::int32_t>(count)};
  mini_dead_leaves(leaves, kind, side, 7, first, p.values, p.edge);
  return p;
}

TEST(DeadLeaves, ATextureHasItsCovariance) {
  DeadLeaves leaves;
  leaves.contrast = ContrastLaw::constant;
  leaves.texture = 0.1;
  leaves.length = 3;
  constexpr int kSide = 5, kPixels = 25, kCount = 40000;
  auto [values, edge] = patches_of(leaves, LeafKind::flat, kSide, kCount);
  subtract_means(values, kPixels);
  // Without means the covariance is C S C with S the texture's and C the centring matrix.
  const auto s = [](int p, int q) {
    return 0.01 * std::exp(-(std::abs(p / kSide - q / kSide) + std::abs(p % kSide - q % kSide)) / 3.0);
  };
  double row[kPixels] = {}, all = 0;
  for (int p = 0; p < kPixels; ++p)
    for (int q = 0; q < kPixels; ++q) row[p] += s(p, q) / kPixels;
  for (double r : row) all += r / kPixels;
  for (int p = 0; p < kPixels; ++p)
    for (int q = 0; q < kPixels; ++q) {
      double sum = 0;
      for (int i = 0; i < kCount; ++i)
        sum += static_cast<double>(values[static_cast<std::size_t>(i * kPixels + p)]) *
               static_cast<double>(values[static_cast<std::size_t>(i * kPixels + q)]);
      // The standard error of an entry is below 0.01 sqrt(2 / count) = 7e-5.
      EXPECT_NEAR(sum / kCount, s(p, q) - row[p] - row[q] + all, 4e-4) << p << " " << q;
    }
}

TEST(DeadLeaves, EveryContrastLawHasTheRootMeanSquareAskedFor) {
  for (const ContrastLaw law :
       {ContrastLaw::constant, ContrastLaw::uniform, ContrastLaw::exponential, ContrastLaw::lognormal}) {
    DeadLeaves leaves;
    leaves.contrast = law;
    leaves.texture = 0.1;
    leaves.length = 0.25;  // nearly white
    auto [values, edge] = patches_of(leaves, LeafKind::flat, 8, 20000);
    subtract_means(values, 64);
    double square = 0, fourth = 0;
    for (std::size_t i = 0; i < values.size(); i += 64) {
      double here = 0;
      for (std::size_t p = 0; p < 64; ++p) here += static_cast<double>(values[i + p] * values[i + p]) / 63;
      square += here / 20000;
      fourth += here * here / 20000;
    }
    EXPECT_NEAR(square, 0.01, law == ContrastLaw::lognormal ? 0.002 : 0.0006) << static_cast<int>(law);
    // A scale mixture's energies spread more than those of one Gaussian.
    if (law == ContrastLaw::constant)
      EXPECT_LT(fourth / (square * square), 1.2);
    else
      EXPECT_GT(fourth / (square * square), 1.5);
  }
}

TEST(DeadLeaves, AnEdgeDividesAPatchInTwo) {
  DeadLeaves leaves;
  leaves.texture = 0;
  const Patches p = patches_of(leaves, LeafKind::edge, 8, 500);
  int divided = 0;
  for (std::size_t i = 0; i < 500; ++i) {
    const std::set<float> levels(p.values.begin() + static_cast<std::ptrdiff_t>(64 * i),
                                 p.values.begin() + static_cast<std::ptrdiff_t>(64 * i + 64));
    EXPECT_EQ(p.edge[i], 1);
    EXPECT_LE(levels.size(), 2u);
    divided += levels.size() == 2;
  }
  EXPECT_GT(divided, 450);
}

TEST(DeadLeaves, TheShareOfEdgesIsTheOneAskedFor) {
  DeadLeaves leaves;
  leaves.edges = 0.3;
  int edges = 0;
  for (const std::int32_t e : patches_of(leaves, LeafKind::mini, 4, 20000).edge) edges += e;
  EXPECT_NEAR(edges, 6000, 4 * std::sqrt(20000 * 0.21));
  leaves.edges = 0;
  for (const std::int32_t e : patches_of(leaves, LeafKind::mini, 4, 50).edge) EXPECT_EQ(e, 0);
  leaves.edges = 1;
  for (const std::int32_t e : patches_of(leaves, LeafKind::mini, 4, 50).edge) EXPECT_EQ(e, 1);
}

TEST(DeadLeaves, APatchDependsOnItsNumberAlone) {
  DeadLeaves leaves;
  leaves.noise = 0.02;
  const Patches all = patches_of(leaves, LeafKind::mini, 8, 600);
  const Patches some = patches_of(leaves, LeafKind::mini, 8, 100, 400);
  EXPECT_TRUE(std::equal(some.values.begin(), some.values.end(), all.values.begin() + 400 * 64));
  const int threads = thread_count();
  set_thread_count(1);
  EXPECT_EQ(patches_of(leaves, LeafKind::mini, 8, 600).values, all.values);
  set_thread_count(threads);
}

TEST(DeadLeaves, TwoPixelsShareADiscAsOftenAsTheoryHasIt) {
  // Discs of one radius r: two points at distance d lie on the same leaf with probability
  // g(d) / (2 g(0) - g(d)), g(d) the area that two such discs at distance d have in common.
  DeadLeaves leaves;
  leaves.radius_min = leaves.radius_max = 9;
  const auto common = [](double d) {
    return 2 * 81 * std::acos(d / 18) - 0.5 * d * std::sqrt(4 * 81.0 - d * d);
  };
  for (const int d : {3, 9, 15}) {
    double same = 0, pairs = 0;
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
      const LeafPicture p = dead_leaves_picture(leaves, 200, 200, seed);
      for (std::size_t y = 0; y < 200; ++y)
        for (std::size_t x = 0; x + static_cast<std::size_t>(d) < 200; ++x) {
          same += p.leaves[y * 200 + x] == p.leaves[y * 200 + x + static_cast<std::size_t>(d)];
          ++pairs;
        }
    }
    const double g = common(d), zero = std::numbers::pi * 81;
    EXPECT_NEAR(same / pairs, g / (2 * zero - g), 0.02) << d;
  }
}

TEST(DeadLeaves, APictureIsCoveredByWholeLeaves) {
  DeadLeaves leaves;
  leaves.texture = 0;
  leaves.radius_min = 1;
  leaves.radius_max = 300;
  const LeafPicture p = dead_leaves_picture(leaves, 61, 97, 3);
  std::vector<float> level(static_cast<std::size_t>(p.seen), -1.0f);
  for (std::size_t i = 0; i < p.leaves.size(); ++i) {
    ASSERT_GE(p.leaves[i], 0);
    ASSERT_LT(p.leaves[i], p.seen);
    float& l = level[static_cast<std::size_t>(p.leaves[i])];
    if (l < 0) l = p.image.values()[i];
    EXPECT_EQ(l, p.image.values()[i]);
  }
  for (const float l : level) EXPECT_GE(l, 0.0f);  // every number is seen somewhere
  EXPECT_EQ(dead_leaves_picture(leaves, 1, 1, 3).seen, 1);
}

TEST(DeadLeaves, TheSameBitsEverywhere) {
  DeadLeaves leaves;
  leaves.noise = 0.01;
  EXPECT_EQ(hash_of<float>(patches_of(leaves, LeafKind::mini, 8, 200).values), 9636771666728625538ull);
  leaves.contrast = ContrastLaw::exponential;
  const LeafPicture p = dead_leaves_picture(leaves, 64, 80, 5);
  EXPECT_EQ(hash_of<std::int32_t>(p.leaves, hash_of(p.image.values())), 2591486347969952404ull);
}

TEST(DeadLeaves, TheTaskGivesPicturesAndPatches) {
  ModelStore models;
  const auto made = [&](const nlohmann::json& params) {
    auto task = create_task("dead_leaves", params, {}, models);
    task->step(INFINITY);
    return task;
  };
  const auto picture = made({{"height", 40}, {"width", 30}});
  EXPECT_EQ(picture->output("image").shape(), (Shape{1, 40, 30}));
  EXPECT_EQ(picture->output("labels").shape(), (Shape{1, 40, 30}));
  EXPECT_GT(picture->metrics().at("leaves"), 1);
  const auto sheet = made({{"kind", "mini"}, {"patch", 6}, {"count", 10}});
  const Tensor patches = sheet->output("patches");
  EXPECT_EQ(patches.shape(), (Shape{10, 6, 6}));
  float sum = 0;
  for (const float v : patches.as<float>().first(36)) sum += v;
  EXPECT_NEAR(sum, 0, 1e-5);
  EXPECT_SENTENCE(made({{"radius_min", 30}, {"radius_max", 20}}),
                  "The least radius, 30, is above the largest");
  EXPECT_SENTENCE(create_task("dead_leaves", nlohmann::json::object(), {{"image", Tensor()}}, models),
                  "has no input \"image\"");
}

}  // namespace
}  // namespace priorlab
