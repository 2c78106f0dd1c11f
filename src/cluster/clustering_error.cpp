#include "verimix/cluster/clustering_error.hpp"

#include <Eigen/Eigenvalues>
#include <boost/math/special_functions/erf.hpp>
#include <limits>
#include <string>

#include "verimix/core/error.hpp"

namespace verimix {
namespace {

/// psi(t) = sum_r [ -log(1 - 2 t b_r)/2 - t b_r + 2 t^2 w_r^2/(1 - 2 t b_r) ], the log moment generating function of
/// z^T B z + 2 <w, z> - tr B, B = diag(b). Domain: 2 t b_r < 1 for every r.
template <RealScalar T>
T log_moment_generating(const Vector<T>& b, const Vector<T>& w, const T& t) {
  T sum(0);
  for (Index r = 0; r < b.size(); ++r) {
    const T twice = 2 * t * b(r);
    sum += -log1p(T(-twice)) / T(2) - t * b(r) + 2 * t * t * w(r) * w(r) / (T(1) - twice);
  }
  return sum;
}

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

template <RealScalar T>
T normal_upper_tail(const T& x) {
  return boost::math::erfc(T(x / sqrt(T(2)))) / T(2);
}

template <RealScalar T>
T pairwise_mean_error(const Vector<T>& mu, const Matrix<T>& covariance, const Vector<T>& right,
                      const Vector<T>& wrong) {
  const Vector<T> difference = wrong - right;
  const T length = difference.norm();
  const Vector<T> u = difference / length;
  return normal_upper_tail<T>((length / T(2) - u.dot(mu - right)) / sqrt(T(u.dot(covariance * u))));
}

template <RealScalar T>
T pairwise_mean_error_upper(const T& distance, const T& beta) {
  return exp(T(-distance * distance / (18 * beta))) / T(2);
}

template <RealScalar T>
T quadratic_tail_upper(const Matrix<T>& b, const Vector<T>& w, const T& level) {
  if (!(level > T(0))) return T(1);
  const Eigen::SelfAdjointEigenSolver<Matrix<T>> solver(b);
  const Vector<T> rotated = solver.eigenvectors().transpose() * w;
  const Vector<T>& spectrum = solver.eigenvalues();
  const T largest = spectrum(spectrum.size() - 1);
  // psi(t) <= t^2 V/(1 - 2 t b_max): without b_max the best t is level/(2V), and with it 1/(2 b_max) is never passed.
  const T v = b.squaredNorm() + 2 * w.squaredNorm();
  if (!(v > T(0))) return T(0);
  const T limit = level / (2 * v);
  const T end = largest > T(0) ? limit / (T(1) + 2 * limit * largest) : limit;
  const T farthest = largest > T(0) ? T(1) / (2 * largest) : 4 * limit;
  T least(0);
  constexpr int kSteps = 64;
  for (int s = 1; s < 2 * kSteps; ++s) {
    // Half of the steps lie below the t of the closed form and half between it and the pole; every t gives a bound.
    const T t = s <= kSteps ? end * T(s) / T(kSteps) : end + (farthest - end) * T(s - kSteps) / T(kSteps);
    const T exponent = log_moment_generating(spectrum, rotated, t) - t * level;
    if (exponent < least) least = exponent;
  }
  return exp(least);
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
template double pairwise_mean_error(const Vector<double>&, const Matrix<double>&, const Vector<double>&,
                                    const Vector<double>&);
template Real50 pairwise_mean_error(const Vector<Real50>&, const Matrix<Real50>&, const Vector<Real50>&,
                                    const Vector<Real50>&);
template double pairwise_mean_error_upper(const double&, const double&);
template Real50 pairwise_mean_error_upper(const Real50&, const Real50&);
template double quadratic_tail_upper(const Matrix<double>&, const Vector<double>&, const double&);
template Real50 quadratic_tail_upper(const Matrix<Real50>&, const Vector<Real50>&, const Real50&);
template double misclassification_upper(const Mixture<double>&, const Clustering<double>&, Index);
template Real50 misclassification_upper(const Mixture<Real50>&, const Clustering<Real50>&, Index);
template double clustering_error_upper(const Separation<double>&, const double&, const double&, const double&,
                                       const double&, Index);
template Real50 clustering_error_upper(const Separation<Real50>&, const Real50&, const Real50&, const Real50&,
                                       const Real50&, Index);

}  // namespace verimix
