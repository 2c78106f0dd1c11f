#include "verimix/distance/mixture_bounds.hpp"

#include <cmath>

#include "verimix/core/cholesky.hpp"
#include "verimix/core/decompositions.hpp"
#include "verimix/core/error.hpp"

namespace verimix {
namespace {

// Rounds of the alternation that chooses psi; it is only a choice, so nothing depends on its convergence.
constexpr int rounds = 200;

template <Scalar T>
std::vector<Index> components_with_weight(const Mixture<T>& mixture) {
  std::vector<Index> kept;
  for (Index i = 0; i < mixture.size(); ++i) {
    const Truth positive = less(T(0), mixture.weights(i));
    if (positive == Truth::unknown) throw UndecidedError("a weight may be 0 at this precision: raise the precision");
    if (positive == Truth::yes) kept.push_back(i);
  }
  return kept;
}

// A function of the component pairs (i, j) of positive weight, as a matrix.
template <Scalar T>
Matrix<T> table(const Mixture<T>& p, const std::vector<Index>& rows, const Mixture<T>& q,
                const std::vector<Index>& columns, T (*of)(const Gaussian<T>&, const Gaussian<T>&)) {
  Matrix<T> values(static_cast<Index>(rows.size()), static_cast<Index>(columns.size()));
  for (Index i = 0; i < values.rows(); ++i)
    for (Index j = 0; j < values.cols(); ++j)
      values(i, j) =
          of(component(p, rows[static_cast<std::size_t>(i)]), component(q, columns[static_cast<std::size_t>(j)]));
  return values;
}

template <Scalar T>
Vector<T> weights_of(const Mixture<T>& mixture, const std::vector<Index>& components) {
  Vector<T> weights(static_cast<Index>(components.size()));
  for (Index i = 0; i < weights.size(); ++i) weights(i) = mixture.weights(components[static_cast<std::size_t>(i)]);
  return weights;
}

template <Scalar T>
Eigen::ArrayXXd approximate_array(const Matrix<T>& values) {
  Eigen::ArrayXXd result(values.rows(), values.cols());
  for (Index j = 0; j < values.cols(); ++j)
    for (Index i = 0; i < values.rows(); ++i) result(i, j) = approximate(values(i, j));
  return result;
}

// The alternation: phi_ij ~ lambda_i psi_ij exp(-K_ij) by rows, psi_ij ~ mu_j phi_ij by columns. Every entry is >= 0
// and every column has a positive one.
Eigen::ArrayXXd choose_psi(const Eigen::ArrayXXd& divergence, const Eigen::ArrayXd& lambda, const Eigen::ArrayXd& mu) {
  Eigen::ArrayXXd closeness(divergence.rows(), divergence.cols());
  for (Index i = 0; i < divergence.rows(); ++i)
    closeness.row(i) = (divergence.row(i).minCoeff() - divergence.row(i)).exp();
  Eigen::ArrayXXd psi(divergence.rows(), divergence.cols());
  for (Index j = 0; j < psi.cols(); ++j) psi.col(j) = mu(j) * lambda;
  for (int round = 0; round < rounds; ++round) {
    Eigen::ArrayXXd phi = psi * closeness;
    for (Index i = 0; i < phi.rows(); ++i) phi.row(i) *= lambda(i) / std::max(phi.row(i).sum(), 1e-300);
    for (Index j = 0; j < phi.cols(); ++j) {
      const double sum = phi.col(j).sum();
      if (sum > 0) psi.col(j) = mu(j) * phi.col(j) / sum;
    }
  }
  return psi;
}

// sum_i lambda_i ( log lambda_i - log sum_j psi_ij exp(-K_ij) ), psi_ij = mu_j a_ij / sum_i a_ij.
template <Scalar T>
T bound_of(const Eigen::ArrayXXd& a, const Matrix<T>& divergence, const Vector<T>& lambda, const Vector<T>& mu) {
  Matrix<T> psi(divergence.rows(), divergence.cols());
  for (Index j = 0; j < psi.cols(); ++j) {
    T sum(0);
    for (Index i = 0; i < psi.rows(); ++i) sum += T(a(i, j));
    for (Index i = 0; i < psi.rows(); ++i) psi(i, j) = mu(j) * T(a(i, j)) / sum;
  }
  const Eigen::ArrayXXd exponent = a.log() - approximate_array(divergence);
  T bound(0);
  for (Index i = 0; i < psi.rows(); ++i) {
    // The largest term is taken out of the sum, so that distant components do not underflow.
    Index largest = 0;
    exponent.row(i).maxCoeff(&largest);
    T sum(0);
    for (Index j = 0; j < psi.cols(); ++j) sum += psi(i, j) * exp(T(divergence(i, largest) - divergence(i, j)));
    bound += lambda(i) * (log(lambda(i)) - log(sum) + divergence(i, largest));
  }
  return bound;
}

// The divergence of the moment-matched Gaussian from a single-component Q, a lower bound for both divergences; else 0.
template <Scalar T>
T lower_by_moments(const Mixture<T>& p, const Mixture<T>& q, T (*of)(const Gaussian<T>&, const Gaussian<T>&)) {
  const std::vector<Index> columns = components_with_weight(q);
  if (columns.size() != 1) return T(0);
  return of(moment_matched(p), component(q, columns.front()));
}

}  // namespace

template <Scalar T>
Gaussian<T> moment_matched(const Mixture<T>& p) {
  const Index d = p.dimension();
  Gaussian<T> result{Vector<T>::Constant(d, T(0)), Matrix<T>::Constant(d, d, T(0))};
  const std::vector<Index> kept = components_with_weight(p);
  for (const Index i : kept) result.mean += p.weights(i) * p.means.col(i);
  for (const Index i : kept) {
    const Vector<T> shift = p.means.col(i) - result.mean;
    result.covariance += p.weights(i) * (p.covariances[static_cast<std::size_t>(i)] + shift * shift.transpose());
  }
  return result;
}

template <Scalar T>
T kl_upper(const Mixture<T>& p, const Mixture<T>& q) {
  const std::vector<Index> rows = components_with_weight(p);
  const std::vector<Index> columns = components_with_weight(q);
  const Matrix<T> divergence = table<T>(p, rows, q, columns, &kl<T>);
  const Vector<T> lambda = weights_of(p, rows);
  const Vector<T> mu = weights_of(q, columns);
  const Eigen::ArrayXXd psi =
      choose_psi(approximate_array(divergence), approximate_array<T>(lambda), approximate_array<T>(mu));
  T bound = bound_of(psi, divergence, lambda, mu);
  if (rows.size() != columns.size()) return bound;
  T paired(0);
  for (Index i = 0; i < lambda.size(); ++i) paired += lambda(i) * (log(lambda(i) / mu(i)) + divergence(i, i));
  return approximate(paired) < approximate(bound) ? paired : bound;
}

template <Scalar T>
T kl_lower(const Mixture<T>& p, const Mixture<T>& q) {
  return lower_by_moments<T>(p, q, &kl<T>);
}

template <Scalar T>
T fisher_upper(const Mixture<T>& p, const Mixture<T>& q) {
  const std::vector<Index> rows = components_with_weight(p);
  const Matrix<T> divergence = table<T>(p, rows, q, components_with_weight(q), &fisher<T>);
  T bound(0);
  for (Index i = 0; i < divergence.rows(); ++i)
    for (Index j = 0; j < divergence.cols(); ++j)
      bound += p.weights(rows[static_cast<std::size_t>(i)]) * divergence(i, j);
  return bound;
}

template <Scalar T>
T fisher_lower(const Mixture<T>& p, const Mixture<T>& q) {
  return lower_by_moments<T>(p, q, &fisher<T>);
}

namespace {

// A bound on the largest eigenvalue: a number a little above it in double, proved by the pivots of c Id - A.
Ball largest_eigenvalue_upper(const Matrix<Ball>& a) {
  const Eigen::MatrixXd rounded = approximate_array(a).matrix();
  const double largest = Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(rounded).eigenvalues().maxCoeff();
  constexpr double slack = 1e-9;
  const Ball bound(largest * (1 + slack));
  Matrix<Ball> rest = -a;
  for (Index i = 0; i < a.rows(); ++i) rest(i, i) += bound;
  if (cholesky(rest).positive_definite != Truth::yes)
    throw UndecidedError("the largest eigenvalue of a covariance is not bounded at this precision");
  return bound;
}

// Infinite values count as larger than every other.
bool certainly_cheaper(const Ball& a, const Ball& b) {
  return is_finite(a) && (!is_finite(b) || approximate(a) < approximate(b));
}

}  // namespace

Ball chi2(const Gaussian<Ball>& p, const Gaussian<Ball>& q) {
  const Matrix<Ball> rest = q.covariance + q.covariance - p.covariance;
  const Cholesky<Ball> factor = cholesky(rest), factor_p = cholesky(p.covariance), factor_q = cholesky(q.covariance);
  Ball value;
  arb_indeterminate(value.data());
  for (const Cholesky<Ball>* part : {&factor, &factor_p, &factor_q})
    if (part->positive_definite != Truth::yes) return value;
  const Matrix<Ball> shift = lower_inverse(factor.lower) * (p.mean - q.mean);
  Ball square = 0;
  for (Index i = 0; i < shift.rows(); ++i) square += shift(i, 0) * shift(i, 0);
  return expm1(log_determinant(factor_q) - (log_determinant(factor_p) + log_determinant(factor)) / 2 + square);
}

Ball poincare_upper(const Mixture<Ball>& q) {
  const std::vector<Index> kept = components_with_weight(q);
  std::vector<Ball> factors(kept.size(), Ball(1));
  for (std::size_t i = 0; i < kept.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) {
      const Ball at_j = q.weights(kept[i]) * chi2(component(q, kept[i]), component(q, kept[j]));
      const Ball at_i = q.weights(kept[j]) * chi2(component(q, kept[j]), component(q, kept[i]));
      if (certainly_cheaper(factors[j] + at_j, factors[i] + at_i))
        factors[j] += at_j;
      else
        factors[i] += at_i;
    }
  Ball largest = 0;
  for (std::size_t j = 0; j < kept.size(); ++j) {
    const Ball own = largest_eigenvalue_upper(q.covariances[static_cast<std::size_t>(kept[j])]) * factors[j];
    if (!is_finite(own)) return own;
    arb_max(largest.data(), largest.data(), own.data(), BallPrecision::bits());
  }
  return largest;
}

Ball fisher_lower_by_hellinger2(const Ball& h, const Ball& poincare) { return 4 * h * (2 - h) / poincare; }

template Gaussian<double> moment_matched(const Mixture<double>&);
template Gaussian<Real50> moment_matched(const Mixture<Real50>&);
template Gaussian<Real100> moment_matched(const Mixture<Real100>&);
template Gaussian<Ball> moment_matched(const Mixture<Ball>&);
template double kl_upper(const Mixture<double>&, const Mixture<double>&);
template Real50 kl_upper(const Mixture<Real50>&, const Mixture<Real50>&);
template Real100 kl_upper(const Mixture<Real100>&, const Mixture<Real100>&);
template Ball kl_upper(const Mixture<Ball>&, const Mixture<Ball>&);
template double kl_lower(const Mixture<double>&, const Mixture<double>&);
template Real50 kl_lower(const Mixture<Real50>&, const Mixture<Real50>&);
template Real100 kl_lower(const Mixture<Real100>&, const Mixture<Real100>&);
template Ball kl_lower(const Mixture<Ball>&, const Mixture<Ball>&);
template double fisher_upper(const Mixture<double>&, const Mixture<double>&);
template Real50 fisher_upper(const Mixture<Real50>&, const Mixture<Real50>&);
template Real100 fisher_upper(const Mixture<Real100>&, const Mixture<Real100>&);
template Ball fisher_upper(const Mixture<Ball>&, const Mixture<Ball>&);
template double fisher_lower(const Mixture<double>&, const Mixture<double>&);
template Real50 fisher_lower(const Mixture<Real50>&, const Mixture<Real50>&);
template Real100 fisher_lower(const Mixture<Real100>&, const Mixture<Real100>&);
template Ball fisher_lower(const Mixture<Ball>&, const Mixture<Ball>&);

}  // namespace verimix
