// Digits for training and evaluation, from files or the data folder.
#pragma once

#include <string>

#include "core/digit_file.h"

namespace priorlab {

// A file of digits (core/digit_file.h), compressed by gzip or not. Throws std::invalid_argument naming it.
Digits read_digits(const std::string& path);

// The fixed binarisation of MNIST, `split` train, valid or test:
// DIR/binarized_mnist_SPLIT.amat.gz or .amat, or the same in DIR/mnist. Throws std::invalid_argument when
// there is none.
Digits read_digit_split(const std::string& folder, const std::string& split);

// The split named on the command line, train, valid or test, for a model of so many pixels. Throws
// std::invalid_argument on another name and on digits of another size.
Digits read_digits_for(const std::string& folder, const std::string& split, int height, int width);

}  // namespace priorlab
