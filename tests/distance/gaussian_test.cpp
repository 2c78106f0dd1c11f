// Identities and inequalities that the closed forms between Gaussians must satisfy, whatever their parameters.
#include "verimix/distance/gaussian.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "support/gaussian_pairs.hpp"
#include "support/roundoff.hpp"
#include "verimix/core/decompositions.hpp"
#include "verimix/core/error.hpp"
#include "verimix/diffusion/ornstein_uhlenbeck.hpp"

namespace verimix {
namespace {

using support::gaussian_pairs;
using support::GaussianPair;

using support::unit_roundoff;

template <class T>
using ClosedForm = T (*)(const Gaussian<T>&, const Gaussian<T>&);

// The largest entry of either covariance or inverse: every term of every closed form is below d^3 times its square
// times (1 + |mu_1 - mu_2|^2), which is what the tolerances of this file are made of.
double magnitude(const GaussianPair& pair) {
  double largest = 1;
  for (const ExactMixture* law : {&pair.p, &pair.q}) {
    const Matrix<double> covariance = round_to<double>(*law).covariances.front();
    largest = std::max({largest, covariance.cwiseAbs().maxCoeff(), covariance.inverse().cwiseAbs().maxCoeff()});
  }
  const double distance = (pair.first<double>().mean - pair.second<double>().mean).norm();
  const auto d = static_cast<double>(pair.p.dimension());
  return d * d * d * largest * largest * (1 + distance * distance);
}

// By the residual bound of Cholesky and of the triangular solves each term loses a further factor of the conditions.
double tolerance(const GaussianPair& pair) { return 8 * unit_roundoff * magnitude(pair) * magnitude(pair); }

template <Scalar T>
std::vector<ClosedForm<T>> forms(Index dimension) {
  std::vector<ClosedForm<T>> all = {&kl<T>, &hellinger2<T>, &fisher<T>};
  if (dimension <= 2) all.push_back(&wasserstein2_squared<T>);
  if (dimension == 1) all.push_back(&tv_line<T>);
  return all;
}

RC_GTEST_PROP(GaussianDistances, TwoPrecisionsAgreeAndBallsContain, ()) {
  const GaussianPair pair = *gaussian_pairs(1, 4);
  const Index d = pair.p.dimension();
  const BallPrecision precision(512);
  for (std::size_t i = 0; i < forms<double>(d).size(); ++i) {
    const double low = forms<double>(d)[i](pair.first<double>(), pair.second<double>());
    const Real50 high = forms<Real50>(d)[i](pair.first<Real50>(), pair.second<Real50>());
    const Real100 higher = forms<Real100>(d)[i](pair.first<Real100>(), pair.second<Real100>());
    const Ball enclosure = forms<Ball>(d)[i](pair.first<Ball>(), pair.second<Ball>());
    RC_ASSERT(std::abs(low - static_cast<double>(high)) <= tolerance(pair));
    // 50 digits: 10^-50 where double has 2^-53.
    RC_ASSERT(abs(higher - Real100(high)) <= Real100(tolerance(pair)) * Real100("1e-34"));
    RC_ASSERT(is_finite(enclosure));
    // The enclosure is far narrower than Real100 is accurate, so it is the reference.
    const Ball gap = enclosure - from_rational<Ball>(to_rational(higher));
    RC_ASSERT(less(abs(gap), Ball(tolerance(pair)) * from_rational<Ball>(parse_rational("1e-84"))) == Truth::yes);
  }
}

RC_GTEST_PROP(GaussianDistances, VanishAtEqualLawsAndAreNotNegative, ()) {
  const GaussianPair pair = *gaussian_pairs(1, 4);
  const Gaussian<Ball> p = pair.first<Ball>();
  const Gaussian<Ball> q = pair.second<Ball>();
  for (const ClosedForm<Ball> form : forms<Ball>(pair.p.dimension())) {
    RC_ASSERT(less(form(p, q), Ball(0)) != Truth::yes);
    RC_ASSERT(contains(form(p, p), Ball(0)));
  }
}

RC_GTEST_PROP(GaussianDistances, ShrinkingInputsShrinkTheEnclosure, ()) {
  const GaussianPair pair = *gaussian_pairs(1, 2, 2);
  const auto blurred = [](Gaussian<Ball> law, double radius) {
    for (Index i = 0; i < law.mean.size(); ++i) {
      law.mean(i) = widened(law.mean(i), Ball(radius));
      law.covariance(i, i) = widened(law.covariance(i, i), Ball(radius));
    }
    return law;
  };
  for (const ClosedForm<Ball> form : forms<Ball>(pair.p.dimension())) {
    const Ball wide = form(blurred(pair.first<Ball>(), 0x1p-40), blurred(pair.second<Ball>(), 0x1p-40));
    const Ball slim = form(blurred(pair.first<Ball>(), 0x1p-50), blurred(pair.second<Ball>(), 0x1p-50));
    RC_ASSERT(overlaps(wide, slim));
    // 2^-10 of the radius, and a factor of 2 for what the first order leaves out, down to the rounding of 128 bits,
    // which is all that is left of laws that hardly overlap; equal laws meet a square root at 0.
    if (form == ClosedForm<Ball>{&wasserstein2_squared<Ball>}) continue;
    const double rounding = 0x1p-120 * (1 + std::abs(approximate(slim)));
    RC_ASSERT(radius_upper(slim) <= radius_upper(wide) * 0x1p-9 + rounding);
  }
}

RC_GTEST_PROP(GaussianDistances, HellingerBracketsTotalVariationAndPinsker, ()) {
  const GaussianPair pair = *gaussian_pairs(1, 1);
  const Ball tv = tv_line(pair.first<Ball>(), pair.second<Ball>());
  const Ball h2 = hellinger2(pair.first<Ball>(), pair.second<Ball>());
  const Ball divergence = kl(pair.first<Ball>(), pair.second<Ball>());
  RC_ASSERT(less(tv, h2) != Truth::yes);
  RC_ASSERT(less(2 * h2, tv * tv) != Truth::yes);
  RC_ASSERT(less(divergence / 2, tv * tv) != Truth::yes);
  RC_ASSERT(contains(hull(tv, tv_line(pair.second<Ball>(), pair.first<Ball>())), tv));
}

RC_GTEST_PROP(GaussianDistances, FallAlongTheProcess, ()) {
  const GaussianPair pair = *gaussian_pairs(1, 3, 3);
  const Rational step(*rc::gen::inRange(1, 33), 16);
  const auto after = [&](const ExactMixture& law) {
    return component(at_time(round_to<Ball>(law), from_rational<Ball>(step)), 0);
  };
  // Data processing for KL, H^2 and TV; W_2 contracts by e^{-t}.
  for (const ClosedForm<Ball> form : forms<Ball>(pair.p.dimension())) {
    if (form == ClosedForm<Ball>{&fisher<Ball>}) continue;
    const Ball before = form(pair.first<Ball>(), pair.second<Ball>());
    RC_ASSERT(less(before, form(after(pair.p), after(pair.q))) != Truth::yes);
  }
}

// d/dt KL(p_t||q_t) = -E_{p_t}|grad log p_t - grad log q_t|^2 along dx = -x dt + sqrt(2) dw, whatever q.
RC_GTEST_PROP(GaussianDistances, FisherIsTheSlopeOfKl, ()) {
  const GaussianPair pair = *gaussian_pairs(1, 3, 2);
  const Real100 time = 1;
  const Real100 h("1e-25");
  const auto kl_at = [&](const Real100& t) {
    return kl(component(at_time(round_to<Real100>(pair.p), t), 0), component(at_time(round_to<Real100>(pair.q), t), 0));
  };
  const Real100 slope = (kl_at(time - h) - kl_at(time + h)) / (2 * h);
  const Real100 divergence = fisher(component(at_time(round_to<Real100>(pair.p), time), 0),
                                    component(at_time(round_to<Real100>(pair.q), time), 0));
  // The difference quotient has an error of h^2 times a third derivative, which is polynomial in the parameters (<=
  // 2^20).
  RC_ASSERT(abs(slope - divergence) <= Real100("1e-40") * (1 + divergence));
}

// Rotating both laws changes none of them; scaling both by s leaves KL, TV, H^2 and scales W_2^2 by s^2, Fisher by
// s^-2.
RC_GTEST_PROP(GaussianDistances, Equivariance, ()) {
  const GaussianPair pair = *gaussian_pairs(1, 3, 3);
  const Gaussian<Ball> p = pair.first<Ball>();
  const Gaussian<Ball> q = pair.second<Ball>();
  const auto scaled = [](const Gaussian<Ball>& law) {
    return Gaussian<Ball>{Ball(3) * law.mean, Ball(9) * law.covariance};
  };
  RC_ASSERT(overlaps(kl(scaled(p), scaled(q)), kl(p, q)));
  RC_ASSERT(overlaps(hellinger2(scaled(p), scaled(q)), hellinger2(p, q)));
  RC_ASSERT(overlaps(9 * fisher(scaled(p), scaled(q)), fisher(p, q)));
  const auto reversed = [](const Gaussian<Ball>& law) {
    return Gaussian<Ball>{Vector<Ball>(law.mean.reverse()), Matrix<Ball>(law.covariance.reverse())};
  };
  for (const ClosedForm<Ball> form : forms<Ball>(pair.p.dimension()))
    RC_ASSERT(overlaps(form(reversed(p), reversed(q)), form(p, q)));
}

TEST(GaussianDistances, ShiftOnTheLineIsTwoPhiMinusOne) {
  const Gaussian<Ball> p{Vector<Ball>::Constant(1, Ball(-1)), Matrix<Ball>::Constant(1, 1, Ball(1))};
  const Gaussian<Ball> q{Vector<Ball>::Constant(1, Ball(1)), Matrix<Ball>::Constant(1, 1, Ball(1))};
  // 2 Phi(1) - 1 = 0.682689492137085897170465091264..., https://oeis.org/A178647
  const auto digits = from_rational<Ball>(parse_rational("0.682689492137085897170465091264"));
  EXPECT_EQ(less(abs(tv_line(p, q) - digits), from_rational<Ball>(parse_rational("1e-29"))), Truth::yes);
  EXPECT_TRUE(overlaps(tv_line(p, q), tv_equal_covariance(p, q.mean)));
}

TEST(GaussianDistances, VariancesThatCannotBeToldApartStillGiveANarrowEnclosure) {
  const BallPrecision precision(256);
  Gaussian<Ball> p{Vector<Ball>::Constant(1, Ball(0)), Matrix<Ball>::Constant(1, 1, widened(Ball(1), Ball(0x1p-100)))};
  Gaussian<Ball> q = p;
  q.mean(0) = Ball(1);
  const Ball value = tv_line(p, q);
  EXPECT_TRUE(
      contains(value, tv_equal_covariance(Gaussian<Ball>{p.mean, Matrix<Ball>::Constant(1, 1, Ball(1))}, q.mean)));
  EXPECT_LE(radius_upper(value), 0x1p-98);
}

// The largest of the floating-point errors near equal variances is a few units of roundoff, since TV is stationary in
// the roots.
TEST(GaussianDistances, TotalVariationKeepsItsAccuracyNearEqualVariances) {
  for (const double gap : {0x1p-4, 0x1p-20, 0x1p-40, 0x1p-52, 0.0}) {
    for (const double shift : {0.0, 0x1p-30, 0.5, 3.0, 40.0}) {
      const auto law = [](auto mean, auto variance) {
        using T = decltype(mean);
        return Gaussian<T>{Vector<T>::Constant(1, mean), Matrix<T>::Constant(1, 1, variance)};
      };
      const double low = tv_line(law(0.0, 1 + gap), law(shift, 1.0));
      const Real50 high = tv_line(law(Real50(0), Real50(1 + gap)), law(Real50(shift), Real50(1)));
      EXPECT_LE(std::abs(low - static_cast<double>(high)), 4 * unit_roundoff) << gap << ' ' << shift;
    }
  }
}

TEST(GaussianDistances, BadInputIsNamed) {
  const Gaussian<double> line{Vector<double>::Zero(1), Matrix<double>::Identity(1, 1)};
  const Gaussian<double> plane{Vector<double>::Zero(2), Matrix<double>::Identity(2, 2)};
  const Gaussian<double> indefinite{Vector<double>::Zero(2), -Matrix<double>::Identity(2, 2)};
  EXPECT_THROW(kl(line, plane), InputError);
  EXPECT_THROW(fisher(plane, indefinite), InputError);
  EXPECT_THROW(tv_line(plane, plane), InputError);
}

// Commuting covariances: W_2^2 = |m|^2 + sum (sqrt a_i - sqrt b_i)^2, here with condition numbers of 1e8 and equal
// singular values.
TEST(GaussianDistances, TheBallOfW2InSpaceContainsTheDiagonalFormula) {
  const BallPrecision precision(256);
  const auto diagonal = [](std::initializer_list<const char*> variances, const char* mean) {
    const auto d = static_cast<Index>(variances.size());
    Gaussian<Ball> law{Vector<Ball>::Constant(d, from_rational<Ball>(parse_rational(mean))),
                       Matrix<Ball>::Constant(d, d, Ball(0))};
    Index i = 0;
    for (const char* v : variances) {
      law.covariance(i, i) = from_rational<Ball>(parse_rational(v));
      ++i;
    }
    return law;
  };
  const auto p = diagonal({"1", "4", "1e-4", "9", "9"}, "0"), q = diagonal({"4", "1e4", "1", "4", "4"}, "1/2");
  Ball expected = 5 * Ball(1) / 4;
  for (Index i = 0; i < 5; ++i) {
    const Ball gap = sqrt(p.covariance(i, i)) - sqrt(q.covariance(i, i));
    expected += gap * gap;
  }
  const Ball found = wasserstein2_squared(p, q);
  EXPECT_TRUE(overlaps(found, expected));
  EXPECT_LE(radius_upper(found), 0x1p-150);
}

// Two methods in dimension 3 and 4: a singular value decomposition in 100 digits.
RC_GTEST_PROP(GaussianDistances, TheBallOfW2InSpaceContainsTheSvd, ()) {
  const BallPrecision precision(256);
  const support::GaussianPair pair = *support::gaussian_pairs(3, 4, 3);
  const Ball found = wasserstein2_squared(pair.first<Ball>(), pair.second<Ball>());
  const Real100 reference = wasserstein2_squared(pair.first<Real100>(), pair.second<Real100>());
  RC_ASSERT(contains(widened(found, Ball(1e-60)), from_rational<Ball>(to_rational(reference))));
  RC_ASSERT(radius_upper(found) <= 0x1p-100);
}

}  // namespace
}  // namespace verimix
