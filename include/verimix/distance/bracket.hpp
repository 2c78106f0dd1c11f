// lower <= distance <= upper for two mixtures in any dimension, certified: from closed forms of their components, from
// inequalities between the distances, and from projections onto lines. How far apart the two ends are depends on the
// mixtures; they never cross. Proofs: proofs-notes/distance/bracket.md.
#pragma once

#include <string>
#include <vector>

#include "verimix/distance/distance.hpp"

namespace verimix {

/// An end of a bracket: a certified bound, and what gave it.
struct Bound {
  Ball value;
  std::string method;
};

/// Puts the lower end of `value` in the place of a lower bound that it is certainly above; a value that is not finite
/// changes nothing.
void raise_to(Bound& bound, const Ball& value, std::string method);

struct Bracket {
  Bound lower;
  Bound upper;
};

/// A unit vector with rational entries near a direction, by stereographic projection with coordinates rounded to
/// multiples of 2^-16: |v|^2 = 1 exactly, so that the flow dx = -x dt + sqrt(2) dw projects onto itself. Domain: d >=
/// 1, entries finite and not all 0; throws InputError (field "direction").
Vector<Rational> rational_unit_vector(const Vector<double>& direction);

/// The law of v^T x for a mixture: weights, means v^T mu_i, variances v^T Q_i v. Domain: v has the mixture's dimension.
ExactMixture project(const ExactMixture& law, const Vector<Rational>& v);

/// Directions in which the laws may differ most: the axes, differences of means before and after whitening by the mean
/// covariance, the extreme eigenvectors of differences of covariances. At most `most` of them; only a choice.
std::vector<Vector<Rational>> projection_directions(const ExactMixture& p, const ExactMixture& q, std::size_t most);

/// A full coupling of the weights by exact greedy transport: pi >= 0, row sums lambda, column sums mu, pairs of small
/// cost first.
Matrix<Rational> greedy_coupling(const std::vector<Rational>& lambda, const std::vector<Rational>& mu,
                                 const Matrix<double>& cost);

/// The bracket of the metric between the laws at the time. With A_ij = int sqrt(N_i M_j), T_ij >= TV(N_i, M_j), pi a
/// coupling:
///   tv          above: sum pi_ij T_ij; sqrt(h (2 - h)), h an upper bound of H^2; sqrt(1 - exp(-KL)); below: 1 - sum
///   sqrt(lambda_i
///               mu_j) A_ij; TV of projections
///   hellinger2  above: sum pi_ij (1 - A_ij); 1 - sum sqrt(lambda_i mu_i) A_ii over matched components; 1 - exp(-KL/2);
///               below: 1 - sum sqrt(lambda_i mu_j) A_ij; H^2 of projections
///   kl          above: kl_upper; below: kl_lower; KL of projections; -2 log sum sqrt(lambda_i mu_j) A_ij
///   fisher      mixture_bounds.hpp (fisher does not shrink under projections)
///   wasserstein1, wasserstein2   transport_bracket.hpp
/// At the working precision, at least 128 bits. Throws what validate, gaussian.hpp and line_distance.hpp throw. Domain:
/// same dimension, covariances positive definite at the time.
Bracket bracket(Metric metric, const ExactMixture& p, const ExactMixture& q, const Rational& time);

}  // namespace verimix
