// The exact law of Algorithm 1's output on the line, for any score: the density is pushed through every step by
// quadrature, without sampling noise. Derivations: proofs-notes/sample/output_law.md.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "verimix/sample/reverse_process.hpp"

namespace verimix {

/// A law on the line with a smooth density, in double.
struct LineDensity {
  std::function<Vector<double>(const Vector<double>& points)> log_density;
  /// P((-inf, x]).
  std::function<double(double x)> cdf;
  /// Less than 1e-17 of the mass lies outside.
  double lower, upper;
  /// The law is some law convolved with N(0, scale^2): the length on which the density varies. > 0.
  double scale;

  Vector<double> density(const Vector<double>& points) const;
};

/// Of a mixture on the line. Throws InputError for dimension != 1 (field "dimension") and as Density does for a
/// variance that is not positive.
LineDensity line_density(const Mixture<double>& mixture);

/// sum_j masses_j N(centres_j, variance): what a step of Algorithm 1 leaves behind once the law before it stands on
/// quadrature points. Centres increase, masses > 0.
struct OutputLaw {
  double variance;
  Vector<double> centres, masses;

  double mass() const { return masses.sum(); }
};
LineDensity line_density(const OutputLaw& law);

/// One step as it was computed: the law before it stood on `points` with `masses` = weights times density, and moved to
/// `images` = F(points). `edges` are the panels' ends.
struct PushedStep {
  Index level;
  const LineDensity& before;
  const std::vector<double>& edges;
  const Vector<double>& points;
  const Vector<double>& masses;
  const Vector<double>& images;
  /// The law after the step, for which masses below least_mass_kept were left out.
  const OutputLaw& after;
};

/// What is left out of a law: points of smaller mass.
constexpr double least_mass_kept = 1e-22;

struct LawRequest {
  /// Panels are at most so many deviations wide, of the law before the step and of the step's noise in the image. In
  /// (0, 4].
  double panel_width = 3;
  /// The law of y_0; nothing: N(0, 1).
  std::optional<LineDensity> initial;
  /// Another score that the panels shall resolve too, so that its expectations under these laws can be taken.
  std::optional<BatchedScore<double>> resolve;
  /// Called after each step.
  std::function<void(const PushedStep&)> observer;
  unsigned threads = 0;
};

/// The law of y_N: y_{l+1} = F_l(y_l) + tau_l z with F_l(y) = rho y + 2 (rho - 1) s_l(y), tau_l^2 = rho^2 - 1, rho =
/// e^{gamma_l}, so that the law after a step is
///   int p_l(y) N(F_l(y), tau_l^2) dy = sum_j w_j p_l(y_j) N(F_l(y_j), tau_l^2) + quadrature error.
/// Exact but for the quadrature error, which for a score without jumps is that of rounding (the note says why; for the
/// exact score of a mixture certified_law.hpp proves it), and for 2^-36 of the range at each jump of the score.
/// The same bits for any number of threads. Throws UndecidedError if F leaves the finite numbers.
OutputLaw line_output_law(const BatchedScore<double>& score, const TimeGrid<double>& grid,
                          const LawRequest& request = {});

/// The same from two resolutions.
struct LineOutput {
  OutputLaw law;
  /// |1 - mass|: what was cut off at the ends of the line, and quadrature and rounding, which may err on either side.
  double lost_mass;
  /// TV between this law and one with panels a third wider: an estimate of the law's error, from above where the error
  /// falls with the width. Not a proof.
  double error_estimate;
};
LineOutput line_output(const BatchedScore<double>& score, const TimeGrid<double>& grid, LawRequest request = {});

/// TV(p, q) = 1/2 int |p - q|, by the sign changes of p - q and the distribution functions between them. Floating
/// point: absolute error of about 1e-15, and what two sign changes closer than a fifth of the smaller scale enclose.
double line_tv(const LineDensity& p, const LineDensity& q);

/// KL(p||q) = int (p log(p/q) - p + q), whose integrand is >= 0, from logarithms of densities: finite far
/// beyond where densities underflow.
double line_kl(const LineDensity& p, const LineDensity& q);

}  // namespace verimix
