// Mixtures of Gaussians on the line for rigorous work: exact laws in a canonical form, and their density, logarithm and
// score on real and on complex balls. Derivations: proofs-notes/distance/line_mixture.md.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "verimix/core/complex_ball.hpp"
#include "verimix/core/roots.hpp"
#include "verimix/mixture/mixture.hpp"

namespace verimix {

/// A variance that all components of a law share, enclosed at the working precision of the call.
using SharedVariance = std::function<Ball()>;

/// The law at time t of dx = -x dt + sqrt(2) dw started from a mixture on the line, as exact fractions. Components of
/// weight 0 are left out, equal ones merged, the rest sorted by (variance, mean).
class LineLaw {
 public:
  /// The parameters at time 0.
  struct Component {
    Rational weight, mean, variance;
    friend bool operator==(const Component&, const Component&) = default;
  };

  /// Throws InputError for a mixture that `validate` refuses, for dimension != 1 (field "dimension"), for time < 0
  /// (field "time"), and for a variance 0 at time 0 (field "covariance").
  explicit LineLaw(const ExactMixture& mixture, const Rational& time = 0);

  /// sum_i weight_i N(e^{-t} mean_i, e^{-2t} variance_i + w) for a w that is not the flow's 1 - e^{-2t}: a line taken
  /// out of a larger space (reduction.hpp). Domain: weights >= 0 that sum to 1, variances >= 0, w > 0.
  LineLaw(const std::vector<Component>& components, const Rational& time, std::shared_ptr<const SharedVariance> w);

  const std::vector<Component>& components() const { return components_; }
  const Rational& time() const { return time_; }
  /// What is added to e^{-2t} times each variance, at the working precision.
  Ball added_variance() const;

  /// Two laws at the same time are the same measure if and only if this holds; laws with a w of their own have to share
  /// the object it comes from.
  friend bool operator==(const LineLaw&, const LineLaw&) = default;

 private:
  void add(const Component& component);
  void sort();

  std::vector<Component> components_;
  Rational time_;
  std::shared_ptr<const SharedVariance> shared_;
};

/// weight N(mean, variance), weight > 0 and variance > 0.
struct LineComponent {
  Ball weight, mean, variance;
};

/// constant + slope h + curvature h^2, h the distance from a centre.
struct LocalQuadratic {
  Ball constant, slope, curvature;

  template <class Number>
  Number at(const Number& h) const {
    return h * (h * curvature + Number(slope)) + Number(constant);
  }
  template <class Number>
  Number slope_at(const Number& h) const {
    return h * (2 * curvature) + Number(slope);
  }
};
LocalQuadratic operator-(const LocalQuadratic& a, const LocalQuadratic& b);

/// p(z) = value exp(exponent.at(h)) with h = z - centre. The exponent is that of the component that is largest at the
/// centre, which keeps `value` of order 1 near it however far the tail; on a point (a real ball of negligible radius)
/// it is 0. `slope` is the derivative of `value`: the score is exponent.slope_at(h) + slope / value.
template <class Number>
struct ScaledDensity {
  Number value, slope, h;
  LocalQuadratic exponent;
};

/// Number is Ball or ComplexBall below. On a ComplexBall a finite result is the analytic continuation from the real
/// line, provided the ball meets it: exp(exponent) has no zero, and log refuses values that surround 0.
class LineMixture {
 public:
  /// Encloses the parameters at the working precision.
  explicit LineMixture(const LineLaw& law);

  const std::vector<LineComponent>& components() const { return components_; }
  /// The law of -x.
  LineMixture reflected() const;

  template <class Number>
  ScaledDensity<Number> scaled(const Number& z) const;
  template <class Number>
  Number density(const Number& z) const;
  template <class Number>
  Number log_density(const Number& z) const;
  /// p'/p.
  template <class Number>
  Number score(const Number& z) const;

  /// P((-inf, x]), and P((x, inf)) without cancellation.
  Ball cdf(const Ball& x) const;
  Ball upper_tail(const Ball& x) const;

  /// The component that is largest at x, by rounded arithmetic: for choosing, never for deciding.
  std::size_t largest_at(double x) const;
  /// weight / sqrt(2 pi variance) of a component.
  const Ball& peak(std::size_t i) const { return peaks_[i]; }
  /// -(x - mean)^2 / (2 variance) of a component, about a centre.
  LocalQuadratic exponent(std::size_t i, const Ball& centre) const;

 private:
  struct Rounded {
    double log_peak, mean, variance;
  };

  explicit LineMixture(std::vector<LineComponent> components);

  std::vector<LineComponent> components_;
  std::vector<Ball> peaks_;
  std::vector<Rounded> rounded_;
};

/// The midpoint of the ball (of its real part), exact.
Ball centre_of(const Ball& z);
Ball centre_of(const ComplexBall& z);
/// Is the ball real and so narrow that it stands for a point at the working precision?
bool is_point(const Ball& z);
bool is_point(const ComplexBall& z);

extern template ScaledDensity<Ball> LineMixture::scaled(const Ball&) const;
extern template ScaledDensity<ComplexBall> LineMixture::scaled(const ComplexBall&) const;
extern template Ball LineMixture::density(const Ball&) const;
extern template ComplexBall LineMixture::density(const ComplexBall&) const;
extern template Ball LineMixture::log_density(const Ball&) const;
extern template ComplexBall LineMixture::log_density(const ComplexBall&) const;
extern template Ball LineMixture::score(const Ball&) const;
extern template ComplexBall LineMixture::score(const ComplexBall&) const;

}  // namespace verimix
