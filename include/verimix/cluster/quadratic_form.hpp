// Quadratic forms of a Gaussian: their law, Chernoff's bound on their tails, and the tails themselves, certified.
#pragma once

#include <functional>
#include <utility>

#include "verimix/core/linear_algebra.hpp"
#include "verimix/core/precision_ladder.hpp"

namespace verimix {

/// The law of q = sum_r b_r (z_r + u_r)^2, z ~ N(0, Id) on R^d (a generalised chi-square law). For Ball: the tail P[q >
/// y] of the law that is meant lies, for every y, between the least and the greatest tail of the laws in the enclosure.
template <Scalar T>
struct QuadraticLaw {
  /// b and u, d numbers each.
  Vector<T> eigenvalues, shifts;
};

/// The law of (x - center)^T A (x - center) for x ~ N(mean, covariance), A symmetric: with covariance = L L^T, the
/// eigenvalues are those of L^T A L. Throws InputError (field "covariance") where the covariance is certainly not
/// positive definite, UndecidedError where the scalar cannot tell.
template <Scalar T>
QuadraticLaw<T> quadratic_law(const Vector<T>& mean, const Matrix<T>& covariance, const Vector<T>& center,
                              const Matrix<T>& a);

/// -q.
template <Scalar T>
QuadraticLaw<T> opposite(const QuadraticLaw<T>& form);

/// E q = sum_r b_r (1 + u_r^2).
template <Scalar T>
T mean(const QuadraticLaw<T>& form);

/// P[q >= level] <= exp(K(t) - t level), K(t) = log E e^{tq} = sum_r [ -log(1 - 2 t b_r)/2 + t b_r u_r^2/(1 - 2 t b_r)
/// ] (Chernoff), at one t >= 0 near the best. Any t gives a bound: with Ball the result is certified (its upper end),
/// with floating point it is computed. 1 where level is not certainly above the mean.
template <Scalar T>
T quadratic_tail_upper(const QuadraticLaw<T>& form, const T& level);

/// P[ z^T B z + 2 <w, z> - tr B >= level ], z ~ N(0, Id): the smallest exp(psi(t) - t level) over a grid of t, each of
/// which is an upper bound. B symmetric d x d. Returns 1 where level <= 0.
template <RealScalar T>
T quadratic_tail_upper(const Matrix<T>& b, const Vector<T>& w, const T& level);

/// The level of T1 in closed form: P[ z^T B z + 2 <w, z> - tr B >= 2 sqrt(V x) + 2 b x ] <= e^{-x}, V = |B|_F^2 + 2
/// |w|^2, b >= max(0, largest eigenvalue of B). Domain: x >= 0.
template <Scalar T>
T quadratic_tail_level(const T& v, const T& largest, const T& x);

/// P[q > level] and P[q < level]; the one that is at most about 1/2 carries its digits, the other is 1 minus it.
struct QuadraticTails {
  Ball upper, lower;
};

/// Both tails, certified at the working precision: the inversion integral of e^{K(s) - s level}/s along two rays from a
/// point near the saddle, by rigorous quadrature, with a proved bound on what lies beyond (proofs-notes/cluster/
/// quadratic_form.md). The radius says how sure it is. Throws UndecidedError where level cannot be told from 0 or the
/// enclosure of the law is too wide for any ray.
QuadraticTails quadratic_tails(const QuadraticLaw<Ball>& form, const Ball& level);

/// The law and the level at the working precision of balls, asked for again at every rung.
using QuadraticEvent = std::function<std::pair<QuadraticLaw<Ball>, Ball>()>;

/// P[q > level] with so many relative digits, by climbing in precision.
LadderResult quadratic_upper_tail(const QuadraticEvent& event, int digits, const LadderBudget& budget = {});

extern template QuadraticLaw<double> quadratic_law(const Vector<double>&, const Matrix<double>&, const Vector<double>&,
                                                   const Matrix<double>&);
extern template QuadraticLaw<Real50> quadratic_law(const Vector<Real50>&, const Matrix<Real50>&, const Vector<Real50>&,
                                                   const Matrix<Real50>&);
template <>
QuadraticLaw<Ball> quadratic_law(const Vector<Ball>&, const Matrix<Ball>&, const Vector<Ball>&, const Matrix<Ball>&);
extern template QuadraticLaw<double> opposite(const QuadraticLaw<double>&);
extern template QuadraticLaw<Real50> opposite(const QuadraticLaw<Real50>&);
extern template QuadraticLaw<Ball> opposite(const QuadraticLaw<Ball>&);
extern template double mean(const QuadraticLaw<double>&);
extern template Real50 mean(const QuadraticLaw<Real50>&);
extern template Ball mean(const QuadraticLaw<Ball>&);
extern template double quadratic_tail_upper(const QuadraticLaw<double>&, const double&);
extern template Real50 quadratic_tail_upper(const QuadraticLaw<Real50>&, const Real50&);
extern template Ball quadratic_tail_upper(const QuadraticLaw<Ball>&, const Ball&);
extern template double quadratic_tail_upper(const Matrix<double>&, const Vector<double>&, const double&);
extern template Real50 quadratic_tail_upper(const Matrix<Real50>&, const Vector<Real50>&, const Real50&);
extern template double quadratic_tail_level(const double&, const double&, const double&);
extern template Real50 quadratic_tail_level(const Real50&, const Real50&, const Real50&);
extern template Ball quadratic_tail_level(const Ball&, const Ball&, const Ball&);

}  // namespace verimix
