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

template <Scalar T>
T pairwise_mean_error_upper(const T& distance, const T& beta) {
  // Two estimates in one place are a tie for every x, which the normal tail at 0, 1/2, does not see.
  if (less(T(0), distance) != Truth::yes) return T(1);
  return exp(T(-distance * distance / (18 * beta))) / T(2);
}

namespace {

/// The numbers of the clustering as they are, in the scalar of the truth.
template <Scalar T, class In>
auto taken_as(const In& numbers) {
  return numbers.unaryExpr([](const auto& x) { return T(x); }).eval();
}

/// misclassification_upper for any bound tail(mu, Q, center, B, level) >= P[(x - center)^T B (x - center) >= level].
template <Scalar T, RealScalar C, class Tail>
T sum_of_events(const Mixture<T>& truth, const Clustering<C>& clustering, Index component, const Tail& tail) {
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
    const Vector<T> mean = taken_as<T>(clustering.means().col(other));
    if (pair.mean_group[o] != pair.mean_group[own]) {
      const bool tie = clustering.means().col(component) == clustering.means().col(other);
      sum += tie ? T(1) : pairwise_mean_error<T>(mu, q, taken_as<T>(clustering.means().col(component)), mean);
      continue;
    }
    for (std::size_t j = 0; j < pair.covariance_group.size(); ++j) {
      if (pair.covariance_group[j] == pair.covariance_group[own]) continue;
      const auto column = static_cast<Index>(j);
      const Matrix<T> b = taken_as<T>(clustering.clipped()[own].inverse) - taken_as<T>(clustering.clipped()[j].inverse);
      const C reject = clustering.thresholds()(component, column);
      const C accept = -clustering.thresholds()(column, component);
      // i is rejected for j only if q_ij >= t_ij, and j accepted beside i only if q_ij > -t_ji.
      sum += tail(mu, q, mean, b, T(reject < accept ? reject : accept));
    }
  }
  return sum;
}

}  // namespace

template <RealScalar T>
T misclassification_upper(const Mixture<T>& truth, const Clustering<T>& clustering, Index component) {
  return sum_of_events(truth, clustering, component, statistic_tail_upper<T>);
}

Ball misclassification_upper(const Mixture<Ball>& truth, const Clustering<double>& clustering, Index component) {
  return sum_of_events(
      truth, clustering, component,
      [](const Vector<Ball>& mu, const Matrix<Ball>& covariance, const Vector<Ball>& center, const Matrix<Ball>& b,
         const Ball& level) { return quadratic_tail_upper(quadratic_law<Ball>(mu, covariance, center, b), level); });
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
  const auto if_finite = [](const T& x) { return is_finite(x) ? std::optional<T>(x) : std::nullopt; };
  return clustering_error_sum<T>(if_finite(separation.out_mean), if_finite(out), alpha, beta, k);
}

template <Scalar T>
T clustering_error_sum(const std::optional<T>& out_mean, const std::optional<T>& out_covariance, const T& alpha,
                       const T& beta, Index k) {
  T bound(0);
  if (out_mean) bound += T(k - 1) * pairwise_mean_error_upper<T>(*out_mean, beta);
  if (out_covariance) {
    const T xi = alpha * alpha * *out_covariance / (beta * beta * beta);
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
template Ball pairwise_mean_error_upper(const Ball&, const Ball&);
template double misclassification_upper(const Mixture<double>&, const Clustering<double>&, Index);
template Real50 misclassification_upper(const Mixture<Real50>&, const Clustering<Real50>&, Index);
template double clustering_error_upper(const Separation<double>&, const double&, const double&, const double&,
                                       const double&, Index);
template Real50 clustering_error_upper(const Separation<Real50>&, const Real50&, const Real50&, const Real50&,
                                       const Real50&, Index);
template double clustering_error_sum(const std::optional<double>&, const std::optional<double>&, const double&,
                                     const double&, Index);
template Real50 clustering_error_sum(const std::optional<Real50>&, const std::optional<Real50>&, const Real50&,
                                     const Real50&, Index);
template Ball clustering_error_sum(const std::optional<Ball>&, const std::optional<Ball>&, const Ball&, const Ball&,
                                   Index);

}  // namespace verimix
