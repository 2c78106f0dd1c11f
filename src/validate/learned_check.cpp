#include "verimix/validate/learned_check.hpp"

#include <Eigen/Cholesky>
#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/maximum_weighted_matching.hpp>
#include <cmath>
#include <cstdint>

#include "verimix/core/error.hpp"
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

Truth within(const Distance& tv, const Rational& tolerance) {
  if (parse_rational(tv.upper) <= tolerance) return Truth::yes;
  if (parse_rational(tv.lower) > tolerance) return Truth::no;
  return Truth::unknown;
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
  require_density(learned, time);
  require_density(truth, time);
  DistanceRequest request;
  request.metrics = {Metric::tv, Metric::kl};
  request.time = time;
  LearnedCheck result{distances(truth, learned, request), {}, Truth::unknown};
  result.within = within(result.distances.front(), tv_tolerance);
  const auto noised = [&](const ExactMixture& mixture) {
    return at_time(round_to<double>(mixture), from_rational<double>(time));
  };
  result.components = match_components(noised(learned), noised(truth));
  return result;
}

}  // namespace verimix
