// p-values that hold for every number of observations: exact laws where there is one, else a proved bound. None is an
// asymptotic approximation. Derivations: proofs-notes/validate/exact_test.md.
//
// A p-value here is a number P computed from the sample with P(P <= a) <= a for every 0 < a < 1 if the hypothesis
// holds. All are in double: their relative rounding error, of order 1e-10 for up to 1e7 observations, is not in them.
#pragma once

#include <functional>

#include "verimix/core/linear_algebra.hpp"

namespace verimix {

/// Of `successes` among `trials` independent draws that fall into a set of probability q under the hypothesis:
///   min(1, 2 min(P(X <= x), P(X >= x))),   X ~ Binomial(trials, q).
/// Domain: 0 <= successes <= trials, trials >= 1, 0 <= q <= 1; InputError otherwise.
double binomial_p_value(Index successes, Index trials, double probability);

/// P(D_n^+ >= d), D_n^+ = sup_x (F_n(x) - F(x)) for n independent draws from a continuous F ([BT51], the exact law):
///   d sum_{j=0}^{floor(n(1-d))} C(n,j) (d + j/n)^{j-1} (1 - d - j/n)^{n-j}.
/// All terms are positive, so nothing cancels. Domain: n >= 1; d <= 0 gives 1, d >= 1 gives 0.
double smirnov_upper_tail(Index count, double d);

/// Of the two-sided Kolmogorov-Smirnov statistic D_n = max(D_n^+, D_n^-): min(1, 2 P(D_n^+ >= D_n)). Both sides have
/// the exact law above; the factor 2 is exact up to the probability that both exceed D_n. `probabilities` are the
/// values F(x_j), in any order. Domain: at least one, each in [0, 1].
struct KolmogorovSmirnov {
  double statistic;
  /// The F(x) at which the distance is largest.
  double worst;
  double p_value;
};
KolmogorovSmirnov kolmogorov_smirnov(Vector<double> probabilities);

/// Of the mean of n independent values in [0, 1] whose expectation is q under the hypothesis ([Hoe63] Theorem 1):
///   min(1, 2 exp(-n KL(mean || q))),  KL(a || q) = a log(a/q) + (1 - a) log((1 - a)/(1 - q)).
/// Domain: n >= 1, 0 <= mean, q <= 1.
double bounded_mean_p_value(double mean, double expectation, Index count);

/// Of the mean of n independent values Y with known log-moment generating function L(theta) = log E e^{theta Y}, finite
/// for lower < theta < upper (lower < 0 < upper):  min(1, 2 exp(-n max_theta (theta mean - L(theta)))). Every theta
/// gives a valid bound (Chernoff), so that an inexact maximum costs power, never validity. Domain: n >= 1.
double chernoff_p_value(double mean, Index count, const std::function<double(double)>& log_moment_generating,
                        double lower, double upper);

}  // namespace verimix
