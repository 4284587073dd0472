#include "models/continuous/plane_tasks.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/error.h"
#include "models/continuous/mixture_2d.h"
#include "models/continuous/ppca.h"
#include "models/continuous/vae_2d.h"
#include "ops/elementary.h"

namespace priorlab {
namespace {

constexpr int kWeighed = 10;  // samples of the importance-weighted bound
constexpr int kElboPairs = 32;
constexpr int kLots = 6000;              // of weighed samples, over all points
constexpr double kMostUnit = 1'000'000;  // points times samples times steps: about a second
constexpr double kPathReach = 3;
constexpr int kPathPoints = 121;

// What is told of a model after each unit, nats per point: log-likelihood and two bounds.
using Figures = std::array<double, 3>;

// A density that learns, as the task sees it.
class PlaneModel {
 public:
  virtual ~PlaneModel() = default;
  virtual void advance() = 0;  // one unit
  virtual Figures figures() const = 0;
  virtual std::vector<WeightedGaussian> density() const = 0;  // p(x), all of it
  virtual std::vector<WeightedGaussian> shown() const = 0;
  virtual std::vector<double> explained() const = 0;  // (N, columns)
  // mu(z) for z from -3 to 3; none where there is no single latent.
  virtual std::vector<Vec2> path() const { return {}; }
  virtual void more_metrics(Metrics&) const {}
};

double path_latent(int i) { return kPathReach * (2.0 * i / (kPathPoints - 1) - 1); }

class MixtureModel final : public PlaneModel {
 public:
  MixtureModel(std::vector<Vec2> points, const Params& p)
      : em_(std::move(points), p.integer("components"), p.number("floor"),
            static_cast<std::uint64_t>(p.number("seed"))) {}
  void advance() override { em_.iterate(); }
  Figures figures() const override {
    return {em_.log_likelihood(), em_.bound_after_e(), em_.bound_after_m()};
  }
  std::vector<WeightedGaussian> density() const override {
    return {em_.components().begin(), em_.components().end()};
  }
  std::vector<WeightedGaussian> shown() const override { return density(); }
  std::vector<double> explained() const override {
    return {em_.responsibilities().begin(), em_.responsibilities().end()};
  }

 private:
  Mixture2d em_;
};

class PpcaModel final : public PlaneModel {
 public:
  PpcaModel(std::vector<Vec2> points, const Params& p)
      : points_(std::move(points)),
        closed_(p.text("solver") == "closed"),
        em_(points_, p.number("floor"), static_cast<std::uint64_t>(p.number("seed"))),
        best_(ppca_closed_form(moments_of(points_), p.number("floor"))) {}
  void advance() override {
    solved_ = closed_;
    if (!closed_) em_.iterate();
  }
  Figures figures() const override {
    if (!solved_) return {em_.log_likelihood(), em_.bound_after_e(), em_.bound_after_m()};
    const WeightedGaussian all = gaussian();
    const double l = PlaneDensity(std::span(&all, 1)).mean_log_density(points_);
    return {l, l, l};
  }
  std::vector<WeightedGaussian> density() const override { return {gaussian()}; }
  // p(x given z) for latents between -2.5 and 2.5, as a VAE shows them.
  std::vector<WeightedGaussian> shown() const override {
    std::vector<WeightedGaussian> all;
    const PpcaParameters& p = parameters();
    double sum = 0;
    for (int i = 0; i < 21; i++) {
      const double z = 2.5 * (i / 10.0 - 1), weight = elementary::exp(-0.5 * z * z);
      all.push_back({weight, at(z), {p.variance, 0, p.variance}});
      sum += weight;
    }
    for (WeightedGaussian& g : all) g.weight /= sum;
    return all;
  }
  std::vector<double> explained() const override {
    std::vector<double> all;
    for (const Vec2 x : points_) {
      const LatentPosterior q = ppca_posterior(parameters(), x);
      all.insert(all.end(), {q.mean, q.deviation});
    }
    return all;
  }
  std::vector<Vec2> path() const override {
    std::vector<Vec2> all;
    for (int i = 0; i < kPathPoints; i++) all.push_back(at(path_latent(i)));
    return all;
  }
  void more_metrics(Metrics& m) const override {
    const PpcaParameters& p = parameters();
    m["noise"] = std::sqrt(p.variance);
    m["length"] = std::sqrt(dot(p.direction, p.direction));
    const WeightedGaussian best{1, best_.mean, best_.covariance()};
    m["best"] = PlaneDensity(std::span(&best, 1)).mean_log_density(points_);
  }

