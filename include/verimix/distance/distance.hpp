// Distances between two mixtures as the program reports them (verimix.distance/1): each with its evidence and method.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "verimix/core/json.hpp"
#include "verimix/core/ranks.hpp"
#include "verimix/core/verdict.hpp"
#include "verimix/mixture/mixture.hpp"

namespace verimix {

/// tv = 1/2 int |p - q|; kl = KL(P||Q) = E_P log p/q; hellinger2 = 1 - int sqrt(pq); fisher = E_P |grad log p - grad
/// log q|^2; wasserstein1 = inf E|X - Y| and wasserstein2 = (inf E|X - Y|^2)^{1/2} over all couplings of X ~ P, Y ~ Q.
enum class Metric { tv, kl, hellinger2, fisher, wasserstein1, wasserstein2 };

/// The words of the command line and of the files.
std::string_view to_text(Metric metric);
/// The metric of that name; nothing if there is none.
std::optional<Metric> parse_metric(std::string_view text);
/// "tv, kl, ..., wasserstein2": what may be asked for.
std::string metric_names();

struct DistanceRequest {
  /// In the order of the answers.
  std::vector<Metric> metrics = {Metric::tv, Metric::kl, Metric::hellinger2, Metric::fisher};
  /// Time of dx = -x dt + sqrt(2) dw, run from both mixtures. Domain: >= 0.
  Rational time = 0;
  /// Asked for: a certified enclosure of relative width at most 10^-digits, or no answer. Domain: 1..10000.
  std::optional<int> digits;
  /// Asked for: at most this many evaluations a metric (work_budget.hpp; on the plane, cells or strips of each rung).
  /// Domain: >= 1.
  std::optional<long> budget;
  /// Asked for: an estimate from this many pairs of draws wherever one is possible, also beside a closed form. Domain:
  /// >= 2.
  std::optional<Index> samples;
  double confidence = 0.99;
  std::uint64_t seed = 1;
  unsigned threads = 0;
  /// They share the draws of an estimate; what is certified each of them computes.
  std::reference_wrapper<Ranks> ranks = one_rank();
};

/// One number between `lower` and `upper`, both as text rounded outward. `confidence` is there iff the evidence is
/// estimated.
struct Distance {
  Metric name;
  std::string lower;
  std::string upper;
  Evidence evidence;
  std::optional<double> confidence;
  std::string method;
  /// For tv of two mixtures on the line: int min(p, q) = 1 - tv between the two texts, certified and with relative
  /// digits of its own, which tv has lost where it is near 1.
  std::optional<std::pair<std::string, std::string>> complement = std::nullopt;
  /// False: the digits that were asked for (by default 30 or 6, where there is a budget) were not reached; the
  /// enclosure is the best one found, and this says what to change.
  bool reached = true;
  std::string shortfall = {};
};

/// Every metric of the request, by the strongest method there is:
///   certified  the same law (exact comparison): 0; two Gaussians: the closed forms of gaussian.hpp in balls, precision
///              raised until the digits (default 30) are met; tv of two Gaussians needs d = 1 or equal covariances;
///              wasserstein1 needs d = 1;
///              mixtures in dimension 1: line_distance.hpp, to the digits (default 30, wasserstein2 8);
///              mixtures otherwise: space_distance.hpp, that is the line or the plane where the laws differ in one or
///              two dimensions only (30 and 6 digits by default), else a bracket, however wide
///   estimated  tv and hellinger2 where `samples` are given, from that many pairs, see monte_carlo.hpp (kl and fisher
///   have
///              unbounded integrands and stay certified)
/// An enclosure that is wider than the digits asked for is marked so, and has been cut back to the bracket of
/// bracket.hpp. Throws InputError for mixtures of different dimension, time < 0, a semidefinite covariance at time 0,
/// and values outside the domains above.
std::vector<Distance> enclosures(const ExactMixture& p, const ExactMixture& q, const DistanceRequest& request = {});

/// UndecidedError that says what is missing in each distance that did not reach its digits, if there is one.
void require_reached(const std::vector<Distance>& distances);

/// The same for callers to whom only an enclosure as narrow as asked for is an answer: both of the above.
std::vector<Distance> distances(const ExactMixture& p, const ExactMixture& q, const DistanceRequest& request = {});

/// The document verimix.distance/1; an entry with a complement has the field "complement": {"lower", "upper"}, one that
/// did not reach its digits "reached": false.
Json distance_json(const std::vector<Distance>& distances);

}  // namespace verimix
