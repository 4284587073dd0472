#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "core/error.h"
#include "models/continuous/linear_em.h"
#include "models/continuous/plane_tasks.h"

namespace priorlab {
namespace {

constexpr std::size_t kWays = 3;  // exact, sampled, mean field
constexpr double kStrength[] = {1.5, 1.0};

TaskInfo info() {
  TaskInfo t;
  t.id = "linear_em";
  t.title = "Exact, sampled and mean-field EM";
  t.summary =
      "Learns the same two-latent linear-Gaussian model by EM with three E-steps: exact, Gibbs sampling, "
      "mean "
      "field.";
  t.unit = "iteration";
  t.source =
      "Dempster, Laird and Rubin, JRSS B 1977; Wei and Tanner, JASA 1990; Turner and Sahani, Two problems "
      "with "
      "variational expectation maximisation for time-series models, 2011";
  t.params = {
      number("angle", 40, 5, 90, "Angle",
             "Between the columns of W; at 90 degrees the latents' posterior is uncorrelated."),
      integer("samples", 10, 2, 500, "Samples", "Gibbs sweeps per point in a sampled E-step."),
      integer("rounds", 2, 1, 50, "Rounds", "Of coordinate ascent in a mean-field E-step."),
      number("noise", 0.5, 0.1, 2, "Noise", "Standard deviation of the noise of the points made here."),
      integer("points", 200, 2, 2000, "Points", "How many are made when none are given."),
      integer("iterations", 100, 1, 10000, "Iterations", "How many to do."),
      integer("seed", 1, 0, 2147483647, "Seed", "Of the points and of the samples."),
      integer("chosen", 0, 0, 4999, "Chosen point",
              "Whose posterior is told; the last one when there are fewer.")};
  t.params[0].unit = "degrees";
  t.params.back().live = true;
  t.inputs = {{"points", "(N, 2)",
               "Points to learn from; none: they are drawn from the model, with strengths 1.5 and 1.", true}};
  t.outputs = {
      {"points", "(N, 2)", "What is learned from."},
      {"curve", "(12, I + 1)",
       "By iterations, for exact, sampled and mean field in turn: log-likelihood, bound and gap in nats per "
       "point, and updates of latents so far. A bound or gap without a value is NaN."},
      {"parameters", "(4, 3)",
       "s_1, s_2 and sigma: those of exact, sampled and mean field, then those the points were made with (0 "
       "when they were given)."},
      {"posterior", "(6, 5)",
       "Of the chosen point, for each way the true posterior of its parameters and then its q: mean, and xx, "
       "xy, yy of the covariance."},
      {"draws", "(S, 2)", "Latents of the chosen point that the last sampled E-step drew."},
      {"columns", "(3, 4)", "Columns of W, one after the other, of exact, sampled and mean field."}};
  for (const char* way : {"exact", "sampled", "mean_field"}) {
    t.metrics.push_back({text_of("log_likelihood_", way), "nats", "Mean log p(x) over the points."});
    t.metrics.push_back({text_of("gap_", way), "nats", "Mean of KL(q(z) || p(z | x)) over the points."});
    t.metrics.push_back({text_of("cost_", way), "", "Updates of one latent of one point so far."});
  }
  t.metrics.push_back(
      {"best", "nats", "Log-likelihood of the Gaussian with the points' own moments: no model is above it."});
  return t;
}

class LinearEmTask final : public Task {
 public:
  LinearEmTask(const Params& p, std::vector<Vec2> given)
      : params_(p), points_(std::move(given)), made_(points_.empty()) {
    if (made_) {
      LinearModel2 truth;
      set_angle(truth, p.number("angle"));
      truth.strength[0] = kStrength[0];
      truth.strength[1] = kStrength[1];
      truth.variance = p.number("noise") * p.number("noise");
      points_ = points_from(truth, p.integer("points"), seed());
    }
    for (const EStep step : {EStep::exact, EStep::sampled, EStep::mean_field}) {
      LinearEmOptions options;
      options.step = step;
      options.angle = p.number("angle");
      options.samples = p.integer("samples");
      options.rounds = p.integer("rounds");
      options.seed = seed();
      ways_.emplace_back(points_, options);
    }
    const Moments m = moments_of(points_);
    const WeightedGaussian best{1, m.mean, floored(m.covariance, LinearEmOptions{}.floor)};
    best_ = PlaneDensity(std::span(&best, 1)).mean_log_density(points_);
    merge();
  }

  void set(const Params& params, TensorMap inputs) override {
    if (!inputs.empty()) invalid("The points of \"linear_em\" stay as they are while it runs.");
    params_ = params;
  }

