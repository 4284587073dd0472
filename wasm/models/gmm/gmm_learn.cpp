#include "models/gmm/gmm_learn.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <optional>

#include "core/error.h"
#include "core/image.h"
#include "core/text.h"
#include "models/gmm/gmm.h"
#include "models/gmm/gmm_em.h"
#include "models/patches/patch_data.h"
#include "models/patches/patch_outputs.h"

namespace priorlab {
namespace {

constexpr int kMostBlocks = 16;     // of an iteration: so many threads can share it
constexpr int kLeastPatches = 512;  // of a block
constexpr int kShown = 64;          // patches that the output "patches" gives

std::size_t at(int i) { return static_cast<std::size_t>(i); }

TaskInfo info() {
  TaskInfo t;
  t.id = "gmm_learn";
  t.title = "Learning a patch mixture";
  t.summary =
      "Learns a mixture of zero-mean Gaussians by expectation maximisation from patches of a picture or of "
      "dead leaves.";
  t.unit = "iteration";
  t.source =
      "Dempster, Laird and Rubin, JRSS B 1977; Zoran and Weiss, Natural images, Gaussian mixtures and dead "
      "leaves, NIPS 2012";
  t.params = {
      choice("source", "image", {{"image", "picture or patches"}, {"leaves", "dead leaves"}}, "Source",
             "What is learned from: the input given, or dead leaves made here."),
      integer("components", 8, 1, 64, "Components", "How many Gaussians."),
      integer("patch", 8, 4, 12, "Patch", "Side of the patches taken from a picture or made."),
      integer("count", 20000, 100, 200000, "Patches", "At most so many patches, those kept out among them."),
      number("held_out", 0.2, 0, 0.5, "Held out", "Share of the patches that is only measured on."),
      number("floor", 1e-6, 1e-7, 0.01, "Floor", "No eigenvalue of a covariance is below it."),
      integer("iterations", 0, 0, 10000, "Iterations", "How many to do; 0 goes on without end."),
      integer("leading", 6, 1, 15, "Eigenvectors", "How many of each component are given out."),
      integer("seed", 1, 0, 2147483647, "Seed", "Of the choice of patches and of the first components."),
      choice("leaves", "mini",
             {{"mini", "flat and edge patches"},
              {"flat", "flat patches"},
              {"edge", "edge patches"},
              {"image", "a picture of discs"}},
             "Dead leaves", "What source leaves makes; the picture has 512x512 pixels.")};
  t.params[1].symbol = "K";
  t.params[2].unit = "pixels";
  t.params[5].unit = "(grey level)^2";
  for (ParamSpec& p : dead_leaves_params()) t.params.push_back(std::move(p));
  t.inputs = {{"image", "(C, H, W)", "The picture to learn from, made grey.", true},
              {"patches", "(N, S, S)", "Patches to learn from instead, on the [0,1] scale.", true}};
  t.outputs = component_outputs();
  t.outputs.push_back({"patches", "(M, S, S)", "Some of the patches learned from, their means taken away."});
  t.outputs.push_back(
      {"curve", "(2, E)",
       "Mean log-likelihood of the mixture that each iteration started from: of the patches learned from in "
       "the first row, of those kept out in the second (0 without any), nats per patch."});
  t.metrics = {{"iteration", "", "Iterations done."},
               {"log_likelihood", "nats",
                "Mean log p of a patch learned from, in the DC-free orthonormal basis, under the mixture "
                "that the last "
                "iteration started from."},
               {"held_out", "nats", "The same of the patches kept out."},
               {"patches", "", "Patches learned from."},
               {"held_out_patches", "", "Patches kept out."}};
  return t;
}

// What a block leaves behind: sums over its patches, in f32 as they travel.
struct Sums {
  double log_likelihood = 0, held_out = 0;
  std::vector<double> weight;  // (K)
  std::vector<float> second;   // (K, dims (dims + 1) / 2), lower triangles by rows
};

class GmmLearnTask final : public Task {
 public:
  GmmLearnTask(const Params& params, const TensorMap& inputs, const Safetensors* state)
      : params_(params), side_(params.integer("patch")) {
    take_data(inputs);
    const DctBasis basis(side_);
    stride_ = at(basis.stride());
    const int components = params.integer("components"), learned = static_cast<int>(count(data_.training));
    if (learned < components)
      invalid("A mixture of ", components, " components needs at least as many patches; there ",
              learned == 1 ? "is " : "are ", learned, ".");
    training_winner_.assign(count(data_.training), -1);
    held_out_winner_.assign(count(data_.held_out), -1);
    blocks_ = std::clamp(learned / kLeastPatches, 1, kMostBlocks);
    sums_.resize(at(blocks_));
    const Eigen::MatrixXd overall = second_moments(basis.dims(), data_.training);
    log_weights_.assign(at(components), -std::log(static_cast<double>(components)));
    options_.floor = params.number("floor");
    if (state)
      resume(*state, basis.dims());
    else
      covariances_ = first_covariances(data_.training, overall, components, options_.floor,
                                       static_cast<std::uint64_t>(params.integer("seed")));
    overall_ = overall;
    start();
  }

