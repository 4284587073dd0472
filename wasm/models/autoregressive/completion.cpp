#include "models/autoregressive/completion.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/error.h"
#include "core/rng.h"
#include "ops/elementary.h"
#include "ops/sigmoid.h"

namespace priorlab {
namespace {

// Streams of random numbers, apart from each other for every unit.
enum class Draws : std::uint64_t { pixels, choice, rectangle };
Rng stream(std::uint64_t seed, Draws what, int unit, std::size_t particle = 0) {
  return Rng(seed, (static_cast<std::uint64_t>(what) << 60) | (static_cast<std::uint64_t>(unit) << 32) |
                       static_cast<std::uint64_t>(particle));
}

// log p(x) of a pixel with these log-odds.
double log_probability(float log_odds, std::uint8_t x) {
  return elementary::log(static_cast<double>(sigmoid(x != 0 ? log_odds : -log_odds)));
}

double log_sum(std::span<const double> logs) {
  const double most = *std::max_element(logs.begin(), logs.end());
  double sum = 0;
  for (double v : logs) sum += elementary::exp(v - most);
  return most + elementary::log(sum);
}

double effective_size_of(std::span<const double> logs) {
  const double most = *std::max_element(logs.begin(), logs.end());
  double sum = 0, squares = 0;
  for (double v : logs) {
    const double w = elementary::exp(v - most);
    sum += w;
    squares += w * w;
  }
  return sum * sum / squares;
}

// Systematic sampling: `how_many` places, each i about how_many * share_i times, in ascending order.
std::vector<int> systematic(std::span<const double> shares, int how_many, double offset) {
  std::vector<int> chosen;
  double sum = 0;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    sum += shares[i] * how_many;
    while (static_cast<int>(chosen.size()) < how_many && static_cast<double>(chosen.size()) + offset < sum)
      chosen.push_back(static_cast<int>(i));
  }
  const auto heaviest = std::max_element(shares.begin(), shares.end()) - shares.begin();
  chosen.resize(static_cast<std::size_t>(how_many), static_cast<int>(heaviest));  // rounding at the end
  return chosen;
}

}  // namespace

Completion::Completion(const Autoregressive& model, const OrderlessModel* guide,
                       std::span<const std::uint8_t> image, std::span<const std::uint8_t> given,
                       const CompletionOptions& options)
    : model_(model),
      guide_(options.naive ? nullptr : guide),
      options_(options),
      n_(static_cast<std::size_t>(model.pixels())),
      image_(image.begin(), image.end()),
      given_(given.begin(), given.end()),
      log_evidence_(std::numeric_limits<double>::quiet_NaN()) {
  PRIORLAB_CHECK(image_.size() == n_ && given_.size() == n_ && options.particles >= 1);
  if (guide_ && (guide_->height() != model.height() || guide_->width() != model.width()))
    invalid("The guide is made for images of ", guide_->height(), " x ", guide_->width(),
            " pixels, the model for ", model.height(), " x ", model.width(), ".");
  for (std::size_t t = 0; t < n_; ++t)
    if (given_[static_cast<std::size_t>(model.order()[t])]) last_given_ = static_cast<int>(t);
  const auto particles = static_cast<std::size_t>(options.particles);
  growing_units_ = (model.pixels() + options.stretch - 1) / options.stretch;
  growth_.resize((particles + kLanes - 1) / kLanes);
  pixels_.resize(particles * n_);
  log_likelihood_.resize(particles * n_);
  log_weight_.resize(particles);
  log_ahead_.resize(particles);
  trace_.resize(particles * static_cast<std::size_t>(options.stretch));
  moved_.resize(particles);
  effective_.resize(n_);
  // Moves are of no use where all draws are exact already, or there is nothing to draw.
  const auto hidden = std::count(given_.begin(), given_.end(), 0);
  if (options_.naive || hidden == 0 || last_given_ + 1 == static_cast<int>(n_) - hidden) options_.moves = 0;
}

int Completion::units() const { return growing_units_ + options_.moves; }
int Completion::blocks() const { return static_cast<int>(growth_.size()); }

std::span<const std::uint8_t> Completion::particle(int i) const {
  return std::span(pixels_).subspan(static_cast<std::size_t>(i) * n_, n_);
}

// A proposal must be able to make whatever the model can.
float Completion::guarded(float log_odds) const { return std::clamp(log_odds, -9.0f, 9.0f); }

void Completion::run_block(int block) { growing() ? grow(block) : move(block); }

