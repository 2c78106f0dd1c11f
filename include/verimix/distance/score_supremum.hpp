// How large a mixture's score on the line becomes, how steep it is, and how far a polynomial is from it, on an
// interval: certified sup-norms. Derivations: proofs-notes/distance/score_supremum.md.
#pragma once

#include <vector>

#include "verimix/core/supremum.hpp"
#include "verimix/distance/line_mixture.hpp"

namespace verimix {

/// [lower, upper], exact fractions. Domain: lower < upper.
struct RationalInterval {
  Rational lower, upper;
};

/// monomial   P(x) = sum_j c_j x^j
/// chebyshev  P(x) = sum_j c_j T_j(u), u = (2 x - a - b)/(b - a) for the interval [a, b] that P is compared on
enum class PolynomialBasis { monomial, chebyshev };

/// A polynomial with exact coefficients c_0, c_1, ... (of doubles: to_rational). Empty: 0.
struct LinePolynomial {
  PolynomialBasis basis = PolynomialBasis::monomial;
  std::vector<Rational> coefficients;
};

/// A polynomial of which only balls around its coefficients are known.
struct BallLinePolynomial {
  PolynomialBasis basis = PolynomialBasis::monomial;
  std::vector<Ball> coefficients;
};

/// The same polynomial as sum_j m_j u^j, exact: m_0, m_1, ..., as many as there were coefficients. Domain: as
/// RationalInterval.
std::vector<Rational> monomials_on(const RationalInterval& interval, const LinePolynomial& polynomial);

/// Taylor coefficients of the score s = p'/p, for every point of x: with r the component that is largest at the
/// midpoint and p = exp(g_r) V, s = g_r' + V'/V. V is a sum of positive terms, one of them constant, so V'/V is finite
/// however far the tail and however wide the ball, until the exponents overflow. Domain: order >= 0.
Series score_series(const LineMixture& p, const Ball& x, long order);

/// sup |s(x)| over the interval, s the score of the law (at its time). `attained` of these three is u in [-1, 1], for
/// the point x = (a + b)/2 + u (b - a)/2. To relative width 10^-digits; what happens when the budget does not suffice:
/// supremum.hpp. Throws InputError (field "interval") for lower >= upper, and (field "digits") for digits outside 1 ..
/// 10000.
Supremum certified_score_supremum(const LineLaw& law, const RationalInterval& interval, int digits,
                                  const SupremumBudget& budget = {});

/// sup |s'(x)| over the interval, the Lipschitz constant of the score there.
Supremum certified_score_lipschitz(const LineLaw& law, const RationalInterval& interval, int digits,
                                   const SupremumBudget& budget = {});

/// sup |P(x) - s(x)| over the interval, the sup-norm of the error of a polynomial in place of the score. Coefficients
/// that make P close to s cost as many more bits as cancel. P = s is possible for one Gaussian alone; then the goal is
/// not met and the upper end is of the size of the rounding.
Supremum certified_score_error(const LineLaw& law, const LinePolynomial& polynomial, const RationalInterval& interval,
                               int digits, const SupremumBudget& budget = {});

/// Encloses sup |P(x) - s(x)| for every P whose coefficients lie in the balls: the above for their midpoints, widened
/// by sum_j r_j sup |x|^j (sum_j r_j in the Chebyshev basis), r_j the radii. The goal is met only where the radii allow
/// it. Domain: as above, coefficients finite; throws InputError (field "coefficients").
Supremum certified_score_error(const LineLaw& law, const BallLinePolynomial& polynomial,
                               const RationalInterval& interval, int digits, const SupremumBudget& budget = {});

}  // namespace verimix
