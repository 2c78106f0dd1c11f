#include "verimix/polynomial/coefficient_sum.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "support/numbers.hpp"
#include "verimix/core/rational.hpp"

namespace verimix {
namespace {

Ball ball(const Rational& x) { return from_rational<Ball>(x); }

// prod_j T_{n_j}(2 x_j/L - 1): |p| <= 1 on [0, L]^d, attained.
MonomialPolynomial chebyshev_product(const std::vector<int>& degrees, const Rational& L) {
  const auto d = static_cast<Index>(degrees.size());
  MonomialPolynomial product = constant_polynomial(d, 1);
  for (Index j = 0; j < d; ++j)
    product = product * chebyshev_polynomial(d, j, degrees[static_cast<std::size_t>(j)], -1, 2 / L);
  return product;
}

TEST(Lemma42, TheSharpBoundOfTheLineIsAttained) {
  for (const Rational& L : {Rational(1, 3), Rational(1), Rational(7, 2)})
    for (int l = 0; l <= 12; ++l) {
      const MonomialPolynomial p = chebyshev_product({l}, L);
      EXPECT_TRUE(overlaps(ball(p.coefficient_sum()), line_coefficient_sum_upper(l, ball(L), 1))) << l;
    }
  const long at_one[] = {1, 3, 17, 99, 577};  // T_l(3)
  for (int l = 0; l < 5; ++l) EXPECT_TRUE(contains(line_coefficient_sum_upper(l, 1, 1), Ball(at_one[l])));
}

struct Bounded {
  MonomialPolynomial p;
  Rational L, R;
};

// Random integer polynomials and products of Chebyshev's, with a proved bound on the box. L >= 1.
rc::Gen<Bounded> bounded_polynomials() {
  return rc::gen::exec([] {
    Bounded out;
    out.L = *rc::gen::element(Rational(1), Rational(3, 2), Rational(4));
    const Index d = *rc::gen::inRange<Index>(1, 4);
    if (*rc::gen::inRange(0, 2) == 0) {
      std::vector<int> degrees;
      for (Index j = 0; j < d; ++j) degrees.push_back(*rc::gen::inRange(0, 4));
      out.p = chebyshev_product(degrees, out.L);
      out.R = 1;
    } else {
      out.p = constant_polynomial(d, *support::integers(9));
      const int terms = *rc::gen::inRange(1, 8);
      for (int i = 0; i < terms; ++i) {
        std::vector<int> exponent;
        for (Index j = 0; j < d; ++j) exponent.push_back(*rc::gen::inRange(0, 3));
        out.p.coefficients[exponent] += Rational(*support::integers(9));
      }
      out.R = box_bound(out.p, out.L);
    }
    return out;
  });
}

RC_GTEST_PROP(Lemma42, CoefficientsOfBoundedPolynomials, ()) {
  const Bounded c = *bounded_polynomials();
  const Ball sum = ball(c.p.coefficient_sum()), L = ball(c.L), R = ball(c.R);
  const int l = c.p.degree();
  RC_ASSERT(less(coefficient_sum_upper(c.p.dimension, l, L, R), sum) != Truth::yes);
  RC_ASSERT(less(printed_coefficient_sum_upper(c.p.dimension, l, L, R), sum) != Truth::yes);
  // The explicit form is never the weaker one, so the printed one follows from it.
  if (l > 0)
    RC_ASSERT(less(printed_coefficient_sum_upper(c.p.dimension, l, L, R),
                   coefficient_sum_upper(c.p.dimension, l, L, R)) == Truth::no);
}

// (2 (d + l))^3 >= 2 + 8 e d: why it follows, for all d, l >= 1 (both sides grow in d, the left one faster; in l only
// the left one grows).
TEST(Lemma42, ThePrintedBoundFollowsFromTheExplicitOne) {
  for (long d = 1; d <= 200; ++d) {
    const Ball base = 2 * (Ball(d) + 1);
    EXPECT_EQ(less(2 + 8 * exp(Ball(1)) * d, base * base * base), Truth::yes) << d;
  }
}

// How loose: per degree the explicit form gives 2 + 8 e d against 3 + sqrt 8 = 5.83 on the line and at least 1 + 2 d in
// d variables, by T_1(2 x_1 - 1) T_1(2 x_2 - 1) ..., so it is at most a constant factor a degree off.
TEST(Lemma42, TheExplicitBoundIsNotVacuous) {
  for (int l = 1; l <= 8; ++l) {
    const Ball ratio = ball(chebyshev_product({l}, 1).coefficient_sum()) / coefficient_sum_upper(1, l, 1, 1);
    const Ball root = exp(log(ratio) / l);
    EXPECT_GT(approximate(root), 0.23) << l;
    EXPECT_LT(approximate(root), 0.31) << l;
  }
  for (int d = 2; d <= 5; ++d) {
    const std::vector<int> ones(static_cast<std::size_t>(d), 1);
    const Ball ratio = ball(chebyshev_product(ones, 1).coefficient_sum()) / coefficient_sum_upper(d, d, 1, 1);
    EXPECT_GT(approximate(exp(log(ratio) / d)), 3 / (3 + 8 * 2.7182818 * d));
  }
}

// L >= 1 cannot be left out of the printed form: R x/L with L = .3 has the sum 10/3 against R (4 L)^3 = 1.728.
TEST(Lemma42, ThePrintedFormIsFalseForShortBoxes) {
  const Rational L(3, 10);
  const MonomialPolynomial p = affine_polynomial(1, 0, 0, 1 / L);
  EXPECT_EQ(box_bound(p, L), 1);
  EXPECT_EQ(p.coefficient_sum(), Rational(10, 3));
  EXPECT_EQ(less(printed_coefficient_sum_upper(1, 1, ball(L), 1), ball(p.coefficient_sum())), Truth::yes);
  EXPECT_EQ(less(ball(p.coefficient_sum()), coefficient_sum_upper(1, 1, ball(L), 1)), Truth::yes);
}

RC_GTEST_PROP(Lemma42, TheBernsteinBoundIsABound, ()) {
  const Bounded c = *bounded_polynomials();
  const Rational bound = box_bound(c.p, c.L);
  for (int i = 0; i < 10; ++i) {
    std::vector<Rational> x;
    for (Index j = 0; j < c.p.dimension; ++j) x.push_back(c.L * Rational(*rc::gen::inRange(0, 17), 16));
    const Rational value = c.p(x);
    RC_ASSERT(value <= bound && -value <= bound);
  }
}

}  // namespace
}  // namespace verimix
