// Two Gaussian mixtures on the plane, expanded about a point, so that both densities, their ratio and their scores can
// be enclosed on a small real or complex box without losing what they have in common. Formulae and proofs:
// proofs-notes/distance/plane.md, section "Evaluation".
#pragma once

#include <array>
#include <vector>

#include "verimix/core/complex_ball.hpp"

namespace verimix {

inline Ball half() { return Ball(0.5); }

/// constant + x s + y t + xx s^2 + xy s t + yy t^2.
struct Quadratic {
  Ball constant, x, y, xx, xy, yy;

  template <class V>
  V value(const V& s, const V& t) const {
    return s * (xx * s + xy * t + V(x)) + t * (yy * t + V(y)) + V(constant);
  }
  template <class V>
  std::array<V, 2> gradient(const V& s, const V& t) const {
    return {(xx + xx) * s + xy * t + V(x), xy * s + (yy + yy) * t + V(y)};
  }
  /// The same function of the distance to (s, t).
  Quadratic about(const Ball& s, const Ball& t) const;
  /// The same function of (s, t - slope s).
  Quadratic sheared(const Ball& slope) const;
  friend Quadratic operator-(const Quadratic& a, const Quadratic& b);
};

/// One weighted Gaussian: weight > 0, variances > 0.
struct PlaneComponent {
  Ball weight;
  Ball mean_x, mean_y;
  Ball variance_x, variance_y;
  /// y given x is N(mean_y + regression (x - mean_x), conditional_variance).
  Ball regression, conditional_variance;
  /// log(weight density) as a function of the distance to the mean.
  Quadratic log_density;
};

/// The component of that weight, mean and covariance [[xx, xy], [xy, yy]]; what is not certainly positive definite
/// gives quantities that are not finite.
PlaneComponent plane_component(const Ball& weight, const Ball& mean_x, const Ball& mean_y, const Ball& xx,
                               const Ball& xy, const Ball& yy);

/// A mixture about a point: log(weight_i density_i) = reference + relative_i, where the reference is the component that
/// is largest at the point and relative is exactly 0 for it.
struct LocalMixture {
  std::size_t largest;
  Quadratic reference;
  std::vector<Quadratic> relative;
};

struct LocalPair {
  LocalMixture p, q;
  /// Reference of q minus reference of p.
  Quadratic ratio;
  /// Where the mixtures have as many components: log of the i-th weighted component of q minus that of p.
  std::vector<Quadratic> steps;
};

/// The same pair in the coordinates (s, t - slope s).
LocalPair sheared(const LocalPair& local, const Ball& slope);

struct PlanePair {
  std::vector<PlaneComponent> p;
  /// Where q has as many components as p they are in the order that makes the i-th of both alike.
  std::vector<PlaneComponent> q;

  LocalPair about(const Ball& x, const Ball& y) const;
};

/// Reorders q's components, where there are as many, so that neighbours in mean and covariance share a place.
void match_components(PlanePair& pair);

/// The pair at the points (s, t) of a box about the point of the expansion. V is Ball (real boxes) or ComplexBall.
/// Every finite answer encloses its function on the whole box and, for ComplexBall, proves that it is holomorphic
/// there.
template <class V>
class PairAt {
 public:
  PairAt(const LocalPair& local, const V& s, const V& t);

  /// Is |q/p - 1| < 1/2 on the whole box? Then the small quantities below are found without cancellation.
  bool close() const { return close_; }
  V p() const;
  V q() const;
  /// q/p - 1. Domain: close().
  const V& excess() const { return excess_; }
  /// sqrt p and sqrt q, real on real points.
  std::array<V, 2> roots() const;
  /// log q - log p, real on real points.
  V log_ratio() const;
  /// grad log q - grad log p.
  std::array<V, 2> score_gap() const;

 private:
  const LocalPair& local_;
  V s_, t_;
  std::vector<V> terms_p_, terms_q_, growth_;
  V sum_p_, sum_q_, excess_;
  bool close_ = false;
};

extern template class PairAt<Ball>;
extern template class PairAt<ComplexBall>;

/// An enclosure of log q - log p on a real or complex box of half-widths |s|, |t| about the expansion point, by the
/// mean value form: its value at the point plus gradient on the box times distance; with the gradient found on the way.
template <class V>
struct CentredRatio {
  V value;
  std::array<V, 2> gradient;
};
template <class V>
CentredRatio<V> centred_ratio(const LocalPair& local, const V& s, const V& t);

extern template CentredRatio<Ball> centred_ratio(const LocalPair&, const Ball&, const Ball&);
extern template CentredRatio<ComplexBall> centred_ratio(const LocalPair&, const ComplexBall&, const ComplexBall&);

}  // namespace verimix
