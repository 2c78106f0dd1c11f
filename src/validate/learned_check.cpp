#include "verimix/validate/learned_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/maximum_weighted_matching.hpp>
#include <cmath>
#include <cstdint>
#include <string>
#include <tuple>

#include "verimix/core/cholesky.hpp"
#include "verimix/core/decompositions.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/number_text.hpp"
#include "verimix/core/rational.hpp"
#include "verimix/diffusion/ornstein_uhlenbeck.hpp"
#include "verimix/diffusion/score_enclosure.hpp"
#include "verimix/distance/gaussian.hpp"

namespace verimix {
namespace {

using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::undirectedS, boost::no_property,
                                    boost::property<boost::edge_weight_t, std::int64_t>>;

ComponentMatch compare_components(const Mixture<double>& learned, Index i, const Mixture<double>& truth, Index j) {
  const Gaussian<double> found = component(learned, i);
  const Gaussian<double> wanted = component(truth, j);
  const Eigen::LLT<Matrix<double>> factor(wanted.covariance);
  const Matrix<double> excess = found.covariance - wanted.covariance;
  const Matrix<double> half = factor.matrixL().solve(excess);
  const Matrix<double> whitened = factor.matrixL().solve(half.transpose());
  return {i,
          j,
          learned.weights(i) - truth.weights(j),
          factor.matrixL().solve(found.mean - wanted.mean).norm(),
          whitened.norm(),
          hellinger2(found, wanted)};
}

/// 1/tr Q^{-1} and d/tr Q^{-1}, rounded outward.
std::pair<std::string, std::string> smallest_eigenvalue(const ExactMixture& mixture, Index i, const Rational& time) {
  constexpr long first_bits = 128;
  constexpr long last_bits = 16384;
  for (long bits = first_bits; bits <= last_bits; bits *= 2) {
    const BallPrecision precision(bits);
    const Mixture<Ball> law = at_time(round_to<Ball>(mixture), from_rational<Ball>(time));
    const Cholesky<Ball> factor = cholesky(law.covariances[static_cast<std::size_t>(i)]);
    if (factor.positive_definite != Truth::yes) continue;
    Ball trace;
    for (const Ball& entry : lower_inverse(factor.lower).reshaped()) trace += entry * entry;
    constexpr long accurate_bits = 20;
    if (arb_rel_accuracy_bits(trace.data()) < accurate_bits) continue;
    return {enclosure_text(1 / trace).first, enclosure_text(Ball(static_cast<double>(law.dimension())) / trace).second};
  }
  throw UndecidedError(fmt::format("the smallest eigenvalue of component {} is not known with {} bits", i, last_bits));
}

Truth within(const Distance& tv, const Rational& tolerance) {
  if (parse_rational(tv.upper) <= tolerance) return Truth::yes;
  if (parse_rational(tv.lower) > tolerance) return Truth::no;
  return Truth::unknown;
}

std::vector<ComponentDefiniteness> definiteness_of_components(const ExactMixture& mixture, const Rational& time) {
  std::vector<ComponentDefiniteness> result;
  for (Index i = 0; i < mixture.size(); ++i) {
    const auto place = static_cast<std::size_t>(i);
    if (mixture.weights[place] == 0) continue;
    // Noise makes a semidefinite covariance definite.
    const Definiteness kind = time > 0 ? Definiteness::definite : definiteness(mixture.covariances[place]);
    result.push_back({i, kind, "0", "0"});
    if (kind != Definiteness::definite) continue;
    std::tie(result.back().smallest_lower, result.back().smallest_upper) = smallest_eigenvalue(mixture, i, time);
  }
  return result;
}

std::vector<Index> alone(const ExactMixture& mixture, const std::vector<ComponentMatch>& matches,
                         Index ComponentMatch::*side) {
  std::vector<Index> without_partner;
  for (Index i = 0; i < mixture.size(); ++i)
    if (mixture.weights[static_cast<std::size_t>(i)] != 0 && std::ranges::count(matches, i, side) == 0)
      without_partner.push_back(i);
  return without_partner;
}

}  // namespace

std::vector<ComponentMatch> match_components(const Mixture<double>& learned, const Mixture<double>& truth) {
  require_invariant(learned.dimension() == truth.dimension(), "mixtures in the same space");
  const auto learned_size = static_cast<std::size_t>(learned.size());
  Graph graph(learned_size + static_cast<std::size_t>(truth.size()));
  for (Index i = 0; i < learned.size(); ++i) {
    for (Index j = 0; j < truth.size(); ++j) {
      const double share = std::sqrt(learned.weights(i) * truth.weights(j));
      if (!(share > 0)) continue;
      // In units of 2^-40, since the matching's search ends for certain only in exact arithmetic. The 1 keeps pairs
      // that don't overlap at all matchable, after all that do.
      const double affinity = 1 - hellinger2(component(learned, i), component(truth, j));
      const auto gain = static_cast<std::int64_t>(std::ldexp(share * std::clamp(affinity, 0.0, 1.0), 40)) + 1;
      boost::add_edge(static_cast<std::size_t>(i), learned_size + static_cast<std::size_t>(j), gain, graph);
    }
  }
  std::vector<Graph::vertex_descriptor> mate(boost::num_vertices(graph));
  boost::maximum_weighted_matching(graph, mate.data());
  std::vector<ComponentMatch> matches;
  for (Index j = 0; j < truth.size(); ++j) {
    const std::size_t other = mate[learned_size + static_cast<std::size_t>(j)];
    if (other != boost::graph_traits<Graph>::null_vertex())
      matches.push_back(compare_components(learned, static_cast<Index>(other), truth, j));
  }
  return matches;
}

LearnedCheck check_learned(const ExactMixture& learned, const ExactMixture& truth, const Rational& tv_tolerance,
                           const Rational& time) {
  if (!(tv_tolerance > 0 && tv_tolerance < 1))
    throw InputError("", "--tv", to_text(tv_tolerance), "a number above 0 and below 1");
  require_density(truth, time);
  if (learned.dimension() != truth.dimension())
    throw InputError("", "learned", std::to_string(learned.dimension()),
                     std::to_string(truth.dimension()) + ", the dimension of the truth");
  LearnedCheck result{definiteness_of_components(learned, time), {}, {}, {}, {}, Truth::no};
  if (std::ranges::any_of(result.definiteness,
                          [](const ComponentDefiniteness& c) { return c.kind != Definiteness::definite; }))
    return result;
  DistanceRequest request;
  request.metrics = {Metric::tv, Metric::kl};
  request.time = time;
  result.distances = distances(truth, learned, request);
  result.within = within(result.distances.front(), tv_tolerance);
  const auto noised = [&](const ExactMixture& mixture) {
    return at_time(round_to<double>(mixture), from_rational<double>(time));
  };
  result.components = match_components(noised(learned), noised(truth));
  result.learned_alone = alone(learned, result.components, &ComponentMatch::learned);
  result.truth_alone = alone(truth, result.components, &ComponentMatch::truth);
  return result;
}

}  // namespace verimix
