#include "verimix/cluster/clustering_error.hpp"

#if __has_include(<flint/arb_hypgeom.h>)
#include <flint/arb_hypgeom.h>
#else
#include <arb_hypgeom.h>
#endif
#include <boost/math/special_functions/erf.hpp>
#include <limits>
#include <string>

#include "verimix/core/decompositions.hpp"
#include "verimix/core/error.hpp"

namespace verimix {
namespace {

/// x ~ N(mu, Q) and q(x) = (x - center)^T B (x - center): P[q(x) >= level] by Chernoff.
template <RealScalar T>
T statistic_tail_upper(const Vector<T>& mu, const Matrix<T>& covariance, const Vector<T>& center, const Matrix<T>& b,
                       const T& level) {
  const Eigen::SelfAdjointEigenSolver<Matrix<T>> solver(covariance);
  const Matrix<T> root = solver.operatorSqrt();
  const Vector<T> shift = mu - center;
  const Matrix<T> inner = root * b * root;
  const Vector<T> linear = root * (b * shift);
  return quadratic_tail_upper<T>(inner, linear, level - inner.trace() - shift.dot(b * shift));
}

}  // namespace

template <Scalar T>
T normal_upper_tail(const T& x) {
  return boost::math::erfc(T(x / sqrt(T(2)))) / T(2);
}

template <>
Ball normal_upper_tail(const Ball& x) {
  Ball tail;
  const Ball scaled = x / sqrt(Ball(2));
  arb_hypgeom_erfc(tail.data(), scaled.data(), BallPrecision::bits());
  return tail / Ball(2);
}

template <Scalar T>
T pairwise_mean_error(const Vector<T>& mu, const Matrix<T>& covariance, const Vector<T>& right,
                      const Vector<T>& wrong) {
  // With v = wrong - right: (|v|^2/2 - <v, mu - right>)/sqrt(v^T Q v).
  const Vector<T> v = wrong - right;
  const Vector<T> image = covariance * v;
  T square(0), along(0), variance(0);
  for (Index r = 0; r < v.size(); ++r) {
    square += v(r) * v(r);
    along += v(r) * (mu(r) - right(r));
    variance += v(r) * image(r);
  }
  return normal_upper_tail<T>((square / T(2) - along) / sqrt(variance));
}

template <RealScalar T>
T pairwise_mean_error_upper(const T& distance, const T& beta) {
  // Two estimates in one place are a tie for every x, which the normal tail at 0, 1/2, does not see.
  if (!(distance > T(0))) return T(1);
  return exp(T(-distance * distance / (18 * beta))) / T(2);
}

template <RealScalar T>
T misclassification_upper(const Mixture<T>& truth, const Clustering<T>& clustering, Index component) {
  if (truth.size() != clustering.components() || truth.dimension() != clustering.dimension()) {
    throw InputError("", "mixture",
                     std::to_string(truth.size()) + " components of dimension " + std::to_string(truth.dimension()),
                     "the size and dimension of the clustering");
  }
  if (component < 0 || component >= truth.size())
    throw InputError("", "component", std::to_string(component), "a component");
  const PartitionPair& pair = clustering.partition();
  const auto own = static_cast<std::size_t>(component);
  const Vector<T> mu = truth.means.col(component);
  const Matrix<T>& q = truth.covariances[own];
  T sum(0);
  for (Index other = 0; other < truth.size(); ++other) {
    const auto o = static_cast<std::size_t>(other);
    const Vector<T> mean = clustering.means().col(other);
    if (pair.mean_group[o] != pair.mean_group[own]) {
      const Vector<T> right = clustering.means().col(component);
      sum += right == mean ? T(1) : pairwise_mean_error<T>(mu, q, right, mean);
      continue;
    }
    for (std::size_t j = 0; j < pair.covariance_group.size(); ++j) {
      if (pair.covariance_group[j] == pair.covariance_group[own]) continue;
      const auto column = static_cast<Index>(j);
      const Matrix<T> b = clustering.clipped()[own].inverse - clustering.clipped()[j].inverse;
      const T reject = clustering.thresholds()(component, column);
      const T accept = -clustering.thresholds()(column, component);
      // i is rejected for j only if q_ij >= t_ij, and j accepted beside i only if q_ij > -t_ji.
      sum += statistic_tail_upper<T>(mu, q, mean, b, reject < accept ? reject : accept);
    }
  }
  return sum;
}

template <RealScalar T>
T clustering_error_upper(const Separation<T>& separation, const T& alpha, const T& beta, const T& ups_mean,
                         const T& ups_cov, Index k) {
  const T infinity = std::numeric_limits<T>::infinity();
  const T ratio = beta / alpha;
  const T error = sqrt(ups_mean);
  const T& out = separation.out_covariance;
  if (separation.out_mean < 6 * error || out < 20 * ratio * ratio * ratio * ups_cov) return infinity;
  if (is_finite(out) && error + separation.in_mean > out * sqrt(alpha) / (10 * beta)) return infinity;
  T bound(0);
  if (is_finite(separation.out_mean)) bound += T(k - 1) * pairwise_mean_error_upper<T>(separation.out_mean, beta);
  if (is_finite(out)) {
    const T xi = alpha * alpha * out / (beta * beta * beta);
    bound += T(k) * T(k - 1) * exp(T(-xi * xi / 120));
  }
  return bound;
}

template double normal_upper_tail(const double&);
template Real50 normal_upper_tail(const Real50&);
template Ball pairwise_mean_error(const Vector<Ball>&, const Matrix<Ball>&, const Vector<Ball>&, const Vector<Ball>&);
template double pairwise_mean_error(const Vector<double>&, const Matrix<double>&, const Vector<double>&,
                                    const Vector<double>&);
template Real50 pairwise_mean_error(const Vector<Real50>&, const Matrix<Real50>&, const Vector<Real50>&,
                                    const Vector<Real50>&);
template double pairwise_mean_error_upper(const double&, const double&);
template Real50 pairwise_mean_error_upper(const Real50&, const Real50&);
template double misclassification_upper(const Mixture<double>&, const Clustering<double>&, Index);
template Real50 misclassification_upper(const Mixture<Real50>&, const Clustering<Real50>&, Index);
template double clustering_error_upper(const Separation<double>&, const double&, const double&, const double&,
                                       const double&, Index);
template Real50 clustering_error_upper(const Separation<Real50>&, const Real50&, const Real50&, const Real50&,
                                       const Real50&, Index);

}  // namespace verimix
