#include "models/epll/epll_task.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/image.h"
#include "models/epll/epll_planes.h"
#include "models/epll/epll_quick.h"
#include "models/gmm/gmm.h"
#include "ops/colour.h"
#include "ops/half_plane.h"
#include "ops/metrics.h"
#include "ops/noise_report.h"

namespace priorlab {
namespace {

// What one run may take: wasm has 2 GB in all, and the page holds copies of its own.
constexpr double kMemory = 1.1e9;

// Up to so many pixels the planes of a colour picture are restored side by side, which shows all colours at
// once and keeps all cores busy; larger ones one after another, in little more than half of the memory.
constexpr double kSideBySide = 2e6;

// The noisy picture and the planes that are done, 8 bytes a value, and what one plane at work takes beyond
// its result. A clean picture to measure against comes on top: such runs are experiments on pictures of
// moderate size.
MemoryNeed memory_need() {
  constexpr double kValue = 2 * sizeof(float);
  const double fixed = std::max(EpllPlane::bytes_for(0), QuickEpllPlane::bytes_for(0));
  const double per_pixel = std::max(EpllPlane::bytes_for(1) - EpllPlane::bytes_for(0),
                                    QuickEpllPlane::bytes_for(1) - QuickEpllPlane::bytes_for(0));
  return {fixed, per_pixel - sizeof(float), kValue, kMemory};
}

TaskInfo info() {
  TaskInfo t;
  t.id = "epll";
  t.title = "EPLL denoising";
  t.summary =
      "Removes noise from a picture by making all of its overlapping 8x8 patches likely under a mixture of "
      "Gaussians learned from photographs.";
  t.unit = "step";
  t.source =
      "Zoran and Weiss, From Learning Models of Natural Image Patches to Whole Image Restoration, ICCV 2011";
  ParamSpec sigma = number("sigma", 25, 0, 100, "Noise level",
                           "Standard deviation of the noise; auto measures it in the picture.");
  sigma.fallback = std::string("auto");
  sigma.symbol = "sigma";
  sigma.unit = "1/255";
  sigma.automatic = true;
  ParamSpec chroma =
      number("chroma", 1, 0, 4, "Colour noise",
             "Strength of the colour noise relative to the noise level, or to what auto measures in the "
             "colours; 0 leaves the colours as they are.");
  ParamSpec amount =
      number("amount", 1, 0, 1, "Amount", "Blend of the original (0) and the restored picture (1).");
  amount.live = true;
  t.params = {
      sigma,
      choice("colour", "auto", {{"auto", "as the picture"}, {"grey", "grey"}, {"colour", "colour"}}, "Colour",
             "Grey makes a grey picture of a colour one first; auto keeps colours where there are any."),
      chroma,
      amount,
      choice("quality", "exact", {{"exact", "exact"}, {"balanced", "balanced"}, {"fast", "fast"}}, "Quality",
             "Exact searches the best component of every patch; balanced and fast search approximately, on a "
             "coarser grid of patches. A prior of another patch size than 8x8 is always searched exactly."),
      model("prior", "gmm", "gmm", "Patch prior", "The mixture of Gaussians over patches."),
      text("schedule", "tuned", "Schedule",
           "Weights of the passes of quality exact: tuned, paper (1 4 8 16 32, and 64 above noise level 40), "
           "or a list of "
           "numbers.")};
  t.inputs = {{"image", "(C, H, W)", "The noisy picture, 1 or 3 channels."},
              {"clean", "(C, H, W)", "The same picture without noise, to measure against.", true}};
  t.outputs = {{"restored", "(C, H, W)", "The best estimate so far, clipped to [0,1]."},
               {"noisy", "(C, H, W)", "The picture as it is worked on: grey or colour, not clipped."},
               {"difference", "(C, H, W)", "Noisy minus restored plus one half: what was taken away."},
               {"winners", "(1, H - S + 1, W - S + 1)",
                "Number of the component of each patch (S x S pixels) of the brightness, -1 before the first "
                "pass has ended and, of a picture whose planes are restored one after another, afterwards."}};
  t.metrics = {
      {"sigma", "1/255", "Noise level used for the brightness, on the scale of the picture's channels."},
      {"sigma_colour", "1/255", "Noise level used for the colours, on the same scale; colour pictures only."},
      {"objective", "nats per patch",
       "Half-quadratic cost of the last finished pass, at the start of the pass, of the brightness."},
      {"psnr", "dB", "10 log10(1/MSE) of the restored picture, clipped to [0,1], against the clean one."},
      {"psnr_noisy", "dB", "10 log10(1/MSE) of the noisy picture, not clipped, against the clean one."},
      {"ssim", "", "SSIM (Wang et al. 2004) of the restored picture against the clean one, at the end."},
      {"work", "", "Share of the multiply-adds of dense scoring that was done."},
      {"megapixels", "MP", "Height times width."}};
  t.memory = memory_need();
  return t;
}

bool is_grey(const Image& image) {
  if (image.channels() == 1) return true;
  const auto r = image.plane(0), g = image.plane(1), b = image.plane(2);
  return std::equal(r.begin(), r.end(), g.begin()) && std::equal(r.begin(), r.end(), b.begin());
}

Image grey_of(const Image& image) {
  if (image.channels() == 1 || !is_grey(image)) return to_grey(image);
  Image grey(1, image.height(), image.width());  // luma of equal channels would round
  std::copy_n(image.plane(0).begin(), image.pixels(), grey.plane(0).begin());
  return grey;
}

// Refuses what would not fit before any of it is allocated. `known_grey`: it will be worked on as one plane.
void check_size(const Tensor& image, bool known_grey) {
  const Shape& shape = image.shape();
  if (shape.size() != 3) return;  // image_from says what is wrong
  const bool bytes = image.dtype() == DType::u8;
  const auto height = static_cast<double>(shape[bytes ? 0 : 1]),
             width = static_cast<double>(shape[bytes ? 1 : 2]);
  const bool grey = known_grey || (!bytes && shape[0] == 1);
  const MemoryNeed need = memory_need();
  if (need.bytes(grey ? 1 : 3, height * width) <= need.most) return;
  const auto most = [&](int channels) { return std::floor(need.most_pixels(channels) / 1e5) / 10; };
  invalid("A picture of ", width, "x", height, " pixels (", std::round(height * width / 1e5) / 10,
          " megapixels) is too large: at most ", most(3), " megapixels are allowed in colour and ", most(1),
          " in grey.");
}

class EpllTask final : public Task {
 public:
  EpllTask(const Params& params, TensorMap inputs, ModelStore& models) : amount_(params.number("amount")) {
    const auto given = inputs.find("image");
    if (given == inputs.end()) invalid("The task \"epll\" needs the input \"image\".");
    for (const auto& [name, tensor] : inputs)
      if (name != "image" && name != "clean")
        invalid("The task \"epll\" has no input \"", name, "\"; it takes image and clean.");
    check_size(given->second, params.text("colour") == "grey");
    noisy_ = image_from(given->second);
    given->second = Tensor();  // the bytes are not needed twice
    const std::string& colour = params.text("colour");
    const bool grey = colour == "grey" || (colour == "auto" && is_grey(noisy_));
    if (grey)
      noisy_ = grey_of(noisy_);
    else if (noisy_.channels() == 1)
      noisy_ = repeated(noisy_);
    if (const auto clean = inputs.find("clean"); clean != inputs.end()) take_clean(image_from(clean->second));

    const auto prior = models.get<GaussianMixture>(params.text("prior"));
    side_ = prior->side();
    double luma = 0, chroma = 0;
    if (params.is_auto("sigma")) {
      const NoiseReport report = report_noise(noisy_);
      luma = report.luma;
      chroma = report.chroma * params.number("chroma");
      half_colours_ =
          report.chroma_at_half && chroma > 0 && noisy_.height() >= 2 * side_ && noisy_.width() >= 2 * side_;
    } else {
      luma = params.number("sigma") / 255;
      chroma = luma * params.number("chroma");
    }
    make_planes(luma, chroma, prior, params);
  }

