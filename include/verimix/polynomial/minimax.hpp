// Best uniform approximation on an interval: Remez' exchange in double to find it, de la Vallee-Poussin's theorem and
// certified suprema to prove how good it is. Derivations: proofs-notes/polynomial/minimax.md.
#pragma once

#include <functional>
#include <vector>

#include "verimix/distance/score_supremum.hpp"

namespace verimix {

/// What Remez' exchange found; nothing of it is certified.
struct RemezResult {
  /// Chebyshev coefficients on the interval, the exact values of doubles; degree + 1 of them.
  LinePolynomial polynomial;
  /// degree + 2 increasing points of the interval (exact values of doubles), where f - p alternates.
  std::vector<Rational> reference;
  /// |f - p| levelled on the reference (a lower bound for E_degree but for rounding), and the largest |f - p| seen.
  double levelled = 0, largest = 0;
};

/// Remez' multiple exchange for a continuous f, from the extrema of a Chebyshev polynomial, until largest <= (1 +
/// 1e-9) levelled, no more progress or 60 exchanges. Throws InputError (field "interval") for lower >= upper, (field
/// "degree") for degree < 0 or above 4096.
RemezResult remez(const std::function<double(double)>& f, const RationalInterval& interval, int degree);

/// De la Vallee-Poussin: for any increasing x_0, ..., x_{n+1} in the interval, with w_i = 1/prod_{j != i}(x_i - x_j),
///   E_n(f) = min_{deg p <= n} sup |f - p| >= |sum_i w_i f(x_i)| / sum_i |w_i|.
/// The right-hand side, enclosed at the working precision; the points are exact. Domain: at least 2 points, increasing.
Ball minimax_error_lower(const std::function<Ball(const Ball&)>& f, const std::vector<Rational>& points);

/// A proof about E_n(s) for the score s of a law on an interval: lower <= E_n <= upper, the upper end attained by
/// `polynomial`.
struct MinimaxEnclosure {
  Ball lower, upper;
  RemezResult found;
};
/// Throws what remez and certified_score_error throw. Domain: digits >= 1, of the upper end.
MinimaxEnclosure certified_score_minimax(const LineLaw& law, const RationalInterval& interval, int degree,
                                         int digits = 6);

/// E_n(s) >= the result, by the reference that Remez' exchange ends with (any reference would be right).
Ball score_minimax_lower(const LineLaw& law, const RemezResult& found);

/// The score of the law in double, safe in the tails: it steers Remez' exchange.
std::function<double(double)> rounded_score(const LineLaw& law);

/// (2/pi) log(n + 1) + 1 >= the Lebesgue constant of interpolation of degree n in the extrema cos(j pi/n) or in the
/// zeros of T_{n+1} ([Rivlin 1974] Theorem 1.2): the interpolant's error is at most (1 + this) E_n. Domain: n >= 0.
Ball chebyshev_lebesgue_upper(int degree);

/// The interpolant of f in the zeros of T_{n+1} on the interval, by doubles: coefficients in Chebyshev polynomials.
LinePolynomial chebyshev_interpolant(const std::function<double(double)>& f, const RationalInterval& interval,
                                     int degree);

}  // namespace verimix
