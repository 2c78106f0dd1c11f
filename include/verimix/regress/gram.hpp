// The sums of a least-squares fit in the Hermite basis, features and products in one pass over the points. Derivations:
// proofs-notes/regress/denoising_fit.md.
#pragma once

#include <functional>
#include <vector>

#include "verimix/polynomial/basis.hpp"

namespace verimix {

/// Points (d x m), their targets (q x m) and the root of the weight that all of them have, batch by batch, as often as
/// they are asked for. A batch may be of any length m >= 1; blocks of a few hundred points are cut from it.
template <RealScalar T>
using ObservationSink = std::function<void(const Matrix<T>& points, const Matrix<T>& targets, const T& root_weight)>;
template <RealScalar T>
struct Observations {
  std::function<void(const ObservationSink<T>&)> each;
  /// Points in all, and the number q of outputs.
  Index count = 0, outputs = 0;
};

/// All columns of `points` with weight 1. Both arguments must outlive what is returned.
template <RealScalar T>
Observations<T> observations(const Matrix<T>& points, const Matrix<T>& targets);

/// The noise z of x_t = c_i + sigma z, y = -z/sigma integrated out for every centre c_i (d x n): the product rule of
/// degree + 1 Gauss-Hermite nodes an axis, whose sums of products of two polynomials of degree <= `degree`, and of one
/// and y, are the expectations over z ~ N(0, Id) exactly. That is (degree + 1)^d points a centre. `centres` must
/// outlive what is returned. Domain: sigma > 0, degree >= 1.
template <RealScalar T>
Observations<T> integrated_noise(const Matrix<T>& centres, const T& sigma, int degree);

/// (degree + 1)^d, or nothing above 2^40.
Index noise_nodes(Index dimension, int degree);

/// The lower triangle (0 above it) of the (p + q) x (p + q) matrix S = sum_i w_i a_i a_i^T, a_i = (psi(x_i), y_i): the
/// Gram matrix, then the moments, then sum_i w_i y_i y_i^T. Rows are in the order of the basis, so the matrix of a
/// lower degree is a leading block. Error of an entry: (count + d + l) unit roundoffs of the sum of the sizes of its
/// terms.
template <RealScalar T>
Matrix<T> augmented_gram(const HermiteBasis<T>& basis, const Observations<T>& observed);

/// The upper triangular R with R^T R = S by Householder reflections of the rows a_i themselves, some of them at a time:
/// no square of the condition number is met, and no more than a few (p + q)^2 numbers are held. The signs of its rows
/// are not fixed.
template <RealScalar T>
Matrix<T> augmented_factor(const HermiteBasis<T>& basis, const Observations<T>& observed);

/// The factor of the rows of both: R^T R = upper^T upper + next^T next.
template <RealScalar T>
Matrix<T> joined_factor(const Matrix<T>& upper, const Matrix<T>& next);

extern template Matrix<double> joined_factor(const Matrix<double>&, const Matrix<double>&);
extern template Matrix<Real50> joined_factor(const Matrix<Real50>&, const Matrix<Real50>&);
extern template Observations<double> observations(const Matrix<double>&, const Matrix<double>&);
extern template Observations<Real50> observations(const Matrix<Real50>&, const Matrix<Real50>&);
extern template Observations<double> integrated_noise(const Matrix<double>&, const double&, int);
extern template Observations<Real50> integrated_noise(const Matrix<Real50>&, const Real50&, int);
extern template Matrix<double> augmented_gram(const HermiteBasis<double>&, const Observations<double>&);
extern template Matrix<Real50> augmented_gram(const HermiteBasis<Real50>&, const Observations<Real50>&);
extern template Matrix<double> augmented_factor(const HermiteBasis<double>&, const Observations<double>&);
extern template Matrix<Real50> augmented_factor(const HermiteBasis<Real50>&, const Observations<Real50>&);

}  // namespace verimix
