// Noising processes and predictions in the conventions in use: every Gaussian path x_u = a(u) x_0 + s(u) eps is our
// process, rescaled, and every prediction is an affine function of the point and the score.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "verimix/core/json.hpp"
#include "verimix/mixture/mixture.hpp"

namespace verimix {

/// A path by its name in files, its parameters and its formula, in the time tau of its literature:
///   ou                                        dx = -x dt + sqrt(2) dw, our own: a = e^{-tau}, s^2 = 1 - a^2; tau >= 0
///   vp-constant   beta > 0                    dx = -beta/2 x dt + sqrt(beta) dw: a = exp(-beta tau/2); tau >= 0
///   vp-linear     0 < beta_min <= beta_max    beta(tau) = beta_min + (beta_max - beta_min) tau; 0 <= tau <= 1
///   vp-cosine     0 < offset < 1              a(tau) = cos(pi/2 (tau + offset)/(1 + offset)) / its value at 0; 0 <=
///   tau < 1 ve-geometric  0 < sigma_min < sigma_max   a = 1, s = sigma_min (sigma_max/sigma_min)^tau; 0 <= tau <= 1
///   ve-linear                                 a = 1, s = tau; tau >= 0
///   linear-path                               a = 1 - tau, s = tau (flow matching); 0 <= tau < 1
/// `vp-*` all have s^2 = 1 - a^2.
enum class ProcessKind { ou, vp_constant, vp_linear, vp_cosine, ve_geometric, ve_linear, linear_path };

/// What a process is called in files, and back; InputError (field "process") for a name that is none of the above.
std::string_view name_of(ProcessKind kind);
ProcessKind parse_process_kind(const std::string& name);

/// A path with the clock of its user: tau = time_scale u, or, reversed, tau = horizon - time_scale u (noise at u = 0).
struct Process {
  ProcessKind kind = ProcessKind::ou;
  /// Exactly the parameters of the table above.
  std::map<std::string, Rational> parameters;
  bool reversed = false;
  Rational time_scale = 1;
  /// Only for a reversed clock.
  Rational horizon = 1;
};

/// `{"kind": "vp-linear", "beta_min": "...", "beta_max": "...", "reversed": false, "time_scale": "1", "horizon": "1"}`,
/// the last three as defaults if missing. Throws InputError for an unknown kind, for a missing, unknown or
/// out-of-domain parameter and for time_scale <= 0. process_json(parse_process(j)) holds every member.
Process parse_process(const Json& document);
Json process_json(const Process& process);

/// The path at one time, and how it moves with the user's clock u:
///   signal = a > 0, noise_variance = s^2 >= 0,
///   signal_rate = (da/du)/a,   noise_rate = d(s^2)/du - 2 signal_rate s^2.
/// On a clock that runs from data to noise these are f and g^2 of the equation dx = f x du + g dw with this law.
template <Scalar T>
struct NoiseLevel {
  T signal, noise_variance, signal_rate, noise_rate;
};

/// Of a process at the time u of its user. Throws InputError (field "time") if tau is certainly outside its range,
/// UndecidedError if a ball cannot tell.
template <Scalar T>
NoiseLevel<T> noise_level(const Process& process, const T& time);

/// The variance-preserving path with any beta: a = exp(-integral/2), for integral = int_0^u beta >= 0. A schedule that
/// is given by its alpha-bar = a^2 has integral = -log alpha-bar and beta = -(d alpha-bar/du)/alpha-bar.
template <Scalar T>
NoiseLevel<T> variance_preserving(const T& integral, const T& beta);

/// The variance-exploding path with any sigma(u) >= 0: a = 1, s = sigma, noise_rate = 2 sigma d sigma/du.
template <Scalar T>
NoiseLevel<T> variance_exploding(const T& sigma, const T& sigma_rate);

/// The time t and the factor c of our process with x_u = c x_t in law, jointly with x_0:
///   t = log1p(s^2/a^2)/2,   c = sqrt(a^2 + s^2).
/// Hence log p_u(x) = log q_t(x/c) - d log c and grad log p_u(x) = (grad log q_t)(x/c) / c. Domain: a > 0.
template <Scalar T>
struct RescaledTime {
  T time, scale;
};
template <Scalar T>
RescaledTime<T> rescaled_time(const NoiseLevel<T>& level);

/// The law of x_u for x_0 from the mixture: weights lambda_i, means a mu_i, covariances a^2 Q_i + s^2 Id.
template <Scalar T>
Mixture<T> at_level(const Mixture<T>& mixture, const NoiseLevel<T>& level);

/// What a network predicts at (x, u), as conditional expectations given x_u = x:
///   score     grad log p_u(x)
///   noise     E[eps]                        (epsilon-prediction)
///   x0        E[x_0]                        (the denoiser, the posterior mean)
///   v         E[a eps - s x_0]
///   velocity  E[d x_u/du] = a' E[x_0] + s' E[eps]   (flow matching; on the linear path E[eps - x_0])
enum class Prediction { score, noise, x0, v, velocity };

/// What a prediction is called in files, and back; InputError (field "predicts") for another name.
std::string_view name_of(Prediction prediction);
Prediction parse_prediction(const std::string& name);

/// prediction = of_point x + of_score grad log p_u(x), with (of_point, of_score) =
///   score (0, 1), noise (0, -s), x0 (1/a, s^2/a), v (-s/a, -(s/a)(a^2 + s^2)), velocity (signal_rate, -noise_rate/2).
template <Scalar T>
struct PredictionCoefficients {
  T of_point, of_score;
};
template <Scalar T>
PredictionCoefficients<T> prediction_coefficients(const NoiseLevel<T>& level, Prediction prediction);

/// One prediction turned into another: `predicted` and `points` are d x n, at one level. Exact but for rounding; from
/// noise, x0 and v the score is divided by s, s^2/a and (s/a)(a^2 + s^2), which costs digits where these are small.
/// Throws InputError (field "predicts") if the prediction `from` does not determine the score (its of_score is 0),
/// UndecidedError if a ball cannot tell; InputError (field "points") if the shapes differ.
template <Scalar T>
Matrix<T> convert_prediction(const NoiseLevel<T>& level, const Matrix<T>& points, const Matrix<T>& predicted,
                             Prediction from, Prediction to);

extern template NoiseLevel<double> noise_level(const Process&, const double&);
extern template NoiseLevel<double> variance_preserving(const double&, const double&);
extern template NoiseLevel<double> variance_exploding(const double&, const double&);
extern template RescaledTime<double> rescaled_time(const NoiseLevel<double>&);
extern template Mixture<double> at_level(const Mixture<double>&, const NoiseLevel<double>&);
extern template PredictionCoefficients<double> prediction_coefficients(const NoiseLevel<double>&, Prediction);
extern template Matrix<double> convert_prediction(const NoiseLevel<double>&, const Matrix<double>&,
                                                  const Matrix<double>&, Prediction, Prediction);
extern template NoiseLevel<Real50> noise_level(const Process&, const Real50&);
extern template NoiseLevel<Real50> variance_preserving(const Real50&, const Real50&);
extern template NoiseLevel<Real50> variance_exploding(const Real50&, const Real50&);
extern template RescaledTime<Real50> rescaled_time(const NoiseLevel<Real50>&);
extern template Mixture<Real50> at_level(const Mixture<Real50>&, const NoiseLevel<Real50>&);
extern template PredictionCoefficients<Real50> prediction_coefficients(const NoiseLevel<Real50>&, Prediction);
extern template Matrix<Real50> convert_prediction(const NoiseLevel<Real50>&, const Matrix<Real50>&,
                                                  const Matrix<Real50>&, Prediction, Prediction);
extern template NoiseLevel<Real100> noise_level(const Process&, const Real100&);
extern template NoiseLevel<Real100> variance_preserving(const Real100&, const Real100&);
extern template NoiseLevel<Real100> variance_exploding(const Real100&, const Real100&);
extern template RescaledTime<Real100> rescaled_time(const NoiseLevel<Real100>&);
extern template Mixture<Real100> at_level(const Mixture<Real100>&, const NoiseLevel<Real100>&);
extern template PredictionCoefficients<Real100> prediction_coefficients(const NoiseLevel<Real100>&, Prediction);
extern template Matrix<Real100> convert_prediction(const NoiseLevel<Real100>&, const Matrix<Real100>&,
                                                   const Matrix<Real100>&, Prediction, Prediction);
extern template NoiseLevel<Ball> noise_level(const Process&, const Ball&);
extern template NoiseLevel<Ball> variance_preserving(const Ball&, const Ball&);
extern template NoiseLevel<Ball> variance_exploding(const Ball&, const Ball&);
extern template RescaledTime<Ball> rescaled_time(const NoiseLevel<Ball>&);
extern template Mixture<Ball> at_level(const Mixture<Ball>&, const NoiseLevel<Ball>&);
extern template PredictionCoefficients<Ball> prediction_coefficients(const NoiseLevel<Ball>&, Prediction);
extern template Matrix<Ball> convert_prediction(const NoiseLevel<Ball>&, const Matrix<Ball>&, const Matrix<Ball>&,
                                                Prediction, Prediction);

}  // namespace verimix