void Completion::catch_up(Growth& growth, int block, int t) const {
  if (growth.at == t) return;
  const std::size_t lanes = size(block);
  if (!growth.sweep) {
    growth.sweep = model_.sweep(static_cast<int>(lanes));
    if (guide_) {
      growth.all.emplace(*guide_, static_cast<int>(lanes));
      growth.before.emplace(*guide_, static_cast<int>(lanes));
    }
  }
  growth.sweep->restart();
  const std::vector<std::uint8_t> nothing(n_, 0);
  if (guide_) {
    growth.all->restart(given_, image_);
    growth.before->restart(nothing, image_);
  }
  std::vector<std::uint8_t> values(lanes);
  for (int s = 0; s < t; ++s) {
    const int pixel = model_.order()[static_cast<std::size_t>(s)];
    for (std::size_t i = 0; i < lanes; ++i)
      values[i] = pixels_[(first(block) + i) * n_ + static_cast<std::size_t>(pixel)];
    growth.sweep->push(values);
    if (guide_ && t <= last_given_) {
      growth.before->learn(pixel, values);
      if (!given_[static_cast<std::size_t>(pixel)]) growth.all->learn(pixel, values);
    }
  }
  growth.at = t;
}

void Completion::grow(int block) {
  Growth& growth = growth_[static_cast<std::size_t>(block)];
  const int begin = unit_ * options_.stretch, end = std::min(begin + options_.stretch, static_cast<int>(n_));
  catch_up(growth, block, begin);
  const std::size_t lanes = size(block), from = first(block);
  std::vector<Rng> rngs;
  for (std::size_t i = 0; i < lanes; ++i)
    rngs.push_back(stream(options_.seed, Draws::pixels, unit_, from + i));
  std::vector<float> odds(lanes), guided(lanes), before(lanes);
  std::vector<std::uint8_t> values(lanes);
  for (int t = begin; t < end; ++t) {
    const int pixel = model_.order()[static_cast<std::size_t>(t)];
    const auto at = static_cast<std::size_t>(pixel);
    const bool given = given_[at] != 0, looking = guide_ && t <= last_given_;
    growth.sweep->log_odds(odds);
    if (looking) {
      growth.before->log_odds(pixel, before);
      if (!given) growth.all->log_odds(pixel, guided);
    }
    for (std::size_t i = 0; i < lanes; ++i) {
      const std::size_t p = from + i;
      const float u = rngs[i].uniform();
      values[i] = given ? image_[at] : (u < sigmoid(odds[i]) ? 1 : 0);
      const double log_p = log_probability(odds[i], values[i]);
      log_likelihood_[p * n_ + static_cast<std::size_t>(t)] = static_cast<float>(log_p);
      if (looking) {
        double ratio = -log_probability(before[i], values[i]);
        if (!given) ratio += log_probability(guided[i], values[i]);
        log_ahead_[p] += options_.look_ahead * ratio;
      }
      if (given) log_weight_[p] += log_p;
      if (t >= last_given_) log_ahead_[p] = 0;  // nothing to look ahead to
      trace_[static_cast<std::size_t>(t - begin) * count() + p] = log_weight_[p] + log_ahead_[p];
      pixels_[p * n_ + at] = values[i];
    }
    growth.sweep->push(values);
    if (looking) {
      growth.before->learn(pixel, values);
      if (!given) growth.all->learn(pixel, values);
    }
  }
  growth.at = end;
}

std::vector<std::uint8_t> Completion::window(int round) const {
  Rng rng = stream(options_.seed, Draws::rectangle, round);
  std::vector<int> hidden;
  for (std::size_t i = 0; i < n_; ++i)
    if (!given_[i]) hidden.push_back(static_cast<int>(i));
  const int centre = hidden[rng.below(static_cast<std::uint32_t>(hidden.size()))];
  const int cy = centre / model_.width(), cx = centre % model_.width();
  // The model alone proposes worse than a guide: less at a time.
  const std::uint32_t least = guide_ ? 4 : 1, more = guide_ ? 6 : 3;
  const int high = static_cast<int>(least + rng.below(more)),
            wide = static_cast<int>(least + rng.below(more));
  const int top = cy - static_cast<int>(rng.below(static_cast<std::uint32_t>(high)));
  const int left = cx - static_cast<int>(rng.below(static_cast<std::uint32_t>(wide)));
  std::vector<std::uint8_t> inside(n_, 0);
  for (int i : hidden) {
    const int y = i / model_.width(), x = i % model_.width();
    inside[static_cast<std::size_t>(i)] = y >= top && y < top + high && x >= left && x < left + wide;
  }
  return inside;
}