 private:
  const PpcaParameters& parameters() const { return solved_ ? best_ : em_.parameters(); }
  WeightedGaussian gaussian() const { return {1, parameters().mean, parameters().covariance()}; }
  Vec2 at(double z) const {
    const PpcaParameters& p = parameters();
    return {p.mean.x + z * p.direction.x, p.mean.y + z * p.direction.y};
  }

  std::vector<Vec2> points_;
  bool closed_, solved_ = false;
  PpcaEm em_;
  PpcaParameters best_;
};

class VaeModel final : public PlaneModel {
 public:
  VaeModel(std::vector<Vec2> points, const Params& p)
      : seed_(static_cast<std::uint64_t>(p.number("seed"))),
        rate_(p.number("rate")),
        steps_(p.integer("steps")),
        samples_(p.integer("samples")),
        lots_(std::max(1, kLots / static_cast<int>(points.size()))),
        vae_(checked(std::move(points), steps_, samples_),
             {p.integer("latents"), p.integer("hidden"), p.text("mean") == "linear",
              p.text("variance") == "own"},
             p.number("floor"), seed_) {}
  void advance() override {
    for (int i = 0; i < steps_; i++) vae_.step(rate_, samples_);
  }
  // Bounds by one set of normals, the same at each unit, so that curves move by what is learned alone.
  Figures figures() const override {
    return {vae_.log_likelihood(), vae_.elbo_estimate(kElboPairs, seed_),
            vae_.importance_bound(kWeighed, lots_, seed_)};
  }
  std::vector<WeightedGaussian> density() const override { return vae_.nodes(); }
  std::vector<WeightedGaussian> shown() const override { return vae_.shown(); }
  std::vector<double> explained() const override {
    std::vector<double> mean, deviation, all;
    vae_.encode(mean, deviation);
    const auto l = static_cast<std::size_t>(vae_.shape().latents);
    for (std::size_t i = 0; i < mean.size(); i += l) {
      all.insert(all.end(), mean.begin() + static_cast<std::ptrdiff_t>(i),
                 mean.begin() + static_cast<std::ptrdiff_t>(i + l));
      all.insert(all.end(), deviation.begin() + static_cast<std::ptrdiff_t>(i),
                 deviation.begin() + static_cast<std::ptrdiff_t>(i + l));
    }
    return all;
  }
  std::vector<Vec2> path() const override {
    std::vector<Vec2> all;
    if (vae_.shape().latents != 1) return all;
    for (int i = 0; i < kPathPoints; i++) {
      const double z = path_latent(i);
      all.push_back(vae_.decode(std::span(&z, 1)).mean);
    }
    return all;
  }
  void more_metrics(Metrics& m) const override { m["steps"] = vae_.steps(); }

 private:
  // A unit is one block, after which alone a run can pause.
  static std::vector<Vec2> checked(std::vector<Vec2> points, int steps, int samples) {
    if (static_cast<double>(points.size()) * steps * samples > kMostUnit)
      invalid("An iteration of ", steps, " steps with ", samples, " samples of ", points.size(),
              " points takes too long; points times samples times steps may be 1000000.");
    return points;
  }

  std::uint64_t seed_;
  double rate_;
  int steps_, samples_, lots_;
  Vae2d vae_;
};

// ---- The task around any of them

class PlaneTask final : public Task {
 public:
  PlaneTask(const Params& p, std::unique_ptr<PlaneModel> model, int units, int points)
      : model_(std::move(model)), units_(units), points_(points), map_{p.number("left"),
                                                                       p.number("right"),
                                                                       p.number("bottom"),
                                                                       p.number("top"),
                                                                       p.integer("columns"),
                                                                       p.integer("rows")} {
    if (!(map_.right > map_.left && map_.top > map_.bottom))
      invalid("The map has its left edge left of its right one and its bottom below its top; ", map_.left,
              " to ", map_.right, " and ", map_.bottom, " to ", map_.top, " came.");
    record();
  }