  Tensor output(const std::string& name, const Window& window) const override {
    if (window.y != 0 || window.x != 0 || window.height != 0 || window.width != 0)
      invalid("The outputs of \"gmm_learn\" are given whole.");
    if (name == "curve") {
      std::vector<float> both = curve_;
      both.insert(both.end(), held_out_curve_.begin(), held_out_curve_.end());
      return Tensor::from<float>({2, static_cast<std::int64_t>(curve_.size())}, std::span<const float>(both));
    }
    if (name == "patches") {
      const DctBasis basis(side_);
      const std::size_t shown = std::min<std::size_t>(kShown, count(data_.training));
      std::vector<float> patches(shown * at(basis.pixels()));
      basis.synthesise(std::span(data_.training).first(shown * stride_), patches);
      return Tensor::from<float>({static_cast<std::int64_t>(shown), side_, side_},
                                 std::span<const float>(patches));
    }
    return component_output(name, side_, em_->bank().spectra(), em_->covariances(),
                            params_.integer("leading"));
  }

  Metrics metrics() const override {
    Metrics m = {{"iteration", units_done_},
                 {"patches", static_cast<double>(count(data_.training))},
                 {"held_out_patches", static_cast<double>(count(data_.held_out))}};
    if (!curve_.empty()) m["log_likelihood"] = static_cast<double>(curve_.back());
    if (!curve_.empty() && !data_.held_out.empty())
      m["held_out"] = static_cast<double>(held_out_curve_.back());
    return m;
  }

  Safetensors save() const override {
    Safetensors state;
    state.metadata = {{"task", "gmm_learn"},
                      {"params", described()},
                      {"data", fingerprint()},
                      {"unit", std::to_string(units_done_)}};
    state.tensors.emplace("curve", output("curve", {}));
    std::vector<double> values = log_weights_;
    for (const Eigen::MatrixXd& s : covariances_) values.insert(values.end(), s.data(), s.data() + s.size());
    // As bytes: to the last bit.
    state.tensors.emplace("mixture",
                          Tensor::from<std::uint8_t>(
                              {static_cast<std::int64_t>(8 * values.size())},
                              {reinterpret_cast<const std::uint8_t*>(values.data()), 8 * values.size()}));
    return state;
  }

  Safetensors model() const override {
    const GaussianMixture mixture(side_, {em_->log_weights().begin(), em_->log_weights().end()},
                                  {em_->covariances().begin(), em_->covariances().end()});
    return mixture.to_file(
        {{"title",
          text_of(em_->components(), em_->components() == 1 ? " Gaussian" : " Gaussians", " on ", side_, "x",
                  side_, " patches, learned from ", count(data_.training), " patches of ", from_)},
         {"floor", text_of(options_.floor)},
         {"iterations", std::to_string(units_done_)},
         {"command", "gmm_learn " + described()}});
  }

  bool shares() const override { return true; }
  double bytes() const override {
    const double k = em_->components(), n = em_->dims();
    return 4.0 * static_cast<double>(data_.training.size() + data_.held_out.size()) +
           k * n * n * (2.0 * blocks_ + 40);
  }

 protected:
  int units() const override { return params_.integer("iterations"); }
  int blocks() const override { return blocks_; }

  void run_block(int block) override {
    Sums& sums = sums_[at(block)];
    const auto [first, here] = part(count(data_.training), block);
    const EmStatistics s = em_->expect(std::span(data_.training).subspan(first * stride_, here * stride_),
                                       std::span(training_winner_).subspan(first, here));
    const int n = em_->dims();
    sums.log_likelihood = s.log_likelihood;
    sums.weight = s.weight;
    sums.second.clear();
    for (int k = 0; k < em_->components(); ++k)
      for (int i = 0; i < n; ++i)
        for (int j = 0; j <= i; ++j)
          sums.second.push_back(static_cast<float>(s.second[(at(k) * stride_ + at(i)) * stride_ + at(j)]));
    const auto [kept, kept_here] = part(count(data_.held_out), block);
    sums.held_out =
        em_->log_likelihood(std::span(data_.held_out).subspan(kept * stride_, kept_here * stride_),
                            std::span(held_out_winner_).subspan(kept, kept_here));
  }

