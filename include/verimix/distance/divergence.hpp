// KL, squared Hellinger distance and Fisher divergence of two mixtures on the line, certified: rigorous quadrature of
// integrands that are >= 0 and do not cancel, plus the tails. Derivations: proofs-notes/distance/divergence.md.
#pragma once

#include "verimix/core/precision_ladder.hpp"
#include "verimix/distance/line_pair.hpp"
#include "verimix/distance/line_tails.hpp"

namespace verimix {

/// kl          E_P log p/q = int q phi(p/q),  phi(u) = u log u - u + 1
/// hellinger2  1 - int sqrt(pq) = int (sqrt p - sqrt q)^2 / 2
/// fisher      E_P |(log p)' - (log q)'|^2
enum class Divergence { kl, hellinger2, fisher };

/// psi(w) = ((1 + w) log(1 + w) - w) / w^2, psi(0) = 1/2: closed form where w is known well and not small, else the
/// series sum_k (-w)^k / ((k + 1)(k + 2)) with a bound of its rest, cut after `most_terms` terms where |w| > 2^-8.
/// Domain: |w| <= 1/2, most_terms >= 1.
template <class Number>
Number relative_entropy_factor(const Number& w, long most_terms = 24);

/// The integrand (>= 0) at z. Number is Ball or ComplexBall; on a ComplexBall that meets the real line a finite value
/// is the analytic continuation.
template <class Number>
Number divergence_density(Divergence kind, const LinePair& pair, const Number& z);

/// A bound on the integral of the integrand over (cut, inf), or over (-inf, -cut) for the left side:
///   kl          int p (K + (x - b)^2 / (2 w)) + q,  K = max(0, log(sum of the peaks of p / peak of N(b, w) in q))
///   hellinger2  int (p + q) / 2
///   fisher      int p (A + B (x - cut))^2,  A and B the largest differences of the components' scores at the cut and
///   slopes
Ball divergence_tail(Divergence kind, const LinePair& pair, Side side, const Ball& cut);

/// At the working precision; the error of the tails and the goal of the quadrature are below 2^-goal_bits of a guess at
/// the result. The enclosure holds whether they are met or not. Domain: the laws differ.
Ball divergence(Divergence kind, const LinePair& pair, long goal_bits);

/// To relative width 10^-digits, by the precision ladder; {0, 0} for equal laws. Domain: both at the same time.
LadderResult certified_divergence(Divergence kind, const LineLaw& p, const LineLaw& q, int digits,
                                  const LadderBudget& budget = {});

extern template Ball relative_entropy_factor(const Ball&, long);
extern template ComplexBall relative_entropy_factor(const ComplexBall&, long);
extern template Ball divergence_density(Divergence, const LinePair&, const Ball&);
extern template ComplexBall divergence_density(Divergence, const LinePair&, const ComplexBall&);

}  // namespace verimix
