// OrderedPixels: the part that all autoregressive models share, an image's size and the order of its pixels,
// with the reading and writing of what every such file has; and what their files' tensors are checked by.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "models/autoregressive/autoregressive.h"

namespace priorlab {

class OrderedPixels : public Autoregressive {
 public:
  // Raster order when `order` is empty. Throws std::invalid_argument unless the sides are 1 to 64 and the
  // order names each pixel once.
  OrderedPixels(int height, int width, std::vector<int> order = {});

  int height() const final { return height_; }
  int width() const final { return width_; }
  std::span<const int> order() const final { return order_; }
  bool is_raster() const;

  // Size and order of a file. Throws std::invalid_argument when it is of another family, version or kind.
  struct Frame {
    int height, width;
    std::vector<int> order;
  };
  static Frame frame_from(const Safetensors&, const std::string& kind);

 protected:
  // A file with everything but the kind's own tensors.
  Safetensors start_file(const std::map<std::string, std::string>& notes) const;

 private:
  int height_, width_;
  std::vector<int> order_;
};

// The command that makes a file of that kind, for messages.
std::string rebuild_command(const std::string& kind);
// f16, rounded to nearest. Throws std::invalid_argument naming the tensor when a value does not fit.
Tensor half_tensor(const std::string& name, Shape shape, std::span<const float> values);
// A tensor of that kind's file as f32 values; errors as take_f32.
std::vector<float> weights_from(const Safetensors&, const std::string& kind, const std::string& name,
                                const Shape& shape);

// What a hidden unit makes of its input.
enum class Activation { sigmoid, relu };
std::string name_of(Activation);
// The metadata "activation", sigmoid when there is none.
Activation activation_from(const Safetensors&);
double activate_plain(Activation, double input);

}  // namespace priorlab
