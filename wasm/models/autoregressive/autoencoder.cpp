#include "models/autoregressive/autoencoder.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/rng.h"
#include "ops/gemm.h"
#include "ops/logistic.h"
#include "ops/vectors.h"

namespace priorlab {
namespace {

const std::string kRebuild = "priorlab train autoencoder --data mnist --out autoencoder.safetensors";
constexpr int kLargestSide = 64;

int side_from(const Safetensors& file, const char* key) {
  const auto found = file.metadata.find(key);
  const std::string text = found == file.metadata.end() ? "" : found->second;
  const int side = text.size() <= 2 ? std::atoi(text.c_str()) : 0;
  if (side < 1 || side > kLargestSide)
    invalid("The ", key, " of an autoencoder's images must be from 1 to ", kLargestSide,
            " pixels; this file says \"", text, "\". `", kRebuild, "` makes the file anew.");
  return side;
}

Tensor half(const char* name, Shape shape, std::span<const float> values) {
  return half_tensor(name, std::move(shape), values);
}

void relu(std::span<float> values) {
  for (float& v : values) v = v > 0.0f ? v : 0.0f;
}

// y += x M, M (x.size(), y.size()) row-major. Rows of zeros cost nothing.
void add_product(std::span<const float> x, const float* m, std::span<float> y) {
  for (std::size_t i = 0; i < x.size(); ++i)
    if (x[i] != 0.0f) add_scaled(x[i], m + i * y.size(), y.data(), y.size());
}

}  // namespace

Autoencoder::Autoencoder(int height, int width, Weights weights)
    : height_(height), width_(width), weights_(std::move(weights)) {
  if (height < 1 || width < 1 || height > kLargestSide || width > kLargestSide)
    invalid("The images of an autoencoder must be from 1x1 to ", kLargestSide, "x", kLargestSide, " pixels; ",
            height, "x", width, " came.");
  const Weights& w = weights_;
  const std::size_t n = static_cast<std::size_t>(pixels()), h = w.e1.size(), c = w.e2.size();
  if (h < 1 || c < 1 || w.E1.size() != n * h || w.E2.size() != h * c || w.D1.size() != c * h ||
      w.d1.size() != h || w.D2.size() != h * n || w.d2.size() != n || w.code_mean.size() != c ||
      w.code_deviation.size() != c)
    invalid("The layers of an autoencoder with ", n, " pixels, ", h, " hidden units and a code of ", c,
            " numbers do not fit each other.");
}

Autoencoder Autoencoder::from(const Safetensors& file) {
  const auto found = file.metadata.find("family"), version = file.metadata.find("version");
  if (found == file.metadata.end() || found->second != family)
    invalid("An autoencoder has family \"", family, "\" in its metadata; this file says \"",
            found == file.metadata.end() ? "" : found->second, "\".");
  if (version == file.metadata.end() || version->second != "1")
    invalid("This autoencoder's file is not of version 1. `", kRebuild, "` makes the file anew.");
  const int height = side_from(file, "height"), width = side_from(file, "width");
  const auto take = [&](const char* name, Shape shape) {
    const Tensor t = take_f32(file, name, shape, kRebuild);
    return std::vector<float>(t.as<float>().begin(), t.as<float>().end());
  };
  const std::int64_t n = height * width;
  Weights w;
  w.e1 = take("e1", {-1});
  w.e2 = take("e2", {-1});
  const auto h = static_cast<std::int64_t>(w.e1.size()), c = static_cast<std::int64_t>(w.e2.size());
  w.E1 = take("E1", {n, h});
  w.E2 = take("E2", {h, c});
  w.D1 = take("D1", {c, h});
  w.d1 = take("d1", {h});
  w.D2 = take("D2", {h, n});
  w.d2 = take("d2", {n});
  w.code_mean = take("code_mean", {c});
  w.code_deviation = take("code_deviation", {c});
  return Autoencoder(height, width, std::move(w));
}

Safetensors Autoencoder::to_file(const std::map<std::string, std::string>& notes) const {
  Safetensors file;
  file.metadata = notes;
  file.metadata["family"] = family;
  file.metadata["version"] = "1";
  file.metadata["height"] = std::to_string(height_);
  file.metadata["width"] = std::to_string(width_);
  const Weights& w = weights_;
  const std::int64_t n = pixels(), h = hidden(), c = code_size();
  file.tensors = {{"E1", half("E1", {n, h}, w.E1)},
                  {"e1", half("e1", {h}, w.e1)},
                  {"E2", half("E2", {h, c}, w.E2)},
                  {"e2", half("e2", {c}, w.e2)},
                  {"D1", half("D1", {c, h}, w.D1)},
                  {"d1", half("d1", {h}, w.d1)},
                  {"D2", half("D2", {h, n}, w.D2)},
                  {"d2", half("d2", {n}, w.d2)},
                  {"code_mean", half("code_mean", {c}, w.code_mean)},
                  {"code_deviation", half("code_deviation", {c}, w.code_deviation)}};
  return file;
}

std::int64_t Autoencoder::parameters() const {
  const std::int64_t n = pixels(), h = hidden(), c = code_size();
  return 2 * n * h + 2 * h * c + 2 * h + c + n;
}

std::vector<float> Autoencoder::encode(std::span<const float> image) const {
  PRIORLAB_CHECK(static_cast<int>(image.size()) == pixels());
  std::vector<float> g = weights_.e1, code = weights_.e2;
  add_product(image, weights_.E1.data(), g);
  relu(g);
  add_product(g, weights_.E2.data(), code);
  return code;
}

std::vector<float> Autoencoder::decode(std::span<const float> code) const {
  PRIORLAB_CHECK(static_cast<int>(code.size()) == code_size());
  std::vector<float> h = weights_.d1, p = weights_.d2;
  add_product(code, weights_.D1.data(), h);
  relu(h);
  add_product(h, weights_.D2.data(), p);
  sigmoids(p);
  return p;
}

AutoencoderObjective::AutoencoderObjective(int height, int width, int hidden, int code)
    : height_(height),
      width_(width),
      n_(static_cast<std::size_t>(height * width)),
      hidden_(static_cast<std::size_t>(hidden)),
      code_(static_cast<std::size_t>(code)) {
  const std::size_t sizes[8] = {n_ * hidden_,    hidden_, hidden_ * code_, code_,
                                code_ * hidden_, hidden_, hidden_ * n_,    n_};
  size_ = 0;
  for (int i = 0; i < 8; ++i) {
    at_[i] = size_;
    size_ += sizes[i];
  }
}

std::vector<float> AutoencoderObjective::first_weights(std::span<const double> share_on,
                                                       std::uint64_t seed) const {
  std::vector<float> weights(size_);
  Rng rng(seed, 0x4145);
  const auto fill = [&](int part, std::size_t count, double fan_in) {
    for (std::size_t i = 0; i < count; ++i)
      weights[at_[part] + i] = static_cast<float>(std::sqrt(1.0 / fan_in)) * rng.normal();
  };
  fill(0, n_ * hidden_, 100.0);  // about so many pixels of a digit are on
  fill(2, hidden_ * code_, static_cast<double>(hidden_));
  fill(4, code_ * hidden_, static_cast<double>(code_));
  fill(6, hidden_ * n_, static_cast<double>(hidden_));
  for (std::size_t i = 0; i < n_; ++i)
    weights[at_[7] + i] = static_cast<float>(std::log(share_on[i] / (1.0 - share_on[i])));
  return weights;
}

double AutoencoderObjective::loss(std::span<const float> weights, std::span<const std::uint8_t> seen,
                                  std::span<const std::uint8_t> told, std::span<float> gradient,
                                  std::span<double> of_rows) const {
  const std::size_t rows = told.size() / n_;
  PRIORLAB_CHECK(seen.size() == rows * n_ && told.size() == rows * n_ && weights.size() == size_);
  const float* w = weights.data();
  std::vector<float> g(hidden_), code(code_), h(hidden_), p(n_), dh(hidden_), dcode(code_), dg(hidden_);
  // from += M d and, with a gradient, dM += x d^T: what a layer y = x M + b does backwards.
  const auto back = [&](std::span<const float> x, int m, std::span<const float> d, float* from) {
    for (std::size_t i = 0; i < x.size(); ++i) {
      if (from) from[i] = dot(w + at_[m] + i * d.size(), d.data(), d.size());
      if (x[i] != 0.0f) add_scaled(x[i], d.data(), gradient.data() + at_[m] + i * d.size(), d.size());
    }
    add(d.data(), gradient.data() + at_[m + 1], d.size());
  };
  double total = 0.0;
  std::vector<float> x(n_);
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t i = 0; i < n_; ++i) x[i] = seen[row * n_ + i];
    std::copy_n(w + at_[1], hidden_, g.data());
    add_product(x, w + at_[0], g);
    relu(g);
    std::copy_n(w + at_[3], code_, code.data());
    add_product(g, w + at_[2], code);
    std::copy_n(w + at_[5], hidden_, h.data());
    add_product(code, w + at_[4], h);
    relu(h);
    std::copy_n(w + at_[7], n_, p.data());
    add_product(h, w + at_[6], p);
    double one = 0.0;
    for (std::size_t i = 0; i < n_; i += 1000)
      one += logistic_losses(std::span(p).subspan(i, std::min<std::size_t>(1000, n_ - i)),
                             told.data() + row * n_ + i);
    total += one;
    if (!of_rows.empty()) of_rows[row] = one;
    if (gradient.empty()) continue;
    back(h, 6, p, dh.data());
    for (std::size_t k = 0; k < hidden_; ++k) dh[k] = h[k] > 0.0f ? dh[k] : 0.0f;
    back(code, 4, dh, dcode.data());
    back(g, 2, dcode, dg.data());
    for (std::size_t k = 0; k < hidden_; ++k) dg[k] = g[k] > 0.0f ? dg[k] : 0.0f;
    back(x, 0, dg, nullptr);
  }
  return total;
}

