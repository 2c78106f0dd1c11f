// A proof that the computed law of Algorithm 1's output is close to the true one: every step of the computation is
// certified in balls, and the steps do not amplify what came before. Proof: proofs-notes/sample/certified_law.md.
#pragma once

#include "verimix/core/roots.hpp"
#include "verimix/distance/line_mixture.hpp"
#include "verimix/sample/output_law.hpp"

namespace verimix {

/// An OutputLaw whose variance is a ball: density, its slope and distribution function, enclosed. Terms of centres far
/// from the point are not added but paid for.
class EnclosedLaw {
 public:
  EnclosedLaw(OutputLaw law, const Ball& variance);

  struct ValueAndSlope {
    Ball density, slope;
  };
  /// On a point or on an interval.
  Ball density(const Ball& x) const;
  ValueAndSlope density_and_slope(const Ball& x) const;
  /// sum_j masses_j P(N(centres_j, variance) <= x).
  Ball cdf(const Ball& x) const;
  /// sum_j masses_j.
  Ball mass() const;

  const OutputLaw& law() const { return law_; }
  const Ball& deviation() const { return deviation_; }

 private:
  OutputLaw law_;
  Ball deviation_, scale_, peak_, mass_, left_out_;
};

/// The law of y_N for the exact score of the mixture on the grid whose remaining times are exactly these doubles, from
/// N(0, 1):  int |density of y_N - density of `law`| <= error_upper.
struct CertifiedOutput {
  EnclosedLaw law;
  Ball error_upper;
};

/// Runs line_output_law with the exact score and adds, over all steps, int |P_l p_l - p_{l+1}| for the computed p_l,
/// with P_l the exact step: mass outside the panels, the quadrature error of each panel by the size of the integrand on
/// a Bernstein ellipse, the rounding of masses and images, the masses left out. At the working precision. Throws what
/// LineLaw throws; UndecidedError if no ellipse bounds some panel.
CertifiedOutput certified_output(const ExactMixture& mixture, const TimeGrid<double>& grid, unsigned threads = 0);

/// int |p - q|/2 for p = output.law, enclosed, and with the error of the law: an enclosure of TV(law of y_N, q). Cells
/// on which the sign of p - q is not proved when they are 2^-9 deviations short are paid for.
Ball certified_output_tv(const CertifiedOutput& output, const LineLaw& q);

}  // namespace verimix
