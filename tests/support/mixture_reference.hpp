// Reading tests/data/mixture_reference.json, and comparing an evaluation with it.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/mixtures.hpp"
#include "support/places.hpp"
#include "verimix/core/file.hpp"
#include "verimix/core/json.hpp"
#include "verimix/mixture/mixture_file.hpp"

namespace verimix::support {

struct ReferencePoint {
  Matrix<Rational> x;
  Rational log_density;
  std::vector<Rational> score, responsibilities;
  Matrix<Rational> jacobian;
};

struct ReferenceCase {
  ExactMixture mixture;
  Rational time;
  std::vector<ReferencePoint> points;
};

inline std::vector<Rational> reference_numbers(const Json& list) {
  std::vector<Rational> numbers;
  for (const Json& entry : list) numbers.push_back(json_rational(entry, "reference"));
  return numbers;
}

inline std::vector<ReferenceCase> reference_cases() {
  const Json document = parse_json(read_file(support::test_data() / "mixture_reference.json"));
  std::vector<ReferenceCase> cases;
  for (const Json& entry : document.at("cases")) {
    ReferenceCase reference{parse_mixture(entry.at("mixture")), json_rational(entry.at("time"), "time"), {}};
    for (const Json& value : entry.at("points")) {
      ReferencePoint point;
      const std::vector<Rational> x = reference_numbers(value.at("x"));
      const auto d = static_cast<Index>(x.size());
      point.x = Eigen::Map<const Matrix<Rational>>(x.data(), d, 1);
      point.log_density = json_rational(value.at("log_density"), "log_density");
      point.score = reference_numbers(value.at("score"));
      point.responsibilities = reference_numbers(value.at("responsibilities"));
      point.jacobian.resize(d, d);
      for (Index i = 0; i < d; ++i) {
        const auto row = reference_numbers(value.at("jacobian").at(static_cast<std::size_t>(i)));
        for (Index j = 0; j < d; ++j) point.jacobian(i, j) = row[static_cast<std::size_t>(j)];
      }
      reference.points.push_back(point);
    }
    cases.push_back(reference);
  }
  return cases;
}

/// What the sixty printed digits leave open.
inline Real100 printed_error(const Rational& printed) {
  return Real100("1e-59") * abs(from_rational<Real100>(printed));
}

/// The evaluation of `mixture` (the case's, at the case's time) in T is within the rounding bounds of unit roundoff u.
template <Scalar T>
void expect_reference(const ReferenceCase& reference, const Mixture<T>& mixture, const Real100& u) {
  Mixture<Real100> fine;
  fine.weights = mixture.weights.unaryExpr([](const T& x) { return Real100(x); });
  fine.means = mixture.means.unaryExpr([](const T& x) { return Real100(x); });
  for (const auto& q : mixture.covariances)
    fine.covariances.push_back(q.unaryExpr([](const T& x) { return Real100(x); }));
  const Density<T> density(mixture);
  for (const ReferencePoint& point : reference.points) {
    const auto at = density.evaluate(rounded<T>(point.x), {.responsibilities = true, .jacobian = true, .threads = 1});
    const RoundingBounds bounds = rounding_bounds(fine, rounded<Real100>(point.x), u);
    const auto off = [](const T& value, const Rational& expected) {
      const Real100 difference = abs(Real100(value) - from_rational<Real100>(expected)) - printed_error(expected);
      return difference < 0 ? Real100(0) : difference;
    };
    EXPECT_LE(off(at.log_density(0), point.log_density), bounds.log_density);
    for (std::size_t m = 0; m < point.score.size(); ++m) {
      EXPECT_LE(off(at.score(static_cast<Index>(m), 0), point.score[m]), bounds.score);
    }
    for (std::size_t i = 0; i < point.responsibilities.size(); ++i) {
      EXPECT_LE(off(at.responsibilities(static_cast<Index>(i), 0), point.responsibilities[i]),
                2 * bounds.log_density + Real100("1e-300"));
    }
  }
}

/// Every ball at the working precision meets the printed value's own uncertainty, the Jacobian included.
inline void expect_enclosed(const ReferenceCase& reference, const Mixture<Ball>& mixture) {
  const auto meets = [](const Ball& ball, const Rational& printed) {
    const Rational error = printed == 0 ? parse_rational("1e-90000") : Rational(abs(printed) * parse_rational("1e-59"));
    return overlaps(ball, widened(from_rational<Ball>(printed), from_rational<Ball>(error)));
  };
  const Density<Ball> density(mixture);
  for (const ReferencePoint& point : reference.points) {
    const auto at =
        density.evaluate(rounded<Ball>(point.x), {.responsibilities = true, .jacobian = true, .threads = 1});
    EXPECT_TRUE(meets(at.log_density(0), point.log_density));
    for (std::size_t i = 0; i < point.responsibilities.size(); ++i) {
      EXPECT_TRUE(meets(at.responsibilities(static_cast<Index>(i), 0), point.responsibilities[i]));
    }
    for (Index m = 0; m < mixture.dimension(); ++m) {
      EXPECT_TRUE(meets(at.score(m, 0), point.score[static_cast<std::size_t>(m)]));
      for (Index j = 0; j < mixture.dimension(); ++j) EXPECT_TRUE(meets(at.jacobian[0](m, j), point.jacobian(m, j)));
    }
  }
}

}  // namespace verimix::support
