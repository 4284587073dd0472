#include "ops/camera_noise.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/error.h"
#include "core/parallel_for.h"
#include "core/rng.h"
#include "ops/elementary.h"

namespace priorlab {
namespace {

double power(double base, double exponent) {
  return base <= 0 ? 0 : elementary::exp(exponent * elementary::log(base));
}

// Index mirrored about the border samples: keeps the parity, so a Bayer site stays of its colour.
int mirrored(int i, int n) {
  if (n == 1) return 0;
  const int period = 2 * (n - 1);
  i = ((i % period) + period) % period;
  return i < n ? i : period - i;
}

// RGGB: the colour of a site.
int bayer_colour(int y, int x) { return (y & 1) == (x & 1) ? ((y & 1) ? 2 : 0) : 1; }

// Poisson variate: product of uniforms (Knuth) for small means, the rounded normal where the two cannot be
// told apart in a picture.
double poisson(Rng& rng, double mean) {
  if (mean <= 0) return 0;
  if (mean > 40) return std::max(0.0, std::floor(mean + std::sqrt(mean) * rng.normal() + 0.5));
  const double limit = elementary::exp(-mean);
  double product = rng.uniform();
  int count = 0;
  while (product > limit) {
    product *= rng.uniform();
    ++count;
  }
  return count;
}

// One site in linear light, white-balanced: the value `scene` counted in electrons.
float measured(Rng& rng, double scene, double gain, const Camera& camera) {
  if (!camera.noise) return static_cast<float>(scene);
  const double full = camera.electrons / gain;  // electrons that this colour gives at white
  const double count = poisson(rng, scene * full) + camera.read_noise * rng.normal();
  return static_cast<float>(count / full);
}

// A mosaic with mirrored access.
struct Mosaic {
  int height, width;
  std::vector<float> values;
  double operator()(int y, int x) const {
    return values[static_cast<std::size_t>(mirrored(y, height)) * static_cast<std::size_t>(width) +
                  static_cast<std::size_t>(mirrored(x, width))];
  }
  double axial(int y, int x, int step) const {
    const Mosaic& m = *this;
    return m(y - step, x) + m(y + step, x) + m(y, x - step) + m(y, x + step);
  }
  double diagonal(int y, int x) const {
    const Mosaic& m = *this;
    return m(y - 1, x - 1) + m(y - 1, x + 1) + m(y + 1, x - 1) + m(y + 1, x + 1);
  }
};

// The three colours at one site. Malvar 2004, figure 2: bilinear plus a multiple of the Laplacian of the
// colour that is known here.
std::array<double, 3> demosaic_site(const Mosaic& m, int y, int x, Demosaic method) {
  const bool bilinear = method == Demosaic::bilinear;
  const double here = m(y, x);
  std::array<double, 3> rgb{};
  const int colour = bayer_colour(y, x);
  rgb[static_cast<std::size_t>(colour)] = here;
  if (colour != 1) {  // at red or blue: green and the opposite colour are missing
    const double far = m.axial(y, x, 2);
    rgb[1] = m.axial(y, x, 1) / 4 + (bilinear ? 0.0 : (4 * here - far) / 8);
    rgb[static_cast<std::size_t>(2 - colour)] =
        m.diagonal(y, x) / 4 + (bilinear ? 0.0 : (12 * here - 3 * far) / 16);
    return rgb;
  }
  const double sides = m(y, x - 1) + m(y, x + 1), poles = m(y - 1, x) + m(y + 1, x);
  const double sides2 = m(y, x - 2) + m(y, x + 2), poles2 = m(y - 2, x) + m(y + 2, x);
  const double beside =
      sides / 2 + (bilinear ? 0.0 : (10 * here - 2 * m.diagonal(y, x) - 2 * sides2 + poles2) / 16);
  const double above =
      poles / 2 + (bilinear ? 0.0 : (10 * here - 2 * m.diagonal(y, x) - 2 * poles2 + sides2) / 16);
  const bool red_row = (y & 1) == 0;  // red stands left and right
  rgb[0] = red_row ? beside : above;
  rgb[2] = red_row ? above : beside;
  return rgb;
}

std::uint64_t row_stream(int channel, int height, int y) {
  return static_cast<std::uint64_t>(channel) * static_cast<std::uint64_t>(height) +
         static_cast<std::uint64_t>(y);
}

}  // namespace

double srgb_to_linear(double v) { return v <= 0.04045 ? v / 12.92 : power((v + 0.055) / 1.055, 2.4); }
double linear_to_srgb(double v) { return v <= 0.0031308 ? v * 12.92 : 1.055 * power(v, 1 / 2.4) - 0.055; }

void add_gaussian_noise(Image& image, double sigma, std::uint64_t seed) {
  if (!(sigma >= 0)) invalid("The noise level must be zero or more; ", sigma, " came.");
  if (sigma == 0) return;
  const int height = image.height();
  const std::size_t width = static_cast<std::size_t>(image.width());
  parallel_for(image.channels() * height, [&](int row) {
    const int c = row / height, y = row % height;
    Rng rng(seed, row_stream(c, height, y));
    std::vector<float> noise(width);
    rng.fill_normal(noise);
    const std::span<float> out = image.plane(c).subspan(static_cast<std::size_t>(y) * width, width);
    for (std::size_t x = 0; x < width; ++x) out[x] += static_cast<float>(sigma * noise[x]);
  });
}

Camera camera_of_strength(double strength) {
  if (!(strength >= 0))
    invalid("The strength of the camera's noise must be zero or more; ", strength, " came.");
  Camera camera;
  camera.noise = strength > 0;
  // Shot noise grows with one over the root of the electrons;
  // the read noise stays what it is in electrons.
  if (camera.noise) camera.electrons = 800 / (strength * strength);
  return camera;
}

Image camera_picture(const Image& srgb, const Camera& camera, std::uint64_t seed) {
  if (!(camera.electrons > 0) || !(camera.read_noise >= 0))
    invalid("A camera needs electrons > 0 and read noise >= 0.");
  const int height = srgb.height(), width = srgb.width(), channels = srgb.channels();
  const std::size_t w = static_cast<std::size_t>(width);
  const bool mosaicked = height >= 4 && width >= 4;
  auto scene = [&](int c, int y, int x) {
    return srgb_to_linear(std::clamp(srgb.at(channels == 1 ? 0 : c, y, x), 0.0f, 1.0f));
  };
  Image linear(3, height, width);
  if (mosaicked) {
    Mosaic mosaic{height, width, std::vector<float>(srgb.pixels())};
    parallel_for(height, [&](int y) {
      Rng rng(seed, row_stream(0, height, y));
      for (int x = 0; x < width; ++x) {
        const int c = bayer_colour(y, x);
        mosaic.values[static_cast<std::size_t>(y) * w + static_cast<std::size_t>(x)] =
            measured(rng, scene(c, y, x), camera.white_balance[static_cast<std::size_t>(c)], camera);
      }
    });
    parallel_for(height, [&](int y) {
      for (int x = 0; x < width; ++x) {
        const std::array<double, 3> rgb = demosaic_site(mosaic, y, x, camera.demosaic);
        for (int c = 0; c < 3; ++c) linear.at(c, y, x) = static_cast<float>(rgb[static_cast<std::size_t>(c)]);
      }
    });
  } else {
    for (int c = 0; c < 3; ++c) {
      for (int y = 0; y < height; ++y) {
        Rng rng(seed, row_stream(c, height, y));
        for (int x = 0; x < width; ++x)
          linear.at(c, y, x) =
              measured(rng, scene(c, y, x), camera.white_balance[static_cast<std::size_t>(c)], camera);
      }
    }
  }
  parallel_for(height, [&](int y) {
    for (int c = 0; c < 3; ++c) {
      for (int x = 0; x < width; ++x) {
        float& v = linear.at(c, y, x);
        v = static_cast<float>(linear_to_srgb(std::clamp(v, 0.0f, 1.0f)));
      }
    }
  });
  return channels == 1 ? to_grey(linear) : linear;
}

}  // namespace priorlab
