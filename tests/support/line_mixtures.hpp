// Mixtures on the line, and pairs of them from nearly equal to nearly disjoint; all parameters are exact fractions.
#pragma once

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <sstream>
#include <string>
#include <vector>

#include "support/numbers.hpp"
#include "verimix/core/rational.hpp"
#include "verimix/distance/line_mixture.hpp"
#include "verimix/mixture/mixture.hpp"

namespace verimix::support {

/// A component: weight, mean, variance as text.
using LineText = std::array<std::string, 3>;

inline ExactMixture line_mixture(const std::vector<LineText>& components) {
  ExactMixture mixture;
  mixture.means.resize(1, static_cast<Index>(components.size()));
  for (std::size_t i = 0; i < components.size(); ++i) {
    mixture.weights.push_back(parse_rational(components[i][0]));
    mixture.means(0, static_cast<Index>(i)) = parse_rational(components[i][1]);
    mixture.covariances.push_back(Matrix<Rational>::Constant(1, 1, parse_rational(components[i][2])));
  }
  return mixture;
}

/// Three bumps apart, three others over the same place, three that differ from the first by 1e-13, and three far away.
inline ExactMixture three() { return line_mixture({{"0.3", "-4", "0.5"}, {"0.3", "0", "1"}, {"0.4", "3", "0.3"}}); }
inline ExactMixture other_three() {
  return line_mixture({{"0.2", "-3.5", "0.7"}, {"0.5", "0.25", "1.5"}, {"0.3", "2", "0.4"}});
}
inline ExactMixture nearly_three() {
  return line_mixture({{"0.3", "-4", "0.5"}, {"0.3", "0", "1.0000000000001"}, {"0.4", "3.0000000000001", "0.3"}});
}
inline ExactMixture far_three() {
  return line_mixture({{"0.3", "40", "0.5"}, {"0.3", "16", "1"}, {"0.4", "25", "0.3"}});
}

/// 1 to 3 components, means in [-6, 6], variances in [1/16, 4], weights at least 1/17.
inline rc::Gen<ExactMixture> line_mixtures() {
  return rc::gen::exec([] {
    const long count = *rc::gen::inRange(1L, 4L);
    std::vector<long> shares;
    long sum = 0;
    ExactMixture mixture;
    mixture.means.resize(1, count);
    for (long i = 0; i < count; ++i) {
      shares.push_back(*rc::gen::inRange(1L, 9L));
      sum += shares.back();
      mixture.means(0, i) = Rational(*integers(24), 4);
      mixture.covariances.push_back(
          Matrix<Rational>::Constant(1, 1,
                                     *rc::gen::element(Rational(1, 16), Rational(1, 3), Rational(1, 2), Rational(1),
                                                       Rational(5, 4), Rational(4))));
    }
    for (const long share : shares) mixture.weights.push_back(Rational(share, sum));
    return mixture;
  });
}

struct LinePairCase {
  ExactMixture p, q;
};

inline void showValue(const LinePairCase& pair, std::ostream& out) {
  for (const ExactMixture* m : {&pair.p, &pair.q}) {
    out << (m == &pair.p ? "p:" : " q:");
    for (Index i = 0; i < m->size(); ++i)
      out << " " << to_text(m->weights[static_cast<std::size_t>(i)]) << " N(" << to_text(m->means(0, i)) << ", "
          << to_text(m->covariances[static_cast<std::size_t>(i)](0, 0)) << ")";
  }
}

/// Independent laws, laws that differ by 2^-43 in every mean and variance, laws with common components, laws 40 apart.
inline rc::Gen<LinePairCase> line_pairs() {
  return rc::gen::exec([] {
    LinePairCase pair{*line_mixtures(), {}};
    const int kind = *rc::gen::weightedElement<int>({{4, 0}, {2, 1}, {1, 2}, {1, 3}});
    if (kind == 1) {
      pair.q = pair.p;
      const Rational tiny = Rational(1) / (Rational(1L << 43));
      for (Index i = 0; i < pair.q.size(); ++i) {
        pair.q.means(0, i) += tiny * *integers(2);
        pair.q.covariances[static_cast<std::size_t>(i)](0, 0) += tiny * *integers(2);
      }
      pair.q.means(0, 0) += 5 * tiny;
    } else {
      pair.q = *line_mixtures();
      if (kind == 2) pair.q.means(0, 0) = pair.p.means(0, 0);
      if (kind == 3)
        for (Index i = 0; i < pair.q.size(); ++i) pair.q.means(0, i) += 40;
    }
    // The laws always differ: this moves the mean of q.
    if (LineLaw(pair.p) == LineLaw(pair.q)) pair.q.means(0, 0) += Rational(1, 4);
    return pair;
  });
}

/// A property tried `count` times: for work that takes a good part of a second each time.
template <class Property>
void check_few(int count, const char* description, Property property) {
  rc::detail::TestMetadata metadata;
  metadata.id = metadata.description = description;
  rc::detail::TestParams parameters = rc::detail::configuration().testParams;
  parameters.maxSuccess = count;
  const rc::detail::TestResult result = rc::detail::checkTestable(std::move(property), metadata, parameters);
  if (!result.is<rc::detail::SuccessResult>()) {
    std::ostringstream text;
    rc::detail::printResultMessage(result, text);
    FAIL() << description << "\n" << text.str();
  }
}

}  // namespace verimix::support
