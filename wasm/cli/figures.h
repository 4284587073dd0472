// Figures with standard errors, kept with what they are means of, so that two of them can be compared pair by
// pair.
#pragma once

#include <vector>

namespace priorlab {

struct Figure {
  double value = 0, error = 0;  // error: standard error of the value
  std::vector<double> samples;  // of patches or pictures; empty: not measured
  bool squared_error = false;   // samples are squared errors and the value is their PSNR
};

// The mean of nats or dB.
Figure mean_figure(std::vector<double> samples);
// PSNR in dB of the mean of squared errors on the [0,1] scale; its error to first order.
Figure psnr_figure(std::vector<double> squared_errors);

// b - a, of the same patches or pictures: the error is that of the paired difference. Not both measured: no
// samples and zeros.
Figure difference_between(const Figure& a, const Figure& b);

// Mean and its standard error (0 for fewer than two values).
double mean_of(const std::vector<double>& values);
double standard_error(const std::vector<double>& values);

double decibels(double mean_squared_error);  // -10 log10

}  // namespace priorlab
