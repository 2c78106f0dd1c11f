// Two mixtures on the line side by side, with their difference free of cancellation where their components are close.
// Derivations: proofs-notes/distance/line_pair.md.
#pragma once

#include <optional>
#include <vector>

#include "verimix/distance/line_mixture.hpp"

namespace verimix {

/// p, q and p - q at z, all divided by the same exp(exponent.at(h)), h = z - centre; the slopes are the derivatives of
/// these quotients.
template <class Number>
struct ScaledPair {
  Number p, q, difference;
  Number p_slope, q_slope, difference_slope;
  Number h;
  LocalQuadratic exponent;
};

/// log(p/q) and its derivative, the difference of the scores.
template <class Number>
struct LogRatio {
  Number value;
  Number slope;
};

/// Components are matched in pairs lambda N(a, v), mu N(b, w) that are close; for a pair
///   lambda N(a, v; x) - mu N(b, w; x) = mu N(b, w; x) expm1(E(x)),
///   E(x) = log(lambda/mu) + log(w/v)/2 + (v - w) u^2 / (2 v w) + (a - b) u / v - (a - b)^2 / (2 v),   u = x - b,
/// and the differences of parameters are taken exactly. So p - q keeps its relative accuracy when the mixtures are
/// nearly equal, on points and on wide balls. Any matching is right; a good one is cheap. Domain: both laws at the same
/// time.
class LinePair {
 public:
  /// Encloses the parameters at the working precision. Throws InputError (field "time") if the times differ.
  LinePair(const LineLaw& p, const LineLaw& q);

  const LineMixture& p() const { return p_; }
  const LineMixture& q() const { return q_; }
  const LineLaw& p_law() const { return p_law_; }
  const LineLaw& q_law() const { return q_law_; }
  /// How many pairs are matched.
  std::size_t matched() const { return matches_.size(); }

  template <class Number>
  ScaledPair<Number> scaled(const Number& z) const;
  /// Not finite where a density cannot be kept from 0 on the ball.
  template <class Number>
  LogRatio<Number> log_ratio(const Number& z) const;

 private:
  struct Match {
    std::size_t p, q;
    /// E as a polynomial in u = x - (mean of the component of q).
    LocalQuadratic log_ratio;
  };

  LineLaw p_law_, q_law_;
  LineMixture p_, q_;
  std::vector<Match> matches_;
  std::vector<std::size_t> alone_in_p_, alone_in_q_;
};

extern template ScaledPair<Ball> LinePair::scaled(const Ball&) const;
extern template ScaledPair<ComplexBall> LinePair::scaled(const ComplexBall&) const;
extern template LogRatio<Ball> LinePair::log_ratio(const Ball&) const;
extern template LogRatio<ComplexBall> LinePair::log_ratio(const ComplexBall&) const;

}  // namespace verimix