  void merge() override {
    double log_likelihood = 0, held_out = 0, patches = 0;
    std::vector<double> weight(at(em_->components())), second(sums_[0].second.size());
    for (const Sums& sums : sums_) {
      log_likelihood += sums.log_likelihood;
      held_out += sums.held_out;
      for (std::size_t k = 0; k < weight.size(); ++k) weight[k] += sums.weight[k];
      for (std::size_t i = 0; i < second.size(); ++i) second[i] += static_cast<double>(sums.second[i]);
    }
    for (const double w : weight) patches += w;
    const int n = em_->dims();
    const double* value = second.data();
    for (std::size_t k = 0; k < weight.size(); ++k) {
      log_weights_[k] = std::log(std::max(weight[k] / patches, 1e-30));
      const bool keeps = !(weight[k] > 1e-9);  // nobody's component keeps its shape
      for (int i = 0; i < n; ++i)
        for (int j = 0; j <= i; ++j, ++value)
          if (!keeps) covariances_[k](i, j) = covariances_[k](j, i) = *value / weight[k];
    }
    const auto mean = [](double sum, std::size_t of) {
      return of == 0 ? 0.0 : sum / static_cast<double>(of);
    };
    curve_.push_back(static_cast<float>(mean(log_likelihood, count(data_.training))));
    held_out_curve_.push_back(static_cast<float>(mean(held_out, count(data_.held_out))));
    start();
  }

  void write_result(int block, ByteWriter& to) const override {
    const Sums& sums = sums_[at(block)];
    to.value(sums.log_likelihood);
    to.value(sums.held_out);
    to.values(std::span<const double>(sums.weight));
    to.values(std::span<const float>(sums.second));
  }
  void read_result(int block, ByteReader& from) override {
    Sums& sums = sums_[at(block)];
    const std::size_t n = at(em_->dims()), components = at(em_->components());
    sums.weight.resize(components);
    sums.second.resize(components * n * (n + 1) / 2);
    sums.log_likelihood = from.value<double>();
    sums.held_out = from.value<double>();
    from.values(std::span(sums.weight));
    from.values(std::span(sums.second));
  }

 private:
  std::size_t count(const std::vector<float>& patches) const { return patches.size() / stride_; }

  // Of `total` patches those of a block: where they begin, how many.
  std::pair<std::size_t, std::size_t> part(std::size_t total, int block) const {
    const std::size_t begin = total * at(block) / at(blocks_), end = total * at(block + 1) / at(blocks_);
    return {begin, end - begin};
  }

  // The mixture that the next iteration starts from. The exact M-step under the constraint that no eigenvalue
  // is below the floor clips them, which GmmEm does; what is saved is what came before, so that a resumed
  // training has the same bits.
  void start() { em_.emplace(options_, log_weights_, covariances_, overall_); }

  void take_data(const TensorMap& inputs) {
    for (const auto& [name, tensor] : inputs)
      if (name != "image" && name != "patches")
        invalid("The task \"gmm_learn\" has no input \"", name, "\"; it takes image or patches.");
    const bool leaves = params_.text("source") == "leaves";
    if (inputs.size() != (leaves ? 0 : 1))
      invalid(
          "The task \"gmm_learn\" learns from one thing: the input image, the input patches, or dead leaves "
          "(source=leaves); ",
          inputs.size() + (leaves ? 1 : 0), " came.");
    const int most = params_.integer("count");
    const double share = params_.number("held_out");
    const auto seed = static_cast<std::uint64_t>(params_.integer("seed"));
    if (const auto given = inputs.find("patches"); given != inputs.end()) {
      const Tensor patches = to_f32(given->second);
      const Shape& shape = patches.shape();
      if (shape.size() != 3 || shape[0] < 1 || shape[1] != shape[2] || shape[1] < 4 || shape[1] > 12)
        invalid("The input \"patches\" has the shape (N, S, S) with S from 4 to 12 and at least one patch; ",
                to_text(shape), " came.");
      check_range("patches", patches.as<float>());
      side_ = static_cast<int>(shape[1]);
      data_ = given_patches(patches.as<float>(), DctBasis(side_), most, share);
      from_ = "those given";
    } else if (leaves) {
      const DeadLeaves model = dead_leaves_from(params_);
      const std::string& kind = params_.text("leaves");
      from_ = "dead leaves";
      if (kind == "image")
        data_ = patches_of_picture(dead_leaves_picture(model, 512, 512, seed).image, DctBasis(side_), most,
                                   share, seed);
      else
        data_ = leaf_patches(model,
                             kind == "flat"   ? LeafKind::flat
                             : kind == "edge" ? LeafKind::edge
                                              : LeafKind::mini,
                             DctBasis(side_), most, share, seed);
    } else {
      const Image image = image_from(inputs.at("image"));
      check_range("image", image.values());
      data_ = patches_of_picture(to_grey(image), DctBasis(side_), most, share, seed);
      from_ = "a picture";
    }
  }