void Completion::move(int block) {
  const auto inside = window(unit_);
  const std::size_t lanes = size(block), from = first(block);
  const auto old = std::span<const std::uint8_t>(pixels_).subspan(from * n_, lanes * n_);
  std::vector<std::uint8_t> now(old.begin(), old.end());
  std::vector<float> likelihood(log_likelihood_.begin() + static_cast<std::ptrdiff_t>(from * n_),
                                log_likelihood_.begin() + static_cast<std::ptrdiff_t>((from + lanes) * n_));
  std::vector<double> log_ratio(lanes, 0.0);
  std::vector<Rng> rngs;
  for (std::size_t i = 0; i < lanes; ++i)
    rngs.push_back(stream(options_.seed, Draws::pixels, unit_, from + i));

  // The guide knows all but the rectangle, on the way to the new values and to the old ones.
  std::optional<OrderlessLanes> forward, back;
  if (guide_) {
    std::vector<std::uint8_t> outside(n_);
    for (std::size_t i = 0; i < n_; ++i) outside[i] = 1 - inside[i];
    forward.emplace(*guide_, static_cast<int>(lanes));
    forward->restart_each(outside, old);
    back = forward;
  }
  const auto sweep = model_.sweep(static_cast<int>(lanes));
  sweep->restart();
  std::vector<float> odds(lanes), of_new(lanes), of_old(lanes);
  std::vector<std::uint8_t> values(lanes), were(lanes);
  bool begun = false;
  for (std::size_t t = 0; t < n_; ++t) {
    const int pixel = model_.order()[t];
    const auto at = static_cast<std::size_t>(pixel);
    for (std::size_t i = 0; i < lanes; ++i) were[i] = old[i * n_ + at];
    const bool anew = inside[at] != 0;
    begun = begun || anew;
    if (!begun) {
      sweep->push(were);
      continue;
    }
    sweep->log_odds(odds);
    values = were;
    if (anew) {
      of_new = odds;
      if (guide_) {
        forward->log_odds(pixel, of_new);
        back->log_odds(pixel, of_old);
      }
      for (std::size_t i = 0; i < lanes; ++i) {
        const float proposal = guide_ ? guarded(of_new[i]) : of_new[i];
        values[i] = rngs[i].uniform() < sigmoid(proposal) ? 1 : 0;
        now[i * n_ + at] = values[i];
        log_ratio[i] -= log_probability(proposal, values[i]);
        log_ratio[i] += guide_ ? log_probability(guarded(of_old[i]), were[i])
                               : static_cast<double>(log_likelihood_[(from + i) * n_ + t]);
      }
      if (guide_) {
        forward->learn(pixel, values);
        back->learn(pixel, were);
      }
    }
    for (std::size_t i = 0; i < lanes; ++i) {
      const double log_p = log_probability(odds[i], values[i]);
      log_ratio[i] += log_p - static_cast<double>(log_likelihood_[(from + i) * n_ + t]);
      likelihood[i * n_ + t] = static_cast<float>(log_p);
    }
    sweep->push(values);
  }
  for (std::size_t i = 0; i < lanes; ++i) {
    const bool taken = elementary::log(static_cast<double>(rngs[i].uniform())) < log_ratio[i];
    moved_[from + i] = taken ? 1 : 0;
    if (!taken) continue;
    std::copy_n(now.begin() + static_cast<std::ptrdiff_t>(i * n_), n_,
                pixels_.begin() + static_cast<std::ptrdiff_t>((from + i) * n_));
    std::copy_n(likelihood.begin() + static_cast<std::ptrdiff_t>(i * n_), n_,
                log_likelihood_.begin() + static_cast<std::ptrdiff_t>((from + i) * n_));
  }
}

// All that a block's particles are made of, whatever the unit changed of it.
void Completion::write_result(int block, ByteWriter& to) const {
  const std::size_t from = first(block), lanes = size(block);
  to.values(std::span(pixels_).subspan(from * n_, lanes * n_));
  to.values(std::span(log_likelihood_).subspan(from * n_, lanes * n_));
  to.values(std::span(log_weight_).subspan(from, lanes));
  to.values(std::span(log_ahead_).subspan(from, lanes));
  to.values(std::span(moved_).subspan(from, lanes));
  for (std::size_t s = 0; s < static_cast<std::size_t>(options_.stretch); ++s)
    to.values(std::span(trace_).subspan(s * count() + from, lanes));
}

