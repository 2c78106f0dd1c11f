#include "verimix/distance/line_tails.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "support/line_mixtures.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/integral.hpp"

namespace verimix {
namespace {

using support::integers;
using support::line_mixtures;

ComplexBall value_of(const BallPolynomial& polynomial, const ComplexBall& z) {
  ComplexBall sum = 0;
  for (std::size_t j = polynomial.size(); j-- > 0;) sum = sum * z + ComplexBall(polynomial[j]);
  return sum;
}

// The recursion against quadrature: what lies between two cuts is the difference of the tails.
RC_GTEST_PROP(LineTails, DifferenceOfTailsIsTheIntegralBetween, ()) {
  const LineMixture p{LineLaw(*line_mixtures())};
  BallPolynomial polynomial;
  for (int j = 0; j < 5; ++j) polynomial.push_back(Ball(*integers(9)));
  const Ball from(*integers(12)), to = from + *rc::gen::inRange(1L, 8L);
  const Integral between =
      integrate([&](const ComplexBall& z, bool) { return p.density(z) * value_of(polynomial, z); }, from, to);
  const Ball difference = upper_tail_integral(p, polynomial, from) - upper_tail_integral(p, polynomial, to);
  RC_ASSERT(is_finite(between.value));
  RC_ASSERT(overlaps(between.value, difference));
  RC_ASSERT(radius_upper(between.value) < 0x1p-60);
}

RC_GTEST_PROP(LineTails, BothTailsAddUpToTheWhole, ()) {
  const LineMixture p{LineLaw(*line_mixtures())};
  BallPolynomial polynomial, reflected;
  for (int j = 0; j < 6; ++j) {
    polynomial.push_back(Ball(*integers(9)));
    reflected.push_back(j % 2 == 0 ? polynomial.back() : -polynomial.back());
  }
  const Ball cut(*integers(12));
  const Ball sum =
      upper_tail_integral(p, polynomial, cut) + upper_tail_integral(towards(Side::left, p), reflected, -cut);
  RC_ASSERT(overlaps(sum, whole_integral(p, polynomial)));
}

TEST(LineTails, OfTheStandardGaussianAreKnown) {
  const LineComponent standard{Ball(1), Ball(0), Ball(1)};
  const std::vector<Ball> moments = tail_moments(standard, Ball(0), 5);
  const Ball phi = 1 / sqrt(2 * pi<Ball>());
  const Ball expected[] = {Ball(1) / 2, phi, Ball(1) / 2, 2 * phi, Ball(3) / 2};
  for (std::size_t j = 0; j < 5; ++j) {
    EXPECT_TRUE(overlaps(moments[j], expected[j])) << j;
    EXPECT_LE(radius_upper(moments[j]), 0x1p-115);
  }
}

RC_GTEST_PROP(LineTails, CutsLeaveAtMostTheTarget, ()) {
  const LineMixture p{LineLaw(*line_mixtures())};
  Ball target = 1;
  arb_mul_2exp_si(target.data(), target.data(), -*rc::gen::inRange(1L, 700L));
  const auto mass = [&](Side side, const Ball& cut) { return towards(side, p).upper_tail(cut); };
  const Cuts cuts = cut_tails({&p}, mass, target);
  RC_ASSERT(less(cuts.inside.lower, cuts.inside.upper) == Truth::yes);
  RC_ASSERT(less(target, p.upper_tail(cuts.inside.upper)) == Truth::no);
  RC_ASSERT(less(target, p.cdf(cuts.inside.lower)) == Truth::no);
  RC_ASSERT(overlaps(cuts.right_tail, p.upper_tail(cuts.inside.upper)));
}

TEST(LineTails, ABoundThatNeverFallsIsUndecided) {
  const LineMixture p{LineLaw(support::line_mixture({{"1", "0", "1"}}))};
  EXPECT_THROW(cut_tails(
                   {&p}, [](Side, const Ball&) { return Ball(1); }, Ball(0x1p-10)),
               UndecidedError);
}

}  // namespace
}  // namespace verimix
