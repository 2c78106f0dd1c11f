// The denoising objective on the line in closed form, and what it has to do with the score: [CKS25] (6), (7), (63).
// Derivations: proofs-notes/regress/denoising_identity.md.
#pragma once

#include "verimix/distance/line_information.hpp"

namespace verimix {

/// sum over the cells of int g(x)^2 q_t(x) dx, at the working precision: E g(x_t)^2 over the cells that are given,
/// which need not cover the line. By exact moments of Gaussians on intervals.
Ball mean_square(const LineMixture& law, const std::vector<PiecewisePolynomial::Cell>& cells);

/// The parts of the cells where |x| >= radius, or where |x| <= radius. Domain: radius > 0.
std::vector<PiecewisePolynomial::Cell> cells_outside(const std::vector<PiecewisePolynomial::Cell>& cells,
                                                     const Rational& radius);
std::vector<PiecewisePolynomial::Cell> cells_inside(const std::vector<PiecewisePolynomial::Cell>& cells,
                                                    const Rational& radius);

/// L_t(g) = E |g(x_t) + z/sigma_t|^2,  x_t = e^{-t} x_0 + sigma_t z,  sigma_t^2 = 1 - e^{-2t},
/// over x_0 of the mixture and z ~ N(0, 1), to relative width 10^-digits. In closed form:
///   L_t(g) = sum_i lambda_i ( E_i |g(x) - s_i(x)|^2 + 1/sigma_t^2 - 1/v_i ),
/// s_i = -(x - m_i)/v_i the score of component i at time t. The score of the mixture is not met, so this side of the
/// identity owes nothing to the other. Throws InputError (field "time") for time 0, where z/sigma_t has no meaning, and
/// what `cover` throws. Domain: digits >= 1.
LadderResult denoising_objective(const LineLaw& law, const PiecewisePolynomial& g, int digits,
                                 const LadderBudget& budget = {});

/// Both sides of L_t(g) = E|g - s|^2 + 1/sigma_t^2 - J(q_t), J = E s^2.
struct DenoisingIdentity {
  /// L_t(g).
  Ball objective;
  /// E |g - s|^2 and J(q_t), by rigorous quadrature of the score, and 1/sigma_t^2.
  Ball score_error, fisher_information, noise;

  Ball right_side() const { return score_error + noise - fisher_information; }
  /// yes: the two sides certainly differ, which refutes the identity (or this code). Never a proof of equality: that is
  /// the note's.
  Truth refuted() const { return overlaps(objective, right_side()) ? Truth::unknown : Truth::yes; }
};

/// Every quantity to relative width 10^-digits. Throws as above, UndecidedError where a quantity does not get there.
DenoisingIdentity denoising_identity(const LineLaw& law, const PiecewisePolynomial& g, int digits);

/// min_g L_t(g) = 1/sigma_t^2 - J(q_t): what is left of the objective at the score itself, which is above 0 except for
/// a point mass (exactly 0). Throws as above.
Ball least_denoising_objective(const LineLaw& law, int digits);

}  // namespace verimix