void Completion::read_result(int block, ByteReader& from_bytes) {
  const std::size_t from = first(block), lanes = size(block);
  from_bytes.values(std::span(pixels_).subspan(from * n_, lanes * n_));
  from_bytes.values(std::span(log_likelihood_).subspan(from * n_, lanes * n_));
  from_bytes.values(std::span(log_weight_).subspan(from, lanes));
  from_bytes.values(std::span(log_ahead_).subspan(from, lanes));
  from_bytes.values(std::span(moved_).subspan(from, lanes));
  for (std::size_t s = 0; s < static_cast<std::size_t>(options_.stretch); ++s)
    from_bytes.values(std::span(trace_).subspan(s * count() + from, lanes));
  growth_[static_cast<std::size_t>(block)].at = -1;
}

// Particles chosen by shares exp(log_priority - log_total); their weights then make up for it.
void Completion::choose(std::span<const double> log_priority, double log_total) {
  std::vector<double> shares(count());
  for (std::size_t i = 0; i < count(); ++i) shares[i] = elementary::exp(log_priority[i] - log_total);
  const double offset = static_cast<double>(stream(options_.seed, Draws::choice, unit_).uniform());
  const auto chosen = systematic(shares, particles(), offset);
  const auto pixels = pixels_;
  const auto likelihood = log_likelihood_;
  const auto ahead = log_ahead_;
  const double mean = log_total - elementary::log(static_cast<double>(count()));
  for (std::size_t i = 0; i < count(); ++i) {
    const auto source = static_cast<std::ptrdiff_t>(chosen[i]), n = static_cast<std::ptrdiff_t>(n_),
               to = static_cast<std::ptrdiff_t>(i) * n;
    std::copy_n(pixels.begin() + source * n, n, pixels_.begin() + to);
    std::copy_n(likelihood.begin() + source * n, n, log_likelihood_.begin() + to);
    log_ahead_[i] = ahead[static_cast<std::size_t>(source)];
    log_weight_[i] = mean - log_ahead_[i];
  }
  for (Growth& growth : growth_) growth.at = -1;
}

void Completion::merge() {
  if (!growing()) {
    moves_accepted_ += std::accumulate(moved_.begin(), moved_.end(), 0.0);
    ++unit_;
    return;
  }
  const auto stretch = static_cast<std::size_t>(options_.stretch),
             begin = static_cast<std::size_t>(unit_) * stretch, end = std::min(begin + stretch, n_);
  for (std::size_t t = begin; t < end; ++t)
    effective_[t] =
        static_cast<float>(effective_size_of(std::span(trace_).subspan((t - begin) * count(), count())));
  const bool last = unit_ + 1 == growing_units_;
  if (last) {
    log_evidence_ = log_sum(log_weight_) - elementary::log(static_cast<double>(count()));
    final_effective_ = effective_size_of(log_weight_);
  }
  if (!options_.naive) {
    std::vector<double> priority(count());
    for (std::size_t i = 0; i < count(); ++i) priority[i] = log_weight_[i] + log_ahead_[i];
    const bool poor = effective_size_of(priority) < options_.threshold * static_cast<double>(count());
    if ((poor && !last) || (last && options_.moves > 0)) choose(priority, log_sum(priority));
  }
  if (last)
    for (Growth& growth : growth_) growth = Growth{};
  ++unit_;
}

std::vector<double> Completion::weights() const {
  if (options_.naive) return std::vector<double>(count(), 1.0 / static_cast<double>(count()));
  std::vector<double> w(count());
  const double total = log_sum(log_weight_);
  for (std::size_t i = 0; i < count(); ++i) w[i] = elementary::exp(log_weight_[i] - total);
  return w;
}

std::vector<double> Completion::mean() const {
  const auto w = weights();
  std::vector<double> mean(n_, 0.5);
  const std::size_t known =
      std::min(n_, static_cast<std::size_t>(unit_) * static_cast<std::size_t>(options_.stretch));
  for (std::size_t t = 0; t < n_; ++t) {
    const auto at = static_cast<std::size_t>(model_.order()[t]);
    if (given_[at]) {
      mean[at] = image_[at];
    } else if (t < known) {
      mean[at] = 0;
      for (std::size_t i = 0; i < count(); ++i)
        if (pixels_[i * n_ + at]) mean[at] += w[i];
    }
  }
  return mean;
}

std::vector<int> Completion::shown(int how_many) const { return systematic(weights(), how_many, 0.5); }

double Completion::accepted() const {
  const int rounds = unit_ - growing_units_;
  return rounds > 0 ? moves_accepted_ / (static_cast<double>(rounds) * static_cast<double>(count())) : 0.0;
}

}  // namespace priorlab
