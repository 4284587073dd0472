#include "models/restore/restore_task.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "models/epll/epll_task.h"
#include "ops/colour.h"
#include "ops/metrics.h"

namespace priorlab {
namespace {

constexpr double kMemory = 1.1e9;
constexpr double kWork = 60;   // bytes a pixel: transforms and unknowns of an x-step
constexpr double kValue = 20;  // bytes a value: the pictures, and what a plane knows of its operator

// Equal pictures have no PSNR that could be written down: 200 dB stands for it.
double finite(double decibels) { return std::min(decibels, 200.0); }

bool is_grey(const Image& image) {
  if (image.channels() == 1) return true;
  const auto r = image.plane(0), g = image.plane(1), b = image.plane(2);
  return std::equal(r.begin(), r.end(), g.begin()) && std::equal(r.begin(), r.end(), b.begin());
}

Image grey_of(const Image& image) {
  if (image.channels() == 1 || !is_grey(image)) return to_grey(image);
  Image grey(1, image.height(), image.width());
  std::copy_n(image.plane(0).begin(), image.pixels(), grey.plane(0).begin());
  return grey;
}

Image colour_of(const Image& image) {
  if (image.channels() == 3) return image;
  Image colour(3, image.height(), image.width());
  for (int c = 0; c < 3; ++c) std::copy_n(image.plane(0).begin(), image.pixels(), colour.plane(c).begin());
  return colour;
}

}  // namespace

Image window_of(const Image& image, const Window& w) {
  Image part(image.channels(), w.height, w.width);
  for (int c = 0; c < part.channels(); ++c)
    for (int y = 0; y < w.height; ++y)
      std::copy_n(image.plane(c).data() + static_cast<std::ptrdiff_t>(w.y + y) * image.width() + w.x, w.width,
                  &part.at(c, y, 0));
  return part;
}

Image take_given(TensorMap& inputs, const Params& params, const TaskInfo& info, int scale) {
  const auto found = inputs.find("image");
  if (found == inputs.end()) invalid("The task \"", info.id, "\" needs the input \"image\".");
  for (const auto& [name, tensor] : inputs)
    if (std::none_of(info.inputs.begin(), info.inputs.end(), [&](const auto& s) { return s.name == name; }))
      invalid("The task \"", info.id, "\" has no input \"", name, "\".");
  const Shape& shape = found->second.shape();
  if (shape.size() == 3) {
    const bool bytes = found->second.dtype() == DType::u8;
    const double height = static_cast<double>(shape[bytes ? 0 : 1]) * scale,
                 width = static_cast<double>(shape[bytes ? 1 : 2]) * scale;
    const int channels = params.text("colour") == "grey" || (!bytes && shape[0] == 1) ? 1 : 3;
    if (info.memory.bytes(channels, height * width) > info.memory.most)
      invalid("A picture of ", width, "x", height, " pixels is too large: at most ",
              std::floor(info.memory.most_pixels(channels) / 1e5) / 10, " megapixels are allowed.");
  }
  Image image = image_from(found->second);
  found->second = Tensor();
  const std::string& colour = params.text("colour");
  return colour == "grey" || (colour == "auto" && is_grey(image)) ? grey_of(image) : colour_of(image);
}

std::vector<float> scaled_plane(const Image& image, int c, double scale) {
  const auto grey = image.plane(0);
  auto plane = image.channels() == 3 ? opponent_plane(image, c) : std::vector(grey.begin(), grey.end());
  for (float& v : plane) v *= static_cast<float>(scale);
  return plane;
}

EpllSchedule restore_schedule(const Params& params, EpllSchedule (*paper)(), EpllSchedule (*tuned)()) {
  const std::string& words = params.text("schedule");
  if (words == "paper" && !paper)
    invalid("No paper says a schedule for this task: it must be tuned or a list of numbers.");
  if (words == "paper") return paper();
  return words == "tuned" ? tuned() : schedule_named(words, 1);
}

std::vector<ParamSpec> RestoreTask::params(std::string schedule_help) {
  return {
      choice("colour", "auto", {{"auto", "as the picture"}, {"grey", "grey"}, {"colour", "colour"}}, "Colour",
             "Grey makes a grey picture of a colour one first; auto keeps colours where there are any."),
      choice("quality", "exact", {{"exact", "exact"}, {"balanced", "balanced"}, {"fast", "fast"}}, "Quality",
             "Exact searches the best component of every patch, in the two colour planes as balanced does; "
             "balanced and fast search approximately, on a coarser grid of patches. A prior of another patch "
             "size than 8x8 is always searched exactly."),
      priorlab::model("prior", "gmm", "gmm", "Patch prior", "The mixture of Gaussians over patches."),
      text("schedule", "tuned", "Schedule", std::move(schedule_help))};
}

TensorSpec RestoreTask::picture(std::string help) { return {"image", "(C, H, W)", std::move(help)}; }

std::vector<TensorSpec> RestoreTask::inputs_after() {
  return {{"clean", "(C, H, W)", "The true picture, of the result's size, to measure against.", true}};
}

std::vector<TensorSpec> RestoreTask::outputs() {
  return {{"restored", "(C, H, W)", "The best estimate so far, clipped to [0,1]."},
          {"given", "(C, H, W)", "The picture as it is worked on, at the size of the result; not clipped."},
          {"difference", "(C, H, W)", "Restored minus given plus one half: what was added."}};
}

std::vector<MetricSpec> RestoreTask::figures() {
  return {{"sigma", "1/255", "Noise level used."},
          {"residual", "1/255",
           "Root mean square of A x - y over the values of y, of the brightness, after the last pass: with "
           "the right operator about the noise level."},
          {"psnr", "dB", "10 log10(1/MSE) of the restored picture, clipped to [0,1], against the clean one."},
          {"psnr_given", "dB", "10 log10(1/MSE) of the given picture, not clipped, against the clean one."},
          {"ssim", "", "SSIM (Wang et al. 2004) of the restored picture against the clean one, at the end."},
          {"ssim_given", "", "SSIM of the given picture against the clean one, at the end."},
          {"work", "", "Share of the multiply-adds of dense scoring that was done."},
          {"megapixels", "MP", "Height times width of the result."}};
}

MemoryNeed RestoreTask::memory(double scale) {
  const double per_pixel = EpllPlane::bytes_for(1) - EpllPlane::bytes_for(0);
  return {EpllPlane::bytes_for(0), (kWork + per_pixel) * scale * scale, (kValue + per_pixel) * scale * scale,
          kMemory};
}

RestoreTask::RestoreTask(Setting setting, const Params& params, const TensorMap& inputs, ModelStore& models)
    : setting_(std::move(setting)) {
  const Image& given = setting_.given;
  if (const auto clean = inputs.find("clean"); clean != inputs.end()) {
    const Image image = image_from(clean->second);
    clean_ = given.channels() == 1 ? grey_of(image) : colour_of(image);
    if (clean_.height() != given.height() || clean_.width() != given.width())
      invalid("The clean picture must be of the result's size, ", given.width(), "x", given.height(),
              "; it is ", clean_.width(), "x", clean_.height(), ".");
    metrics_["psnr_given"] = finite(psnr(given.values(), clean_.values()));
  }
  const auto prior = models.get<GaussianMixture>(params.text("prior"));
  PRIORLAB_CHECK(setting_.x.height >= prior->side() && setting_.x.width >= prior->side());
  data_.resize(static_cast<std::size_t>(given.channels()));
  std::vector<EpllPlanes::Plan> plans;
  for (int c = 0; c < given.channels(); ++c) {
    const double scale = given.channels() == 3 && c == 0 ? 1 / std::sqrt(3.0) : 1.0;
    scales_.push_back(static_cast<float>(scale));
    plans.push_back(plan(c, scale, params.text("quality"), prior));
  }
  planes_ = std::make_unique<EpllPlanes>(std::move(plans), true);
  metrics_["sigma"] = 255 * setting_.sigma;
  metrics_["megapixels"] = 1e-6 * given.height() * given.width();
  measure();
}

EpllPlanes::Plan RestoreTask::plan(int c, double scale, const std::string& quality,
                                   std::shared_ptr<const GaussianMixture> prior) {
  const auto begin = [this, c, scale] {
    Start start = setting_.start(c, scale);
    data_[static_cast<std::size_t>(c)] = start.data;
    return start;
  };
  const auto [height, width] = setting_.x;
  // The approximate search is made for patches of 8x8 pixels.
  if ((quality == "exact" && c == 0) || prior->side() != kPatchSide) {
    const EpllSchedule& schedule = setting_.schedule;
    return {[=]() -> std::unique_ptr<PlaneRestorer> {
              Start start = begin();
              return std::make_unique<EpllPlane>(std::move(start.x), height, width, 1.0, prior->spectra(),
                                                 schedule, std::move(start.data));
            },
            EpllPlane::stages_of(schedule, 1.0)};
  }
  // Colours are smooth: a cheaper method does for them.
  const QuickSchedules& quick = setting_.quick;
  const QuickSchedule& schedule = quality == (c == 0 ? "balanced" : "exact")  ? quick.balanced
                                  : quality == (c == 0 ? "fast" : "balanced") ? quick.fast
                                                                              : quick.fast_chroma;
  return {[=]() -> std::unique_ptr<PlaneRestorer> {
            Start start = begin();
            return std::make_unique<QuickEpllPlane>(std::move(start.x), height, width, 1.0, prior, schedule,
                                                    std::move(start.data));
          },
          QuickEpllPlane::stages_of(schedule, 1.0)};
}

double RestoreTask::bytes() const {
  const auto pixels = static_cast<double>(setting_.x.pixels());
  const int planes = setting_.given.channels();
  return planes * (EpllPlane::bytes_for(pixels) + kValue * pixels) + kWork * pixels;
}

void RestoreTask::merge() {
  const int passes = planes_->plane(0)->passes_done();
  planes_->finish_unit();
  GaussianBank::Work work;
  for (int c = 0; c < planes_->count(); ++c) work += planes_->plane(c)->work();
  if (work.dense > 0) metrics_["work"] = static_cast<double>(work.done) / static_cast<double>(work.dense);
  if (planes_->plane(0)->passes_done() > passes) {
    const double misfit = data_[0]->misfit(planes_->plane(0)->estimate());
    metrics_["residual"] = 255 * std::sqrt(misfit / static_cast<double>(data_[0]->seen())) / scales_[0];
  }
  measure();
}

Image RestoreTask::restored(const Window& w) const {
  const Image& given = setting_.given;
  Image image(given.channels(), w.height, w.width);
  for (int c = 0; c < image.channels(); ++c) {
    const auto values =
        planes_->plane(c)->preview(setting_.top + w.y, setting_.left + w.x, w.height, w.width);
    for (std::size_t i = 0; i < values.size(); ++i)
      image.plane(c)[i] = values[i] / scales_[static_cast<std::size_t>(c)];
  }
  if (image.channels() == 3) from_opponent(image);
  for (int c = 0; c < image.channels(); ++c)
    for (int y = 0; y < w.height; ++y)
      for (int x = 0; x < w.width; ++x) {
        float& value = image.at(c, y, x);
        const auto i = static_cast<std::size_t>(w.y + y) * static_cast<std::size_t>(given.width()) +
                       static_cast<std::size_t>(w.x + x);
        if (!setting_.certain.empty() && setting_.certain[i]) value = given.plane(c)[i];
        value = std::clamp(value, 0.0f, 1.0f);
      }
  return image;
}

void RestoreTask::measure() {
  if (clean_.values().empty()) return;
  const Image now = restored({0, 0, clean_.height(), clean_.width()});
  metrics_["psnr"] = finite(psnr(now.values(), clean_.values()));
  if (!planes_->done()) return;
  metrics_["ssim"] = ssim(now, clean_);
  metrics_["ssim_given"] = ssim(setting_.given, clean_);
}

Tensor RestoreTask::output(const std::string& name, const Window& window) const {
  const int height = setting_.given.height(), width = setting_.given.width();
  Window w = window;
  if (w.height == 0 && w.width == 0) w = {0, 0, height, width};
  if (w.y < 0 || w.x < 0 || w.height < 1 || w.width < 1 || w.height > height - w.y || w.width > width - w.x)
    invalid("The window of ", w.width, "x", w.height, " at (", w.x, ", ", w.y, ") is not inside the ", width,
            "x", height, " output.");
  if (name == "restored") return tensor_from(restored(w));
  if (name != "given" && name != "difference")
    invalid("The task \"", setting_.id, "\" has no output \"", name,
            "\"; it gives restored, given and difference.");
  Image given = window_of(setting_.given, w);
  if (name == "given") return tensor_from(given);
  const Image now = restored(w);
  for (std::size_t i = 0; i < now.values().size(); ++i)
    given.values()[i] = now.values()[i] - given.values()[i] + 0.5f;
  return tensor_from(given);
}

}  // namespace priorlab
