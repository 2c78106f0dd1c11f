#include "verimix/regress/score_risk.hpp"

#if __has_include(<flint/arb_hypgeom.h>)
#include <flint/arb_hypgeom.h>
#else
#include <arb_hypgeom.h>
#endif

#include "arguments.hpp"
#include "verimix/cluster/partition.hpp"
#include "verimix/core/rational.hpp"

namespace verimix {
namespace {

using regress_detail::refuse;
using regress_detail::require_above_zero;
using regress_detail::require_count;
using regress_detail::require_share;

template <Scalar T>
T square(const T& x) {
  return x * x;
}

// The two-point argument needs mu_t^2 (1 - TV(N(0, 1), N(mu_t, 1))) > 4 epsilon at mu_t^2 = 5 epsilon: a distance below
// 1/5.
Ball distance_of_means(const Ball& difference) {
  Ball out;
  const Ball argument = difference / sqrt(Ball(8));
  arb_hypgeom_erf(out.data(), argument.data(), BallPrecision::bits());
  return out;
}

// The terms that fall with n, times sqrt(n).
template <Scalar T>
T falling(const ClippedClass<T>& clipped, const T& delta) {
  const T one(1), half = delta / 2;
  return lemma_50_upper(clipped, one, half) + fixed_function_upper(clipped, one, half);
}

template <Scalar T>
T fourth_norm(const PolynomialClass<T>& of) {
  return fourth_norm_upper(of.cells, of.degree, of.coefficient_sum, of.R, of.beta);
}

}  // namespace

Ball learning_success_upper(Index samples, const Ball& epsilon, const Ball& time) {
  require_count(samples, 1, "samples");
  refuse(less(Ball(0), epsilon) == Truth::no || less(1 / Ball(20), epsilon) == Truth::yes, epsilon, "epsilon",
         "a number in (0, 1/20]");
  refuse(less(time, Ball(0)) == Truth::yes, time, "time", "a finite number, at least 0");
  const Ball noised = sqrt(5 * epsilon);
  require_invariant(less(distance_of_means(noised), 1 / Ball(5)) != Truth::no, "the two scores are told apart");
  return (1 + distance_of_means(sqrt(Ball(samples)) * exp(time) * noised)) / 2;
}

template <Scalar T>
ClippedClass<T> PolynomialClass<T>::clipped(const T& delta_prime) const {
  const ClippingRadii<T> radii = clipping_radii(dimension, R, beta, delta_prime);
  return {dimension, degree, cells, coefficient_sum, radii.x, radii.z, noise_variance};
}

template <Scalar T>
RiskTerms<T> proposition_51_terms(const PolynomialClass<T>& of, const T& samples, const T& delta,
                                  const T& delta_prime) {
  require_share(delta, "delta");
  const ClippedClass<T> clipped = of.clipped(delta_prime);
  const T half = delta / 2;
  return {lemma_50_upper(clipped, samples, half), fixed_function_upper(clipped, samples, half),
          outside_upper(of.dimension, of.noise_variance, fourth_norm(of), delta_prime)};
}

template <Scalar T>
SamplePlan<T> proposition_51_plan(const PolynomialClass<T>& of, const T& epsilon, const T& delta) {
  require_above_zero(epsilon, "epsilon");
  require_share(delta, "delta");
  const T whole = outside_upper(of.dimension, of.noise_variance, fourth_norm(of), T(1));
  T delta_prime = square(T(epsilon / (2 * whole)));
  // Radii are those of a probability below 1; a smaller one leaves out less.
  if (less(delta_prime, T(1) / 2) != Truth::yes) delta_prime = T(1) / 2;
  return {delta_prime, square(T(2 * falling(of.clipped(delta_prime), delta) / epsilon))};
}

template <Scalar T>
T validation_upper(const ClippedClass<T>& of, const T& log_candidates, const T& samples, const T& delta) {
  refuse(less(log_candidates, T(0)) == Truth::yes, log_candidates, "log_candidates", "a finite number, at least 0");
  refuse(less(samples, T(1)) == Truth::yes, samples, "samples", "at least 1");
  require_share(delta, "delta");
  return 2 * clipped_loss_upper(of) * sqrt(T((log_candidates + log(T(T(2) / delta))) / (2 * samples)));
}

template <Scalar T>
T log_candidates(const T& list, Index k, const T& thresholds) {
  refuse(less(list, T(1)) == Truth::yes, list, "list", "at least 1");
  refuse(less(thresholds, T(1)) == Truth::yes, thresholds, "thresholds", "at least 1");
  require_count(k, 1, "components");
  const auto count = static_cast<int>(k);
  const T partitions = from_rational<T>(Rational(bell_number(k).str()));
  return T(count) * log(list) + 2 * log(partitions) + T(count * (count - 1) / 2) * log(thresholds);
}

template struct PolynomialClass<double>;
template RiskTerms<double> proposition_51_terms(const PolynomialClass<double>&, const double&, const double&,
                                                const double&);
template SamplePlan<double> proposition_51_plan(const PolynomialClass<double>&, const double&, const double&);
template double validation_upper(const ClippedClass<double>&, const double&, const double&, const double&);
template double log_candidates(const double&, Index, const double&);
template struct PolynomialClass<Real50>;
template RiskTerms<Real50> proposition_51_terms(const PolynomialClass<Real50>&, const Real50&, const Real50&,
                                                const Real50&);
template SamplePlan<Real50> proposition_51_plan(const PolynomialClass<Real50>&, const Real50&, const Real50&);
template Real50 validation_upper(const ClippedClass<Real50>&, const Real50&, const Real50&, const Real50&);
template Real50 log_candidates(const Real50&, Index, const Real50&);
template struct PolynomialClass<Ball>;
template RiskTerms<Ball> proposition_51_terms(const PolynomialClass<Ball>&, const Ball&, const Ball&, const Ball&);
template SamplePlan<Ball> proposition_51_plan(const PolynomialClass<Ball>&, const Ball&, const Ball&);
template Ball validation_upper(const ClippedClass<Ball>&, const Ball&, const Ball&, const Ball&);
template Ball log_candidates(const Ball&, Index, const Ball&);

}  // namespace verimix
