#include "verimix/cluster/covariance_statistic.hpp"

#include "verimix/core/cholesky.hpp"
#include "verimix/core/error.hpp"

namespace verimix {
namespace {

// L^{-1} A for a lower triangular L: forward substitution.
template <Scalar T>
Matrix<T> solved_from_below(const Matrix<T>& lower, Matrix<T> a) {
  for (Index i = 0; i < a.rows(); ++i) {
    for (Index j = 0; j < a.cols(); ++j) {
      for (Index r = 0; r < i; ++r) a(i, j) -= lower(i, r) * a(r, j);
      a(i, j) /= lower(i, i);
    }
  }
  return a;
}

template <Scalar T>
Matrix<T> factor_of(const Matrix<T>& q) {
  Cholesky<T> factor = cholesky(q);
  if (factor.positive_definite == Truth::no) throw InputError("", "covariance", "", "a positive definite matrix");
  if (factor.positive_definite == Truth::unknown)
    throw UndecidedError("a covariance cannot be told from a singular one at this precision");
  return std::move(factor.lower);
}

template <Scalar T>
T form_at(const Vector<T>& y, const Matrix<T>& a) {
  const Vector<T> image = a * y;
  T sum(0);
  for (Index r = 0; r < y.size(); ++r) sum += y(r) * image(r);
  return sum;
}

}  // namespace

template <Scalar T>
T inner_product(const Matrix<T>& a, const Matrix<T>& b) {
  T sum(0);
  for (Index j = 0; j < a.size(); ++j) sum += a(j) * b(j);
  return sum;
}

template <Scalar T>
T frobenius(const Matrix<T>& a) {
  return sqrt(inner_product(a, a));
}

template <Scalar T>
T covariance_statistic(const Vector<T>& x, const Vector<T>& center, const Matrix<T>& q_i, const Matrix<T>& k_j) {
  return form_at<T>(x - center, k_j) - inner_product(q_i, k_j);
}

template <Scalar T>
T statistic_difference(const Vector<T>& x, const Vector<T>& center, const Matrix<T>& q_i, const Matrix<T>& k_i,
                       const Matrix<T>& k_j) {
  const Matrix<T> difference = k_i - k_j;
  return form_at<T>(x - center, difference) - inner_product(q_i, difference);
}

template <Scalar T>
T statistic_difference_mean(const Vector<T>& mean, const Matrix<T>& covariance, const Vector<T>& center,
                            const Matrix<T>& q_i, const Matrix<T>& k_i, const Matrix<T>& k_j) {
  const Matrix<T> difference = k_i - k_j;
  const Matrix<T> moved = covariance - q_i;
  return form_at<T>(mean - center, difference) + inner_product(moved, difference);
}

template <Scalar T>
T covariance_gap(const Matrix<T>& q_i, const Matrix<T>& q_j) {
  const Matrix<T> left = solved_from_below<T>(factor_of(q_j), q_j - q_i);
  const Matrix<T> both = solved_from_below<T>(factor_of(q_i), left.transpose());
  return inner_product(both, both);
}

template <Scalar T>
T covariance_gap_lower(const T& distance, const T& beta) {
  return distance * distance / (beta * beta);
}

template <Scalar T>
T covariance_gap_upper(const T& distance, const T& alpha) {
  return distance * distance / (alpha * alpha);
}

template <Scalar T>
T threshold_accuracy_printed(const T& delta_out, const T& beta) {
  return delta_out / (100 * beta * beta);
}

template <Scalar T>
T threshold_accuracy(const T& delta_out, const T& beta) {
  return delta_out * delta_out / (100 * beta * beta);
}

template <Scalar T>
T threshold_center(const Matrix<T>& q_i, const Matrix<T>& q_j, const Matrix<T>& k_i, const Matrix<T>& k_j,
                   const T& slack) {
  const Matrix<T> difference = k_i - k_j;
  return inner_product(q_i, difference) + covariance_gap(q_i, q_j) - slack;
}

template <Scalar T>
T threshold_center_upper(Index dimension, const T& alpha, const T& beta, const T& c, const T& c_prime, const T& ups) {
  const T d(static_cast<int>(dimension));
  const T ratio = beta / alpha;
  return d * (2 * ratio + ratio + T(1) / ratio - T(2)) + (2 * c * c + 2 * c_prime) * d +
         4 * ups * ratio * sqrt(d) / alpha;
}

template double covariance_statistic(const Vector<double>&, const Vector<double>&, const Matrix<double>&,
                                     const Matrix<double>&);
template double statistic_difference(const Vector<double>&, const Vector<double>&, const Matrix<double>&,
                                     const Matrix<double>&, const Matrix<double>&);
template double statistic_difference_mean(const Vector<double>&, const Matrix<double>&, const Vector<double>&,
                                          const Matrix<double>&, const Matrix<double>&, const Matrix<double>&);
template double covariance_gap(const Matrix<double>&, const Matrix<double>&);
template double covariance_gap_lower(const double&, const double&);
template double covariance_gap_upper(const double&, const double&);
template double frobenius(const Matrix<double>&);
template double inner_product(const Matrix<double>&, const Matrix<double>&);
template double threshold_accuracy_printed(const double&, const double&);
template double threshold_accuracy(const double&, const double&);
template double threshold_center(const Matrix<double>&, const Matrix<double>&, const Matrix<double>&,
                                 const Matrix<double>&, const double&);
template double threshold_center_upper(Index, const double&, const double&, const double&, const double&,
                                       const double&);
template Real50 covariance_statistic(const Vector<Real50>&, const Vector<Real50>&, const Matrix<Real50>&,
                                     const Matrix<Real50>&);
template Real50 statistic_difference(const Vector<Real50>&, const Vector<Real50>&, const Matrix<Real50>&,
                                     const Matrix<Real50>&, const Matrix<Real50>&);
template Real50 statistic_difference_mean(const Vector<Real50>&, const Matrix<Real50>&, const Vector<Real50>&,
                                          const Matrix<Real50>&, const Matrix<Real50>&, const Matrix<Real50>&);
template Real50 covariance_gap(const Matrix<Real50>&, const Matrix<Real50>&);
template Real50 covariance_gap_lower(const Real50&, const Real50&);
template Real50 covariance_gap_upper(const Real50&, const Real50&);
template Real50 frobenius(const Matrix<Real50>&);
template Real50 inner_product(const Matrix<Real50>&, const Matrix<Real50>&);
template Real50 threshold_accuracy_printed(const Real50&, const Real50&);
template Real50 threshold_accuracy(const Real50&, const Real50&);
template Real50 threshold_center(const Matrix<Real50>&, const Matrix<Real50>&, const Matrix<Real50>&,
                                 const Matrix<Real50>&, const Real50&);
template Real50 threshold_center_upper(Index, const Real50&, const Real50&, const Real50&, const Real50&,
                                       const Real50&);
template Real100 covariance_gap(const Matrix<Real100>&, const Matrix<Real100>&);
template Real100 frobenius(const Matrix<Real100>&);
template Real100 inner_product(const Matrix<Real100>&, const Matrix<Real100>&);
template Ball covariance_statistic(const Vector<Ball>&, const Vector<Ball>&, const Matrix<Ball>&, const Matrix<Ball>&);
template Ball statistic_difference(const Vector<Ball>&, const Vector<Ball>&, const Matrix<Ball>&, const Matrix<Ball>&,
                                   const Matrix<Ball>&);
template Ball statistic_difference_mean(const Vector<Ball>&, const Matrix<Ball>&, const Vector<Ball>&,
                                        const Matrix<Ball>&, const Matrix<Ball>&, const Matrix<Ball>&);
template Ball covariance_gap(const Matrix<Ball>&, const Matrix<Ball>&);
template Ball covariance_gap_lower(const Ball&, const Ball&);
template Ball covariance_gap_upper(const Ball&, const Ball&);
template Ball frobenius(const Matrix<Ball>&);
template Ball inner_product(const Matrix<Ball>&, const Matrix<Ball>&);
template Ball threshold_accuracy_printed(const Ball&, const Ball&);
template Ball threshold_accuracy(const Ball&, const Ball&);
template Ball threshold_center(const Matrix<Ball>&, const Matrix<Ball>&, const Matrix<Ball>&, const Matrix<Ball>&,
                               const Ball&);
template Ball threshold_center_upper(Index, const Ball&, const Ball&, const Ball&, const Ball&, const Ball&);

}  // namespace verimix
