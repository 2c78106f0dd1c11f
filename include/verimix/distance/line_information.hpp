// Certified expectations of one mixture on the line: Fisher information, relative entropy to the stationary law, and
// the squared error of a piecewise polynomial that stands for the score. Derivations:
// proofs-notes/distance/line_information.md.
#pragma once

#include <optional>
#include <vector>

#include "verimix/core/precision_ladder.hpp"
#include "verimix/distance/line_tails.hpp"

namespace verimix {

/// A function on the line that is a polynomial sum_j c_j x^j on each cell, with exact coefficients.
struct PiecewisePolynomial {
  struct Cell {
    /// Nothing: unbounded on that side.
    std::optional<Rational> lower, upper;
    std::vector<Rational> coefficients;
  };
  /// In any order; lower < upper in each, and no two overlap in more than an end.
  std::vector<Cell> cells;
  /// Wherever no cell is.
  std::vector<Rational> fallback;
};

/// The cells in increasing order, with cells of the fallback in the gaps, so that they cover the line. Throws
/// InputError (field "cells") for an empty cell and for two that overlap.
std::vector<PiecewisePolynomial::Cell> cover(const PiecewisePolynomial& g);

/// A bound on E_p s^2 over (cut, inf), or over (-inf, -cut) for the left side: int p (A + C (x - cut))^2 with A and C
/// the largest sizes and slopes of the components' scores at the cut.
Ball information_tail(const LineMixture& p, Side side, const Ball& cut);

/// At the working precision; the tails that are cut are below 2^-goal_bits of a guess at the result, which the
/// enclosure contains whether that is met or not.
Ball fisher_information(const LineMixture& p, long goal_bits);
Ball score_error(const LineMixture& p, const std::vector<PiecewisePolynomial::Cell>& cover, long goal_bits);

/// E_p |p'/p|^2 to relative width 10^-digits. Domain: digits >= 1.
LadderResult certified_fisher_information(const LineLaw& p, int digits, const LadderBudget& budget = {});

/// E_p |p'/p - g|^2 to relative width 10^-digits: exactly 0 where g is the score of a single Gaussian, which is the
/// only mixture with a piecewise polynomial score. Throws what `cover` throws. Domain: digits >= 1.
LadderResult certified_score_error(const LineLaw& p, const PiecewisePolynomial& g, int digits,
                                   const LadderBudget& budget = {});

/// KL(p_T || N(0, 1)) to relative width 10^-digits, also where it is as small as e^{-4T}; N(0, 1) does not change along
/// dx = -x dt + sqrt(2) dw. {0, 0} if p is N(0, 1). Domain: digits >= 1.
LadderResult certified_kl_to_stationary(const LineLaw& p, int digits, const LadderBudget& budget = {});

}  // namespace verimix
