// Mixtures on the line with exact parameters, weighted to the extremes of what Lemmas 33, 34 and Proposition 32 allow,
// and what is taken out of them.
#pragma once

#include <rapidcheck.h>

#include <vector>

#include "support/line_mixtures.hpp"
#include "verimix/simplify/line_removal.hpp"

namespace verimix::support {

/// alpha <= variance <= beta and alpha <= 1 <= beta by construction, both often attained; weights down to about 1e-4;
/// means from equal to some 50 deviations apart.
struct RemovalCase {
  ExactMixture mixture;
  Rational alpha, beta;
  Removal removal;
};

inline void showValue(const RemovalCase& c, std::ostream& out) {
  for (Index i = 0; i < c.mixture.size(); ++i) {
    const auto at = static_cast<std::size_t>(i);
    out << to_text(c.mixture.weights[at]) << " N(" << to_text(c.mixture.means(0, i)) << ", "
        << to_text(c.mixture.covariances[at](0, 0)) << ") ";
  }
  out << "kept";
  for (const Index l : c.removal.after) out << ' ' << l;
  out << ", component " << c.removal.component;
}

inline std::vector<Index> all_components(Index k) {
  std::vector<Index> all;
  for (Index i = 0; i < k; ++i) all.push_back(i);
  return all;
}

inline ExactMixture extreme_line_mixture(long k, const Rational& alpha, const Rational& beta) {
  ExactMixture mixture;
  mixture.means.resize(1, k);
  const Rational scale = *rc::gen::element(Rational(0), Rational(1, 8), Rational(1), Rational(4), Rational(16));
  std::vector<long> shares;
  long sum = 0;
  for (long i = 0; i < k; ++i) {
    shares.push_back(*rc::gen::element(1L, 1L, 3L, 64L, 4096L));
    sum += shares.back();
    mixture.means(0, i) = scale * *integers(3);
    mixture.covariances.push_back(Matrix<Rational>::Constant(
        1, 1, *rc::gen::element(alpha, alpha, beta, beta, Rational((alpha + beta) / 2), Rational(1))));
  }
  for (const long share : shares) mixture.weights.push_back(Rational(share, sum));
  return mixture;
}

inline rc::Gen<RemovalCase> removal_cases() {
  return rc::gen::exec([] {
    RemovalCase c;
    c.alpha = *rc::gen::element(Rational(1), Rational(1, 2), Rational(1, 16));
    c.beta = *rc::gen::element(Rational(1), Rational(2), Rational(16));
    const long k = *rc::gen::inRange(2L, 6L);
    c.mixture = extreme_line_mixture(k, c.alpha, c.beta);
    // A nonempty set of components that stay, not all.
    const long members = *rc::gen::inRange(1L, (1L << k) - 1);
    c.removal = {all_components(k), {}, *rc::gen::inRange(0L, k)};
    for (long j = 0; j < k; ++j)
      if ((members >> j) % 2 == 1) c.removal.after.push_back(j);
    return c;
  });
}

inline bool stays(const Removal& removal) {
  for (const Index l : removal.after)
    if (l == removal.component) return true;
  return false;
}

/// D_p(N_i, N_j): over the components that stay and over those that go, i left out.
template <class T>
struct Distances {
  std::vector<T> kept, removed;
};
template <class T>
Distances<T> distances(const Mixture<T>& mixture, const Removal& removal) {
  Distances<T> out;
  for (const Index j : removal.before) {
    if (j == removal.component) continue;
    bool kept = false;
    for (const Index l : removal.after) kept = kept || l == j;
    (kept ? out.kept : out.removed).push_back(squared_distance(mixture, removal.component, j));
  }
  return out;
}

}  // namespace verimix::support
