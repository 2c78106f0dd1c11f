// Hermite polynomials of several variables at many points, by one multiplication a value. Derivation:
// proofs-notes/polynomial/basis.md.
#pragma once

#include <vector>

#include "verimix/core/linear_algebra.hpp"

namespace verimix {

/// h_0, ..., h_l (basis.hpp) of every coordinate of m points u (d x m): column (l + 1) j + n holds h_n(u_j). m x d(l +
/// 1).
template <RealScalar T>
Matrix<T> hermite_table(const Eigen::Ref<const Matrix<T>>& u, int degree);

/// prod_j h_{a_j}(u_j) for multi-indices a of d entries: each is the product of an earlier one and of one polynomial of
/// one variable, and all points of a block are worked on at once.
template <RealScalar T>
class HermiteProducts {
 public:
  /// The first index is 0 (d = 0 is allowed: then it is the only one); their totals rise; and before an index stands
  /// the one with its last nonzero entry put to 0.
  explicit HermiteProducts(const std::vector<std::vector<int>>& indices);

  Index size() const { return static_cast<Index>(steps_.size()); }
  /// `table` is hermite_table's for m points and any degree that is high enough, or has other functions of one variable
  /// in the place of h_n, with 1 for n = 0. The first `count` <= size() columns of `out` (m rows or more) become the
  /// values, a product a column: that of the factors in the order of the axes, whatever `count` and m are.
  void evaluate(const Eigen::Ref<const Matrix<T>>& table, Index count, Eigen::Ref<Matrix<T>> out) const;
  /// The same at one point, for a row of the table: the first `count` entries of `out`.
  void evaluate_at_point(const Eigen::Ref<const Vector<T>>& row, Index count, Eigen::Ref<Vector<T>> out) const;

 private:
  /// psi_a = psi_parent h_power(u_axis).
  struct Step {
    Index parent = 0, axis = 0, power = 0;
  };

  Index dimension_;
  std::vector<Step> steps_;
};

extern template Matrix<double> hermite_table(const Eigen::Ref<const Matrix<double>>&, int);
extern template Matrix<Real50> hermite_table(const Eigen::Ref<const Matrix<Real50>>&, int);
extern template class HermiteProducts<double>;
extern template class HermiteProducts<Real50>;

}  // namespace verimix
