#include "verimix/polynomial/hermite_monomials.hpp"

#include <string>

#include "verimix/core/cholesky.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/rational.hpp"

namespace verimix {
namespace {

// u_j = sum_r (L^{-1})_{jr} (x_r - m_r), with the L^{-1} that the basis has.
template <RealScalar T>
std::vector<MonomialPolynomial> whitened_coordinates(const HermiteBasis<T>& basis) {
  const Matrix<T> whitening = lower_inverse(cholesky(basis.covariance()).lower);
  std::vector<MonomialPolynomial> u;
  for (Index j = 0; j < basis.dimension(); ++j) {
    u.push_back(constant_polynomial(basis.dimension(), 0));
    for (Index r = 0; r <= j; ++r) {
      const Rational slope = to_rational(whitening(j, r));
      u.back() = u.back() + affine_polynomial(basis.dimension(), r, -slope * to_rational(basis.mean()(r)), slope);
    }
  }
  return u;
}

// h_0(u), ..., h_degree(u).
template <RealScalar T>
std::vector<MonomialPolynomial> hermite_polynomials(const MonomialPolynomial& u, int degree) {
  using std::sqrt;
  const auto times = [&](const MonomialPolynomial& p, const T& factor) {
    return p * constant_polynomial(u.dimension, to_rational(factor));
  };
  std::vector<MonomialPolynomial> h{constant_polynomial(u.dimension, 1)};
  if (degree > 0) h.push_back(u);
  for (int n = 1; n < degree; ++n) {
    const auto at = static_cast<std::size_t>(n);
    const T root = sqrt(T(n + 1));
    h.push_back(times(u * h[at], 1 / root) + times(h[at - 1], -sqrt(T(n)) / root));
  }
  return h;
}

}  // namespace

template <RealScalar T>
MonomialPolynomial hermite_monomials(const HermiteBasis<T>& basis, const Vector<T>& coefficients) {
  if (coefficients.size() != basis.size())
    throw InputError("", "coefficients", std::to_string(coefficients.size()),
                     std::to_string(basis.size()) + " coefficients");
  std::vector<std::vector<MonomialPolynomial>> factors;
  for (const MonomialPolynomial& u : whitened_coordinates(basis))
    factors.push_back(hermite_polynomials<T>(u, basis.degree()));
  MonomialPolynomial sum = constant_polynomial(basis.dimension(), 0);
  for (Index a = 0; a < basis.size(); ++a) {
    MonomialPolynomial term = constant_polynomial(basis.dimension(), to_rational(coefficients(a)));
    for (std::size_t j = 0; j < factors.size(); ++j)
      term = term * factors[j][static_cast<std::size_t>(basis.indices()[static_cast<std::size_t>(a)][j])];
    sum = sum + term;
  }
  return sum;
}

template <RealScalar T>
Ball hermite_monomial_sum_upper(const HermiteBasis<T>& basis) {
  std::vector<std::vector<Ball>> sums;
  for (const MonomialPolynomial& u : whitened_coordinates(basis)) {
    const Ball y = from_rational<Ball>(u.coefficient_sum());
    std::vector<Ball> s{Ball(1), y};
    for (int n = 1; n < basis.degree(); ++n)
      s.push_back((y * s.back() + sqrt(Ball(n)) * s[s.size() - 2]) / sqrt(Ball(n + 1)));
    sums.push_back(std::move(s));
  }
  Ball total;
  for (const std::vector<int>& index : basis.indices()) {
    Ball product = 1;
    for (std::size_t j = 0; j < sums.size(); ++j) product *= sums[j][static_cast<std::size_t>(index[j])];
    total += product;
  }
  return total;
}

template MonomialPolynomial hermite_monomials(const HermiteBasis<double>&, const Vector<double>&);
template MonomialPolynomial hermite_monomials(const HermiteBasis<Real50>&, const Vector<Real50>&);
template Ball hermite_monomial_sum_upper(const HermiteBasis<double>&);
template Ball hermite_monomial_sum_upper(const HermiteBasis<Real50>&);

}  // namespace verimix
