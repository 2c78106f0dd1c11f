#include "verimix/polynomial/piecewise_error.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>

#include "support/input_error.hpp"
#include "support/line_mixtures.hpp"
#include "verimix/core/error.hpp"
#include "verimix/mixture/families.hpp"
#include "verimix/polynomial/piecewise_line.hpp"

namespace verimix {
namespace {

using support::line_mixture;

/// The lower end of the error: where the bound is attained both are the same to four digits.
struct Compared {
  double error, bound;
};
Compared compared(const ExactMixture& mixture, const LineClusters& cells, double reach, int degree) {
  const LinePiecewiseScore made = piecewise_score_line(mixture, cells, reach, degree);
  const Ball error = certified_score_error(LineLaw(mixture), made.score, 4).value;
  return {approximate(error) - radius_upper(error),
          approximate(piecewise_error_upper(made.sizes, made.delta, made.eta))};
}

PiecewiseSizes<double> in_double(const PiecewiseSizes<Ball>& sizes) {
  return {
      sizes.cells,          sizes.largest,        approximate(sizes.alpha),          approximate(sizes.beta),
      approximate(sizes.R), approximate(sizes.D), approximate(sizes.simplification), approximate(sizes.wrong_outside)};
}

// Two clusters of one to three components each around -centre and centre.
RC_GTEST_PROP(Proposition48, HoldsOnTheLine, ()) {
  const long left = *rc::gen::inRange(1L, 4L), right = *rc::gen::inRange(1L, 4L);
  const Rational centre(*rc::gen::inRange(4L, 40L), 4);
  std::vector<support::LineText> components;
  LineClusters cells{{{}, {}}, {Rational(*rc::gen::inRange(-4L, 5L), 4)}, centre + 60};
  for (long i = 0; i < left + right; ++i) {
    const Rational mean = (i < left ? -centre : centre) + Rational(*rc::gen::inRange(-4L, 5L), 4);
    const Rational variance = *rc::gen::element(Rational(1, 2), Rational(1), Rational(2));
    components.push_back({to_text(Rational(1, left + right)), to_text(mean), to_text(variance)});
    cells.cells[i < left ? 0 : 1].push_back(i);
  }
  const double reach = *rc::gen::element(1.0, 3.0, 5.0);
  const Compared found = compared(line_mixture(components), cells, reach, *rc::gen::element(1, 4, 12));
  RC_ASSERT(found.error <= found.bound);
}

// The scores of single components are lines: what is left is the simplification, and the bound is that.
TEST(Proposition48, OfSingleComponentsIsTheSimplification) {
  for (const char* R : {"1", "3", "6"}) {
    const Compared found = compared(instance("two", {{"R", R}}), {{{0}, {1}}, {Rational(0)}, 50}, 4, 1);
    EXPECT_NEAR(found.error / found.bound, 1, 1e-3) << R;
  }
}

// One cell: the form of Proposition 40, whose fallback term is pinned there; with a region that holds nearly everything
// the bound is eta^2, and interpolation is at most 20 times worse in the sup-norm than in the mean.
TEST(Proposition48, OfOneCellIsTheErrorOfItsPolynomial) {
  const ExactMixture two = line_mixture({{"1/2", "-1", "1"}, {"1/2", "1", "1"}});
  for (const int degree : {3, 7, 11}) {
    const Compared found = compared(two, {{{0, 1}}, {}, 60}, 9, degree);
    EXPECT_LE(found.error, found.bound);
    EXPECT_GE(found.error, found.bound / 400) << degree;
  }
}

// The degree that is promised is that of the cell: the other cluster's place does not matter once it is far, and
// log(1/epsilon)/epsilon^{3/2} is about how it grows. The least degrees are 7 and 16 (degree_experiment_test.cpp): the
// promise is loose by what Jackson's theorem is for an analytic function.
TEST(Proposition48, ThePromisedDegreeDoesNotDependOnTheDistance) {
  const auto promised = [](const char* R, double epsilon) {
    const ExactMixture clusters = instance("clusters", {{"R", R}});
    const LinePiecewiseScore made = piecewise_score_line(clusters, {{{0, 1}, {2, 3, 4}}, {Rational(0)}, 1000}, 6, 3);
    return piecewise_degree(in_double(made.sizes), epsilon)->degree;
  };
  EXPECT_NEAR(promised("16", 0.1) / promised("64", 0.1), 1, 1e-3);
  EXPECT_GE(promised("64", 0.1), 1e8);
  EXPECT_LE(promised("64", 0.1), 1e9);
  const double growth = promised("64", 0.001) / promised("64", 0.1);
  EXPECT_GE(growth, 10);
  EXPECT_LE(growth, 100);
}

TEST(Proposition48, TheDegreeBringsTheBoundToEpsilon) {
  const PiecewiseSizes<double> sizes{3, 2, 0.5, 2, 5, 1, 1e-4, 1e-16};
  for (const double epsilon : {1e-1, 1e-2, 1e-3}) {
    const auto found = piecewise_degree(sizes, epsilon);
    ASSERT_TRUE(found) << epsilon;
    EXPECT_NEAR(piecewise_error_upper(sizes, found->delta, found->eta) / epsilon, 1, 1e-9);
    const auto close =
        piecewise_degree<Real50>({3, 2, Real50(1) / 2, 2, 5, 1, Real50(1e-4), Real50(1e-16)}, Real50(epsilon));
    EXPECT_NEAR(static_cast<double>(close->degree) / found->degree, 1, 1e-9);
  }
  EXPECT_FALSE(piecewise_degree(sizes, 1e-4)) << "the cells alone cost as much";
  // Equal components: a line, whatever delta is.
  EXPECT_EQ(piecewise_degree<double>({2, 2, 1, 1, 3, 0, 0, 0}, 0.01)->degree, 1);
}

// Equal components: the interpolant of degree 4 of a line, whose highest coefficients are 0 and once were written
// beyond the end of the list.
TEST(Proposition48, HighestCoefficientsMayVanish) {
  const ExactMixture twins = line_mixture({{"1/3", "0", "1"}, {"1/3", "0", "1"}, {"1/3", "8", "1"}});
  const Compared found = compared(twins, {{{0, 1}, {2}}, {Rational(4)}, 60}, 5, 4);
  EXPECT_LE(found.error, found.bound);
  const ExactMixture symmetric = line_mixture({{"1/2", "-1", "1"}, {"1/2", "1", "1"}});
  const LinePiecewiseScore odd = piecewise_score_line(symmetric, {{{0, 1}}, {}, 60}, 5, 4);
  ASSERT_EQ(odd.score.cells.size(), 1U);
  EXPECT_LE(odd.score.cells.front().coefficients.size(), 5U);
}

TEST(Proposition48, RefusesCellsThatAreNone) {
  const auto refused = [two = instance("two", {{"R", "2"}})](const LineClusters& cells) {
    return support::refusal([&] { piecewise_score_line(two, cells, 3, 1); });
  };
  EXPECT_NE(refused({{{0}, {1}}, {}, 9}).find("expected one more than the cuts"), std::string::npos);
  EXPECT_NE(refused({{{0}, {0}}, {Rational(0)}, 9}).find("cells"), std::string::npos);
  EXPECT_NE(refused({{{0}, {1}}, {Rational(10)}, 9}).find("clustering"), std::string::npos);
}

}  // namespace
}  // namespace verimix
