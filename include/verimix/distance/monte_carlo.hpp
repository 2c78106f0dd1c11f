// Total variation and squared Hellinger distance of two mixtures in any dimension, from draws, with an interval that
// holds at a stated confidence for every number of draws. Derivations: proofs-notes/distance/monte_carlo.md.
#pragma once

#include <cstdint>
#include <functional>

#include "verimix/core/ranks.hpp"
#include "verimix/mixture/mixture.hpp"

namespace verimix {

/// lower <= estimate <= upper.
struct ConfidenceInterval {
  double estimate;
  double lower;
  double upper;
};

/// Half-width w of a two-sided interval for the mean of the expectations of n independent values in [0, 1], identically
/// distributed or, for even n, not, with sample variance V (divisor n - 1): |mean - E| <= w with probability >=
/// confidence, where L = log(3/(1 - confidence)),
///   w = sqrt(2 L/n) ( sqrt(V + L/(4 m)) + sqrt(L/(4 m)) ) + L/(3 n),   m = floor(n/2).
/// Never wider than the two-sided form of [MP09] Theorem 4 with log(4/delta). Domain: n >= 2, V >= 0, 0 < confidence
/// < 1.
double empirical_bernstein_halfwidth(double sample_variance, Index count, double confidence);

/// lower <= (p_1 + ... + p_N)/N <= upper with probability >= confidence, from the number S of successes of N
/// independent trials with chances p_i that may differ: the exact binomial interval of [CP34], each tail (1 -
/// confidence)/2, with lower = 0 for S <= 1 and upper = 1 for S >= N - 1 ([Hoe56] needs this where the chances differ).
/// `estimate` is S/N. Domain: N >= 1, 0 <= S <= N, 1/2 <= confidence < 1.
ConfidenceInterval binomial_interval(Index successes, Index trials, double confidence);

/// What to draw: `pairs` independent pairs (x, y), x from P and y from Q.
struct SampleRequest {
  Index pairs = 100000;
  double confidence = 0.99;
  std::uint64_t seed = 1;
  /// 0: as many as the machine has. The result does not depend on it.
  unsigned threads = 0;
  /// They share the batches of 16384 pairs. The result does not depend on them either.
  std::reference_wrapper<Ranks> ranks = one_rank();
};

/// Each interval holds with probability >= confidence by itself; the two together with >= 2 confidence - 1.
struct SampledDistances {
  ConfidenceInterval tv;
  ConfidenceInterval hellinger2;
};

/// With f = log p - log q, both are the mean over (P + Q)/2 of a function with values in [0, 1]:
///   TV(P, Q) = E tanh(|f|/2),     H^2(P, Q) = 1 - int sqrt(pq) = E (1 - 1/cosh(f/2)),
/// averaged over x and y of each pair, with empirical_bernstein_halfwidth. For tv a second interval comes from
/// counting: with A = {f > 0}, (1 + TV)/2 is the mean chance of the 2n independent events x in A, y not in A, see
/// binomial_interval. The first takes 4/5 of 1 - confidence, the second 1/5, fixed before any draw, and the answer is
/// what they have in common. The interval covers the randomness of the draws; the roundoff of f in double
/// (see proofs-notes/mixture/density.md) is not in it. Domain: same dimension, covariances positive definite, pairs >=
/// 2, 0 < confidence < 1; throws InputError that names the field.
SampledDistances sample_distances(const Mixture<double>& p, const Mixture<double>& q,
                                  const SampleRequest& request = {});

}  // namespace verimix