  void set(const Params& params, TensorMap inputs) override {
    if (!inputs.empty())
      invalid("The input \"", inputs.begin()->first, "\" cannot be changed while the task runs.");
    amount_ = params.number("amount");
    measure();
  }

  Tensor output(const std::string& name, const Window& window) const override {
    if (name == "winners") {
      const PlaneRestorer& plane = *planes_->plane(0);
      const auto winners = plane.winners();
      const std::vector<float> values(winners.begin(), winners.end());
      return cut(Tensor::from<float>({1, plane.height() - side_ + 1, plane.width() - side_ + 1}, values),
                 window);
    }
    const Window w = inside(window, noisy_.height(), noisy_.width());
    Image noisy(noisy_.channels(), w.height, w.width);
    for (int c = 0; c < noisy.channels(); ++c)
      for (int y = 0; y < w.height; ++y)
        std::copy_n(
            &noisy_.plane(c)[static_cast<std::size_t>(w.y + y) * static_cast<std::size_t>(noisy_.width()) +
                             static_cast<std::size_t>(w.x)],
            w.width, &noisy.at(c, y, 0));
    if (name == "noisy") return tensor_from(noisy);
    if (name != "restored" && name != "difference")
      invalid("The task \"epll\" has no output \"", name,
              "\"; it gives restored, noisy, difference and winners.");
    Image restored = restored_window(noisy, w);
    if (name == "restored") return tensor_from(restored);
    for (std::size_t i = 0; i < noisy.values().size(); ++i) noisy.values()[i] += 0.5f - restored.values()[i];
    return tensor_from(noisy);
  }