  Tensor output(const std::string& name, const Window& window) const override {
    if (window.y != 0 || window.x != 0 || window.height != 0 || window.width != 0)
      invalid("The outputs of \"linear_em\" are given whole.");
    std::vector<float> values;
    const auto add = [&](std::initializer_list<double> more) {
      for (const double v : more) values.push_back(static_cast<float>(v));
    };
    std::int64_t columns = 2;
    if (name == "points") {
      for (const Vec2 p : points_) add({p.x, p.y});
    } else if (name == "curve") {
      for (std::size_t row = 0; row < 4 * kWays; row++)
        for (const auto& all : curve_) add({all[row]});
      columns = static_cast<std::int64_t>(curve_.size());
    } else if (name == "parameters") {
      for (const LinearEm& way : ways_) add_parameters(add, way.model());
      add({made_ ? kStrength[0] : 0, made_ ? kStrength[1] : 0, made_ ? params_.number("noise") : 0});
      columns = 3;
    } else if (name == "posterior") {
      for (const LinearEm& way : ways_) {
        const Vec2 mean = way.model().posterior_mean(points_[chosen()]), m = way.means()[chosen()];
        const Sym2 cov = inverse(way.model().precision()), v = way.spread();
        add({mean.x, mean.y, cov.xx, cov.xy, cov.yy, m.x, m.y, v.xx, v.xy, v.yy});
      }
      columns = 5;
    } else if (name == "draws") {
      for (const Vec2 z : ways_[1].draws(chosen())) add({z.x, z.y});
    } else if (name == "columns") {
      for (const LinearEm& way : ways_) {
        const Vec2 a = way.model().column(0), b = way.model().column(1);
        add({a.x, a.y, b.x, b.y});
      }
      columns = 4;
    } else {
      invalid("There is no output \"", name,
              "\"; there are points, curve, parameters, posterior, draws, columns.");
    }
    return Tensor::from<float>({static_cast<std::int64_t>(values.size()) / columns, columns},
                               std::span<const float>(values));
  }

  Metrics metrics() const override {
    Metrics m = {{"best", best_}};
    const char* names[] = {"exact", "sampled", "mean_field"};
    for (std::size_t w = 0; w < kWays; w++) {
      m[text_of("log_likelihood_", names[w])] = ways_[w].log_likelihood();
      m[text_of("cost_", names[w])] = ways_[w].cost();
      if (const auto gap = ways_[w].gap()) m[text_of("gap_", names[w])] = *gap;
    }
    return m;
  }

 protected:
  int units() const override { return params_.integer("iterations"); }
  int blocks() const override { return static_cast<int>(kWays); }
  void run_block(int way) override { ways_[static_cast<std::size_t>(way)].iterate(); }
  void merge() override {
    std::array<double, 4 * kWays> all{};
    for (std::size_t w = 0; w < kWays; w++) {
      const double none = std::numeric_limits<double>::quiet_NaN();
      all[4 * w] = ways_[w].log_likelihood();
      all[4 * w + 1] = ways_[w].bound().value_or(none);
      all[4 * w + 2] = ways_[w].gap().value_or(none);
      all[4 * w + 3] = ways_[w].cost();
    }
    curve_.push_back(all);
  }

 private:
  std::uint64_t seed() const { return static_cast<std::uint64_t>(params_.number("seed")); }
  std::size_t chosen() const {
    return std::min(static_cast<std::size_t>(params_.integer("chosen")), points_.size() - 1);
  }
  // Strengths without their signs: turning both a latent and its column around changes nothing.
  template <class Add>
  static void add_parameters(const Add& add, const LinearModel2& m) {
    add({std::abs(m.strength[0]), std::abs(m.strength[1]), std::sqrt(m.variance)});
  }

  Params params_;
  std::vector<Vec2> points_;
  bool made_;
  std::vector<LinearEm> ways_;
  double best_ = 0;
  std::vector<std::array<double, 4 * kWays>> curve_;
};

std::unique_ptr<Task> create(const Params& params, TensorMap inputs, ModelStore&, const Safetensors* state) {
  if (state) invalid("The task \"linear_em\" cannot be resumed from a saved state.");
  std::vector<Vec2> points;
  for (const auto& [name, tensor] : inputs) {
    if (name != "points") invalid("The task \"linear_em\" has no input \"", name, "\"; it takes points.");
    points = points_of(tensor);
  }
  return std::make_unique<LinearEmTask>(params, std::move(points));
}

}  // namespace

const TaskFactory linear_em_task{info, create};

}  // namespace priorlab
