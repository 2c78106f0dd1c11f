#include "hunt_search.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <nlopt.hpp>

#include "verimix/core/error.hpp"
#include "verimix/core/interrupt.hpp"
#include "verimix/core/random.hpp"

namespace verimix::hunt_detail {
namespace {

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

/// A parameter's place in [0, 1] and its value, rounded to 24 bits so that the exact fraction of it stays short.
double value_at(const HuntParameter& parameter, double place) {
  const double lower = from_rational<double>(parameter.lower), upper = from_rational<double>(parameter.upper);
  place = std::clamp(place, 0.0, 1.0);
  if (parameter.scale == HuntScale::integer) {
    const double shift = lower < 1 ? 1 - lower : 0;  // a logarithmic scale needs positive numbers
    return std::round((lower + shift) * std::pow((upper + shift) / (lower + shift), place) - shift);
  }
  const double x =
      parameter.scale == HuntScale::linear ? lower + place * (upper - lower) : lower * std::pow(upper / lower, place);
  return std::clamp(static_cast<double>(static_cast<float>(x)), lower, upper);
}

std::vector<double> values_at(const HuntProblem& problem, const std::vector<double>& places) {
  std::vector<double> values(places.size());
  for (std::size_t i = 0; i < places.size(); ++i) values[i] = value_at(problem.parameters[i], places[i]);
  return values;
}

bool same_range(const HuntParameter& a, const HuntParameter& b) {
  return a.scale == b.scale && a.lower == b.lower && a.upper == b.upper;
}

/// One in four coordinates is an end of its range, one in eight repeats an earlier coordinate of the same range:
/// extremal and equal parameters are where inequalities are tight or false.
std::vector<double> draw(const HuntProblem& problem, Stream& stream) {
  std::vector<double> places(problem.parameters.size());
  for (std::size_t i = 0; i < places.size(); ++i) {
    const double kind = stream.uniform(), place = stream.uniform();
    places[i] = kind < 0.125 ? 0 : kind < 0.25 ? 1 : place;
    if (i == 0 || kind < 0.875) continue;
    const std::size_t other = static_cast<std::size_t>(stream.uniform() * static_cast<double>(i));
    if (same_range(problem.parameters[other], problem.parameters[i])) places[i] = places[other];
  }
  return places;
}

/// Counts evaluations and keeps the best.
class Score {
 public:
  Score(const HuntProblem& problem, Round& round) : problem_(problem), round_(round) {}

  double operator()(const std::vector<double>& places) {
    std::vector<double> values = values_at(problem_, places);
    const double ratio = evaluate(problem_, values);
    ++round_.tried;
    if (std::isnan(ratio)) return nothing;
    ++round_.met;
    if (!round_.worst || ratio > round_.worst->log_ratio) {
      round_.worst = HuntCandidate{ratio, std::move(values)};
      best_places = places;
    }
    return ratio;
  }

  std::vector<double> best_places;