  Metrics metrics() const override { return metrics_; }

  bool shares() const override { return true; }
  double bytes() const override {
    const double one = planes_->plane(0)->bytes();
    const double pixels = static_cast<double>(noisy_.pixels()), clean = clean_.values().empty() ? 0 : 4;
    return side_by_side() ? noisy_.channels() * (one + (4 + clean) * pixels)
                          : memory_need().bytes(noisy_.channels(), pixels);
  }

 protected:
  int units() const override { return planes_->units(); }
  int blocks() const override { return planes_->blocks(); }
  void run_block(int block) override { planes_->run_block(block); }
  void write_result(int block, ByteWriter& to) const override { planes_->write_result(block, to); }
  void read_result(int block, ByteReader& from) override { planes_->read_result(block, from); }

  void merge() override {
    planes_->finish_unit();
    finished_ = planes_->done();
    if (const auto objective = planes_->plane(0)->objective()) metrics_["objective"] = *objective;
    GaussianBank::Work work;
    for (int c = 0; c < planes_->count(); ++c)
      if (const PlaneRestorer* plane = planes_->plane(c)) work += plane->work();
    if (work.dense > 0) metrics_["work"] = static_cast<double>(work.done) / static_cast<double>(work.dense);
    measure();
  }

 private:
  bool side_by_side() const { return static_cast<double>(noisy_.pixels()) <= kSideBySide; }

  static Image repeated(const Image& grey) {
    Image image(3, grey.height(), grey.width());
    for (int c = 0; c < 3; ++c) std::copy_n(grey.plane(0).begin(), grey.pixels(), image.plane(c).begin());
    return image;
  }

  void take_clean(Image clean) {
    if (noisy_.channels() == 1) clean = grey_of(clean);
    if (noisy_.channels() == 3 && clean.channels() == 1) clean = repeated(clean);
    if (clean.height() != noisy_.height() || clean.width() != noisy_.width())
      invalid("The clean picture must be of the noisy one's size, ", noisy_.width(), "x", noisy_.height(),
              "; it is ", clean.width(), "x", clean.height(), ".");
    clean_ = std::move(clean);
    metrics_["psnr_noisy"] = finite(psnr(noisy_.values(), clean_.values()));
  }