  Tensor output(const std::string& name, const Window& window) const override {
    if (window.y != 0 || window.x != 0 || window.height != 0 || window.width != 0)
      invalid("The outputs of points in the plane are given whole.");
    if (name == "log_density") return log_density_map(PlaneDensity(model_->density()), map_);
    std::vector<float> values;
    const auto add = [&](std::initializer_list<double> more) {
      for (const double v : more) values.push_back(static_cast<float>(v));
    };
    std::int64_t columns = 2;
    if (name == "ellipses") {
      for (const auto& [weight, mean, c] : model_->shown()) add({weight, mean.x, mean.y, c.xx, c.xy, c.yy});
      columns = 6;
    } else if (name == "explained") {
      for (const double v : model_->explained()) add({v});
      columns = static_cast<std::int64_t>(values.size()) / points_;
    } else if (name == "path") {
      for (const Vec2 p : model_->path()) add({p.x, p.y});
    } else if (name == "curve") {
      for (std::size_t row = 0; row < 3; row++)
        for (const Figures& f : curve_) add({f[row]});
      columns = static_cast<std::int64_t>(curve_.size());
    } else {
      invalid("There is no output \"", name, "\"; there are log_density, ellipses, explained, path, curve.");
    }
    return Tensor::from<float>({static_cast<std::int64_t>(values.size()) / columns, columns},
                               std::span<const float>(values));
  }

  Metrics metrics() const override {
    const Figures& f = curve_.back();
    Metrics m = {{"log_likelihood", f[0]},
                 {"bound", f[1]},
                 {"other_bound", f[2]},
                 {"points", static_cast<double>(points_)}};
    model_->more_metrics(m);
    return m;
  }

 protected:
  int units() const override { return units_; }
  int blocks() const override { return 1; }
  void run_block(int) override { model_->advance(); }
  void merge() override { record(); }

 private:
  void record() { curve_.push_back(model_->figures()); }

