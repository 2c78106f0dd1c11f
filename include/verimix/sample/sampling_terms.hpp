// The terms of [CKS25] Lemma 12 and Theorem 11 for a run of Algorithm 1, each beside what it bounds: measured from the
// exact laws on the line, and as a path-wise divergence in any dimension. Derivations:
// proofs-notes/sample/sampling_terms.md.
#pragma once

#include <optional>

#include "verimix/sample/output_law.hpp"

namespace verimix {

/// D of diffusion/discretisation.hpp for a mixture on the line: what freezing the exact score on the steps costs,
///   D = KL(q_delta||N) - KL(q_T||N) + (e^{-2T} - e^{-2 delta}) (E x_0^2 - 1)/2 + T - delta
///       - sum_l {gamma_l - 2 (gamma_l - 1 + e^{-gamma_l})} I_l,   N = N(0, 1),  I_l = E |grad log q_{s_l}|^2.
/// In double: absolute error below 1e-9 (quadrature, and cancellation of terms of the size of T). Domain: dimension 1.
double line_discretisation_error(const Mixture<double>& mixture, const TimeGrid<double>& grid);

/// The same, enclosed, on the grid whose remaining times are exactly these doubles: each of its N + 2 terms to `digits`
/// relative digits. Throws as LineLaw does; UndecidedError if the digits are not reached. Domain: digits >= 1.
Ball certified_discretisation_error(const ExactMixture& mixture, const TimeGrid<double>& grid, int digits);

/// With e_l = s_hat_l - s_l the error of a score at level l, expectations under q_{s_l}:
///   squared = sum_l gamma_l E |e_l|^2 (Lemma 12's eps_score^2),
///   product = sum_l 2 (gamma_l - 1 + e^{-gamma_l}) E <s_l, e_l>.
struct ScoreErrorSums {
  double squared, product;
};
ScoreErrorSums line_score_error(const Mixture<double>& mixture, const TimeGrid<double>& grid,
                                const BatchedScore<double>& score, unsigned threads = 0);

/// All of it for target q_0, output law p of a run with the given score from N(0, 1), p^e with the exact score from
/// N(0, 1), p^q with the exact score from q_T. Everything is computed in double; a bound (`_upper`) stands below what
/// it bounds. Laws are exact to `law_error`.
struct SamplingTerms {
  double lost_mass, law_error;
  /// TV(p, q_0).
  double tv;
  double tv_upper;
  /// TV(p, q_delta), KL(q_delta||p).
  double tv_stopped, kl;
  /// KL(q_T||N) + D + squared + product: the divergence of the paths, exactly.
  double path_kl_upper;
  /// KL(q_T||N) + (eps_s + sqrt D)^2 >= path_kl_upper.
  double kl_upper;
  /// TV(q_0, q_delta) <= sinh(delta) R/(sqrt2 alpha).
  double tv_stopping;
  double tv_stopping_upper;
  /// KL(p^q||p^e) <= KL(q_T||N) <= e^{-2T} R^2/2.
  double kl_initial;
  double kl_horizon;
  double kl_horizon_upper;
  /// KL(q_delta||p^q) <= D <= discretisation_upper.
  double kl_discretisation;
  double discretisation;
  double discretisation_upper;
  /// KL(p^e||p) <= sum_l 2 tanh(gamma_l/2) E_{p^e_l} |e_l|^2; 0 for the exact score.
  double kl_score;
  double kl_score_upper;
  /// eps_s^2 of ScoreErrorSums.
  double score_error_squared;
};

/// `score`: nothing for the exact one. Throws InputError for dimension != 1 (field "dimension") and a horizon < 1,
/// UndecidedError as line_output_law does.
SamplingTerms sampling_terms(const Mixture<double>& target, const TimeGrid<double>& grid,
                             const std::optional<BatchedScore<double>>& score = std::nullopt, unsigned threads = 0);

/// TV(p, q_0) <= sqrt((kl_horizon + (sqrt(score_error_squared) + sqrt(discretisation))^2)/2) + sinh(stop) R/(sqrt2
/// alpha): [CKS25] Theorem 11's last step with its constants, for any score, grid and dimension. Domain: arguments >=
/// 0, 0 < alpha <= 1; InputError naming the one that fails.
double sampler_tv_upper(double kl_horizon, double score_error_squared, double discretisation, double alpha,
                        double radius, double stop);

/// The divergence of the two path measures, which bounds KL(q_delta||p) in any dimension (Girsanov):
///   KL(q_T||N(0, Id)) + sum_l int E |grad log q_s(X_s) - s_hat_l(X_{s_l})|^2 ds.
struct PathDivergence {
  /// sum_i lambda_i KL(N_i(T)||N(0, Id)) >= KL(q_T||N(0, Id)), in closed form.
  double initial_upper;
  /// The sum of integrals, an unbiased Monte Carlo mean over independent replicates, and its standard error.
  double drift, standard_error;
};

struct PathRequest {
  /// Each with one time drawn uniformly in every step, and `particles` draws at it. Domain: >= 2 and >= 1.
  Index replicates = 32, particles = 256;
  std::uint64_t seed = 1;
  unsigned threads = 0;
};
PathDivergence path_divergence(const Mixture<double>& target, const TimeGrid<double>& grid,
                               const BatchedScore<double>& score, const PathRequest& request = {});

}  // namespace verimix