  // One plane for grey; opponent colours otherwise, brightness first, scaled to the prior's [0,1].
  void make_planes(double luma, double chroma, const std::shared_ptr<const GaussianMixture>& prior,
                   const Params& params) {
    const std::string quality = params.text("quality");
    const bool colour = noisy_.channels() == 3;
    std::vector<EpllPlanes::Plan> plans;
    for (int c = 0; c < noisy_.channels(); ++c) {
      const double scale = colour && c == 0 ? 1 / std::sqrt(3.0) : 1.0;
      const double sigma = (c == 0 ? luma : chroma) * scale;
      scales_.push_back(static_cast<float>(scale));
      // The approximate search is made for patches of 8x8 pixels.
      if ((quality == "exact" && c == 0) || side_ != kPatchSide) {
        const EpllSchedule schedule = schedule_named(params.text("schedule"), sigma);
        plans.push_back({[=, this]() -> std::unique_ptr<PlaneRestorer> {
                           auto [pixels, rows, columns] = noisy_plane(c);
                           return std::make_unique<EpllPlane>(std::move(pixels), rows, columns, sigma,
                                                              prior->spectra(), schedule);
                         },
                         EpllPlane::stages_of(schedule, sigma)});
      } else {
        const QuickSchedule schedule = quick_schedule(quality, c > 0, sigma);
        plans.push_back({[=, this]() -> std::unique_ptr<PlaneRestorer> {
                           auto [pixels, rows, columns] = noisy_plane(c);
                           return std::make_unique<QuickEpllPlane>(std::move(pixels), rows, columns, sigma,
                                                                   prior, schedule);
                         },
                         QuickEpllPlane::stages_of(schedule, sigma)});
      }
    }
    sees_noise_ = luma > 0 || chroma > 0;
    planes_ = std::make_unique<EpllPlanes>(std::move(plans), side_by_side());
    metrics_["sigma"] = 255 * luma;
    if (colour) metrics_["sigma_colour"] = 255 * chroma;
    metrics_["megapixels"] = 1e-6 * noisy_.height() * noisy_.width();
    measure();
  }

  struct NoisyPlane {
    std::vector<float> pixels;
    int rows, columns;
  };
  // What plane c starts from: as large as a patch at least, colours at half size where that was chosen.
  NoisyPlane noisy_plane(int c) const {
    const int height = noisy_.height(), width = noisy_.width();
    const auto grey = noisy_.plane(0);
    auto pixels = noisy_.channels() == 3 ? opponent_plane(noisy_, c) : std::vector(grey.begin(), grey.end());
    for (float& v : pixels) v *= scales_[static_cast<std::size_t>(c)];
    if (half_colours_ && c > 0) return {halved(pixels, height, width), height / 2, width / 2};
    const int rows = std::max(height, side_), columns = std::max(width, side_);
    if (rows == height && columns == width) return {std::move(pixels), rows, columns};
    return {padded_by_reflection(pixels, height, width, rows, columns), rows, columns};
  }

  // Colours are smooth: a cheaper method for them costs 0.02 dB at most and keeps a colour picture at about
  // twice the time of a grey one.
  static QuickSchedule quick_schedule(const std::string& quality, bool colour, double sigma) {
    if (quality == "fast") return colour ? fast_chroma_schedule(sigma) : fast_schedule(sigma);
    return quality == "balanced" && colour ? fast_schedule(sigma) : balanced_schedule(sigma);
  }

  static Window inside(const Window& window, int height, int width) {
    Window w = window;
    if (w.height == 0 && w.width == 0) w = {0, 0, height, width};
    if (w.y < 0 || w.x < 0 || w.height < 1 || w.width < 1 || w.height > height - w.y || w.width > width - w.x)
      invalid("The window of ", w.width, "x", w.height, " at (", w.x, ", ", w.y, ") is not inside the ",
              width, "x", height, " output.");
    return w;
  }

