#include "verimix/polynomial/quadratic_forms.hpp"

#include <algorithm>

#include "verimix/core/cholesky.hpp"
#include "verimix/core/decompositions.hpp"
#include "verimix/core/error.hpp"

namespace verimix {
namespace {

template <RealScalar T>
T spectral_norm(const Matrix<T>& symmetric) {
  return Eigen::SelfAdjointEigenSolver<Matrix<T>>(symmetric, Eigen::EigenvaluesOnly)
      .eigenvalues()
      .cwiseAbs()
      .maxCoeff();
}

template <RealScalar T>
T greater(const T& a, const T& b) {
  return std::max(a, b);
}
Ball greater(const Ball& a, const Ball& b) { return (a + b + abs(a - b)) / 2; }

template <Scalar T>
void require_failure(const T& delta) {
  require_invariant(less(T(0), delta) == Truth::yes && less(delta, T(1)) == Truth::yes,
                    "a failure probability lies between 0 and 1");
}

}  // namespace

template <RealScalar T>
Triplets<T> triplets(const Mixture<T>& mixture) {
  Triplets<T> result{mixture.means, mixture.covariances, {}};
  for (const Matrix<T>& covariance : mixture.covariances) {
    const Cholesky<T> factor = cholesky(covariance);
    if (factor.positive_definite != Truth::yes)
      throw InputError("", "covariance", "", "a positive definite covariance");
    const Matrix<T> whitening = lower_inverse(factor.lower);
    result.inverses.push_back(whitening.transpose() * whitening);
  }
  return result;
}

template <RealScalar T>
Vector<T> form_difference(const Triplets<T>& of, Index j, Index i, const Matrix<T>& centre, const Matrix<T>& points) {
  const Matrix<T>&kj = of.inverses[static_cast<std::size_t>(j)], &ki = of.inverses[static_cast<std::size_t>(i)];
  const T middle = centre.cwiseProduct(kj - ki).sum();
  Vector<T> result(points.cols());
  for (Index n = 0; n < points.cols(); ++n) {
    const Vector<T> a = points.col(n) - of.means.col(j), b = points.col(n) - of.means.col(i);
    result(n) = a.dot(kj * a) - b.dot(ki * b) - middle;
  }
  return result;
}

template <RealScalar T>
FormSizes<T> form_sizes(const Triplets<T>& of, Index j, Index i, const Vector<T>& mean, const Matrix<T>& covariance) {
  const Matrix<T>&kj = of.inverses[static_cast<std::size_t>(j)], &ki = of.inverses[static_cast<std::size_t>(i)];
  const Matrix<T> difference = kj - ki;
  const Vector<T> second = mean - of.means.col(j), third = mean - of.means.col(i),
                  between = of.means.col(i) - of.means.col(j);
  return {spectral_norm<T>(covariance),
          difference.norm(),
          spectral_norm<T>(difference),
          std::max<T>(spectral_norm<T>(kj), spectral_norm<T>(ki)),
          second.norm(),
          third.norm(),
          between.norm()};
}

template <Scalar T>
T form_difference_upper(const FormSizes<T>& sizes, const T& delta, bool semidefinite) {
  require_failure(delta);
  const T t = log(T(4 / delta));
  const T a = sizes.to_second * sizes.to_second, b = sizes.to_third * sizes.to_third;
  const T constant = sizes.kappa * (semidefinite ? greater(a, b) : T(a + b));
  return 2 * sizes.beta * (sizes.frobenius * sqrt(t) + sizes.spectral * t) + constant +
         2 * sqrt(T(2 * sizes.beta * t)) * (sizes.spectral * sizes.to_second + sizes.kappa * sizes.between);
}

template <Scalar T>
T printed_form_difference(const FormSizes<T>& sizes, const T& alpha, const T& delta) {
  require_failure(delta);
  const T t = log(T(1 / delta));
  return sizes.beta * sizes.frobenius * t +
         (sizes.to_second * sizes.to_second + sizes.to_third * sizes.to_third) / alpha +
         sqrt(sizes.beta) * t * (sizes.spectral * sizes.to_second + sizes.between / alpha);
}

template struct Triplets<double>;
template struct Triplets<Real50>;
template Triplets<double> triplets(const Mixture<double>&);
template Triplets<Real50> triplets(const Mixture<Real50>&);
template Vector<double> form_difference(const Triplets<double>&, Index, Index, const Matrix<double>&,
                                        const Matrix<double>&);
template Vector<Real50> form_difference(const Triplets<Real50>&, Index, Index, const Matrix<Real50>&,
                                        const Matrix<Real50>&);
template FormSizes<double> form_sizes(const Triplets<double>&, Index, Index, const Vector<double>&,
                                      const Matrix<double>&);
template FormSizes<Real50> form_sizes(const Triplets<Real50>&, Index, Index, const Vector<Real50>&,
                                      const Matrix<Real50>&);
template double form_difference_upper(const FormSizes<double>&, const double&, bool);
template Real50 form_difference_upper(const FormSizes<Real50>&, const Real50&, bool);
template double printed_form_difference(const FormSizes<double>&, const double&, const double&);
template Real50 printed_form_difference(const FormSizes<Real50>&, const Real50&, const Real50&);
template Ball form_difference_upper(const FormSizes<Ball>&, const Ball&, bool);
template Ball printed_form_difference(const FormSizes<Ball>&, const Ball&, const Ball&);

}  // namespace verimix
