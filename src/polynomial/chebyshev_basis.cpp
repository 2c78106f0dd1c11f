#include "verimix/polynomial/chebyshev_basis.hpp"

#include <string>

#include "multi_index.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/number_text.hpp"
#include "verimix/core/rational.hpp"

namespace verimix {
namespace {

// T_0(u), T_1(u), ... and their derivatives by differentiating the recurrence.
template <RealScalar T>
struct Table {
  std::vector<T> value, slope;
  Table(const T& u, int degree) : value{T(1)}, slope{T(0)} {
    for (int n = 0; n < degree; ++n) {
      const auto at = static_cast<std::size_t>(n);
      value.push_back(n == 0 ? u : T(2 * u * value[at] - value[at - 1]));
      slope.push_back(n == 0 ? T(1) : T(2 * value[at] + 2 * u * slope[at] - slope[at - 1]));
    }
  }
};

void require_box(const std::vector<Rational>& lower, const std::vector<Rational>& upper) {
  require_invariant(!lower.empty() && lower.size() == upper.size(), "a box has two ends in each direction");
  for (std::size_t j = 0; j < lower.size(); ++j)
    if (!(lower[j] < upper[j])) throw InputError("", "box", to_text(lower[j]), "lower < upper in every direction");
}

}  // namespace

template <RealScalar T>
ChebyshevBasis<T>::ChebyshevBasis(Vector<T> lower, Vector<T> upper, int degree)
    : lower_(std::move(lower)),
      upper_(std::move(upper)),
      degree_(degree),
      indices_(multi_indices(lower_.size(), degree)) {
  require_invariant(lower_.size() == upper_.size(), "a box has two ends in each direction");
  for (Index j = 0; j < lower_.size(); ++j)
    if (!(lower_(j) < upper_(j))) throw InputError("", "box", to_text(lower_(j)), "lower < upper in every direction");
}

template <RealScalar T>
Matrix<T> ChebyshevBasis<T>::chart(const Matrix<T>& points) const {
  require_invariant(points.rows() == dimension(), "points have the dimension of the basis");
  const T slack = 1 + 8 * std::numeric_limits<T>::epsilon();
  Matrix<T> u(points.rows(), points.cols());
  for (Index i = 0; i < points.cols(); ++i)
    for (Index j = 0; j < dimension(); ++j) {
      u(j, i) = (2 * points(j, i) - lower_(j) - upper_(j)) / (upper_(j) - lower_(j));
      if (!(abs(u(j, i)) <= slack))
        throw InputError("", "points", to_text(points(j, i)),
                         "coordinate " + std::to_string(j) + " of point " + std::to_string(i) + " from " +
                             to_text(lower_(j)) + " to " + to_text(upper_(j)));
    }
  return u;
}

template <RealScalar T>
Matrix<T> ChebyshevBasis<T>::values(const Matrix<T>& points) const {
  const Matrix<T> u = chart(points);
  Matrix<T> out(size(), points.cols());
  for (Index i = 0; i < points.cols(); ++i) {
    std::vector<Table<T>> tables;
    for (Index j = 0; j < dimension(); ++j) tables.emplace_back(u(j, i), degree_);
    for (Index a = 0; a < size(); ++a) {
      T product(1);
      for (std::size_t j = 0; j < tables.size(); ++j)
        product *= tables[j].value[static_cast<std::size_t>(indices_[static_cast<std::size_t>(a)][j])];
      out(a, i) = product;
    }
  }
  return out;
}

template <RealScalar T>
Matrix<T> ChebyshevBasis<T>::derivatives(const Matrix<T>& points, Index axis) const {
  require_invariant(axis >= 0 && axis < dimension(), "a direction is one of the axes");
  const Matrix<T> u = chart(points);
  const T stretch = 2 / (upper_(axis) - lower_(axis));
  Matrix<T> out(size(), points.cols());
  for (Index i = 0; i < points.cols(); ++i) {
    std::vector<Table<T>> tables;
    for (Index j = 0; j < dimension(); ++j) tables.emplace_back(u(j, i), degree_);
    for (Index a = 0; a < size(); ++a) {
      T product = stretch;
      for (std::size_t j = 0; j < tables.size(); ++j) {
        const auto power = static_cast<std::size_t>(indices_[static_cast<std::size_t>(a)][j]);
        product *= static_cast<Index>(j) == axis ? tables[j].slope[power] : tables[j].value[power];
      }
      out(a, i) = product;
    }
  }
  return out;
}

MonomialPolynomial chebyshev_monomials(const std::vector<Rational>& lower, const std::vector<Rational>& upper,
                                       int degree, const std::vector<Rational>& coefficients) {
  require_box(lower, upper);
  const auto d = static_cast<Index>(lower.size());
  const std::vector<std::vector<int>> indices = multi_indices(d, degree);
  if (coefficients.size() != indices.size())
    throw InputError("", "coefficients", std::to_string(coefficients.size()),
                     std::to_string(indices.size()) + " coefficients");
  std::vector<std::vector<MonomialPolynomial>> factors(lower.size());
  for (std::size_t j = 0; j < lower.size(); ++j) {
    const Rational width = upper[j] - lower[j];
    for (int n = 0; n <= degree; ++n)
      factors[j].push_back(
          chebyshev_polynomial(d, static_cast<Index>(j), n, -(lower[j] + upper[j]) / width, 2 / width));
  }
  MonomialPolynomial sum = constant_polynomial(d, 0);
  for (std::size_t a = 0; a < indices.size(); ++a) {
    MonomialPolynomial term = constant_polynomial(d, coefficients[a]);
    for (std::size_t j = 0; j < lower.size(); ++j) term = term * factors[j][static_cast<std::size_t>(indices[a][j])];
    sum = sum + term;
  }
  return sum;
}

Ball chebyshev_monomial_sum_upper(const std::vector<Rational>& lower, const std::vector<Rational>& upper, int degree) {
  require_box(lower, upper);
  const auto indices = multi_indices(static_cast<Index>(lower.size()), degree);
  // S_{n+1} = 2 y S_n + S_{n-1}, y = (|centre| + 1)/half: the recurrence of T_n with every sign +.
  std::vector<std::vector<Ball>> sums;
  for (std::size_t j = 0; j < lower.size(); ++j) {
    const Rational centre = (lower[j] + upper[j]) / 2, half = (upper[j] - lower[j]) / 2;
    const Ball y = (abs(from_rational<Ball>(centre)) + 1) / from_rational<Ball>(half);
    std::vector<Ball> s{Ball(1), y};
    for (int n = 1; n < degree; ++n) s.push_back(2 * y * s.back() + s[s.size() - 2]);
    sums.push_back(std::move(s));
  }
  Ball total;
  for (const std::vector<int>& index : indices) {
    Ball product = 1;
    for (std::size_t j = 0; j < sums.size(); ++j) product *= sums[j][static_cast<std::size_t>(index[j])];
    total += product;
  }
  return total;
}

template class ChebyshevBasis<double>;
template class ChebyshevBasis<Real50>;

}  // namespace verimix
