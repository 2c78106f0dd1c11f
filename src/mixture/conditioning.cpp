#include "verimix/mixture/conditioning.hpp"

#include <algorithm>

#include "verimix/core/cholesky.hpp"
#include "verimix/core/decompositions.hpp"
#include "verimix/core/error.hpp"

namespace verimix {

namespace {

template <RealScalar T>
T smaller(const T& a, const T& b) {
  return std::min(a, b);
}
template <RealScalar T>
T larger(const T& a, const T& b) {
  return std::max(a, b);
}
Ball smaller(const Ball& a, const Ball& b) {
  Ball result;
  arb_min(result.data(), a.data(), b.data(), BallPrecision::bits());
  return result;
}
Ball larger(const Ball& a, const Ball& b) {
  Ball result;
  arb_max(result.data(), a.data(), b.data(), BallPrecision::bits());
  return result;
}

template <Scalar T>
T frobenius_norm(const Matrix<T>& a) {
  T sum(0);
  for (const T& entry : a.reshaped()) sum += entry * entry;
  return sqrt(sum);
}

template <Scalar T>
Matrix<T> plus_multiple_of_identity(Matrix<T> a, const T& multiple) {
  for (Index j = 0; j < a.rows(); ++j) a(j, j) += multiple;
  return a;
}

template <Scalar T>
struct Spectrum {
  T least, greatest;
};

template <RealScalar T>
Spectrum<T> spectrum(const Matrix<T>& a) {
  const Eigen::SelfAdjointEigenSolver<Matrix<T>> solver(a, Eigen::EigenvaluesOnly);
  if (solver.info() != Eigen::Success) {
    throw UndecidedError("the eigenvalues of a covariance did not converge: raise the precision (--precision 50)");
  }
  return {solver.eigenvalues()(0), solver.eigenvalues()(a.rows() - 1)};
}

Real100 midpoint(const Ball& x) {
  Real100 value;
  arf_get_mpfr(value.backend().data(), arb_midref(x.data()), MPFR_RNDN);
  return value;
}

Ball exact_ball(const Real100& x) {
  Ball value;
  arf_set_mpfr(arb_midref(value.data()), x.backend().data());
  return value;
}

Ball upper_end(const Ball& x) {
  Ball value;
  arb_get_ubound_arf(arb_midref(value.data()), x.data(), BallPrecision::bits());
  return value;
}

/// The least eigenvalue of every symmetric matrix in the enclosure `a`. A - s Id has positive pivots only if s <
/// lambda_min, and a pivot <= 0 only if s >= lambda_min (Sylvester), so s moves away from the guess, on each side in
/// steps that double, until the pivots prove a bound. |lambda_min| <= |A|_F holds in any case and ends the search.
Ball least_eigenvalue(const Matrix<Ball>& a, const Ball& guess) {
  const Ball norm = upper_end(frobenius_norm(a));
  if (!is_finite(norm)) return norm;
  const auto proven = [&](const Ball& s, Truth wanted) {
    return cholesky(plus_multiple_of_identity(a, -s)).positive_definite == wanted;
  };
  const auto bound = [&](int side, Truth wanted) {
    Ball step;
    arb_mul_2exp_si(step.data(), norm.data(), -std::min(BallPrecision::bits() - 8, 320L));
    for (; less(step, norm) == Truth::yes; step += step) {
      const Ball s = guess + Ball(side) * step;
      if (proven(s, wanted)) return s;
    }
    return Ball(side) * norm;
  };
  return hull(bound(-1, Truth::yes), bound(1, Truth::no));
}

Spectrum<Ball> spectrum(const Matrix<Ball>& a) {
  Matrix<Real100> middle(a.rows(), a.cols());
  for (Index j = 0; j < a.cols(); ++j) {
    for (Index i = 0; i < a.rows(); ++i) middle(i, j) = midpoint(a(i, j));
  }
  const Spectrum<Real100> guess = spectrum(middle);
  Matrix<Ball> negative = a;
  for (Ball& entry : negative.reshaped()) entry = -entry;
  return {least_eigenvalue(a, exact_ball(guess.least)), -least_eigenvalue(negative, -exact_ball(guess.greatest))};
}

}  // namespace

template <Scalar T>
Conditioning<T> conditioning(const Mixture<T>& mixture) {
  Conditioning<T> result{T(1), T(1), T(0), T(0), T(0)};
  bool any = false;
  for (Index i = 0; i < mixture.size(); ++i) {
    const T& weight = mixture.weights(i);
    if (equal(weight, T(0)) == Truth::yes) continue;
    const Matrix<T>& covariance = mixture.covariances[static_cast<std::size_t>(i)];
    const Spectrum<T> eigenvalues = spectrum(covariance);
    const T radius =
        frobenius_norm<T>(mixture.means.col(i)) + frobenius_norm(plus_multiple_of_identity(covariance, T(-1)));
    result.alpha = smaller(result.alpha, eigenvalues.least);
    result.beta = larger(result.beta, eigenvalues.greatest);
    result.R = any ? larger(result.R, radius) : radius;
    result.lambda_min = any ? smaller(result.lambda_min, weight) : weight;
    any = true;
  }
  if (!any) throw InputError("", "components[*].weight", "0", "a component of positive weight");
  result.tau = result.beta / result.alpha * log(exp(T(1)) + result.R);
  return result;
}

template Conditioning<double> conditioning(const Mixture<double>&);
template Conditioning<Real50> conditioning(const Mixture<Real50>&);
template Conditioning<Real100> conditioning(const Mixture<Real100>&);
template Conditioning<Ball> conditioning(const Mixture<Ball>&);

}  // namespace verimix