  static Tensor cut(const Tensor& tensor, const Window& window) {
    const auto height = static_cast<int>(tensor.shape()[1]), width = static_cast<int>(tensor.shape()[2]);
    const Window w = inside(window, height, width);
    Tensor out(DType::f32, {1, w.height, w.width});
    for (int y = 0; y < w.height; ++y)
      std::copy_n(tensor.as<float>().begin() + static_cast<std::ptrdiff_t>(w.y + y) * width + w.x, w.width,
                  out.as<float>().begin() + static_cast<std::ptrdiff_t>(y) * w.width);
    return out;
  }

  static Image clipped(Image image) {
    for (float& v : image.values()) v = std::clamp(v, 0.0f, 1.0f);
    return image;
  }

  // A window of plane c as far as it is restored. Not begun: `noisy`, that plane of the noisy window.
  std::vector<float> plane_window(int c, const Window& w, std::span<const float> noisy) const {
    const PlaneRestorer* plane = planes_->plane(c);
    if (plane == nullptr) {
      std::vector<float> values(noisy.begin(), noisy.end());
      for (float& v : values) v *= scales_[static_cast<std::size_t>(c)];
      return values;
    }
    if (!half_colours_ || c == 0) return plane->preview(w.y, w.x, w.height, w.width);
    return enlarged(plane->preview(0, 0, plane->height(), plane->width()), noisy_.height(), noisy_.width(),
                    w.y, w.x, w.height, w.width);
  }

  // The estimate blended with `noisy`, the same window of the noisy picture; clipped.
  Image restored_window(const Image& noisy, const Window& w) const {
    // Where no noise is seen nothing changes, not even by rounding on the way to opponent colours and back.
    if (!sees_noise_) return clipped(noisy);
    Image image = noisy;
    if (image.channels() == 3) to_opponent(image);
    for (int c = 0; c < image.channels(); ++c) {
      const auto values = plane_window(c, w, image.plane(c));
      const float scale = scales_[static_cast<std::size_t>(c)];
      for (std::size_t i = 0; i < values.size(); ++i) image.plane(c)[i] = values[i] / scale;
    }
    if (image.channels() == 3) from_opponent(image);
    const auto amount = static_cast<float>(amount_);
    for (std::size_t i = 0; i < image.values().size(); ++i)
      image.values()[i] =
          std::clamp(noisy.values()[i] + amount * (image.values()[i] - noisy.values()[i]), 0.0f, 1.0f);
    return image;
  }

  void measure() {
    if (clean_.values().empty()) return;
    const Image now = restored_window(noisy_, {0, 0, noisy_.height(), noisy_.width()});
    metrics_["psnr"] = finite(psnr(now.values(), clean_.values()));
    if (finished_) metrics_["ssim"] = ssim(now, clean_);
  }

  // Equal pictures have no PSNR that could be written down: 200 dB stands for it.
  static double finite(double decibels) { return std::min(decibels, 200.0); }

  Image noisy_, clean_;
  int side_ = kPatchSide;  // of the prior's patches
  double amount_;
  std::unique_ptr<EpllPlanes> planes_;
  std::vector<float> scales_;  // what each plane was multiplied with
  Metrics metrics_;
  bool half_colours_ = false;  // colour planes are worked on at half size: noise_report says when
  bool sees_noise_ = true, finished_ = false;
};

std::unique_ptr<Task> create(const Params& params, TensorMap inputs, ModelStore& models,
                             const Safetensors* state) {
  if (state) invalid("The task \"epll\" cannot be resumed from a saved state.");
  return std::make_unique<EpllTask>(params, std::move(inputs), models);
}

}  // namespace

const TaskFactory epll_task{info, create};

}  // namespace priorlab
