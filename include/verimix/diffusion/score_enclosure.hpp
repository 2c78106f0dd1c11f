// Enclosures of log-density, score, responsibilities and Jacobian at time t, as narrow as asked for: the precision of
// the balls is raised until they are.
#pragma once

#include "verimix/core/rational.hpp"
#include "verimix/mixture/density.hpp"

namespace verimix {

struct EnclosureRequest {
  /// Every enclosure is to have a width of at most 10^-digits, relative to its number. Domain: 1 <= digits <= 10000.
  int digits = 30;
  bool jacobian = false;
  /// The budget: no ball is computed at more bits than this. Domain: >= 2.
  long largest_bits = 65536;
  /// 0: as many as the machine has. The result does not depend on it.
  unsigned threads = 0;
};

struct EnclosedEvaluation {
  /// Shapes as in Density::evaluate; responsibilities always, the Jacobian if asked for.
  Evaluation<Ball> evaluation;
  /// The precision that was needed, in bits. To print the balls, work at it (BallPrecision).
  long bits;
};

/// The balls start at log2(10) digits + 64 bits; points whose enclosures are too wide are computed again at twice the
/// bits.
///
/// What a width is measured against: an enclosure [a, b] without 0, against min(|a|, |b|). One that contains 0 (the
/// number may be 0: no relative width can then be met) against the natural magnitude of its terms, which is
///   1 for the log-density (so that the width is the relative width of the density) and for a responsibility,
///   sum_i w_i tr(Q_i^{-1}) (|x| + |mu_i|) for an entry of the score,
///   sum_i w_i (tr(Q_i^{-1}) + (tr(Q_i^{-1}) (|x| + |mu_i|))^2) for an entry of the Jacobian,
/// with means and covariances at time t. An exact number always passes. The widths are held to half of what is asked,
/// so that the outward rounding of the printed decimals stays within it.
///
/// `points` is d x n. Throws InputError for a dimension mismatch (field "points"), time < 0 (field "time"), digits
/// outside the domain (field "digits"), and for a covariance that is not definite at that time; UndecidedError, naming
/// the first row that is still too wide, if the budget does not suffice.
EnclosedEvaluation enclose_evaluation(const ExactMixture& mixture, const Rational& time, const Matrix<Rational>& points,
                                      const EnclosureRequest& request = {});

/// Refuses (InputError, field "components[i].covariance") a component of positive weight whose covariance is only
/// semidefinite, if time = 0: its law has no density. Decided exactly. For time > 0 all is well.
void require_density(const ExactMixture& mixture, const Rational& time);

}  // namespace verimix