  std::unique_ptr<PlaneModel> model_;
  int units_, points_;
  PlaneMap map_;
  std::vector<Figures> curve_;
};

// Parameters, input and outputs that all three have.
TaskInfo shared_info(const std::string& id, int iterations, const std::string& explained,
                     const std::string& bound, const std::string& other_bound) {
  TaskInfo t;
  t.id = id;
  t.unit = "iteration";
  t.params = {number("floor", 0.001, 1e-6, 1, "Floor", "No variance is below it."),
              integer("iterations", iterations, 1, 10000, "Iterations", "How many to do."),
              integer("seed", 1, 0, 2147483647, "Seed", "Of where learning starts, and of its samples."),
              number("left", -4, -1e4, 1e4, "Left", "Edge of the map."),
              number("right", 4, -1e4, 1e4, "Right", "Edge of the map."),
              number("bottom", -3, -1e4, 1e4, "Bottom", "Edge of the map."),
              number("top", 3, -1e4, 1e4, "Top", "Edge of the map."),
              integer("columns", 96, 1, 512, "Columns", "Cells of the map across."),
              integer("rows", 72, 1, 512, "Rows", "Cells of the map down.")};
  t.inputs = {{"points", "(N, 2)", "x and y of the points, at most 5000."}};
  t.outputs = {
      {"log_density", "(rows, columns)",
       "log p(x) in nats at the centres of the map's cells; the first row is at the top."},
      {"ellipses", "(E, 6)", "Gaussians to draw: weight, mean x, mean y, and xx, xy, yy of the covariance."},
      {"explained", "(N, C)", explained},
      {"path", "(M, 2)", "Means of p(x | z) for 121 latents z from -3 to 3; empty without a single latent."},
      {"curve", "(3, I + 1)",
       "Log-likelihood, bound and other bound after 0, 1, 2, ... iterations, nats per point."}};
  t.metrics = {{"log_likelihood", "nats", "Mean of log p(x) over the points."},
               {"bound", "nats", bound},
               {"other_bound", "nats", other_bound},
               {"points", "", "How many points."}};
  return t;
}

// The points and nothing else.
std::vector<Vec2> take_points(const TensorMap& inputs, const Safetensors* state, const std::string& task) {
  if (state) invalid("The task \"", task, "\" cannot be resumed from a saved state.");
  for (const auto& [name, tensor] : inputs)
    if (name != "points") invalid("The task \"", task, "\" has no input \"", name, "\"; it takes points.");
  const auto given = inputs.find("points");
  if (given == inputs.end()) invalid("The task \"", task, "\" needs the input \"points\".");
  return points_of(given->second);
}

template <class Model>
std::unique_ptr<Task> plane_task(const Params& p, const TensorMap& inputs, const Safetensors* state,
                                 const std::string& id, int units) {
  std::vector<Vec2> points = take_points(inputs, state, id);
  const int count = static_cast<int>(points.size());
  return std::make_unique<PlaneTask>(p, std::make_unique<Model>(std::move(points), p), units, count);
}

const std::string kAfterE = "Lower bound after the E-step, which touches the log-likelihood, per point.";
const std::string kAfterM = "Lower bound after the M-step, before the responsibilities follow, per point.";

TaskInfo mixture_info() {
  TaskInfo t =
      shared_info("mixture_2d", 60, "Responsibilities: p(k | x) of every component.", kAfterE, kAfterM);
  t.title = "A mixture of Gaussians in the plane";
  t.summary = "Learns a finite mixture of Gaussians from points in the plane by expectation maximisation.";
  t.source = "Dempster, Laird and Rubin, JRSS B 1977";
  t.params.insert(t.params.begin(), integer("components", 3, 1, 20, "Components",
                                            "How many Gaussians; more than points will do."));
  t.params[0].symbol = "K";
  return t;
}
std::unique_ptr<Task> create_mixture(const Params& p, TensorMap inputs, ModelStore&,
                                     const Safetensors* state) {
  return plane_task<MixtureModel>(p, inputs, state, "mixture_2d", p.integer("iterations"));
}

TaskInfo ppca_info() {
  TaskInfo t = shared_info("ppca", 60, "Mean and deviation of p(z | x).", kAfterE, kAfterM);
  t.title = "Probabilistic PCA in the plane";
  t.summary = "Learns one direction and the noise around it from points in the plane, at once or by EM.";
  t.source = "Tipping and Bishop, Probabilistic principal component analysis, JRSS B 1999";
  t.params.insert(t.params.begin(),
                  choice("solver", "em", {{"em", "EM"}, {"closed", "closed form"}}, "Solver",
                         "Iterations of EM, or the maximum of the likelihood at once."));
  t.metrics.push_back({"noise", "", "Standard deviation sigma around the line."});
  t.metrics.push_back({"length", "", "Length of w: standard deviation along the line without the noise."});
  t.metrics.push_back({"best", "nats", "Log-likelihood of the closed form, per point."});
  return t;
}
std::unique_ptr<Task> create_ppca(const Params& p, TensorMap inputs, ModelStore&, const Safetensors* state) {
  const int units = p.text("solver") == "closed" ? 1 : p.integer("iterations");
  return plane_task<PpcaModel>(p, inputs, state, "ppca", units);
}

TaskInfo vae_info() {
  TaskInfo t = shared_info("vae_2d", 200, "Means of q(z | x) of all latents, then their deviations.",
                           "ELBO: estimated with 64 samples of q per point, the same normals each time.",
                           "Importance-weighted bound of 10 samples per point, a mean over many such lots.");
  t.title = "A variational autoencoder in the plane";
  t.summary =
      "Learns a continuous mixture of Gaussians N(mu(z), diag sigma^2(z)) from points in the plane, by "
      "gradients of the ELBO.";
  t.source =
      "Kingma and Welling, Auto-encoding variational Bayes, ICLR 2014; Burda, Grosse and Salakhutdinov, ICLR "
      "2016";
  const std::vector<ParamSpec> own = {
      choice("mean", "nonlinear", {{"nonlinear", "nonlinear"}, {"linear", "linear"}}, "Mean",
             "How mu depends on z, and q on x: through tanh units, or linearly."),
      choice("variance", "own", {{"own", "depends on z"}, {"fixed", "one for all"}}, "Variance",
             "Of x given z: sigma^2(z), or one learned number."),
      integer("latents", 1, 1, 2, "Latents", "Dimensions of z."),
      integer("hidden", 16, 1, 64, "Hidden units",
              "Of encoder and decoder each; none where the mean is linear."),
      number("rate", 0.02, 1e-5, 1, "Rate", "Of Adam; it falls as 1 / (1 + steps / 1000)."),
      integer("samples", 4, 1, 64, "Samples", "Latents drawn for each point at every step."),
      integer("steps", 20, 1, 1000, "Steps", "Of Adam in an iteration, each on all points.")};
  t.params.insert(t.params.begin(), own.begin(), own.end());
  t.metrics.push_back({"steps", "", "Steps of Adam done."});
  return t;
}
std::unique_ptr<Task> create_vae(const Params& p, TensorMap inputs, ModelStore&, const Safetensors* state) {
  return plane_task<VaeModel>(p, inputs, state, "vae_2d", p.integer("iterations"));
}

}  // namespace

const TaskFactory mixture_2d_task{mixture_info, create_mixture};
const TaskFactory ppca_task{ppca_info, create_ppca};
const TaskFactory vae_2d_task{vae_info, create_vae};

}  // namespace priorlab
