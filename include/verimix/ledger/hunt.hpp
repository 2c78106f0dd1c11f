// The hunt for violations: random instances, local search on the ratio of the two sides, scaling families, the
// shrinking of what was found, and its certification. What each step promises: proofs-notes/ledger/hunt.md.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "verimix/core/json.hpp"
#include "verimix/ledger/hunt_problem.hpp"

namespace verimix {

struct HuntSettings {
  std::uint64_t seed = 1;
  /// The search ends with the first batch of rounds after so many seconds; certification comes on top. > 0.
  double seconds = 20;
  /// Or after so many rounds of every problem, whatever the time: then the same bits on every run. > 0.
  std::optional<std::uint64_t> rounds = std::nullopt;
  /// 0: as many as the machine has. No result depends on it.
  unsigned threads = 0;
};

/// The instance with the largest log(lhs/rhs) so far.
struct HuntCandidate {
  double log_ratio = 0;
  std::vector<double> values;
};

/// Instances with the parameters values[i] s^{exponents[i]}, s -> infinity: log(lhs/rhs) grows like `growth` log s.
struct HuntFamily {
  std::vector<double> values;
  std::vector<int> exponents;
  double growth = 0;
};

/// What the rounds of one problem have found: all that a later run needs to go on.
struct HuntProgress {
  std::uint64_t rounds = 0;
  /// Instances evaluated, and those of them that met the hypotheses.
  std::uint64_t tried = 0, met = 0;
  std::optional<HuntCandidate> worst;
  std::optional<HuntFamily> family;
};

/// Rounds come in batches of this many, which run side by side.
constexpr std::uint64_t hunt_batch = 8;

/// Goes on with the search from `progress`, one entry a problem, batch by batch and problem by problem. A problem whose
/// progress already shows a violation is left out. Round r of a problem is a function of (seed, problem, r) alone, so
/// the result depends on the numbers of rounds only: not on threads, time, the other problems, or interruptions.
/// `after_batch` is called between batches with what is there. Throws Interrupted where that was asked for; `progress`
/// then holds whole batches.
void hunt_search(std::span<const HuntProblem* const> problems, const HuntSettings& settings,
                 std::vector<HuntProgress>& progress, const std::function<void()>& after_batch = {});

/// `refuted`: a certified violation (for every constant, where the form hides one); `unbounded_constant`: three
/// certified members of a family along which lhs/rhs grows; `not_refuted` otherwise.
enum class HuntOutcome { refuted, not_refuted, unbounded_constant };
std::string_view to_text(HuntOutcome outcome);

/// A member of a family: the parameter s, the instance, both sides.
struct HuntMember {
  Rational s;
  HuntPoint instance;
  Comparison comparison;
};

struct HuntFinding {
  const HuntProblem* problem = nullptr;
  HuntOutcome outcome = HuntOutcome::not_refuted;
  /// The shrunk witness; for a family its base point at s = 1; for `not_refuted` an instance with a ratio of at least
  /// 0.99 times the worst that was seen, shrunk.
  HuntPoint instance;
  /// At the instance, for a family at the last member. Certified, or `computed` (and then not more than a search's
  /// word for it) where the sides could not be enclosed.
  Comparison comparison;
  /// Of a family: the exponents of s, three members, and the exponent of lhs/rhs in s between the last two.
  std::vector<int> exponents;
  std::vector<HuntMember> members;
  double growth = 0;
  /// The exponent was smaller between the first two, by a third or more: the ratio grows faster than that power.
  bool faster = false;
  HuntProgress progress;
  /// A violation was seen in floating point that could not be certified.
  bool undecided = false;
};

/// Shrinks and certifies what the search has found.
HuntFinding hunt_conclude(const HuntProblem& problem, const HuntProgress& progress);

/// The shortest instance that shrinking finds with `still_there`: coordinate by coordinate, then two alike together,
/// the value with the shortest text (an integer before a fraction), until none can be replaced. `still_there(instance)`
/// holds at the start.
HuntPoint shrink(const HuntProblem& problem, HuntPoint instance,
                 const std::function<bool(const HuntPoint&)>& still_there);

/// The instance of a family at s.
HuntPoint family_member(const HuntProblem& problem, const HuntPoint& base, const std::vector<int>& exponents,
                        const Rational& s);

/// The document verimix.hunt/1: findings, each with the command that finds it again (its rounds and the seed), and the
/// forms that were asked for and not searched, with the reason.
Json hunt_json(std::span<const HuntFinding> findings, std::span<const StatementId> statements,
               std::span<const StatementForm> forms, const HuntSettings& settings);
/// The same as Markdown tables.
std::string hunt_markdown(std::span<const HuntFinding> findings, std::span<const StatementId> statements,
                          std::span<const StatementForm> forms, const HuntSettings& settings);

/// What --resume reads and writes (verimix.hunt-state/1): exact. Throws InputError where the document is none, or was
/// made with another seed or for other problems.
Json progress_json(std::span<const HuntProblem* const> problems, std::span<const HuntProgress> progress,
                   const HuntSettings& settings);
std::vector<HuntProgress> parse_progress(const Json& document, std::span<const HuntProblem* const> problems,
                                         const HuntSettings& settings);

}  // namespace verimix
