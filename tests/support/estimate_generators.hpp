// Mixtures and perturbations with prescribed spectra for the tests of estimate, cluster and simplify. RapidCheck draws
// the sizes, the scales and a seed; the rotations and positions follow from the seed, so a case is reproduced by what
// RapidCheck prints.
#pragma once

#include <rapidcheck.h>

#include <cmath>
#include <cstdint>
#include <vector>

#include "support/random_matrices.hpp"
#include "verimix/core/random.hpp"
#include "verimix/mixture/mixture.hpp"

namespace verimix::support {

/// A mixture with alpha Id <= Q_i <= beta Id, |mu_i| <= R and weights that sum to 1, and the constants that it was made
/// for.
struct ConditionedMixture {
  Mixture<double> mixture;
  double alpha = 1;
  double beta = 1;
  double R = 1;
  std::uint64_t seed = 0;
};

inline void showValue(const ConditionedMixture& m, std::ostream& out) {
  out << "d=" << m.mixture.dimension() << " k=" << m.mixture.size() << " alpha=" << m.alpha << " beta=" << m.beta
      << " R=" << m.R << " seed=" << m.seed;
}

/// Means may be of full or deficient rank, equal, or 0; weights may be as small as 1e-3.
inline Mixture<double> random_mixture(Index d, Index k, double alpha, double beta, double R, std::uint64_t seed) {
  Stream stream(seed, Purpose::instance, 0);
  Mixture<double> out{"random", Vector<double>(k), Matrix<double>(d, k), {}};
  const bool on_a_line = stream.uniform() < 0.25;
  const Vector<double> line = normal_matrix(d, 1, stream).col(0).normalized();
  for (Index i = 0; i < k; ++i) {
    const double length = R * std::pow(stream.uniform(), 0.5);
    const Vector<double> direction = on_a_line ? line : normal_matrix(d, 1, stream).col(0).normalized().eval();
    out.means.col(i) = i > 0 && stream.uniform() < 0.15 ? out.means.col(i - 1).eval() : (length * direction).eval();
    out.covariances.push_back(covariance_between(d, alpha, beta, stream));
    out.weights(i) = 1e-3 + std::pow(stream.uniform(), 3.0);
  }
  out.weights /= out.weights.sum();
  return out;
}

inline rc::Gen<ConditionedMixture> conditioned_mixtures(Index largest_d, Index largest_k) {
  return rc::gen::exec([=] {
    ConditionedMixture out;
    const Index d = *rc::gen::inRange<Index>(1, largest_d + 1);
    const Index k = *rc::gen::inRange<Index>(1, largest_k + 1);
    out.alpha = std::ldexp(1.0, -*rc::gen::inRange(0, 6));
    out.beta = std::ldexp(1.0, *rc::gen::inRange(0, 5));
    out.R = *rc::gen::element(0.0, 0.1, 1.0, 3.0, 10.0, 100.0);
    out.seed = static_cast<std::uint64_t>(*rc::gen::inRange(0, 1 << 30));
    out.mixture = random_mixture(d, k, out.alpha, out.beta, out.R, out.seed);
    return out;
  });
}

}  // namespace verimix::support