  // Second moments of far larger values leave the range in which f32 sums of them mean anything.
  static void check_range(const char* name, std::span<const float> values) {
    constexpr float kMost = 16;
    for (const float v : values)
      if (!(std::abs(v) <= kMost))
        invalid("The input \"", name, "\" has the value ", static_cast<double>(v),
                "; what is learned from lies about on the [0,1] scale, at most ", kMost, " from 0.");
  }

  // Tells one set of patches from another (FNV-1a).
  std::string fingerprint() const {
    std::uint64_t hash = 14695981039346656037u;
    for (const std::vector<float>* all : {&data_.training, &data_.held_out})
      for (const float v : *all) hash = (hash ^ std::bit_cast<std::uint32_t>(v)) * 1099511628211u;
    return text_of(hash);
  }

  std::string described() const {
    std::string text;
    for (const auto& [name, value] : params_.values()) {
      if (name == "patch")
        text += text_of("patch=", side_, " ");  // of patches that are given, theirs
      else if (const auto* number = std::get_if<double>(&value))
        text += text_of(name, "=", *number, " ");
      else if (const auto* word = std::get_if<std::string>(&value))
        text += text_of(name, "=", *word, " ");
    }
    return text;
  }

  void resume(const Safetensors& state, int n) {
    const auto note = [&](const char* key) {
      const auto found = state.metadata.find(key);
      return found == state.metadata.end() ? std::string() : found->second;
    };
    if (note("task") != "gmm_learn") invalid("This is no saved state of the task \"gmm_learn\".");
    if (note("params") != described())
      invalid("The saved training has the settings ", note("params"), "but these came: ", described(), ".");
    if (note("data") != fingerprint())
      invalid("The saved training learned from other patches than those that came.");
    const Tensor curve = take_f32(state, "curve", {2, -1}, "the same training from its start");
    const auto values = curve.as<float>();
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    curve_.assign(values.begin(), middle);
    held_out_curve_.assign(middle, values.end());
    units_done_ = static_cast<int>(curve_.size());
    const std::size_t components = log_weights_.size(), each = at(n) * at(n);
    const auto mixture = state.tensors.find("mixture");
    if (mixture == state.tensors.end() || mixture->second.dtype() != DType::u8 ||
        mixture->second.bytes().size() != 8 * components * (1 + each) ||
        note("unit") != std::to_string(units_done_))
      invalid("The saved training is damaged.");
    std::vector<double> all(components * (1 + each));
    std::memcpy(all.data(), mixture->second.bytes().data(), 8 * all.size());
    for (const double v : all)
      if (!std::isfinite(v)) invalid("The saved training is damaged.");
    for (std::size_t k = 0; k < components; ++k) {
      log_weights_[k] = all[k];
      covariances_.emplace_back(Eigen::Map<const Eigen::MatrixXd>(all.data() + components + k * each, n, n));
    }
  }

  Params params_;
  int side_;
  std::size_t stride_ = 0;
  PatchData data_;
  std::string from_;
  std::vector<std::int32_t> training_winner_, held_out_winner_;
  EmOptions options_;
  std::vector<double> log_weights_;
  std::vector<Eigen::MatrixXd> covariances_;  // before the floor
  Eigen::MatrixXd overall_;
  std::optional<GmmEm> em_;
  int blocks_ = 1;
  std::vector<Sums> sums_;
  std::vector<float> curve_, held_out_curve_;
};

std::unique_ptr<Task> create(const Params& params, TensorMap inputs, ModelStore&, const Safetensors* state) {
  return std::make_unique<GmmLearnTask>(params, inputs, state);
}

}  // namespace

const TaskFactory gmm_learn_task{info, create};

}  // namespace priorlab
