// What may be said of an inequality lhs <= rhs, and how sure it is.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "verimix/core/ball.hpp"

namespace verimix {

/// certified: a rigorous enclosure proves it; estimated: a confidence interval at a stated level; computed: floating
/// point without a guarantee. They are never mixed in one number: a combination is as weak as its weakest part.
enum class Evidence { certified, estimated, computed };

enum class Verdict { holds, violated, undecided, not_applicable };

/// The words of the file formats.
std::string_view to_text(Evidence evidence);
std::string_view to_text(Verdict verdict);

/// The weaker of the two: computed < estimated < certified.
Evidence weaker(Evidence a, Evidence b);

/// A number with what is known of it. For `computed` the ball is a point.
struct Quantity {
  Ball value;
  Evidence evidence = Evidence::computed;
};

/// One side-by-side of a bound: lhs <= rhs is claimed.
struct Comparison {
  Quantity lhs;
  Quantity rhs;
  Verdict verdict = Verdict::undecided;
  Evidence evidence = Evidence::computed;
  /// lhs / rhs where rhs is certainly positive.
  std::optional<Ball> ratio;
  /// Why: the hypothesis that fails for not_applicable, else a sentence on how it was decided.
  std::string reason;
};

/// holds if lhs <= rhs for every pair in the balls, violated if for none, undecided otherwise or if a side is not
/// finite.
Comparison compare(const Quantity& lhs, const Quantity& rhs);
/// The outcome for a statement one of whose hypotheses fails; `hypothesis` names it.
Comparison not_applicable(std::string hypothesis);

}  // namespace verimix
