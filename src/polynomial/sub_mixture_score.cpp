#include "verimix/polynomial/sub_mixture_score.hpp"

#include <algorithm>
#include <cmath>

#include "verimix/core/cholesky.hpp"
#include "verimix/core/decompositions.hpp"
#include "verimix/core/error.hpp"
#include "verimix/polynomial/softmax_polynomial.hpp"

namespace verimix {
namespace {

/// 0 < delta < 1.
template <Scalar T>
bool certainly_inside(const T& delta) {
  return less(T(0), delta) == Truth::yes && less(delta, T(1)) == Truth::yes;
}

template <RealScalar T>
T rounded_up(const T& x) {
  using std::ceil;
  return ceil(x);
}
Ball rounded_up(const Ball& x) {
  Ball out;
  arb_ceil(out.data(), x.data(), BallPrecision::bits());
  return out;
}

template <Scalar T>
T failure_exponent(const SubMixtureSizes<T>& sizes, const T& delta) {
  require_invariant(certainly_inside(delta), "a failure probability lies between 0 and 1");
  return log(T(5 * static_cast<int>(sizes.m) / delta));
}

// 3^{1/4}, the constant of E|A z|^4 <= 3 |A|_F^4.
template <Scalar T>
T fourth_root_of_three() {
  return sqrt(T(sqrt(T(3))));
}

using Coefficients = std::vector<Rational>;

Coefficients product(const Coefficients& a, const Coefficients& b) {
  Coefficients result(a.size() + b.size() - 1, Rational(0));
  for (std::size_t i = 0; i < a.size(); ++i)
    for (std::size_t j = 0; j < b.size(); ++j) result[i + j] += a[i] * b[j];
  return result;
}

struct TwoComponents {
  Rational weight[2], mean[2], variance[2];

