#include "models/autoregressive/made.h"

#include <algorithm>
#include <cstdlib>

#include "core/error.h"

namespace priorlab {
namespace {

constexpr int kLargestRadius = 63;

int radius_from(const Safetensors& file) {
  const auto found = file.metadata.find("radius");
  if (found == file.metadata.end()) return 0;
  const std::string& text = found->second;
  const bool digits = !text.empty() && text.size() <= 2 &&
                      std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
  if (!digits || std::atoi(text.c_str()) > kLargestRadius)
    invalid("The radius of a MADE's direct connections must be from 0 to ", kLargestRadius,
            "; this file says \"", text, "\".");
  return std::atoi(text.c_str());
}

}  // namespace

NearPixels::NearPixels(int width, std::span<const int> order, int radius) {
  const int n = static_cast<int>(order.size());
  start.push_back(0);
  for (int t = 0; t < n; ++t) {
    const int y = order[static_cast<std::size_t>(t)] / width, x = order[static_cast<std::size_t>(t)] % width;
    for (int s = 0; s < t && radius > 0; ++s) {
      const int other = order[static_cast<std::size_t>(s)];
      if (std::abs(other / width - y) <= radius && std::abs(other % width - x) <= radius)
        earlier.push_back(s);
    }
    start.push_back(earlier.size());
  }
}

MadeModel::MadeModel(Frame frame, Activation activation, std::vector<int> degrees, int radius,
                     Weights weights)
    : OrderedPixels(frame.height, frame.width, std::move(frame.order)),
      activation_(activation),
      degrees_(std::move(degrees)),
      radius_(radius),
      near_(width(), this->order(), radius),
      weights_(std::move(weights)) {
  const std::size_t n = static_cast<std::size_t>(pixels()), units = degrees_.size();
  if (radius < 0 || radius > kLargestRadius)
    invalid("The radius of a MADE's direct connections must be from 0 to ", kLargestRadius, "; ", radius,
            " came.");
  if (units < 1 || units > 16384) invalid("A MADE has 1 to 16384 hidden units; ", units, " came.");
  inputs_start_ = outputs_start_ = {0};
  for (std::size_t k = 0; k < units; ++k) {
    const int m = degrees_[k];
    if (m < 1 || m >= pixels() || (k > 0 && m < degrees_[k - 1]))
      invalid("The degrees of a MADE's units must ascend from at least 1 to at most ", n - 1, "; unit ", k,
              " has ", m, ".");
    inputs_start_.push_back(inputs_start_.back() + static_cast<std::size_t>(m));
    outputs_start_.push_back(outputs_start_.back() + n - static_cast<std::size_t>(m));
  }
  const Weights& w = weights_;
  if (w.c.size() != units || w.b.size() != n || w.W.size() != inputs_start_.back() ||
      w.V.size() != outputs_start_.back() || w.direct.size() != near_.earlier.size())
    invalid("A MADE with these degrees has W, c, V, b and direct of ", inputs_start_.back(), ", ", units,
            ", ", outputs_start_.back(), ", ", n, " and ", near_.earlier.size(), " values; ", w.W.size(),
            ", ", w.c.size(), ", ", w.V.size(), ", ", w.b.size(), " and ", w.direct.size(), " came.");
}

MadeModel MadeModel::from(const Safetensors& file) {
  const std::string kind = "made";
  Frame frame = frame_from(file, kind);
  const std::int64_t n = frame.height * frame.width;
  const auto found = file.tensors.find("degrees");
  if (found == file.tensors.end() || found->second.dtype() != DType::i32 || found->second.shape().size() != 1)
    invalid("A MADE's file has the degrees of its units, an i32 tensor of one axis. `", rebuild_command(kind),
            "` makes the file anew.");
  const auto stored = found->second.as<std::int32_t>();
  std::vector<int> degrees(stored.begin(), stored.end());
  const int radius = radius_from(file);
  Weights w;
  w.W = weights_from(file, kind, "W", {-1});
  w.c = weights_from(file, kind, "c", {-1});
  w.V = weights_from(file, kind, "V", {-1});
  w.b = weights_from(file, kind, "b", {n});
  if (radius > 0) w.direct = weights_from(file, kind, "direct", {-1});
  return MadeModel(std::move(frame), activation_from(file), std::move(degrees), radius, std::move(w));
}

std::span<const float> MadeModel::inputs_of(int k) const {
  const std::size_t at = static_cast<std::size_t>(k);
  return std::span(weights_.W).subspan(inputs_start_[at], inputs_start_[at + 1] - inputs_start_[at]);
}

std::span<const float> MadeModel::outputs_of(int k) const {
  const std::size_t at = static_cast<std::size_t>(k);
  return std::span(weights_.V).subspan(outputs_start_[at], outputs_start_[at + 1] - outputs_start_[at]);
}

std::int64_t MadeModel::parameters() const {
  const Weights& w = weights_;
  return static_cast<std::int64_t>(w.W.size() + w.c.size() + w.V.size() + w.b.size() + w.direct.size());
}

bool MadeModel::sees(int t, int s) const {
  if (s < 0 || s >= t) return false;
  // A unit with s < m_k <= t carries s to t.
  const auto above = std::ranges::upper_bound(degrees_, s);
  if (above != degrees_.end() && *above <= t) return true;
  return std::ranges::binary_search(near_.before(t), s);
}

double MadeModel::log_odds_plain(int t, std::span<const std::uint8_t> before) const {
  double sum = static_cast<double>(weights_.b[static_cast<std::size_t>(t)]);
  for (int k = 0; k < hidden() && degrees_[static_cast<std::size_t>(k)] <= t; ++k) {
    const int m = degrees_[static_cast<std::size_t>(k)];
    double input = static_cast<double>(weights_.c[static_cast<std::size_t>(k)]);
    for (int s = 0; s < m; ++s)
      if (before[static_cast<std::size_t>(s)])
        input += static_cast<double>(inputs_of(k)[static_cast<std::size_t>(s)]);
    sum += static_cast<double>(outputs_of(k)[static_cast<std::size_t>(t - m)]) *
           activate_plain(activation_, input);
  }
  std::size_t at = near_.start[static_cast<std::size_t>(t)];
  for (const int s : near_.before(t)) {
    if (before[static_cast<std::size_t>(s)]) sum += static_cast<double>(weights_.direct[at]);
    ++at;
  }
  return sum;
}

Safetensors MadeModel::to_file(const std::map<std::string, std::string>& notes) const {
  Safetensors file = start_file(notes);
  file.metadata["activation"] = name_of(activation_);
  file.metadata["radius"] = std::to_string(radius_);
  const std::vector<std::int32_t> degrees(degrees_.begin(), degrees_.end());
  file.tensors.emplace("degrees",
                       Tensor::from<std::int32_t>({hidden()}, std::span<const std::int32_t>(degrees)));
  const auto add = [&](const char* name, const std::vector<float>& values) {
    file.tensors.emplace(name, half_tensor(name, {static_cast<std::int64_t>(values.size())}, values));
  };
  add("W", weights_.W);
  add("c", weights_.c);
  add("V", weights_.V);
  add("b", weights_.b);
  if (radius_ > 0) add("direct", weights_.direct);
  return file;
}

}  // namespace priorlab
