#include "verimix/regress/clipped_regression.hpp"

#include "arguments.hpp"

namespace verimix {
namespace {

using regress_detail::larger;
using regress_detail::monomials;
using regress_detail::power;
using regress_detail::refuse;
using regress_detail::require_above_zero;
using regress_detail::require_count;
using regress_detail::require_share;

// Phi, Z, and what the functions of the class may be in the clip.
template <Scalar T>
struct Sizes {
  T features, noise, values;

  explicit Sizes(const ClippedClass<T>& of) {
    require_count(of.dimension, 1, "dimension");
    require_count(of.degree, 0, "degree");
    require_count(of.cells, 1, "cells");
    refuse(less(of.coefficient_sum, T(0)) == Truth::yes, of.coefficient_sum, "coefficient_sum",
           "a finite number, at least 0");
    require_above_zero(of.radius_x, "radius_x");
    require_above_zero(of.radius_z, "radius_z");
    require_above_zero(of.noise_variance, "noise_variance");
    features = power(larger(T(1), of.radius_x), of.degree);
    noise = of.radius_z / sqrt(of.noise_variance);
    values = of.coefficient_sum * features;
  }
};

// 4 M Z Phi sqrt(2 log 2 d N_l) + 2 M^2 Phi^2 sqrt(2 log 2 N_2l), times sqrt(C): twice the Rademacher average, times
// sqrt(n).
template <Scalar T>
T rademacher(const ClippedClass<T>& of, const Sizes<T>& sizes) {
  const T linear = 2 * T(static_cast<int>(of.dimension)) * monomials<T>(of.dimension, of.degree);
  const T quadratic = 2 * monomials<T>(of.dimension, 2 * of.degree);
  const T sum = 4 * sizes.values * sizes.noise * sqrt(T(2 * log(linear))) +
                2 * sizes.values * sizes.values * sqrt(T(2 * log(quadratic)));
  return sqrt(T(static_cast<int>(of.cells))) * sum;
}

template <Scalar T>
T square(const T& x) {
  return x * x;
}

}  // namespace

template <Scalar T>
T clipped_loss_upper(const ClippedClass<T>& of) {
  const Sizes<T> sizes(of);
  return square(T(sizes.values + sizes.noise));
}

template <Scalar T>
T lemma_50_upper(const ClippedClass<T>& of, const T& samples, const T& delta) {
  const T fixed = fixed_function_upper(of, samples, delta);
  return rademacher(of, Sizes<T>(of)) / sqrt(samples) + fixed;
}

template <Scalar T>
T fixed_function_upper(const ClippedClass<T>& of, const T& samples, const T& delta) {
  refuse(less(samples, T(1)) == Truth::yes, samples, "samples", "at least 1");
  require_share(delta, "delta");
  return clipped_loss_upper(of) * sqrt(T(-log(delta) / (2 * samples)));
}

template <Scalar T>
T lemma_50_samples(const ClippedClass<T>& of, const T& epsilon, const T& delta) {
  require_above_zero(epsilon, "epsilon");
  require_share(delta, "delta");
  return square(T((rademacher(of, Sizes<T>(of)) + clipped_loss_upper(of) * sqrt(T(-log(delta) / 2))) / epsilon));
}

template <Scalar T>
T lemma_50_printed_samples(const ClippedClass<T>& of, const T& t_min, const T& epsilon, const T& delta) {
  require_above_zero(t_min, "t_min");
  require_above_zero(epsilon, "epsilon");
  require_share(delta, "delta");
  const T d(static_cast<int>(of.dimension));
  return power(T(d * of.coefficient_sum * of.radius_z), 4) * power(T(d * of.radius_x), 4 * of.degree) * -log(delta) /
         square(T(t_min * epsilon));
}

template <Scalar T>
T lemma_50_printed_gradient(const ClippedClass<T>& of) {
  const Sizes<T> sizes(of);
  const T d(static_cast<int>(of.dimension));
  return d * of.coefficient_sum * sizes.noise * power(T(d * of.radius_x), of.degree);
}

template <Scalar T>
T noise_variance_lower(const T& t_min) {
  require_above_zero(t_min, "t_min");
  return -expm1(T(-2)) * -larger(T(-1), T(-t_min));
}

Ball largest_printed_time() {
  Ball w;
  const Ball argument = -2 * exp(Ball(-2));
  arb_lambertw(w.data(), argument.data(), 0, BallPrecision::bits());
  return 1 + w / 2;
}

template double clipped_loss_upper(const ClippedClass<double>&);
template double lemma_50_upper(const ClippedClass<double>&, const double&, const double&);
template double fixed_function_upper(const ClippedClass<double>&, const double&, const double&);
template double lemma_50_samples(const ClippedClass<double>&, const double&, const double&);
template double lemma_50_printed_samples(const ClippedClass<double>&, const double&, const double&, const double&);
template double lemma_50_printed_gradient(const ClippedClass<double>&);
template double noise_variance_lower(const double&);
template Real50 clipped_loss_upper(const ClippedClass<Real50>&);
template Real50 lemma_50_upper(const ClippedClass<Real50>&, const Real50&, const Real50&);
template Real50 fixed_function_upper(const ClippedClass<Real50>&, const Real50&, const Real50&);
template Real50 lemma_50_samples(const ClippedClass<Real50>&, const Real50&, const Real50&);
template Real50 lemma_50_printed_samples(const ClippedClass<Real50>&, const Real50&, const Real50&, const Real50&);
template Real50 lemma_50_printed_gradient(const ClippedClass<Real50>&);
template Real50 noise_variance_lower(const Real50&);
template Ball clipped_loss_upper(const ClippedClass<Ball>&);
template Ball lemma_50_upper(const ClippedClass<Ball>&, const Ball&, const Ball&);
template Ball fixed_function_upper(const ClippedClass<Ball>&, const Ball&, const Ball&);
template Ball lemma_50_samples(const ClippedClass<Ball>&, const Ball&, const Ball&);
template Ball lemma_50_printed_samples(const ClippedClass<Ball>&, const Ball&, const Ball&, const Ball&);
template Ball lemma_50_printed_gradient(const ClippedClass<Ball>&);
template Ball noise_variance_lower(const Ball&);

}  // namespace verimix
