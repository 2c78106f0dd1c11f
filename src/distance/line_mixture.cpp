#include "verimix/distance/line_mixture.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "verimix/core/error.hpp"
#include "verimix/diffusion/ornstein_uhlenbeck.hpp"
#if __has_include(<flint/arb_hypgeom.h>)
#include <flint/arb_hypgeom.h>
#else
#include <arb_hypgeom.h>
#endif

namespace verimix {
namespace {

// The mass of N(0, variance) above the distance.
Ball normal_tail(const Ball& distance, const LineComponent& component) {
  const Ball x = distance / sqrt(2 * component.variance);
  Ball y;
  arb_hypgeom_erfc(y.data(), x.data(), BallPrecision::bits());
  arb_mul_2exp_si(y.data(), y.data(), -1);
  return y;
}

// A wide ball carries few digits: more bits than these would only cost time.
constexpr long wide_bits = 64;

long bits_for(bool point) { return point ? BallPrecision::bits() : std::min(BallPrecision::bits(), wide_bits); }

bool narrow(const arb_t x) {
  const slong half = BallPrecision::bits() / 2;
  return mag_cmp_2exp_si(arb_radref(x), -half) < 0 || arb_rel_accuracy_bits(x) > half;
}

}  // namespace

LineLaw::LineLaw(const ExactMixture& mixture, const Rational& time) : time_(time) {
  const bool definite = validate(mixture);
  if (mixture.dimension() != 1)
    throw InputError("", "dimension", std::to_string(mixture.dimension()), "a mixture on the line");
  if (time < 0) throw InputError("", "time", to_text(time), "a time >= 0");
  if (!definite && time == 0) throw InputError("", "covariance", "0", "positive variances at time 0");
  for (Index i = 0; i < mixture.size(); ++i) {
    const auto at = static_cast<std::size_t>(i);
    add({mixture.weights[at], mixture.means(0, i), mixture.covariances[at](0, 0)});
  }
  sort();
}

LineLaw::LineLaw(const std::vector<Component>& components, const Rational& time,
                 std::shared_ptr<const SharedVariance> w)
    : time_(time), shared_(std::move(w)) {
  require_invariant(shared_ != nullptr, "a law with a shared variance of its own");
  for (const Component& component : components) {
    require_invariant(component.weight >= 0 && component.variance >= 0, "weights and variances are not negative");
    add(component);
  }
  sort();
}

Ball LineLaw::added_variance() const { return shared_ ? (*shared_)() : noise_variance(from_rational<Ball>(time_)); }

void LineLaw::add(const Component& component) {
  if (component.weight == 0) return;
  const auto same = std::find_if(components_.begin(), components_.end(), [&](const Component& other) {
    return other.mean == component.mean && other.variance == component.variance;
  });
  if (same == components_.end())
    components_.push_back(component);
  else
    same->weight += component.weight;
}

void LineLaw::sort() {
  std::sort(components_.begin(), components_.end(), [](const Component& a, const Component& b) {
    return a.variance != b.variance ? a.variance < b.variance : a.mean < b.mean;
  });
}

LocalQuadratic operator-(const LocalQuadratic& a, const LocalQuadratic& b) {
  return {a.constant - b.constant, a.slope - b.slope, a.curvature - b.curvature};
}

Ball centre_of(const Ball& z) {
  Ball centre;
  arb_get_mid_arb(centre.data(), z.data());
  return centre;
}
Ball centre_of(const ComplexBall& z) {
  Ball centre;
  arb_get_mid_arb(centre.data(), acb_realref(z.data()));
  return centre;
}
bool is_point(const Ball& z) { return narrow(z.data()); }
bool is_point(const ComplexBall& z) { return acb_is_real(z.data()) != 0 && narrow(acb_realref(z.data())); }

LineMixture::LineMixture(const LineLaw& law) {
  const Ball time = from_rational<Ball>(law.time());
  const Ball scale = signal_scale(time);
  const Ball noise = law.added_variance();
  std::vector<LineComponent> components;
  for (const LineLaw::Component& component : law.components())
    components.push_back({from_rational<Ball>(component.weight), scale * from_rational<Ball>(component.mean),
                          scale * scale * from_rational<Ball>(component.variance) + noise});
  *this = LineMixture(std::move(components));
}

LineMixture::LineMixture(std::vector<LineComponent> components) : components_(std::move(components)) {
  for (const LineComponent& component : components_) {
    peaks_.push_back(component.weight / sqrt(2 * pi<Ball>() * component.variance));
    rounded_.push_back({approximate(log(peaks_.back())), approximate(component.mean), approximate(component.variance)});
  }
}

LineMixture LineMixture::reflected() const {
  std::vector<LineComponent> components = components_;
  for (LineComponent& component : components) component.mean = -component.mean;
  return LineMixture(std::move(components));
}

std::size_t LineMixture::largest_at(double x) const {
  std::size_t best = 0;
  double largest = 0;
  for (std::size_t i = 0; i < rounded_.size(); ++i) {
    const Rounded& component = rounded_[i];
    const double distance = x - component.mean;
    const double value = component.log_peak - distance * distance / (2 * component.variance);
    if (i == 0 || value > largest) {
      best = i;
      largest = value;
    }
  }
  return best;
}

LocalQuadratic LineMixture::exponent(std::size_t i, const Ball& centre) const {
  const LineComponent& component = components_[i];
  const Ball distance = centre - component.mean;
  LocalQuadratic quadratic;
  quadratic.slope = -distance / component.variance;
  quadratic.constant = quadratic.slope * distance;
  arb_mul_2exp_si(quadratic.constant.data(), quadratic.constant.data(), -1);
  quadratic.curvature = Ball(-1) / (2 * component.variance);
  return quadratic;
}

template <class Number>
ScaledDensity<Number> LineMixture::scaled(const Number& z) const {
  const bool point = is_point(z);
  const BallPrecision precision(bits_for(point));
  const Ball centre = centre_of(z);
  ScaledDensity<Number> result;
  result.h = z - Number(centre);
  const std::size_t largest = point ? 0 : largest_at(approximate(centre));
  if (!point) result.exponent = exponent(largest, centre);
  for (std::size_t i = 0; i < components_.size(); ++i) {
    if (!point && i == largest) {
      result.value += Number(peaks_[i]);
      continue;
    }
    const LocalQuadratic relative = exponent(i, centre) - result.exponent;
    const Number value = exp(relative.at(result.h)) * peaks_[i];
    result.value += value;
    result.slope += value * relative.slope_at(result.h);
  }
  return result;
}

template <class Number>
Number LineMixture::density(const Number& z) const {
  const ScaledDensity<Number> at = scaled(z);
  return at.value * exp(at.exponent.at(at.h));
}

template <class Number>
Number LineMixture::log_density(const Number& z) const {
  const ScaledDensity<Number> at = scaled(z);
  return log(at.value) + at.exponent.at(at.h);
}

template <class Number>
Number LineMixture::score(const Number& z) const {
  const ScaledDensity<Number> at = scaled(z);
  return at.slope / at.value + at.exponent.slope_at(at.h);
}

Ball LineMixture::upper_tail(const Ball& x) const {
  Ball sum;
  for (const LineComponent& component : components_)
    sum += component.weight * normal_tail(x - component.mean, component);
  return sum;
}

Ball LineMixture::cdf(const Ball& x) const {
  Ball sum;
  for (const LineComponent& component : components_)
    sum += component.weight * normal_tail(component.mean - x, component);
  return sum;
}

template ScaledDensity<Ball> LineMixture::scaled(const Ball&) const;
template ScaledDensity<ComplexBall> LineMixture::scaled(const ComplexBall&) const;
template Ball LineMixture::density(const Ball&) const;
template ComplexBall LineMixture::density(const ComplexBall&) const;
template Ball LineMixture::log_density(const Ball&) const;
template ComplexBall LineMixture::log_density(const ComplexBall&) const;
template Ball LineMixture::score(const Ball&) const;
template ComplexBall LineMixture::score(const ComplexBall&) const;

}  // namespace verimix
