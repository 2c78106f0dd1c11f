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

/// A path at one time: its level in balls, and the relative condition in the time of what is made from it: 0 at time 0,
/// which is held exactly.
struct LevelCondition {
  NoiseLevel<Ball> level;
  double signal = 0, noise_variance = 0;
  /// Of the coefficients of a prediction.
  PredictionCoefficients<Ball> coefficients;
  double of_point = 0, of_score = 0;
};
LevelCondition level_condition(const Process& process, const Rational& time, Prediction prediction);

/// Units of roundoff: of inputs that are stored, of the time's way into the level, and of what is computed.
struct Roundoffs {
  double storage, schedule, arithmetic;
};

/// Which inputs storing rounds: 1 where it does, 0 where the number is held exactly. Shapes: d x n, k, d x k, k of d x
/// d.
struct RoundedInputs {
  Matrix<double> points;
  Vector<double> weights;
  Matrix<double> means;
  std::vector<Matrix<double>> covariances;
};
/// All of them.
RoundedInputs all_inputs(const ExactMixture& mixture, const Matrix<Rational>& points);
/// Those that the dtype does not hold.
RoundedInputs inputs_beyond(Dtype dtype, const ExactMixture& mixture, const Matrix<Rational>& points);

/// The law of one question in balls.
struct LawCondition {
  /// Throws as Density.
  LawCondition(const ExactMixture& exact_mixture, const LevelCondition& at);

  LevelCondition level;
  Density<Ball> density;
  /// Of the components of positive weight, in their order: Q^{-1}, Q the covariance at the level; |a mu|; sqrt(Q_aa);
  /// and a^2 times the moduli of the covariance of the question.
  std::vector<Matrix<Ball>> precisions;
  std::vector<Vector<double>> means, deviations;
  std::vector<Matrix<double>> covariances;
};

/// A component of positive weight, apart from any point.
struct ComponentCondition {
  Index component = 0;
  /// |P| for P = Q^{-1}; sqrt(Q_aa).
  Matrix<double> precision;
  Vector<double> deviation;
  /// What one unit does to Q where storage rounds, and where the level moves; to the mean; to the logarithm of the
  /// weight. |mu| itself.
  Matrix<double> stored_covariance, level_covariance;
  Vector<double> mean, stored_mean, level_mean;
  double stored_weight = 0;
  /// |log lambda| + (d/2) log 2 pi + sum |log L_jj|.
  double log_terms = 0;
  /// Bounds on the norms of P E for the perturbations E of Q, of one unit each.
  double stored_change = 0, level_change = 0, operation_change = 0;
};

/// The same at a point: with g = P (x - mu), h = g - gbar, l = log lambda + log p.
struct PointCondition {
  double weight = 0;
  /// An upper bound of log w, also where w is below the range of double.
  double log_weight = 0;
  double l_stored = 0, l_level = 0, l_operation = 0;
  Vector<double> g, h, g_stored, g_level, g_operation;
  /// |h h^T - P - Ds|.
  Matrix<double> curvature;
  /// The largest intermediate result.
  double largest = 0;
};

class Sensitivity {
 public:
  /// `law` must outlive it.
  Sensitivity(const LawCondition& law, const RoundedInputs& rounded);

  /// At column j of the points, whose evaluation is given.
  std::vector<PointCondition> at_point(const Matrix<Ball>& points, const Evaluation<Ball>& evaluation, Index j,
                                       bool with_curvature) const;

  /// Bounds on |d log q| (1), |d score| (d), |d w| (size of the mixture), |d Ds| (d d) for so much roundoff.
  double log_density_change(const std::vector<PointCondition>& at, double log_density, Roundoffs u) const;
  Vector<double> score_change(const std::vector<PointCondition>& at, Roundoffs u) const;
  Vector<double> responsibility_change(const std::vector<PointCondition>& at, Index size, Roundoffs u) const;
  /// With the squares of the changes of g, since h may be 0.
  Matrix<double> jacobian_change(const std::vector<PointCondition>& at, Roundoffs u) const;
  /// |d (A x + B S)| (d), for the prediction of the level.
  Vector<double> prediction_change(const std::vector<PointCondition>& at, const Matrix<Ball>& points,
                                   const Evaluation<Ball>& evaluation, Index j, Roundoffs u) const;

  /// Empty if first order suffices within a factor 2 at this point, else which condition fails.
  std::string beyond_first_order(const std::vector<PointCondition>& at, Roundoffs u) const;

 private:
  const LawCondition& law_;
  RoundedInputs rounded_;
  std::vector<ComponentCondition> components_;
};

}  // namespace verimix
