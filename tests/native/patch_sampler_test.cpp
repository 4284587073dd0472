#include "models/patches/patch_sampler.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "core/parallel_for.h"
#include "errors.h"
#include "hash.h"
#include "models/gmm/gmm.h"
#include "ops/dct_basis.h"
#include "patch_mixture.h"
#include "registry.h"

namespace priorlab {
namespace {

using nlohmann::json;

struct Draws {
  std::vector<std::int32_t> component;
  std::vector<float> patches;
};

Draws draws_of(const PatchSampler& sampler, std::size_t count, int component, std::uint64_t first = 0,
               float temperature = 1) {
  Draws d{std::vector<std::int32_t>(count, component),
          std::vector<float>(count * static_cast<std::size_t>(sampler.pixels()))};
  sampler.draw(9, first, temperature, d.component, d.patches);
  return d;
}

// Sample covariance of patches (count, pixels) in the DCT basis, and the largest distance to `expected` in
// standard errors of its entries.
double worst_error(const Draws& d, int side, const Eigen::MatrixXd& expected) {
  const DctBasis basis(side);
  const auto n = static_cast<std::size_t>(basis.dims()), count = d.component.size(),
             stride = static_cast<std::size_t>(basis.stride());
  std::vector<float> z(count * stride);
  basis.analyse(d.patches, z);
  Eigen::MatrixXd s = Eigen::MatrixXd::Zero(basis.dims(), basis.dims());
  for (std::size_t i = 0; i < count; ++i)
    for (std::size_t a = 0; a < n; ++a)
      for (std::size_t b = 0; b < n; ++b)
        s(static_cast<Eigen::Index>(a), static_cast<Eigen::Index>(b)) +=
            static_cast<double>(z[i * stride + a]) * static_cast<double>(z[i * stride + b]);
  s /= static_cast<double>(count);
  double worst = 0;
  for (Eigen::Index a = 0; a < s.rows(); ++a)
    for (Eigen::Index b = 0; b < s.rows(); ++b) {
      const double error = std::sqrt((expected(a, a) * expected(b, b) + expected(a, b) * expected(a, b)) /
                                     static_cast<double>(count));
      worst = std::max(worst, std::abs(s(a, b) - expected(a, b)) / error);
    }
  return worst;
}

TEST(PatchSampler, TheSampleCovarianceConvergesToTheComponents) {
  const Safetensors file = test::patch_mixture_file(4, 3);
  const PatchSampler sampler = PatchSampler::from(file);
  const GaussianMixture mixture = GaussianMixture::from(file);
  for (int k = 0; k < 3; ++k) {
    const Eigen::MatrixXd& s = mixture.covariances()[static_cast<std::size_t>(k)];
    // 120 entries, each within five of its standard errors at every size: the error falls as 1 / sqrt(count).
    for (const std::size_t count : {500u, 8000u, 60000u})
      EXPECT_LT(worst_error(draws_of(sampler, count, k), 4, s), 5.0) << k << " " << count;
    EXPECT_LT(worst_error(draws_of(sampler, 8000, k, 0, 0.5f), 4, 0.25 * s), 5.0);
    // The measure is sharp enough to tell a covariance that is five hundredths too large.
    EXPECT_GT(worst_error(draws_of(sampler, 60000, k), 4, 1.05 * s), 5.0);
  }
}

TEST(PatchSampler, ComponentsComeAsOftenAsTheyWeigh) {
  const Safetensors file = test::patch_mixture_file(3, 5);
  const GaussianMixture mixture = GaussianMixture::from(file);
  const Draws d = draws_of(PatchSampler::from(file), 50000, -1);
  std::vector<double> seen(5);
  for (const std::int32_t k : d.component) ++seen[static_cast<std::size_t>(k)];
  for (std::size_t k = 0; k < 5; ++k) {
    const double w = std::exp(mixture.log_weights()[k]);
    EXPECT_NEAR(seen[k] / 50000, w, 4 * std::sqrt(w * (1 - w) / 50000)) << k;
  }
}

TEST(PatchSampler, TheTwinGivesTheSameBits) {
  for (const int side : {2, 3, 5, 8}) {
    const PatchSampler sampler = PatchSampler::from(test::patch_mixture_file(side, 6));
    for (const int component : {-1, 2}) {
      const Draws fast = draws_of(sampler, 101, component, 77, 1.3f);
      Draws plain{std::vector<std::int32_t>(101, component), std::vector<float>(fast.patches.size())};
      sampler.draw_plain(9, 77, 1.3f, plain.component, plain.patches);
      EXPECT_EQ(plain.component, fast.component);
      EXPECT_EQ(plain.patches, fast.patches) << side;
    }
  }
}

TEST(PatchSampler, TheSameBitsEverywhere) {
  const Draws d = draws_of(PatchSampler::from(test::patch_mixture_file(8, 12)), 300, -1);
  EXPECT_EQ(hash_of<float>(d.patches, hash_of<std::int32_t>(d.component)), 9043710460680801120ull);
}

TEST(PatchSampler, TheShippedMixtureDrawsTheSameBitsEverywhere) {
  std::ifstream in("shared/models/gmm/gmm.safetensors", std::ios::binary);
  if (!in) GTEST_SKIP() << "shared/models/gmm is not here";
  const std::vector<char> bytes{std::istreambuf_iterator<char>(in), {}};
  const PatchSampler sampler = PatchSampler::from(read_safetensors(std::as_bytes(std::span(bytes))));
  const Draws d = draws_of(sampler, 300, -1);
  // A model that is trained anew gets a new constant.
  EXPECT_EQ(hash_of<float>(d.patches, hash_of<std::int32_t>(d.component)), 10723740356582033530ull);
}

class GmmTasks : public testing::Test {
 protected:
  GmmTasks() {
    models_.put("small", write_safetensors(test::patch_mixture_file(4, 3)));
    models_.put("gmm", write_safetensors(test::patch_mixture_file(8, 12)));
  }
  std::unique_ptr<Task> ran(const std::string& id, const json& params, TensorMap inputs = {}) {
    auto task = create_task(id, params, std::move(inputs), models_);
    while (!task->step(INFINITY).done) {
    }
    return task;
  }
  static std::vector<float> values(const Task& task, const std::string& name) {
    const Tensor t = task.output(name);
    return {t.as<float>().begin(), t.as<float>().end()};
  }
  ModelStore models_;
};

TEST_F(GmmTasks, APatchDependsOnItsNumberAndTheSeedAlone) {
  const auto all = values(*ran("gmm", {{"count", 1300}, {"seed", 4}}), "patches");
  const auto some = values(*ran("gmm", {{"count", 50}, {"first", 1201}, {"seed", 4}}), "patches");
  EXPECT_TRUE(std::equal(some.begin(), some.end(), all.begin() + 1201 * 64));
  EXPECT_NE(values(*ran("gmm", {{"count", 1300}, {"seed", 5}}), "patches"), all);
  const int threads = thread_count();
  set_thread_count(1);
  EXPECT_EQ(values(*ran("gmm", {{"count", 1300}, {"seed", 4}}), "patches"), all);
  set_thread_count(threads);
}

TEST_F(GmmTasks, LogDensitiesAreThoseOfTheDefinition) {
  const auto task = ran("gmm", {{"model", "small"}, {"count", 40}});
  const auto patches = values(*task, "patches"), density = values(*task, "log_density");
  const GaussianMixture mixture = GaussianMixture::from(*models_.file("small"));
  const DctBasis basis(4);
  std::vector<float> z(40 * 16);
  basis.analyse(patches, z);
  for (std::size_t i = 0; i < 40; ++i)
    EXPECT_NEAR(density[i], mixture.log_density_plain(std::span(z).subspan(16 * i, 16)), 2e-3);
  for (const float c : values(*ran("gmm", {{"component", 3}, {"count", 20}}), "component")) EXPECT_EQ(c, 3);
}

TEST_F(GmmTasks, ComponentsAreDescribed) {
  const auto task = ran("gmm_components", {{"model", "small"}, {"leading", 15}});
  const auto weight = values(*task, "weight"), eigenvalues = values(*task, "eigenvalues"),
             vectors = values(*task, "vectors"), contrast = values(*task, "contrast"),
             edgeness = values(*task, "edgeness");
  EXPECT_EQ(task->output("vectors").shape(), (Shape{3, 15, 4, 4}));
  EXPECT_EQ(task->metrics().at("components"), 3);
  const GaussianMixture mixture = GaussianMixture::from(*models_.file("small"));
  const DctBasis basis(4);
  float sum = 0;
  for (std::size_t k = 0; k < 3; ++k) {
    sum += weight[k];
    // All eigenvectors with their eigenvalues make up the covariance again, in pixels.
    Eigen::MatrixXd b(15, 16), made = Eigen::MatrixXd::Zero(16, 16);
    for (int j = 0; j < 15; ++j)
      for (int p = 0; p < 16; ++p) b(j, p) = static_cast<double>(basis.at(j, p));
    for (std::size_t j = 0; j < 15; ++j) {
      const Eigen::Map<const Eigen::VectorXf> v(vectors.data() + (k * 15 + j) * 16, 16);
      made += static_cast<double>(eigenvalues[k * 15 + j]) * (v * v.transpose()).cast<double>();
      EXPECT_NEAR(v.norm(), 1, 1e-5);
      EXPECT_EQ(v.cwiseAbs().maxCoeff(), v.maxCoeff());
      EXPECT_LE(eigenvalues[k * 15 + j], eigenvalues[k * 15 + (j > 0 ? j - 1 : 0)]);
    }
    const Eigen::MatrixXd s = b.transpose() * mixture.covariances()[k] * b;
    EXPECT_LT((made - s).norm(), 1e-4 * s.norm());
    EXPECT_NEAR(contrast[k], std::sqrt(s.trace() / 16), 1e-5);
    EXPECT_GE(edgeness[k], 0);
    EXPECT_LE(edgeness[k], 1);
  }
  EXPECT_NEAR(sum, 1, 1e-5);
}

TEST_F(GmmTasks, ASlideIsAStepAlongEigenvectors) {
  const auto components = ran("gmm_components", {{"model", "small"}, {"leading", 3}});
  const auto l = values(*components, "eigenvalues"), v = values(*components, "vectors");
  const std::vector<float> at = {1.5f, -2.0f, 0.25f};
  const auto slide = ran("gmm_slide", {{"model", "small"}, {"component", 1}},
                         {{"coordinates", Tensor::from<float>({3}, std::span<const float>(at))}});
  const auto patch = values(*slide, "patch");
  for (std::size_t p = 0; p < 16; ++p) {
    double expected = 0;
    for (std::size_t j = 0; j < 3; ++j)
      expected +=
          static_cast<double>(at[j] * v[(3 + j) * 16 + p]) * std::sqrt(static_cast<double>(l[15 + j]));
    EXPECT_NEAR(patch[p], expected, 1e-6);
  }
  const DctBasis basis(4);
  std::vector<float> z(16);
  basis.analyse(patch, z);
  EXPECT_NEAR(slide->metrics().at("log_density"),
              GaussianMixture::from(*models_.file("small")).log_density_plain(z), 2e-3);
}

TEST_F(GmmTasks, BadInputEndsInASentence) {
  const auto coordinates = [](std::vector<float> c) {
    return TensorMap{{"coordinates",
                      Tensor::from<float>({static_cast<std::int64_t>(c.size())}, std::span<const float>(c))}};
  };
  EXPECT_SENTENCE(ran("gmm", {{"component", 12}}), "has components 0 to 11; 12 came");
  EXPECT_SENTENCE(ran("gmm", {{"model", "none"}}), "none");
  EXPECT_SENTENCE(ran("gmm", {{"count", 4097}}), "count");
  EXPECT_SENTENCE(ran("gmm", json::object(), coordinates({1})), "has no input \"coordinates\"");
  EXPECT_SENTENCE(ran("gmm", json::object())->output("samples"), "has no output \"samples\"");
  EXPECT_SENTENCE(ran("gmm_components", {{"model", "small"}, {"leading", 16}}),
                  "15 eigenvectors; 16 were asked");
  EXPECT_SENTENCE(ran("gmm_slide", json::object()), "needs the input \"coordinates\"");
  EXPECT_SENTENCE(ran("gmm_slide", {{"model", "small"}}, coordinates(std::vector<float>(16))),
                  "from 1 to 15; (16) came");
  EXPECT_SENTENCE(ran("gmm_slide", json::object(), coordinates({NAN})), "from -100 to 100");
  EXPECT_SENTENCE(ran("gmm_slide", {{"component", 12}}, coordinates({1})), "has components 0 to 11");
}

}  // namespace
}  // namespace priorlab