 private:
  const HuntProblem& problem_;
  Round& round_;
};

/// Nelder and Mead's simplex (NLopt) from the best draw, without its random start: it takes none.
void simplex_moves(const HuntProblem& problem, Score& score, double size) {
  std::vector<double> places = score.best_places;
  nlopt::opt search(nlopt::LN_NELDERMEAD, static_cast<unsigned>(places.size()));
  search.set_lower_bounds(0.0);
  search.set_upper_bounds(1.0);
  search.set_initial_step(size);
  search.set_xtol_rel(1e-7);
  search.set_maxeval(problem.local_evaluations);
  search.set_max_objective(
      [](const std::vector<double>& x, std::vector<double>&, void* of) {
        try {
          const double ratio = (*static_cast<Score*>(of))(x);
          return std::isnan(ratio) ? -1e9 : ratio;
        } catch (const Interrupted&) {  // NLopt hands on no exceptions but its own
          throw nlopt::forced_stop();
        }
      },
      &score);
  double best = 0;
  try {
    search.optimize(places, best);
  } catch (const nlopt::roundoff_limited&) {  // no progress within rounding: what was found stays
  } catch (const nlopt::forced_stop&) {
    throw_if_interrupted();
  }
}

/// One coordinate at a time, by steps that halve.
void coordinate_moves(const HuntProblem& problem, Score& score) {
  const std::size_t n = problem.parameters.size();
  for (double step = 0.25; step > 0.01; step /= 2)
    for (std::size_t i = 0; i < n; ++i)
      for (const double sign : {-1.0, 1.0}) {
        std::vector<double> places = score.best_places;
        places[i] = std::clamp(places[i] + sign * step, 0.0, 1.0);
        score(places);
      }
}

using Exponents = std::vector<int>;

/// Parameters that may be scaled, those of the same range together.
std::vector<std::vector<std::size_t>> scaling_groups(const HuntProblem& problem) {
  std::vector<std::vector<std::size_t>> groups;
  for (std::size_t i = 0; i < problem.parameters.size(); ++i) {
    const HuntParameter& parameter = problem.parameters[i];
    if (!parameter.grows || parameter.scale == HuntScale::linear) continue;
    const auto like = std::ranges::find_if(
        groups, [&](const auto& group) { return same_range(problem.parameters[group.front()], parameter); });
    if (like == groups.end())
      groups.push_back({i});
    else
      like->push_back(i);
  }
  return groups;
}

/// One, two or three of the sets move, each with one exponent from -2 to 2.
void add_directions(const std::vector<std::vector<std::size_t>>& sets, const Exponents& none, Stream& stream,
                    std::size_t triples, std::vector<Exponents>& all) {
  const auto moved = [&](Exponents exponents, std::size_t set, int e) {
    for (const std::size_t i : sets[set]) exponents[i] = e;
    return exponents;
  };
  for (std::size_t a = 0; a < sets.size(); ++a)
    for (const int e : {-1, 1}) all.push_back(moved(none, a, e));
  for (std::size_t a = 0; a < sets.size(); ++a)
    for (std::size_t b = a + 1; b < sets.size(); ++b)
      for (const int e : {-2, -1, 1, 2})
        for (const int f : {-2, -1, 1, 2})
          if (std::abs(e * f) < 4) all.push_back(moved(moved(none, a, e), b, f));
  const auto below = [&](std::size_t n) { return static_cast<std::size_t>(stream.uniform() * static_cast<double>(n)); };
  for (std::size_t j = 0; sets.size() >= 3 && j < triples; ++j) {
    Exponents exponents = none;
    for (int set = 0; set < 3; ++set)
      exponents = moved(std::move(exponents), below(sets.size()), static_cast<int>(below(5)) - 2);
    all.push_back(std::move(exponents));
  }
}

/// Directions in which parameters of the same range move together (a whole problem scaled), then each for itself.
std::vector<Exponents> growth_directions(const HuntProblem& problem, Stream& stream) {
  const auto groups = scaling_groups(problem);
  std::vector<std::vector<std::size_t>> single;
  for (const auto& group : groups)
    for (const std::size_t i : group) single.push_back({i});
  const Exponents none(problem.parameters.size(), 0);
  const std::size_t most = static_cast<std::size_t>(problem.directions);
  std::vector<Exponents> all;
  add_directions(groups, none, stream, most / 4, all);
  if (single.size() > groups.size()) add_directions(single, none, stream, most / 4, all);
  while (all.size() > most)
    all.erase(all.begin() + static_cast<std::ptrdiff_t>(stream.uniform() * static_cast<double>(all.size())));
  return all;
}

int complexity(const Exponents& exponents) {
  int sum = 0;
  for (const int e : exponents) sum += std::abs(e);
  return sum;
}

/// Faster growth first; where two agree to 1%, the family that moves less.
bool is_better(const HuntFamily& a, const HuntFamily& b) {
  if (std::abs(a.growth - b.growth) > 0.01 * std::max(a.growth, b.growth)) return a.growth > b.growth;
  return complexity(a.exponents) < complexity(b.exponents);
}

void look_for_growth(const HuntProblem& problem, Stream& stream, const std::vector<double>& values, Round& round) {
  for (Exponents& exponents : growth_directions(problem, stream)) {
    const double growth = growth_along(problem, values, exponents);
    round.tried += 5;
    if (growth < least_growth) continue;
    HuntFamily family{values, std::move(exponents), growth};
    if (!round.family || is_better(family, *round.family)) round.family = std::move(family);
  }
}

double member_ratio(const HuntProblem& problem, std::span<const double> values, std::span<const int> exponents,
                    double s) {
  std::vector<double> member(values.begin(), values.end());
  for (std::size_t i = 0; i < member.size(); ++i) {
    member[i] *= std::pow(s, exponents[i]);
    if (problem.parameters[i].scale == HuntScale::integer && member[i] != std::round(member[i])) return nothing;
  }
  return evaluate(problem, member);
}

/// Streams of problems differ by their place among the forms and parts of their statement.
std::uint64_t problem_key(const HuntProblem& problem) {
  std::uint64_t key = 1469598103934665603ULL;  // FNV-1a over what names the problem
  for (const char c : to_text(problem.statement) + "/" + std::string(to_text(problem.form)) + "/" + problem.part)
    key = (key ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return key;
}

}  // namespace

double evaluate(const HuntProblem& problem, std::span<const double> values) {
  throw_if_interrupted();
  try {
    return problem.quick(values);
  } catch (const InputError&) {  // outside of the domain of a bound
    return nothing;
  } catch (const UndecidedError&) {
    return nothing;
  }
}

double growth_along(const HuntProblem& problem, std::span<const double> values, std::span<const int> exponents) {
  int largest = 0;
  for (const int e : exponents) largest = std::max(largest, std::abs(e));
  // Shorter steps only where the ratio leaves the range of double within the long ones.
  for (double doublings = problem.growth_doublings; largest > 0 && 4 * doublings >= problem.growth_doublings;
       doublings /= 2) {
    std::vector<double> ratios;
    for (int j = 1; j <= 5; ++j) {
      ratios.push_back(member_ratio(problem, values, exponents, std::exp2(doublings * j)));
      if (std::isnan(ratios.back()) || ratios.back() <= -beyond_every_ratio) return 0;
      if (ratios.back() >= beyond_every_ratio) break;
    }
    if (ratios.back() >= beyond_every_ratio) ratios.pop_back();
    if (ratios.size() < 3) continue;
    const double unit = doublings * std::log(2.0) * largest;
    for (std::size_t j = 1; j < ratios.size(); ++j)
      if (!(ratios[j] > ratios[j - 1])) return 0;
    const std::size_t end = ratios.size() - 1;
    const double before = (ratios[end - 1] - ratios[end - 2]) / unit, last = (ratios[end] - ratios[end - 1]) / unit;
    // A slope that falls by a tenth between the last two steps is taken for a saturation.
    return last >= 0.9 * before ? std::min(before, last) : 0;
  }
  return 0;
}

Round run_round(const HuntProblem& problem, std::uint64_t seed, std::uint64_t index) {
  Stream stream(seed, Purpose::instance, index, problem_key(problem));
  Round round;
  Score score(problem, round);
  for (int i = 0; i < problem.draws; ++i) score(draw(problem, stream));
  if (!round.worst) return round;
  // Growth is looked for from a draw as it came too: the worst instance of a box may sit in a corner that no family of
  // the statement leaves.
  const std::vector<double> drawn = round.worst->values;
  coordinate_moves(problem, score);
  simplex_moves(problem, score, 0.2);
  simplex_moves(problem, score, 0.02);
  if (!problem.hidden_constant) return round;
  look_for_growth(problem, stream, drawn, round);
  look_for_growth(problem, stream, round.worst->values, round);
  return round;
}

void fold(HuntProgress& progress, const Round& round) {
  ++progress.rounds;
  progress.tried += round.tried;
  progress.met += round.met;
  if (round.worst && (!progress.worst || round.worst->log_ratio > progress.worst->log_ratio))
    progress.worst = round.worst;
  if (round.family && (!progress.family || is_better(*round.family, *progress.family))) progress.family = round.family;
}

bool is_settled(const HuntProblem& problem, const HuntProgress& progress) {
  if (!progress.worst) return false;
  if (!problem.hidden_constant) return progress.worst->log_ratio > 1e-6;
  return progress.worst->log_ratio >= beyond_every_ratio || progress.family.has_value();
}

}  // namespace verimix::hunt_detail
