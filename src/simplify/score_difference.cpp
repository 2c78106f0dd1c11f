#include "verimix/simplify/score_difference.hpp"

#include <string>
#include <vector>

#include "arguments.hpp"

namespace verimix {
namespace {

using simplify_detail::covariance_factor;
using simplify_detail::power;
using simplify_detail::require_not_negative;
using simplify_detail::require_positive;
using simplify_detail::require_same_dimension;

void require_order(int n, const char* field) {
  if (n < 1 || n > 16) throw InputError("", field, std::to_string(n), "an integer from 1 to 16");
}

template <Scalar T>
Matrix<T> product(const Matrix<T>& a, const Matrix<T>& b) {
  Matrix<T> out(a.rows(), b.cols());
  for (Index i = 0; i < a.rows(); ++i)
    for (Index j = 0; j < b.cols(); ++j) {
      T sum(0);
      for (Index r = 0; r < a.cols(); ++r) sum += a(i, r) * b(r, j);
      out(i, j) = sum;
    }
  return out;
}

/// kappa_1, ..., kappa_n of |Sz + b|^2.
template <Scalar T>
std::vector<T> cumulants(const Matrix<T>& s, const Matrix<T>& b, int n) {
  const Matrix<T> a = product<T>(s, Matrix<T>(s.transpose()));
  const Matrix<T> row = b.transpose();
  Matrix<T> power_of_a = a;
  Matrix<T> image = b;
  std::vector<T> out;
  T factor(1);
  for (int r = 1; r <= n; ++r) {
    if (r > 1) {
      power_of_a = product<T>(power_of_a, a);
      image = product<T>(a, image);
      factor *= T(2 * (r - 1));
    }
    T trace(0);
    for (Index i = 0; i < a.rows(); ++i) trace += power_of_a(i, i);
    out.push_back(factor * (trace + T(r) * product<T>(row, image)(0, 0)));
  }
  return out;
}

/// E|Sz + b|^{2n} for z ~ N(0, Id).
template <Scalar T>
T even_moment(const Matrix<T>& s, const Matrix<T>& b, int n) {
  const std::vector<T> kappa = cumulants<T>(s, b, n);
  // M_r = sum_j C(r-1, j-1) kappa_j M_{r-j}.
  std::vector<T> moments{T(1)};
  for (int r = 1; r <= n; ++r) {
    T sum(0);
    int choose = 1;
    for (int j = 1; j <= r; ++j) {
      sum += T(choose) * kappa[static_cast<std::size_t>(j - 1)] * moments[static_cast<std::size_t>(r - j)];
      choose = choose * (r - j) / j;
    }
    moments.push_back(sum);
  }
  return moments.back();
}

/// L^{-1} for LL^T = Q, and Q^{-1} from it.
template <Scalar T>
Matrix<T> whitening(const Matrix<T>& covariance) {
  return lower_inverse(covariance_factor(covariance).lower);
}
template <Scalar T>
Matrix<T> inverse(const Matrix<T>& covariance) {
  const Matrix<T> w = whitening(covariance);
  return product<T>(Matrix<T>(w.transpose()), w);
}

}  // namespace

template <Scalar T>
T score_difference_moment(const Gaussian<T>& first, const Gaussian<T>& second, int n) {
  require_order(n, "n");
  require_same_dimension(first, second);
  const Matrix<T> lower = covariance_factor(first.covariance).lower;
  const Matrix<T> precision = inverse(second.covariance);
  const Matrix<T> s = Matrix<T>(lower_inverse(lower).transpose()) - product<T>(precision, lower);
  return even_moment<T>(s, product<T>(precision, Matrix<T>(second.mean - first.mean)), n);
}

template <Scalar T>
T tilted_score_difference_moment(const Gaussian<T>& first, const Gaussian<T>& second, int n) {
  require_order(n, "n");
  require_same_dimension(first, second);
  const Matrix<T> one = inverse(first.covariance);
  const Matrix<T> two = inverse(second.covariance);
  const Matrix<T> w = whitening<T>((one + two) / T(2));
  const Matrix<T> average_inverse = inverse<T>((first.covariance + second.covariance) / T(2));
  return even_moment<T>(product<T>(one - two, Matrix<T>(w.transpose())),
                        product<T>(average_inverse, Matrix<T>(second.mean - first.mean)), n);
}

template <Scalar T>
T score_difference_scale(const T& mean_distance_squared, const T& covariance_distance_squared, const T& alpha) {
  require_not_negative(mean_distance_squared, "mean_distance_squared");
  require_not_negative(covariance_distance_squared, "covariance_distance_squared");
  require_positive(alpha, "alpha");
  return (covariance_distance_squared / alpha + mean_distance_squared) / (alpha * alpha);
}

template <Scalar T>
T score_difference_moment_upper(const T& scale, int n) {
  require_order(n, "n");
  require_not_negative(scale, "scale");
  T factor(1);
  for (int j = 3; j <= 2 * n - 1; j += 2) factor *= T(j);
  return factor * power(scale, n);
}

template <Scalar T>
T score_difference_fourth_printed(const T& mean_distance_squared, const T& covariance_distance_squared, const T& alpha,
                                  const T& beta) {
  require_not_negative(mean_distance_squared, "mean_distance_squared");
  require_not_negative(covariance_distance_squared, "covariance_distance_squared");
  require_positive(alpha, "alpha");
  require_positive(beta, "beta");
  const T distance = mean_distance_squared + covariance_distance_squared;
  return beta * beta / power(alpha, 8) * distance * distance + mean_distance_squared / (alpha * alpha);
}

template <Scalar T>
T score_difference_power_upper(const T& fourth_moment, int t) {
  require_not_negative(fourth_moment, "fourth_moment");
  if (t < 2 || t > 16 || t % 2 != 0) throw InputError("", "t", std::to_string(t), "an even integer from 2 to 16");
  return power(T(t), t) * power(fourth_moment, t / 2);
}

template double score_difference_moment(const Gaussian<double>&, const Gaussian<double>&, int);
template double tilted_score_difference_moment(const Gaussian<double>&, const Gaussian<double>&, int);
template double score_difference_scale(const double&, const double&, const double&);
template double score_difference_moment_upper(const double&, int);
template double score_difference_fourth_printed(const double&, const double&, const double&, const double&);
template double score_difference_power_upper(const double&, int);
template Real50 score_difference_moment(const Gaussian<Real50>&, const Gaussian<Real50>&, int);
template Real50 tilted_score_difference_moment(const Gaussian<Real50>&, const Gaussian<Real50>&, int);
template Real50 score_difference_scale(const Real50&, const Real50&, const Real50&);
template Real50 score_difference_moment_upper(const Real50&, int);
template Real50 score_difference_fourth_printed(const Real50&, const Real50&, const Real50&, const Real50&);
template Real50 score_difference_power_upper(const Real50&, int);
template Ball score_difference_moment(const Gaussian<Ball>&, const Gaussian<Ball>&, int);
template Ball tilted_score_difference_moment(const Gaussian<Ball>&, const Gaussian<Ball>&, int);
template Ball score_difference_scale(const Ball&, const Ball&, const Ball&);
template Ball score_difference_moment_upper(const Ball&, int);
template Ball score_difference_fourth_printed(const Ball&, const Ball&, const Ball&, const Ball&);
template Ball score_difference_power_upper(const Ball&, int);

}  // namespace verimix
