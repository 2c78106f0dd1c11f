#include "verimix/distance/distance.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "verimix/core/error.hpp"
#include "verimix/core/number_text.hpp"
#include "verimix/core/roots.hpp"
#include "verimix/core/work_budget.hpp"
#include "verimix/diffusion/ornstein_uhlenbeck.hpp"
#include "verimix/distance/bracket.hpp"
#include "verimix/distance/gaussian.hpp"
#include "verimix/distance/line_distance.hpp"
#include "verimix/distance/monte_carlo.hpp"
#include "verimix/distance/space_distance.hpp"
#include "verimix/distance/total_variation.hpp"

namespace verimix {
namespace {

constexpr std::array<std::pair<Metric, std::string_view>, 6> names = {{{Metric::tv, "tv"},
                                                                       {Metric::kl, "kl"},
                                                                       {Metric::hellinger2, "hellinger2"},
                                                                       {Metric::fisher, "fisher"},
                                                                       {Metric::wasserstein1, "wasserstein1"},
                                                                       {Metric::wasserstein2, "wasserstein2"}}};

// Both laws as exact mixtures without repetitions, and what the request says of them.
struct Problem {
  ExactMixture p;
  ExactMixture q;
  const DistanceRequest& request;

  bool single() const { return p.size() == 1 && q.size() == 1; }
  bool equal_covariances() const { return p.covariances.front() == q.covariances.front(); }
};

// The same law with equal components merged and those of weight 0 left out. Two Gaussian mixtures in this form are the
// same law iff they agree up to order ([Teicher 1963]).
ExactMixture merged(const ExactMixture& mixture) {
  ExactMixture result;
  result.name = mixture.name;
  std::vector<Index> kept;
  for (Index i = 0; i < mixture.size(); ++i) {
    const auto at = static_cast<std::size_t>(i);
    if (mixture.weights[at] == 0) continue;
    std::size_t same = 0;
    while (same < kept.size() && !(mixture.means.col(kept[same]) == mixture.means.col(i) &&
                                   result.covariances[same] == mixture.covariances[at]))
      ++same;
    if (same < kept.size()) {
      result.weights[same] += mixture.weights[at];
      continue;
    }
    kept.push_back(i);
    result.weights.push_back(mixture.weights[at]);
    result.covariances.push_back(mixture.covariances[at]);
  }
  result.means.resize(mixture.dimension(), static_cast<Index>(kept.size()));
  for (std::size_t i = 0; i < kept.size(); ++i) result.means.col(static_cast<Index>(i)) = mixture.means.col(kept[i]);
  return result;
}

// Domain: both merged.
bool same_law(const ExactMixture& p, const ExactMixture& q) {
  if (p.size() != q.size()) return false;
  for (Index i = 0; i < p.size(); ++i) {
    bool found = false;
    for (Index j = 0; j < q.size() && !found; ++j)
      found = p.weights[static_cast<std::size_t>(i)] == q.weights[static_cast<std::size_t>(j)] &&
              p.means.col(i) == q.means.col(j) &&
              p.covariances[static_cast<std::size_t>(i)] == q.covariances[static_cast<std::size_t>(j)];
    if (!found) return false;
  }
  return true;
}

template <Scalar T>
Mixture<T> law(const ExactMixture& mixture, const Rational& time) {
  return at_time(round_to<T>(mixture), from_rational<T>(time));
}

Ball closed_form(Metric metric, const Problem& problem) {
  const Gaussian<Ball> p = component(law<Ball>(problem.p, problem.request.time), 0);
  const Gaussian<Ball> q = component(law<Ball>(problem.q, problem.request.time), 0);
  switch (metric) {
    case Metric::tv:
      return problem.equal_covariances() ? tv_equal_covariance(p, q.mean) : tv_line(p, q);
    case Metric::kl:
      return kl(p, q);
    case Metric::hellinger2:
      return hellinger2(p, q);
    case Metric::fisher:
      return fisher(p, q);
    case Metric::wasserstein2:
      return sqrt(wasserstein2_squared(p, q));
    case Metric::wasserstein1:
      break;  // no closed form
  }
  return {};
}

// Has the closed form above?
bool closed(Metric metric, const Problem& problem) {
  if (!problem.single() || metric == Metric::wasserstein1) return false;
  return metric != Metric::tv || problem.p.dimension() == 1 || problem.equal_covariances();
}

// A note on an enclosure that is wider than asked for.
void mark_shortfall(Distance& distance, int digits, std::string_view remedy) {
  distance.reached = false;
  distance.shortfall = fmt::format("{}: {} digits are not reached, only {} .. {} ({}): {}", to_text(distance.name),
                                   digits, distance.lower, distance.upper, distance.method, remedy);
}

constexpr std::string_view lower_or_raise = "lower --digits, or raise --budget where one was given";

// Is hi - lo <= 10^-digits lo for the ends of the ball?
bool narrow(const Ball& x, int digits) {
  Ball radius;
  arb_get_rad_arb(radius.data(), x.data());
  Ball scale;
  arb_ui_pow_ui(scale.data(), 10, static_cast<ulong>(digits), BallPrecision::bits());
  return is_finite(x) && less(2 * radius * scale, abs(x)) == Truth::yes;
}

Distance certified(Metric metric, const Problem& problem) {
  constexpr double bits_of_a_digit = 3.33;
  constexpr int spare_digits = 2;  // for the rounding to decimal text
  constexpr long doublings = 7;
  const int digits = problem.request.digits.value_or(30) + spare_digits;
  const long first = 64 + static_cast<long>(bits_of_a_digit * digits);
  for (long bits = first; bits <= (first << doublings); bits *= 2) {
    const BallPrecision precision(bits);
    try {
      const Ball value = closed_form(metric, problem);
      if (!narrow(value, digits)) continue;
      auto [lower, upper] = enclosure_text(value);
      return {metric,           std::move(lower),
              std::move(upper), Evidence::certified,
              std::nullopt,     fmt::format("closed form for two Gaussians, in balls of {} bits", bits)};
    } catch (const UndecidedError&) {
      // A pivot that straddles 0 at this precision need not at the next.
    }
  }
  throw UndecidedError(fmt::format("{}: {} digits are not reached with balls of {} bits: lower --digits",
                                   to_text(metric), digits - spare_digits, first << doublings));
}

// What a bracket from closed forms leaves of an enclosure that is wider than asked for, or not finite.
void narrow_by_bracket(Metric metric, const Problem& problem, Ball& value, std::string& method) {
  constexpr long bits = 128;
  const BallPrecision precision(bits);
  const Bracket outer = bracket(metric, problem.p, problem.q, problem.request.time);
  Ball lower = lower_end(value), upper = upper_end(value);
  const bool raised = less(lower, outer.lower.value) == Truth::yes;
  const bool lowered = less(outer.upper.value, upper) == Truth::yes;
  if (raised) lower = outer.lower.value;
  if (lowered) upper = outer.upper.value;
  if (raised) method += "; below by " + outer.lower.method;
  if (lowered) method += "; above by " + outer.upper.method;
  if (raised || lowered)
    arb_set_interval_arf(value.data(), arb_midref(lower.data()), arb_midref(upper.data()), BallPrecision::bits());
}

// Text of an enclosure of a number that is not negative.
std::pair<std::string, std::string> nonnegative_text(const Ball& value) {
  std::pair<std::string, std::string> text = enclosure_text(value);
  if (less(Ball(0), value) != Truth::yes) text.first = "0";
  return text;
}

// Mixtures in dimension 1. Without digits asked for, the best enclosure found is an answer.
Distance on_the_line(Metric metric, const Problem& problem) {
  constexpr int spare_digits = 2;  // for the rounding to decimal text
  const int digits = problem.request.digits.value_or(usual_line_digits(metric));
  LineDistance found =
      certified_line_distance(metric, problem.p, problem.q, problem.request.time, digits + spare_digits);
  if (!found.result.goal_met) narrow_by_bracket(metric, problem, found.result.value, found.method);
  auto [lower, upper] = nonnegative_text(found.result.value);
  Distance result{metric,       std::move(lower),       std::move(upper), Evidence::certified,
                  std::nullopt, std::move(found.method)};
  if (!found.result.goal_met && (problem.request.digits || problem.request.budget))
    mark_shortfall(result, digits, lower_or_raise);
  if (metric == Metric::tv) {
    const LineLaw p(problem.p, problem.request.time), q(problem.q, problem.request.time);
    const LadderResult overlap = certified_overlap(p, q, digits + spare_digits);
    if (overlap.goal_met) result.complement = enclosure_text(overlap.value);
  }
  return result;
}

// Mixtures in dimension 2 and above. Without digits asked for, the best enclosure found is an answer.
Distance in_space(Metric metric, const Problem& problem) {
  constexpr int spare_digits = 1;  // for the rounding to decimal text
  std::optional<int> digits = problem.request.digits;
  if (digits) *digits += spare_digits;
  PlaneBudget budget;
  budget.threads = problem.request.threads;
  if (problem.request.budget) {
    budget.cells = std::min(budget.cells, *problem.request.budget);
    budget.strips = std::min(budget.strips, *problem.request.budget);
  }
  SpaceDistance found = certified_space_distance(metric, problem.p, problem.q, problem.request.time, digits, budget);
  if (!found.goal_met) narrow_by_bracket(metric, problem, found.value, found.method);
  auto [lower, upper] = nonnegative_text(found.value);
  Distance result{metric,       std::move(lower),       std::move(upper), Evidence::certified,
                  std::nullopt, std::move(found.method)};
  if (!found.goal_met && (problem.request.digits || problem.request.budget))
    mark_shortfall(
        result, problem.request.digits.value_or(found.goal_digits),
        metric == Metric::tv || metric == Metric::hellinger2
            ? "lower or leave out --digits, raise --budget where one was given, or give --samples for an estimate"
            : lower_or_raise);
  return result;
}

Distance sampled(Metric metric, const Problem& problem) {
  const DistanceRequest& request = problem.request;
  SampleRequest draws;
  draws.pairs = request.samples.value_or(draws.pairs);
  draws.confidence = request.confidence;
  draws.seed = request.seed;
  draws.threads = request.threads;
  draws.ranks = request.ranks;
  const SampledDistances found =
      sample_distances(law<double>(problem.p, request.time), law<double>(problem.q, request.time), draws);
  const ConfidenceInterval& interval = metric == Metric::tv ? found.tv : found.hellinger2;
  return {metric,
          to_text(interval.lower),
          to_text(interval.upper),
          Evidence::estimated,
          request.confidence,
          fmt::format("{}, {} pairs of draws, seed {}",
                      metric == Metric::tv
                          ? "empirical Bernstein (4/5 of the level) and exact binomial (1/5) intervals in common"
                          : "empirical Bernstein interval",
                      draws.pairs, draws.seed)};
}

Distance distance_of(Metric metric, const Problem& problem, bool same) {
  if (same) return {metric, "0", "0", Evidence::certified, std::nullopt, "the two laws are the same, exactly"};
  const bool bounded = metric == Metric::tv || metric == Metric::hellinger2;
  if (bounded && problem.request.samples) return sampled(metric, problem);
  std::optional<WorkBudget> budget;
  if (problem.request.budget) budget.emplace(*problem.request.budget);
  if (closed(metric, problem)) return certified(metric, problem);
  if (problem.p.dimension() == 1) return on_the_line(metric, problem);
  return in_space(metric, problem);
}

void require_request(const ExactMixture& p, const ExactMixture& q, const DistanceRequest& request) {
  if (p.dimension() != q.dimension())
    throw InputError("", "dimension", std::to_string(q.dimension()), "dimension " + std::to_string(p.dimension()));
  if (request.time < 0) throw InputError("", "time", to_text(request.time), "a time >= 0");
  if (request.digits && (*request.digits < 1 || *request.digits > 10000))
    throw InputError("", "digits", std::to_string(*request.digits), "a number from 1 to 10000");
  if (request.budget && *request.budget < 1)
    throw InputError("", "budget", std::to_string(*request.budget), "at least 1 evaluation");
  for (const ExactMixture* mixture : {&p, &q})
    if (!validate(*mixture) && request.time == 0)
      throw InputError("", "covariance", mixture->name, "positive definite covariances at time 0");
}

}  // namespace

std::string_view to_text(Metric metric) {
  for (const auto& [value, name] : names)
    if (value == metric) return name;
  require_invariant(false, "every metric has a name");
  return {};
}

std::optional<Metric> parse_metric(std::string_view text) {
  for (const auto& [value, name] : names)
    if (name == text) return value;
  return std::nullopt;
}

std::string metric_names() {
  std::string all;
  for (const auto& [value, name] : names) all.append(all.empty() ? "" : ", ").append(name);
  return all;
}

std::vector<Distance> enclosures(const ExactMixture& p, const ExactMixture& q, const DistanceRequest& request) {
  require_request(p, q, request);
  const Problem problem{merged(p), merged(q), request};
  const bool same = same_law(problem.p, problem.q);
  std::vector<Distance> results;
  for (const Metric metric : request.metrics) results.push_back(distance_of(metric, problem, same));
  return results;
}

void require_reached(const std::vector<Distance>& distances) {
  std::string missing;
  for (const Distance& distance : distances)
    if (!distance.reached) missing.append(missing.empty() ? "" : "; ").append(distance.shortfall);
  if (!missing.empty()) throw UndecidedError(missing);
}

std::vector<Distance> distances(const ExactMixture& p, const ExactMixture& q, const DistanceRequest& request) {
  std::vector<Distance> found = enclosures(p, q, request);
  require_reached(found);
  return found;
}

Json distance_json(const std::vector<Distance>& distances) {
  Json document = {{"format", "verimix.distance/1"}, {"metrics", Json::array()}};
  for (const Distance& distance : distances) {
    Json entry = {{"name", to_text(distance.name)},
                  {"lower", distance.lower},
                  {"upper", distance.upper},
                  {"evidence", to_text(distance.evidence)},
                  {"confidence", distance.confidence ? Json(to_text(*distance.confidence)) : Json()},
                  {"method", distance.method}};
    if (distance.complement)
      entry["complement"] = {{"lower", distance.complement->first}, {"upper", distance.complement->second}};
    if (!distance.reached) entry["reached"] = false;
    document["metrics"].push_back(std::move(entry));
  }
  return document;
}

}  // namespace verimix
