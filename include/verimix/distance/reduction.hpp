// Two mixtures that differ only inside an r-dimensional space: their distances in R^d are distances in R^r. Proofs:
// proofs-notes/distance/reduction.md.
#pragma once

#include <optional>

#include "verimix/mixture/mixture.hpp"

namespace verimix {

/// A basis of U = span{ mu_i - mu_1, columns of Q_i - Q_1 } over all components i of positive weight of P and of Q,
/// where component 1 is the first such one of P: d x r, r = dim U, by exact elimination. r = 0: all components are one
/// and the same Gaussian. U is the same for the laws at every time of dx = -x dt + sqrt(2) dw, since the flow scales
/// the differences of means and of covariances by e^{-t} and e^{-2t}. Throws InputError (field "dimension") where the
/// dimensions differ.
Matrix<Rational> difference_span(const ExactMixture& p, const ExactMixture& q);

/// The laws of w = L^{-1} B^T Q_1^{-1} (x - mu_1) in R^r, where L L^T = B^T Q_1^{-2} B. Components keep their places
/// and weights.
struct ReducedPair {
  Mixture<Ball> p;
  Mixture<Ball> q;
};

/// With `basis` B = difference_span of the exact mixtures, and p, q these mixtures at one common time: x corresponds
/// linearly and invertibly to (w, z), z = C^T x with C a basis of the orthogonal complement of U; every component of P
/// and of Q makes w and z independent, and all give z the same law. So tv, kl and hellinger2 of (P, Q) are those of the
/// reduced pair; the rows of the map from x to w are orthonormal, so fisher is too, with no metric to carry along.
/// Enclosures at the working precision. Domain: 1 <= r <= d, covariances of components of positive weight positive
/// definite; throws InputError (fields "basis", "covariance") outside, UndecidedError where the working precision
/// cannot tell.
ReducedPair reduce(const Matrix<Rational>& basis, const Mixture<Ball>& p, const Mixture<Ball>& q);

/// For r = 1, laws on the line with exact parameters whose tv, kl and hellinger2 are those of (P, Q) at the time, and
/// whose fisher times `metric` is.
struct ExactLine {
  ExactMixture p;
  ExactMixture q;
  Rational metric;
};

/// At time 0 the laws of f^T (x - mu_1), f = Q_1^{-1} b, and metric |f|^2. At time > 0 the laws before the flow, to be
/// taken at that time: there are such where b is an eigenvector of Q_1 and |b| is rational, namely those of b^T (x -
/// mu_1) / |b|, with metric 1. Nothing otherwise. Domain: `basis` = difference_span(p, q) has one column b; Q_1
/// definite at time 0.
std::optional<ExactLine> exact_line(const Matrix<Rational>& basis, const ExactMixture& p, const ExactMixture& q,
                                    const Rational& time);

}  // namespace verimix
