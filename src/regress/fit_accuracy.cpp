#include "verimix/regress/fit_accuracy.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "verimix/core/error.hpp"
#include "verimix/regress/hermite_moments.hpp"

namespace verimix {
namespace {

HermiteBasis<Real50> exact_basis(const HermiteBasis<double>& basis) {
  return {basis.mean().cast<Real50>(), basis.covariance().cast<Real50>(), basis.degree()};
}

double digits(const Matrix<double>& rounded, const Matrix<Real50>& exact) {
  const Real50 error = (rounded.cast<Real50>() - exact).norm() / exact.norm();
  const double units = static_cast<double>(error) / (std::numeric_limits<double>::epsilon() / 2);
  return units > 1 ? std::log10(units) : 0;
}

}  // namespace

DigitsLost digits_lost(const HermiteBasis<double>& basis, const Matrix<double>& points, const Matrix<double>& targets) {
  const HermiteBasis<Real50> fine_basis = exact_basis(basis);
  const Matrix<Real50> fine_points = points.cast<Real50>(), fine_targets = targets.cast<Real50>();
  const auto fine_observed = observations(fine_points, fine_targets);
  const auto observed = observations(points, targets);
  const DenoisingFit<double> fit = fit_all_degrees(basis, observed);
  MomentSums<double> sums{Matrix<double>(), 1};
  if (fit.method == FitMethod::moments)
    sums = gram_by_moments(basis, observed);
  else
    sums.sums = augmented_gram(basis, observed);
  const Matrix<Real50> fine_sums = augmented_gram(fine_basis, fine_observed);
  const DenoisingFit<Real50> fine_fit = fit_all_degrees(fine_basis, fine_observed);
  require_invariant(!fit.coefficients.empty() && fine_fit.coefficients.size() >= fit.coefficients.size(),
                    "50 digits keep the degrees that double keeps");
  const std::size_t degree = fit.coefficients.size() - 1;
  DigitsLost out;
  out.method = fit.method;
  out.reciprocal_condition = fit.reciprocal_condition;
  out.sums = digits(sums.sums, fine_sums);
  out.total = digits(fit.coefficients[degree], fine_fit.coefficients[degree]);
  out.solution = out.total;
  if (fit.method != FitMethod::qr) {
    const Matrix<Real50> same_sums = sums.sums.cast<Real50>();
    const DenoisingFit<Real50> fine_solution = solve_by_cholesky(fine_basis, same_sums, points.cols());
    out.solution = digits(fit.coefficients[degree], fine_solution.coefficients[degree]);
  }
  return out;
}

}  // namespace verimix
