#include "verimix/ledger/hunt.hpp"

#include <chrono>
#include <cmath>
#include <numeric>

#include "hunt_search.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/interrupt.hpp"
#include "verimix/core/parallel.hpp"

namespace verimix {
namespace {

std::vector<double> rounded(const HuntPoint& instance) {
  std::vector<double> values;
  for (const Rational& x : instance) values.push_back(from_rational<double>(x));
  return values;
}

HuntPoint exact_point(const std::vector<double>& values) {
  HuntPoint instance;
  for (const double x : values) instance.push_back(to_rational(x));
  return instance;
}

/// The certified evaluation at growing precision; what cannot be had at any is undecided.
Comparison certify(const HuntProblem& problem, const HuntPoint& instance) {
  Comparison found;
  const Ball anything(std::numeric_limits<double>::quiet_NaN());
  found.lhs.value = found.rhs.value = anything;
  found.reason = "the sides could not be enclosed";
  for (const long bits : {128L, 256L, 512L, 1024L}) {
    const BallPrecision precision(bits);
    try {
      found = problem.certified(instance);
    } catch (const InputError& error) {
      return not_applicable(error.what());
    } catch (const UndecidedError& error) {
      found.reason = error.what();
      continue;
    }
    if (found.verdict != Verdict::undecided) return found;
  }
  return found;
}

/// A violation that counts: of a form without a hidden constant any, of the others one for every constant.
bool refutes(const HuntProblem& problem, const Comparison& comparison) {
  if (comparison.verdict != Verdict::violated) return false;
  if (!problem.hidden_constant) return true;
  return less(Ball(0), comparison.rhs.value) == Truth::no && less(comparison.lhs.value, Ball(0)) == Truth::no;
}

HuntFinding conclude_violation(const HuntProblem& problem, const HuntProgress& progress) {
  HuntFinding finding;
  finding.instance = exact_point(progress.worst->values);
  const auto still_there = [&](const HuntPoint& instance) {
    // The quick look saves most certifications. It may fail near a border; there the certified one decides alone.
    const double ratio = hunt_detail::evaluate(problem, rounded(instance));
    if (ratio < (problem.hidden_constant ? 1 : -1e-6)) return false;
    return refutes(problem, certify(problem, instance));
  };
  if (still_there(finding.instance)) {
    finding.outcome = HuntOutcome::refuted;
    finding.instance = shrink(problem, finding.instance, still_there);
  } else {
    finding.undecided = true;
  }
  finding.comparison = certify(problem, finding.instance);
  return finding;
}

/// Three members at s = b, b^2, b^3, certified, each ratio above the one before, and no slower growth at the end than
/// at the start; nothing where they cannot be had.
std::optional<std::vector<HuntMember>> certified_members(const HuntProblem& problem, const HuntPoint& base,
                                                         const std::vector<int>& exponents, int b) {
  std::vector<HuntMember> members;
  Rational s = 1;
  for (int j = 0; j < 3; ++j) {
    s *= b;
    HuntMember member{s, family_member(problem, base, exponents, s), {}};
    member.comparison = certify(problem, member.instance);
    if (!member.comparison.ratio || less(Ball(0), *member.comparison.ratio) != Truth::yes) return std::nullopt;
    members.push_back(std::move(member));
  }
  return members;
}

double growth_between(const HuntMember& a, const HuntMember& b) {
  const Ball quotient = log(*b.comparison.ratio / *a.comparison.ratio);
  return approximate(quotient / log(from_rational<Ball>(b.s / a.s)));
}

/// The base point with short numbers, and as few exponents as the growth needs.
void shrink_family(const HuntProblem& problem, HuntFamily family, HuntFinding& finding) {
  const auto grows = [&](const HuntPoint& base) {
    return hunt_detail::growth_along(problem, rounded(base), family.exponents) >= 0.9 * family.growth;
  };
  finding.instance = shrink(problem, exact_point(family.values), grows);
  for (int& exponent : family.exponents) {
    const int old = exponent;
    exponent = 0;
    if (old != 0 && !grows(finding.instance)) exponent = old;
  }
  finding.instance = shrink(problem, finding.instance, grows);
  int common = 0;
  for (const int exponent : family.exponents) common = std::gcd(common, exponent);
  for (int& exponent : family.exponents) exponent /= std::max(common, 1);
  finding.exponents = family.exponents;
}

std::optional<HuntFinding> conclude_family(const HuntProblem& problem, const HuntProgress& progress) {
  HuntFinding finding;
  shrink_family(problem, *progress.family, finding);
  for (const int b : {100, 10, 4, 2}) {
    auto members = certified_members(problem, finding.instance, finding.exponents, b);
    if (!members) continue;
    const double first = growth_between((*members)[0], (*members)[1]),
                 last = growth_between((*members)[1], (*members)[2]);
    if (!(last >= hunt_detail::least_growth && last >= 0.9 * first)) return std::nullopt;
    finding.faster = last >= 1.5 * first;
    // Members of a family that grows faster than every power need not be astronomical.
    if (finding.faster && b > 2 && approximate(log(*members->back().comparison.ratio)) > 100) continue;
    finding.growth = last;
    finding.members = std::move(*members);
    finding.outcome = HuntOutcome::unbounded_constant;
    finding.comparison = finding.members.back().comparison;
    return finding;
  }
  return std::nullopt;
}

/// An instance with almost the worst ratio and shorter numbers.
HuntPoint readable(const HuntProblem& problem, const HuntCandidate& worst) {
  const double least = worst.log_ratio + std::log(0.99);
  const HuntPoint seen = exact_point(worst.values);
  const auto almost = [&](const HuntPoint& instance) {
    return hunt_detail::evaluate(problem, rounded(instance)) >= least;
  };
  if (!std::isfinite(worst.log_ratio) || !almost(seen)) return seen;
  const HuntPoint shorter = shrink(problem, seen, almost);
  // The fractions may be outside of a hypothesis, or equal where balls cannot tell it. Sides that overlap are fine: in
  // a case of equality they always do.
  const bool has_sides = certify(problem, shorter).ratio.has_value();
  return has_sides ? shorter : seen;
}

}  // namespace

std::string_view to_text(HuntOutcome outcome) {
  switch (outcome) {
    case HuntOutcome::refuted:
      return "refuted";
    case HuntOutcome::unbounded_constant:
      return "unbounded-constant";
    case HuntOutcome::not_refuted:
      return "not-refuted";
  }
  return "";
}

void hunt_search(std::span<const HuntProblem* const> problems, const HuntSettings& settings,
                 std::vector<HuntProgress>& progress, const std::function<void()>& after_batch) {
  require_invariant(progress.size() == problems.size(), "a hunt has one progress for each problem");
  const auto start = std::chrono::steady_clock::now();
  const auto out_of_time = [&] {
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
    return !settings.rounds && spent.count() >= settings.seconds;
  };
  bool worked = true;
  while (worked) {
    worked = false;
    for (std::size_t p = 0; p < problems.size(); ++p) {
      if (hunt_detail::is_settled(*problems[p], progress[p])) continue;
      if (settings.rounds && progress[p].rounds >= *settings.rounds) continue;
      throw_if_interrupted();
      const std::uint64_t first = progress[p].rounds;
      std::vector<hunt_detail::Round> batch(hunt_batch);
      parallel_blocks(
          static_cast<Index>(hunt_batch), 1,
          [&](Index begin, Index) {
            batch[static_cast<std::size_t>(begin)] =
                hunt_detail::run_round(*problems[p], settings.seed, first + static_cast<std::uint64_t>(begin));
          },
          settings.threads);
      for (const hunt_detail::Round& round : batch) hunt_detail::fold(progress[p], round);
      worked = true;
      if (after_batch) after_batch();
      if (out_of_time()) return;
    }
  }
}

HuntFinding hunt_conclude(const HuntProblem& problem, const HuntProgress& progress) {
  std::optional<HuntFinding> finding;
  if (progress.worst && hunt_detail::is_settled(problem, progress)) {
    const bool at_once = !problem.hidden_constant || progress.worst->log_ratio >= beyond_every_ratio;
    if (at_once) finding = conclude_violation(problem, progress);
    if ((!finding || finding->outcome == HuntOutcome::not_refuted) && progress.family) {
      auto family = conclude_family(problem, progress);
      if (family) finding = std::move(family);
    }
  }
  if (!finding) {
    finding.emplace();
    finding->undecided = progress.family.has_value();
    if (progress.worst) {
      finding->instance = readable(problem, *progress.worst);
      finding->comparison = certify(problem, finding->instance);
    }
  }
  finding->problem = &problem;
  finding->progress = progress;
  return *finding;
}

}  // namespace verimix
