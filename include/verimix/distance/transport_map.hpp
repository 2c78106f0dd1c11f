// The increasing map T = G^{-1} o F that carries one mixture on the line to another and is optimal for every convex
// cost, on real and on complex balls. Derivations: proofs-notes/distance/transport_map.md.
#pragma once

#include <vector>

#include "verimix/distance/line_pair.hpp"
#include "verimix/distance/line_tails.hpp"

namespace verimix {

class TransportMap {
 public:
  /// From p to q of the pair, distribution functions F and G. Encloses at the working precision of each call, or of the
  /// pair where that is lower.
  explicit TransportMap(const LinePair& pair);

  /// The map from q to p.
  TransportMap reversed() const { return TransportMap(LinePair(pair_.q_law(), pair_.p_law())); }

  /// T(x) - x for every x of the ball; in a gap of q as wide as the precision leaves it. Throws UndecidedError where
  /// the ball is too wide.
  Ball displacement(const Ball& x) const;

  /// T(z) - z. With `holomorphic`, a finite value proves that T continues from the line to a holomorphic function on
  /// all of z; without it, a z on the line gets a value in any case. Domain: z meets the line and is symmetric about
  /// it.
  ComplexBall displacement(const ComplexBall& z, bool holomorphic) const;

  /// (T(z) - z)^2 p(z), as above.
  ComplexBall cost_density(const ComplexBall& z, bool holomorphic) const;

  /// A bound on the part of int (T(x) - x)^2 p(x) dx beyond the cut, towards the side (seen from which the cut is):
  ///   int_cut (x - b)^2 p + int_T(cut) (y - b)^2 q,  b = min(cut, T(cut)).
  Ball tail(Side side, const Ball& cut) const;

  /// A part of the curve y = T(x): x in [lower, upper], or y in it where `from_q`.
  struct Piece {
    Ball lower, upper;
    bool from_q;
  };

  /// The curve over the interval, in pieces that follow one another: by x where p(x) <= q(T(x)), else by y, up to a
  /// factor of a few. Where the pieces meet is a choice; that they meet is exact.
  std::vector<Piece> pieces(const Interval& inside) const;

 private:
  struct Sample {
    Ball x;
    double log_slope;
  };

  Ball coarse_displacement(const Ball& x) const;
  ComplexBall continued(const ComplexBall& z) const;
  ComplexBall between_ends(const Ball& x) const;
  double log_slope(const Ball& x) const;
  std::vector<Sample> samples(const Interval& inside) const;
  Ball turning_point(Sample before, Sample after) const;

  LinePair pair_;
  LineMixture mirrored_p_, mirrored_q_;
};

}  // namespace verimix
