// Pairs of Gaussians with exact parameters, so that every scalar sees the same two laws.
#pragma once

#include <rapidcheck.h>

#include "support/spd.hpp"
#include "verimix/distance/gaussian.hpp"

namespace verimix::support {

/// Two Gaussians on R^d, d from 1 to `largest`; covariances as in spd.hpp, means k/8 with |k| <= 64 (one time in four
/// equal).
struct GaussianPair {
  ExactMixture p;
  ExactMixture q;

  template <Scalar T>
  Gaussian<T> first() const {
    return component(round_to<T>(p), 0);
  }
  template <Scalar T>
  Gaussian<T> second() const {
    return component(round_to<T>(q), 0);
  }
};

inline ExactMixture exact_gaussian(const Vector<Rational>& mean, const Matrix<Rational>& covariance) {
  return {"gaussian", {Rational(1)}, mean, {covariance}};
}

inline void showValue(const GaussianPair& pair, std::ostream& out) {
  for (const ExactMixture* law : {&pair.p, &pair.q}) {
    out << "mean";
    for (Index i = 0; i < law->dimension(); ++i) out << ' ' << to_text(law->means(i, 0));
    out << " covariance ";
    showValue(SpdMatrix{law->covariances.front(), Rational(0)}, out);
  }
}

inline rc::Gen<GaussianPair> gaussian_pairs(Index smallest, Index largest, long extreme = 6) {
  return rc::gen::exec([=] {
    const Index d = *rc::gen::inRange<Index>(smallest, largest + 1);
    const auto size = static_cast<std::size_t>(d);
    const auto law = [&](const Vector<Rational>& mean) {
      const auto unit_lower = *rc::gen::container<std::vector<long>>(size * (size - 1) / 2, integers(16));
      const auto exponents = *rc::gen::container<std::vector<long>>(size, integers(extreme));
      return exact_gaussian(mean, spd_of_factors(d, unit_lower, exponents).entries);
    };
    const auto mean = [&] {
      Vector<Rational> values(d);
      for (Index i = 0; i < d; ++i) values(i) = Rational(*integers(64), 8);
      return values;
    };
    const Vector<Rational> first = mean();
    const bool concentric = *rc::gen::inRange(0, 4) == 0;
    return GaussianPair{law(first), law(concentric ? first : mean())};
  });
}

}  // namespace verimix::support
