// Is this learned mixture the truth? The distance of the laws, and which component is which.
// Derivations: proofs-notes/validate/learned_check.md.
#pragma once

#include <string>
#include <vector>

#include "verimix/distance/distance.hpp"

namespace verimix {

/// A learned component beside the true one it was matched with (indices from 0).
struct ComponentMatch {
  Index learned;
  Index truth;
  /// learned - truth.
  double weight_error;
  /// |Q^{-1/2} (mean - true mean)|, Q the true covariance.
  double mean_error;
  /// |Q^{-1/2} (covariance - Q) Q^{-1/2}|_F.
  double covariance_error;
  /// 1 - int sqrt(pq) of the two Gaussians.
  double hellinger2;
};

/// The matching of the components of positive weight that maximises the sum of sqrt(weight * true weight) int sqrt(pq),
/// the part of the mixtures' Hellinger affinity that pairs of components explain (a maximum-weight matching of the
/// complete bipartite graph). With unequal numbers some components stay alone; they are not in the result. In the order
/// of the truth. Computed in double. Domain: same dimension, covariances positive definite.
std::vector<ComponentMatch> match_components(const Mixture<double>& learned, const Mixture<double>& truth);

/// Is a learned covariance positive definite? Decided exactly, by rational elimination.
struct ComponentDefiniteness {
  Index component;
  Definiteness kind;
  /// Certified: 1/tr Q^{-1} <= the smallest eigenvalue of Q <= d/tr Q^{-1}; 0 and 0 of a semidefinite one.
  std::string smallest_lower, smallest_upper;
};

struct LearnedCheck {
  /// Of the learned components of positive weight, at the time.
  std::vector<ComponentDefiniteness> definiteness;
  /// Empty if a learned covariance is not positive definite: there is no density then. Else
  /// tv and kl = KL(truth||learned), certified where the dimension allows, else a certified bracket.
  std::vector<Distance> distances;
  std::vector<ComponentMatch> components;
  /// The components of positive weight that have no partner.
  std::vector<Index> learned_alone, truth_alone;
  /// yes: TV <= tolerance is certified; no: TV > tolerance is certified, or there is no density; unknown: the bracket
  /// holds the tolerance.
  Truth within;
};

/// Throws InputError for mixtures of different dimension and for a truth whose covariance is not positive definite
/// (naming it). Domain: 0 < tv_tolerance < 1; time >= 0, at which both are compared.
LearnedCheck check_learned(const ExactMixture& learned, const ExactMixture& truth, const Rational& tv_tolerance,
                           const Rational& time);

}  // namespace verimix
