// The best polynomials for the score of a mixture on the line in the mean square of the mixture itself, global and cell
// by cell, with certified errors. Derivations: proofs-notes/polynomial/weighted_approximation.md.
#pragma once

#include <optional>
#include <vector>

#include "verimix/distance/line_information.hpp"

namespace verimix {

/// The cells (-inf, c_1), (c_1, c_2), ..., (c_n, inf) of exact cuts; none: the line as one cell.
using Cuts1D = std::vector<Rational>;

/// E*(l) for l = 0 .. degree, enclosed:
///   E*(l) = min E_p |s(x) - g(x)|^2,  s = p'/p,
/// over the functions g that are a polynomial of degree at most l on each cell. Non-increasing in l. The width of each
/// enclosure is at most 10^-digits (absolute). Throws InputError (field "cuts") for cuts that do not increase, (field
/// "degree") for degree < 0 or above `largest_weighted_degree`, and UndecidedError where the precision does not
/// suffice. Domain: digits >= 1.
std::vector<Ball> best_weighted_errors(const LineLaw& p, const Cuts1D& cuts, int degree, int digits = 20);
inline constexpr int largest_weighted_degree = 2048;

/// The polynomials that attain E*(degree), with coefficients rounded to exact fractions of `bits` bits; their own
/// error, by `certified_score_error`, exceeds E* by what the rounding costs.
PiecewisePolynomial best_weighted_polynomial(const LineLaw& p, const Cuts1D& cuts, int degree, long bits = 256);

/// The least degree l with E*(l) <= epsilon: E*(l) <= epsilon and E*(l - 1) > epsilon are both proved.
struct MinimalDegree {
  /// Nothing: even `largest` does not suffice, which is proved as well.
  std::optional<int> degree;
  /// E*(degree), and E*(degree - 1) (of `largest`, where degree is empty; absent for degree 0).
  std::optional<Ball> error, error_below;
};

/// One for each epsilon. Throws what best_weighted_errors throws, InputError (field "epsilon") for epsilon <= 0, and
/// UndecidedError where an error equals epsilon to all digits. Domain: largest >= 0.
std::vector<MinimalDegree> minimal_weighted_degrees(const LineLaw& p, const Cuts1D& cuts,
                                                    const std::vector<Rational>& epsilons,
                                                    int largest = largest_weighted_degree);

}  // namespace verimix
