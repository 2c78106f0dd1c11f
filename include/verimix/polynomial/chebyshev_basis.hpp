// Products of Chebyshev polynomials on a box of R^d, and their monomials for exchange. Derivations:
// proofs-notes/polynomial/chebyshev_basis.md.
#pragma once

#include <vector>

#include "verimix/polynomial/basis.hpp"
#include "verimix/polynomial/coefficient_sum.hpp"

namespace verimix {

/// psi_a(x) = prod_j T_{a_j}(u_j), u_j = (2 x_j - lower_j - upper_j)/(upper_j - lower_j), over the multi-indices |a| <=
/// l in the order of HermiteBasis. |psi_a| <= 1 on the box; orthogonal there under prod_j du_j/(pi sqrt(1 - u_j^2)),
/// with E psi_a^2 = 2^{-(number of a_j > 0)}.
template <RealScalar T>
class ChebyshevBasis {
 public:
  /// Throws InputError (field "box") unless lower < upper in every coordinate, and as basis_size does.
  ChebyshevBasis(Vector<T> lower, Vector<T> upper, int degree);

  Index dimension() const { return lower_.size(); }
  int degree() const { return degree_; }
  Index size() const { return static_cast<Index>(indices_.size()); }
  const std::vector<std::vector<int>>& indices() const { return indices_; }

  /// The values at n points (d x n): size x n, by T_{n+1} = 2 u T_n - T_{n-1}. Throws InputError (field "points") for a
  /// point outside the box by more than rounding, where |psi_a| grows like (2 |u|)^l.
  Matrix<T> values(const Matrix<T>& points) const;
  /// The partial derivatives in direction `axis`: size x n, by T_n' = n U_{n-1}. Throws as above.
  Matrix<T> derivatives(const Matrix<T>& points, Index axis) const;

 private:
  Matrix<T> chart(const Matrix<T>& points) const;

  Vector<T> lower_, upper_;
  int degree_;
  std::vector<std::vector<int>> indices_;
};

/// sum_a c_a psi_a(x) as monomials in x, exactly; c stands in the order of the basis for the box and degree. Throws
/// InputError (field "box") as above, (field "coefficients") for another number of coefficients.
MonomialPolynomial chebyshev_monomials(const std::vector<Rational>& lower, const std::vector<Rational>& upper,
                                       int degree, const std::vector<Rational>& coefficients);

/// The sizes of those monomial coefficients sum to at most max_a |c_a| times this: sum_a prod_j S_{a_j}, where S_0 = 1,
/// S_1 = y, S_{n+1} = 2 y S_n + S_{n-1} bounds the sum for T_n((x_j - centre)/half width), y = (|centre| + 1)/half
/// width; equality for one T_n at centre 0. Domain: as above.
Ball chebyshev_monomial_sum_upper(const std::vector<Rational>& lower, const std::vector<Rational>& upper, int degree);

extern template class ChebyshevBasis<double>;
extern template class ChebyshevBasis<Real50>;

}  // namespace verimix