  explicit TwoComponents(const ExactMixture& mixture) {
    if (mixture.dimension() != 1 || mixture.size() != 2)
      throw InputError("", "components", std::to_string(mixture.size()), "two components on the line");
    for (std::size_t i = 0; i < 2; ++i) {
      weight[i] = mixture.weights[i];
      mean[i] = mixture.means(0, static_cast<Index>(i));
      variance[i] = mixture.covariances[i](0, 0);
    }
  }
  // <Q_1, K_2 - K_1>.
  Rational centre() const { return variance[0] / variance[1] - 1; }
};

}  // namespace

template <RealScalar T>
Matrix<T> softmax_inputs(const Triplets<T>& of, const Matrix<T>& points) {
  Matrix<T> result(of.size(), points.cols());
  for (Index j = 0; j < of.size(); ++j)
    result.row(j) = form_difference(of, j, Index(0), of.covariances.front(), points).transpose();
  return result;
}

template <RealScalar T>
Matrix<T> linear_terms(const Triplets<T>& of, const Matrix<T>& points) {
  Matrix<T> result(of.size(), points.cols());
  for (Index j = 0; j < of.size(); ++j) {
    const Matrix<T> difference = of.inverses[static_cast<std::size_t>(j)] - of.inverses.front();
    result.row(j) = (difference * (points.colwise() - of.means.col(j))).colwise().norm();
  }
  return result;
}

template <RealScalar T>
Vector<T> softmax_offsets(const Mixture<T>& mixture) {
  const Triplets<T> of = triplets(mixture);
  Vector<T> theta(of.size());
  const T first_determinant = log_determinant(cholesky(of.covariances.front()));
  for (Index j = 0; j < of.size(); ++j) {
    const auto at = static_cast<std::size_t>(j);
    theta(j) = log(T(mixture.weights(j) / mixture.weights(0))) -
               of.covariances.front().cwiseProduct(of.inverses[at] - of.inverses.front()).sum() / 2 +
               (first_determinant - log_determinant(cholesky(of.covariances[at]))) / 2;
  }
  return theta;
}

template <RealScalar T>
Matrix<T> recomposed_score(const Mixture<T>& mixture, const Matrix<T>& points) {
  const Triplets<T> of = triplets(mixture);
  const Matrix<T> inputs = softmax_inputs(of, points) / T(-2);
  const Matrix<T>& first = of.inverses.front();
  const Vector<T> theta = softmax_offsets(mixture);
  Matrix<T> score = -(first * (points.colwise() - of.means.col(0)));
  for (Index n = 0; n < points.cols(); ++n) {
    const Vector<T> w = softmax<T>(inputs.col(n), theta);
    for (Index j = 0; j < of.size(); ++j) {
      const Vector<T> g = (of.inverses[static_cast<std::size_t>(j)] - first) * (points.col(n) - of.means.col(j)) -
                          first * (of.means.col(j) - of.means.col(0));
      score.col(n) -= w(j) * g;
    }
  }
  return score;
}

template <RealScalar T>
SubMixtureSizes<T> sub_mixture_sizes(const Mixture<T>& mixture) {
  SubMixtureSizes<T> sizes{mixture.size(), T(0), T(0), T(0)};
  for (Index i = 0; i < mixture.size(); ++i) {
    const Matrix<T>& covariance = mixture.covariances[static_cast<std::size_t>(i)];
    const Vector<T> spectrum =
        Eigen::SelfAdjointEigenSolver<Matrix<T>>(covariance, Eigen::EigenvaluesOnly).eigenvalues();
    sizes.alpha = i == 0 ? spectrum(0) : std::min<T>(sizes.alpha, spectrum(0));
    sizes.beta = std::max<T>(sizes.beta, spectrum(spectrum.size() - 1));
    for (Index j = 0; j < i; ++j) {
      const Matrix<T> difference = covariance - mixture.covariances[static_cast<std::size_t>(j)];
      const Vector<T> shift = mixture.means.col(i) - mixture.means.col(j);
      sizes.D = std::max<T>(sizes.D, T(shift.norm() + difference.norm()));
    }
  }
  return sizes;
}

template <Scalar T>
T softmax_input_upper(const SubMixtureSizes<T>& sizes, const T& delta) {
  const T t = failure_exponent(sizes, delta), D = sizes.D, inverse = 1 / sizes.alpha;
  const T squared = D * D * inverse * inverse;
  return 2 * sizes.beta * D * inverse * inverse * (sqrt(t) + t) + D * D * inverse +
         2 * sqrt(T(2 * sizes.beta * t)) * (squared + D * inverse) + squared;
}

template <Scalar T>
T linear_term_upper(const SubMixtureSizes<T>& sizes, const T& delta) {
  const T t = failure_exponent(sizes, delta), inverse = 1 / sizes.alpha;
  return sqrt(sizes.beta) * sizes.D * inverse * inverse * (1 + sqrt(T(2 * t))) + sizes.D * sizes.D * inverse * inverse;
}

template <Scalar T>
T printed_softmax_input(const SubMixtureSizes<T>& sizes, const T& delta) {
  return sizes.beta * sizes.D * sizes.D / (sizes.alpha * sizes.alpha) * log(T(static_cast<int>(sizes.m) / delta));
}

template <Scalar T>
T printed_linear_term(const SubMixtureSizes<T>& sizes, const T& delta) {
  return sqrt(sizes.beta) * sizes.D * sizes.D / (sizes.alpha * sizes.alpha) * log(T(static_cast<int>(sizes.m) / delta));
}

template <Scalar T>
T linear_function_upper(const SubMixtureSizes<T>& sizes, const T& delta) {
  return linear_term_upper(sizes, delta) + sizes.D / sizes.alpha;
}

template <Scalar T>
T softmax_polynomial_degree(const SubMixtureSizes<T>& sizes, const T& delta, const T& epsilon) {
  require_invariant(less(T(0), epsilon) == Truth::yes, "an accuracy is positive");
  const T m(static_cast<int>(sizes.m));
  return rounded_up(T(pi<T>() / (2 * sqrt(T(2))) * softmax_input_upper(sizes, delta) *
                      linear_function_upper(sizes, delta) * m * sqrt(m) / epsilon));
}

template <Scalar T>
T sub_mixture_error_upper(const SubMixtureSizes<T>& sizes, const T& delta, const T& epsilon) {
  require_invariant(certainly_inside(delta) && less(epsilon, T(0)) != Truth::yes, "0 < delta < 1 and epsilon >= 0");
  const T distance = sizes.D / (sizes.alpha * sizes.alpha);
  const T fourth = fallback_fourth_moment_upper(sizes.beta, distance, T(sizes.D / sizes.alpha));
  return epsilon * epsilon + sqrt(delta) * sqrt(fourth);
}

template <Scalar T>
T fallback_fourth_moment_upper(const T& beta, const T& inverse_distance, const T& offset) {
  const T root = fourth_root_of_three<T>() * sqrt(beta) * inverse_distance + offset;
  return root * root * root * root;
}

std::vector<Rational> two_component_input(const ExactMixture& mixture) {
  const TwoComponents c(mixture);
  // -V/2, V = (x - m_2)^2/v_2 - (x - m_1)^2/v_1 - centre.
  const auto square = [&](std::size_t i) {
    const Coefficients from{-c.mean[i], 1};
    Coefficients form = product(from, from);
    for (Rational& x : form) x /= c.variance[i];
    return form;
  };
  Coefficients input = square(1);
  const Coefficients first = square(0);
  for (std::size_t k = 0; k < 3; ++k) input[k] = (first[k] - input[k]) / 2;
  input[0] += c.centre() / 2;
  return input;
}

Ball two_component_offset(const ExactMixture& mixture) {
  const TwoComponents c(mixture);
  const auto log_of = [](const Rational& x) { return log(from_rational<Ball>(x)); };
  return log_of(c.weight[1] / c.weight[0]) - from_rational<Ball>(c.centre()) / 2 +
         log_of(c.variance[0] / c.variance[1]) / 2;
}

std::vector<Rational> two_component_polynomial(const ExactMixture& mixture, const std::vector<Rational>& q) {
  const TwoComponents c(mixture);
  const Coefficients input = two_component_input(mixture);
  Coefficients weight{Rational(0)};
  for (std::size_t j = q.size(); j-- > 0;) {
    weight = product(weight, input);
    weight[0] += q[j];
  }
  // g_2 = (1/v_2 - 1/v_1)(x - m_2) - (m_2 - m_1)/v_1.
  const Rational slope = 1 / c.variance[1] - 1 / c.variance[0];
  const Coefficients g{-slope * c.mean[1] - (c.mean[1] - c.mean[0]) / c.variance[0], slope};
  Coefficients result = product(g, weight);
  for (Rational& x : result) x = -x;
  result[0] += c.mean[0] / c.variance[0];
  result[1] -= 1 / c.variance[0];
  while (result.size() > 2 && result.back() == 0) result.pop_back();
  return result;
}

template Matrix<double> softmax_inputs(const Triplets<double>&, const Matrix<double>&);
template Matrix<double> linear_terms(const Triplets<double>&, const Matrix<double>&);
template Vector<double> softmax_offsets(const Mixture<double>&);
template Matrix<double> recomposed_score(const Mixture<double>&, const Matrix<double>&);
template SubMixtureSizes<double> sub_mixture_sizes(const Mixture<double>&);
template double softmax_input_upper(const SubMixtureSizes<double>&, const double&);
template double linear_term_upper(const SubMixtureSizes<double>&, const double&);
template double printed_softmax_input(const SubMixtureSizes<double>&, const double&);
template double printed_linear_term(const SubMixtureSizes<double>&, const double&);
template double linear_function_upper(const SubMixtureSizes<double>&, const double&);
template double softmax_polynomial_degree(const SubMixtureSizes<double>&, const double&, const double&);
template double sub_mixture_error_upper(const SubMixtureSizes<double>&, const double&, const double&);
template double fallback_fourth_moment_upper(const double&, const double&, const double&);
template Ball softmax_input_upper(const SubMixtureSizes<Ball>&, const Ball&);
template Ball linear_term_upper(const SubMixtureSizes<Ball>&, const Ball&);
template Ball printed_softmax_input(const SubMixtureSizes<Ball>&, const Ball&);
template Ball printed_linear_term(const SubMixtureSizes<Ball>&, const Ball&);
template Ball linear_function_upper(const SubMixtureSizes<Ball>&, const Ball&);
template Ball softmax_polynomial_degree(const SubMixtureSizes<Ball>&, const Ball&, const Ball&);
template Ball sub_mixture_error_upper(const SubMixtureSizes<Ball>&, const Ball&, const Ball&);
template Ball fallback_fourth_moment_upper(const Ball&, const Ball&, const Ball&);
template Matrix<Real50> softmax_inputs(const Triplets<Real50>&, const Matrix<Real50>&);
template Matrix<Real50> linear_terms(const Triplets<Real50>&, const Matrix<Real50>&);
template Vector<Real50> softmax_offsets(const Mixture<Real50>&);
template Matrix<Real50> recomposed_score(const Mixture<Real50>&, const Matrix<Real50>&);
template SubMixtureSizes<Real50> sub_mixture_sizes(const Mixture<Real50>&);
template Real50 softmax_input_upper(const SubMixtureSizes<Real50>&, const Real50&);
template Real50 linear_term_upper(const SubMixtureSizes<Real50>&, const Real50&);
template Real50 printed_softmax_input(const SubMixtureSizes<Real50>&, const Real50&);
template Real50 printed_linear_term(const SubMixtureSizes<Real50>&, const Real50&);
template Real50 linear_function_upper(const SubMixtureSizes<Real50>&, const Real50&);
template Real50 softmax_polynomial_degree(const SubMixtureSizes<Real50>&, const Real50&, const Real50&);
template Real50 sub_mixture_error_upper(const SubMixtureSizes<Real50>&, const Real50&, const Real50&);
template Real50 fallback_fourth_moment_upper(const Real50&, const Real50&, const Real50&);

}  // namespace verimix
