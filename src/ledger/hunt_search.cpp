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
        const double ratio = (*static_cast<Score*>(of))(x);
        return std::isnan(ratio) ? -1e9 : ratio;
      },
      &score);
  double best = 0;
  try {
    search.optimize(places, best);
  } catch (const nlopt::roundoff_limited&) {  // no progress within rounding: what was found stays
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

/// Directions with one or two exponents from {1, 2} of both signs, then random ones with three.
std::vector<std::vector<int>> growth_directions(const HuntProblem& problem, Stream& stream) {
  std::vector<std::size_t> free;
  for (std::size_t i = 0; i < problem.parameters.size(); ++i)
    if (problem.parameters[i].grows && problem.parameters[i].scale != HuntScale::linear) free.push_back(i);
  std::vector<std::vector<int>> all;
  const std::vector<int> none(problem.parameters.size(), 0);
  constexpr std::array<std::array<int, 2>, 12> pairs = {
      {{1, 1}, {1, -1}, {-1, 1}, {-1, -1}, {1, 2}, {1, -2}, {-1, 2}, {-1, -2}, {2, 1}, {2, -1}, {-2, 1}, {-2, -1}}};
  for (const std::size_t i : free)
    for (const int e : {1, -1}) {
      all.push_back(none);
      all.back()[i] = e;
    }
  for (std::size_t a = 0; a < free.size(); ++a)
    for (std::size_t b = a + 1; b < free.size(); ++b)
      for (const auto& [first, second] : pairs) {
        all.push_back(none);
        all.back()[free[a]] = first;
        all.back()[free[b]] = second;
      }
  const std::size_t most = static_cast<std::size_t>(problem.directions);
  while (free.size() >= 3 && all.size() < most) {
    all.push_back(none);
    for (int j = 0; j < 3; ++j)
      all.back()[free[static_cast<std::size_t>(stream.uniform() * static_cast<double>(free.size()))]] =
          static_cast<int>(stream.uniform() * 5) - 2;
  }
  while (all.size() > most)
    all.erase(all.begin() + static_cast<std::ptrdiff_t>(stream.uniform() * static_cast<double>(all.size())));
  return all;
}

int complexity(const std::vector<int>& exponents) {
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
  for (std::vector<int>& exponents : growth_directions(problem, stream)) {
    const double growth = growth_along(problem, values, exponents);
    round.tried += 4;
    if (growth < least_growth) continue;
    HuntFamily family{values, std::move(exponents), growth};
    if (!round.family || is_better(family, *round.family)) round.family = std::move(family);
  }
}

/// Streams of problems differ by their place among the forms and parts of their statement.
std::uint64_t problem_key(const HuntProblem& problem) {
  std::uint64_t key = 1469598103934665603ULL;  // FNV-1a over what names the problem
  for (const char c : to_text(problem.statement) + "/" + form_word(problem.form) + "/" + problem.part)
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
  if (largest == 0) return 0;
  // The wide steps first: a slope over a factor 2^12 says more than one over 2^3.
  for (const double doublings : {4.0, 2.0, 1.0}) {
    std::array<double, 4> ratio{};
    bool complete = true;
    for (std::size_t j = 0; j < ratio.size() && complete; ++j) {
      std::vector<double> member(values.begin(), values.end());
      for (std::size_t i = 0; i < member.size(); ++i)
        member[i] *= std::exp2(doublings * static_cast<double>(j + 1) * exponents[i]);
      for (std::size_t i = 0; i < member.size(); ++i)
        if (problem.parameters[i].scale == HuntScale::integer) complete &= member[i] == std::round(member[i]);
      ratio[j] = complete ? evaluate(problem, member) : nothing;
      complete = complete && std::isfinite(ratio[j]) && std::abs(ratio[j]) < beyond_every_ratio;
    }
    if (!complete) continue;
    const double unit = doublings * std::log(2.0) * largest;
    const double before = (ratio[2] - ratio[1]) / unit, last = (ratio[3] - ratio[2]) / unit;
    // A slope that falls by a tenth between the last two steps is taken for a saturation.
    return last >= 0.9 * before && ratio[1] > ratio[0] ? std::min(before, last) : 0;
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
