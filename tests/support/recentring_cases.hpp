// Components, true means and crude means for the statements on recentring: everything dyadic, the crude means on one
// line.
#pragma once

#include <rapidcheck.h>

#include <array>
#include <ostream>
#include <vector>

#include "support/spd.hpp"
#include "verimix/estimate/recentring.hpp"
#include "verimix/estimate/signal_terms.hpp"
#include "verimix/estimate/subspace.hpp"

namespace verimix::support {

inline constexpr std::array<Block, 3> all_blocks = {Block::psi_00, Block::psi_01, Block::psi_11};

/// Column l of `centers` is (s_l, a, 0, ...); their span is that of e_1 and, for a != 0, e_2, so Pi is a diagonal of
/// zeros and ones.
struct RecentringCase {
  Matrix<Rational> means, centers, pi;
  std::vector<Matrix<Rational>> covariances;
  Index rank = 0;

  Index size() const { return means.cols(); }

  /// max_l |mu_l - muhat_l|^2, exactly.
  Ball v() const {
    Rational largest(0);
    for (Index l = 0; l < size(); ++l) {
      Rational sum(0);
      for (Index r = 0; r < means.rows(); ++r) sum += (means(r, l) - centers(r, l)) * (means(r, l) - centers(r, l));
      largest = std::max(largest, sum);
    }
    return from_rational<Ball>(largest);
  }

  /// |mu_i - mu_j|.
  Ball distance(Index i, Index j) const {
    Ball sum = 0;
    for (Index r = 0; r < means.rows(); ++r) {
      const Ball difference = from_rational<Ball>(means(r, i) - means(r, j));
      sum += difference * difference;
    }
    return sqrt(sum);
  }

  /// max_l |mu_l|.
  Ball largest_mean() const {
    Ball largest = 0;
    for (Index l = 0; l < size(); ++l) {
      Ball sum = 0;
      for (Index r = 0; r < means.rows(); ++r)
        sum += from_rational<Ball>(means(r, l)) * from_rational<Ball>(means(r, l));
      arb_max(largest.data(), largest.data(), sqrt(sum).data(), BallPrecision::bits());
    }
    return largest;
  }

  GaussianLaw law(Index i) const {
    return {
        means.col(i).unaryExpr([](const Rational& x) { return from_rational<Ball>(x); }),
        covariances[static_cast<std::size_t>(i)].unaryExpr([](const Rational& x) { return from_rational<Ball>(x); })};
  }

  Vector<Ball> center(Index l) const {
    return centers.col(l).unaryExpr([](const Rational& x) { return from_rational<Ball>(x); });
  }

  Matrix<Ball> projector() const {
    return pi.unaryExpr([](const Rational& x) { return from_rational<Ball>(x); });
  }
};

inline void showValue(const RecentringCase& c, std::ostream& out) {
  const auto show = [&](const char* name, const Matrix<Rational>& a) {
    out << name << ": ";
    for (const Rational& x : a.reshaped()) out << to_text(x) << ' ';
  };
  show("means", c.means);
  show("centers", c.centers);
  for (const Matrix<Rational>& q : c.covariances) show("covariance", q);
}

/// k from 1; repeated crude means, crude means without an error, nearly equal means, spherical, nearly singular and
/// non-commuting covariances all occur. `spread` scales the distances of the crude means.
inline rc::Gen<RecentringCase> recentring_cases(Index largest_d, Index largest_k, std::vector<long> spreads,
                                                Index smallest_k = 1) {
  return rc::gen::exec([=] {
    const Index d = *rc::gen::inRange<Index>(1, largest_d + 1);
    const Index k = *rc::gen::inRange<Index>(smallest_k, largest_k + 1);
    const Rational spread(
        spreads[static_cast<std::size_t>(*rc::gen::inRange<int>(0, static_cast<int>(spreads.size())))], 16);
    const Rational error(*rc::gen::element(0L, 1L, 16L, 200L), 64);
    RecentringCase c;
    c.centers = Matrix<Rational>::Constant(d, k, Rational(0));
    c.pi = Matrix<Rational>::Constant(d, d, Rational(0));
    c.pi(0, 0) = 1;
    c.rank = 1;
    const bool off_origin = d > 1 && k > 1 && *rc::gen::arbitrary<bool>();
    for (Index l = 0; l < k; ++l) {
      // The first two differ, so that the span is what Pi says; later ones may repeat.
      c.centers(0, l) = spread * (l == 0 ? Rational(-*rc::gen::inRange(1, 9)) : Rational(*rc::gen::inRange(1, 9)));
      if (off_origin) c.centers(1, l) = 2;
    }
    if (off_origin) {
      c.pi(1, 1) = 1;
      c.rank = 2;
    }
    c.means = c.centers;
    for (Rational& x : c.means.reshaped()) x += error * Rational(*integers(8));
    for (Index l = 0; l < k; ++l) {
      const auto size = static_cast<std::size_t>(d);
      const bool spherical = *rc::gen::arbitrary<bool>();
      const auto lower = spherical ? std::vector<long>(size * (size - 1) / 2, 0)
                                   : *rc::gen::container<std::vector<long>>(size * (size - 1) / 2, integers(16));
      const auto exponents =
          spherical ? std::vector<long>(size, *integers(3)) : *rc::gen::container<std::vector<long>>(size, integers(6));
      c.covariances.push_back(spd_of_factors(d, lower, exponents).entries);
    }
    return c;
  });
}

}  // namespace verimix::support