std::vector<float> AutoencoderObjective::penalties() const {
  std::vector<float> p(size_, 1.0f);
  const std::size_t counts[8] = {0, hidden_, 0, code_, 0, hidden_, 0, n_};
  for (int i = 1; i < 8; i += 2)
    std::fill_n(p.begin() + static_cast<std::ptrdiff_t>(at_[i]), counts[i], 0.0f);
  return p;
}

Autoencoder AutoencoderObjective::autoencoder(std::span<const float> weights,
                                              std::span<const std::uint8_t> rows) const {
  PRIORLAB_CHECK(weights.size() == size_ && rows.size() % n_ == 0 && !rows.empty());
  const auto part = [&](int i) {
    const auto begin = weights.begin() + static_cast<std::ptrdiff_t>(at_[i]);
    return std::vector<float>(
        begin, i < 7 ? weights.begin() + static_cast<std::ptrdiff_t>(at_[i + 1]) : weights.end());
  };
  Autoencoder::Weights w{part(0), part(1), part(2), part(3), part(4), part(5), part(6), part(7), {}, {}};
  w.code_mean.assign(code_, 0.0f);
  w.code_deviation.assign(code_, 1.0f);
  const Autoencoder plain(height_, width_, w);
  std::vector<double> sum(code_), squares(code_);
  std::vector<float> x(n_);
  for (std::size_t first = 0; first < rows.size(); first += n_) {
    for (std::size_t i = 0; i < n_; ++i) x[i] = rows[first + i];
    const std::vector<float> code = plain.encode(x);
    for (std::size_t k = 0; k < code_; ++k) {
      sum[k] += static_cast<double>(code[k]);
      squares[k] += static_cast<double>(code[k]) * static_cast<double>(code[k]);
    }
  }
  const double count = static_cast<double>(rows.size() / n_);
  for (std::size_t k = 0; k < code_; ++k) {
    const double mean = sum[k] / count;
    w.code_mean[k] = static_cast<float>(mean);
    w.code_deviation[k] = static_cast<float>(std::sqrt(std::max(0.0, squares[k] / count - mean * mean)));
  }
  return Autoencoder(height_, width_, std::move(w));
}

}  // namespace priorlab
