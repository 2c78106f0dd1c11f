// Two mixtures that differ only inside an r-dimensional space: their distances in R^d are distances in R^r. Proofs:
// proofs-notes/distance/reduction.md.
#pragma once

#include "verimix/distance/line_mixture.hpp"
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

/// Two laws on the line whose tv, kl and hellinger2 are those of the laws in R^d, and whose fisher times `metric()` is.
struct ReducedLine {
  LineLaw p;
  LineLaw q;
  /// |f|^2 / (b^T f)^2 > 0 with f = Q_{1,t}^{-1} b, at the working precision.
  std::function<Ball()> metric;
};

/// For r = 1, at every time t >= 0. With b the one column of the basis, component 1 one whose covariance is the least
/// of all, mu_i = mu_1 + m_i b and Q_i = Q_1 + s_i b b^T exactly (s_i >= 0), Q_{1,t} = e^{-2t} Q_1 + (1 - e^{-2t}) Id
/// and f = Q_{1,t}^{-1} b: the laws of f^T (x - e^{-t} mu_1) / (b^T f), whose components are
///   N(e^{-t} m_i, e^{-2t} s_i + 1/(b^T f)).
/// Domain: `basis` = difference_span(p, q) has one column; time >= 0; covariances positive definite at the time (what
/// the laws enclose throws UndecidedError where the working precision cannot tell). Throws InputError (field "basis").
ReducedLine reduce_to_line(const Matrix<Rational>& basis, const ExactMixture& p, const ExactMixture& q,
                           const Rational& time);

}  // namespace verimix
