// How log-densities, scores, responsibilities and Jacobians of a mixture move, to first order, with its inputs and with
// the roundings of its evaluation (proofs-notes/validate/tolerance.md).
#pragma once

#include <vector>

#include "verimix/diffusion/convention.hpp"
#include "verimix/mixture/density.hpp"
#include "verimix/validate/dtype.hpp"

namespace verimix {

/// An upper bound of |x| in double; never below 2^-1000.
double magnitude_upper(const Ball& x);
Matrix<double> magnitudes_upper(const Matrix<Ball>& x);

/// A path at one time: its level in balls, and the relative condition in the time of what is made from it.
struct LevelCondition {
  NoiseLevel<Ball> level;
  double signal = 0, noise_variance = 0;
  /// Of the coefficients of a prediction.
  PredictionCoefficients<Ball> coefficients;
  double of_point = 0, of_score = 0;
};
LevelCondition level_condition(const Process& process, const Rational& time, Prediction prediction);

/// Units of roundoff: of what is stored, and of what is computed.
struct Roundoffs {
  double storage, arithmetic;
};

/// A component of positive weight, apart from any point.
struct ComponentCondition {
  Index component = 0;
  /// |P| for P = Q^{-1}; the bound M on what one unit of roundoff in the inputs does to Q; sqrt(Q_aa).
  Matrix<double> precision, input_covariance;
  Vector<double> deviation;
  /// |mu|, and what one unit does to it.
  Vector<double> mean, input_mean;
  /// |log lambda| + (d/2) log 2 pi + sum |log L_jj|.
  double log_terms = 0;
  /// Bounds on the norms of P E for the perturbations E of Q by the inputs and by the operations, of one unit each.
  double input_change = 0, operation_change = 0;
};

/// The same at a point: with g = P (x - mu), h = g - gbar, l = log lambda + log p.
struct PointCondition {
  double weight = 0;
  /// An upper bound of log w, also where w is below the range of double.
  double log_weight = 0;
  double l_input = 0, l_operation = 0;
  Vector<double> g, h, g_input, g_operation;
  /// |h h^T - P - Ds|.
  Matrix<double> curvature;
  /// The largest intermediate result.
  double largest = 0;
};

class Sensitivity {
 public:
  /// Domain: the mixture and the level of one question; throws as Density.
  Sensitivity(const Mixture<Ball>& mixture, const LevelCondition& at);

  const Density<Ball>& density() const { return density_; }
  const std::vector<ComponentCondition>& components() const { return components_; }

  /// At column j of the points, whose evaluation is given.
  std::vector<PointCondition> at_point(const Matrix<Ball>& points, const Evaluation<Ball>& evaluation, Index j,
                                       bool with_curvature) const;

  /// Bounds on |d log q| (1), |d score| (d), |d w| (size of the mixture), |d Ds| (d d) for so much roundoff.
  double log_density_change(const std::vector<PointCondition>& at, double log_density, Roundoffs u) const;
  Vector<double> score_change(const std::vector<PointCondition>& at, Roundoffs u) const;
  Vector<double> responsibility_change(const std::vector<PointCondition>& at, Index size, Roundoffs u) const;
  /// With the squares of the changes of g, since h may be 0.
  Matrix<double> jacobian_change(const std::vector<PointCondition>& at, Roundoffs u) const;

  /// Empty if first order suffices within a factor 2 at this point, else which condition fails.
  std::string beyond_first_order(const std::vector<PointCondition>& at, Roundoffs u) const;

 private:
  Density<Ball> density_;
  std::vector<Matrix<Ball>> precisions_;
  std::vector<ComponentCondition> components_;
};

}  // namespace verimix
