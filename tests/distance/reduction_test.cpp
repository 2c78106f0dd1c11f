#include "verimix/distance/reduction.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "support/exact.hpp"
#include "support/gaussian_pairs.hpp"
#include "support/input_error.hpp"
#include "support/line_mixtures.hpp"
#include "verimix/diffusion/ornstein_uhlenbeck.hpp"
#include "verimix/distance/gaussian.hpp"
#include "verimix/distance/space_distance.hpp"
#include "verimix/mixture/families.hpp"

namespace verimix {
namespace {

ExactMixture standard_normal(Index d) {
  return {"normal", {Rational(1)}, Matrix<Rational>::Constant(d, 1, Rational(0)), {Matrix<Rational>::Identity(d, d)}};
}

/// The law of A x.
ExactMixture image(const ExactMixture& law, const Matrix<Rational>& a) {
  ExactMixture result{law.name, law.weights, a * law.means, {}};
  for (const Matrix<Rational>& covariance : law.covariances)
    result.covariances.push_back(Matrix<Rational>(a * covariance) * a.transpose());
  return result;
}

/// The product with N(0, C), C tridiagonal with 2 on the diagonal and 1 beside it, in `extra` more coordinates.
ExactMixture times_common(const ExactMixture& law, Index extra) {
  const Index d = law.dimension();
  ExactMixture result{law.name, law.weights, Matrix<Rational>::Constant(d + extra, law.size(), Rational(0)), {}};
  result.means.topRows(d) = law.means;
  for (const Matrix<Rational>& covariance : law.covariances) {
    Matrix<Rational> all = Matrix<Rational>::Constant(d + extra, d + extra, Rational(0));
    all.topLeftCorner(d, d) = covariance;
    for (Index i = d; i < d + extra; ++i) {
      all(i, i) = 2;
      if (i > d) all(i, i - 1) = all(i - 1, i) = 1;
    }
    result.covariances.push_back(all);
  }
  return result;
}

/// Unit lower triangular times unit upper triangular with entries in eighths: invertible.
Matrix<Rational> invertible(Index d, const std::vector<long>& entries) {
  Matrix<Rational> lower = Matrix<Rational>::Identity(d, d);
  Matrix<Rational> upper = Matrix<Rational>::Identity(d, d);
  std::size_t next = 0;
  for (Index i = 0; i < d; ++i)
    for (Index j = 0; j < i; ++j) {
      lower(i, j) = Rational(entries.at(next++), 8);
      upper(j, i) = Rational(entries.at(next++), 8);
    }
  return lower * upper;
}

TEST(DifferenceSpan, CountsTheDimensionsInWhichLawsDiffer) {
  EXPECT_EQ(difference_span(instance("over5"), standard_normal(5)).cols(), 5);
  EXPECT_EQ(difference_span(instance("sep2"), instance("over2")).cols(), 2);
  EXPECT_EQ(difference_span(instance("pancakes", {{"d", "7"}}), standard_normal(7)).cols(), 1);
  EXPECT_EQ(difference_span(standard_normal(4), standard_normal(4)).cols(), 0);
  const Matrix<Rational> along_y = difference_span(instance("pan2"), standard_normal(2));
  ASSERT_EQ(along_y.cols(), 1);
  EXPECT_EQ(along_y(0, 0), 0);
}

TEST(DifferenceSpan, IgnoresComponentsOfWeightZero) {
  ExactMixture law = instance("sep2");
  law.weights = {Rational(0), Rational(1), Rational(0)};
  const ExactMixture single{"one", {Rational(1)}, law.means.col(1), {law.covariances[1]}};
  EXPECT_EQ(difference_span(law, single).cols(), 0);
}

RC_GTEST_PROP(DifferenceSpan, HasTheRankOfTheHiddenPlaneInAnyCoordinates, ()) {
  const Index extra = *rc::gen::inRange<Index>(0, 4);
  const auto size = static_cast<std::size_t>((extra + 2) * (extra + 1));
  const Matrix<Rational> map =
      invertible(extra + 2, *rc::gen::container<std::vector<long>>(size, support::integers(16)));
  RC_ASSERT(difference_span(image(times_common(instance("over2"), extra), map),
                            image(times_common(instance("nest2"), extra), map))
                .cols() == 2);
}

// N(mu, Q) and N(mu + c u, Q + u u^T) in R^d reduce to the line: the closed forms there and here enclose the same
// numbers, the Fisher divergence with them.
RC_GTEST_PROP(Reduction, KeepsTheDistancesOfGaussians, ()) {
  const support::GaussianPair drawn = *support::gaussian_pairs(2, 5, 2);
  const Index d = drawn.p.dimension();
  Vector<Rational> u(d);
  for (Index i = 0; i < d; ++i) u(i) = Rational(*support::integers(16), 8);
  u(0) += 5;
  ExactMixture other = drawn.p;
  other.covariances[0] += u * u.transpose();
  other.means.col(0) += Rational(*support::integers(16), 8) * u;
  const Matrix<Rational> basis = difference_span(drawn.p, other);
  RC_ASSERT(basis.cols() == 1);
  const BallPrecision precision(256);
  const Rational time = *rc::gen::element(Rational(0), Rational(1, 3));
  const Mixture<Ball> p = at_time(round_to<Ball>(drawn.p), from_rational<Ball>(time));
  const Mixture<Ball> q = at_time(round_to<Ball>(other), from_rational<Ball>(time));
  const ReducedPair pair = reduce(basis, p, q);
  const auto same = [&](Ball (*of)(const Gaussian<Ball>&, const Gaussian<Ball>&)) {
    const Ball whole = of(component(p, 0), component(q, 0));
    const Ball reduced = of(component(pair.p, 0), component(pair.q, 0));
    RC_ASSERT(overlaps(whole, reduced));
    RC_ASSERT(radius_upper(reduced) < 0x1p-100 * (1 + std::abs(approximate(reduced))));
  };
  same(&kl<Ball>);
  same(&hellinger2<Ball>);
  same(&fisher<Ball>);
}

TEST(Reduction, OfParallelPancakesIsTheLine) {
  const ExactMixture pancakes = instance("pancakes", {{"d", "6"}, {"k", "3"}});
  const ExactMixture line = instance("pancakes", {{"d", "1"}, {"k", "3"}});
  for (const Rational& time : {Rational(0), Rational(1, 4)})
    for (const Metric metric : {Metric::tv, Metric::kl, Metric::hellinger2, Metric::fisher}) {
      const SpaceDistance found = certified_space_distance(metric, pancakes, standard_normal(6), time, 20);
      const SpaceDistance expected = certified_space_distance(metric, line, standard_normal(1), time, 20);
      EXPECT_TRUE(found.goal_met && overlaps(found.value, expected.value)) << to_text(metric) << ' ' << found.method;
    }
}

/// Laws on the line times N(0, 1) in a second coordinate, which changes none of the distances.
Mixture<Ball> with_common_coordinate(const Mixture<Ball>& law) {
  Mixture<Ball> result{law.name, law.weights, Matrix<Ball>::Constant(2, law.size(), Ball(0)), {}};
  for (Index i = 0; i < law.size(); ++i) {
    result.means(0, i) = law.means(0, i);
    Matrix<Ball> covariance = Matrix<Ball>::Identity(2, 2);
    covariance(0, 0) = law.covariances[static_cast<std::size_t>(i)](0, 0);
    result.covariances.push_back(covariance);
  }
  return result;
}

// In slanted coordinates the direction of the line turns with time: 30 digits there all the same, by the line, and the
// plane finds the same numbers from balls alone.
TEST(Reduction, OfSlantedPancakesIsTheLineAtEveryTime) {
  const Matrix<Rational> map = invertible(3, {3, -5, 8, 2, -7, 4});
  const ExactMixture p = image(instance("pancakes", {{"d", "3"}, {"k", "2"}, {"eta", "1/4"}}), map);
  const ExactMixture q = image(standard_normal(3), map);
  const ExactMixture line = instance("pancakes", {{"d", "1"}, {"k", "2"}, {"eta", "1/4"}});
  const Matrix<Rational> basis = difference_span(p, q);
  ASSERT_EQ(basis.cols(), 1);
  for (const Metric metric : {Metric::tv, Metric::kl, Metric::hellinger2, Metric::fisher}) {
    const SpaceDistance now = certified_space_distance(metric, p, q, 0, 30);
    EXPECT_TRUE(now.goal_met && has_digits(now.value, 30)) << now.method;
    if (metric != Metric::fisher) {
      EXPECT_TRUE(overlaps(now.value, certified_space_distance(metric, line, standard_normal(1), 0, 30).value));
    }
    const Rational time(1, 4);
    const SpaceDistance later = certified_space_distance(metric, p, q, time, 30);
    EXPECT_TRUE(later.goal_met && has_digits(later.value, 30)) << later.method;
    const LadderResult plane = certified_plane_distance(
        metric,
        [&]() -> ReducedPair {
          const Ball t = from_rational<Ball>(time);
          const ReducedPair pair = reduce(basis, at_time(round_to<Ball>(p), t), at_time(round_to<Ball>(q), t));
          return {with_common_coordinate(pair.p), with_common_coordinate(pair.q)};
        },
        6);
    EXPECT_TRUE(plane.goal_met && overlaps(later.value, plane.value)) << to_text(metric);
  }
}

// N(mu, Q) and N(mu + c u, Q + u u^T) again, through exact parameters and the line's quadrature, at any time and with
// the smaller covariance on either side.
TEST(Reduction, ToTheLineMeetsTheClosedFormsInSpace) {
  support::check_few(12, "closed forms", [] {
    const support::GaussianPair drawn = *support::gaussian_pairs(2, 4, 2);
    const Index d = drawn.p.dimension();
    Vector<Rational> u(d);
    for (Index i = 0; i < d; ++i) u(i) = Rational(*support::integers(16), 8);
    u(0) += 5;
    ExactMixture other = drawn.p;
    other.covariances[0] += u * u.transpose();
    other.means.col(0) += Rational(*support::integers(16), 8) * u;
    const bool swapped = *rc::gen::arbitrary<bool>();
    const ExactMixture& p = swapped ? other : drawn.p;
    const ExactMixture& q = swapped ? drawn.p : other;
    const Rational time = *rc::gen::element(Rational(0), Rational(1, 3), Rational(2));
    for (const Metric metric : {Metric::kl, Metric::hellinger2, Metric::fisher}) {
      const SpaceDistance found = certified_space_distance(metric, p, q, time, 20);
      RC_ASSERT(found.goal_met && has_digits(found.value, 20));
      const BallPrecision precision(256);
      const Ball t = from_rational<Ball>(time);
      const Gaussian<Ball> a = component(at_time(round_to<Ball>(p), t), 0);
      const Gaussian<Ball> b = component(at_time(round_to<Ball>(q), t), 0);
      RC_ASSERT(overlaps(found.value, metric == Metric::kl       ? kl(a, b)
                                      : metric == Metric::fisher ? fisher(a, b)
                                                                 : hellinger2(a, b)));
    }
  });
}

TEST(Reduction, ToTheLineNeedsOneColumn) {
  const ExactMixture p = instance("over2");
  const ExactMixture q = instance("nest2");
  EXPECT_NE(support::refusal([&] { reduce_to_line(difference_span(p, q), p, q, 0); }).find("basis"), std::string::npos);
}

TEST(Reduction, MeetsThePlane) {
  const ExactMixture p = instance("over2");
  ExactMixture q = p;
  q.means(0, 0) += Rational(1, 8);
  const Matrix<Rational> map = invertible(4, {1, -2, 3, 5, -8, 2, 4, -1, 6, 3, -2, 7});
  for (const Metric metric : {Metric::kl, Metric::hellinger2}) {
    const SpaceDistance hidden =
        certified_space_distance(metric, image(times_common(p, 2), map), image(times_common(q, 2), map), 0, 6);
    const SpaceDistance plain = certified_space_distance(metric, p, q, 0, 6);
    EXPECT_TRUE(hidden.goal_met && plain.goal_met && overlaps(hidden.value, plain.value)) << to_text(metric);
  }
  // The Fisher divergence stays the same in a product, though not in slanted coordinates.
  const SpaceDistance product = certified_space_distance(Metric::fisher, times_common(p, 2), times_common(q, 2), 0, 6);
  EXPECT_TRUE(product.goal_met && overlaps(product.value, certified_space_distance(Metric::fisher, p, q, 0, 6).value));
}

}  // namespace
}  // namespace verimix
