#include "verimix/core/verdict.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "verimix/core/error.hpp"

namespace verimix {

std::string_view to_text(Evidence evidence) {
  switch (evidence) {
    case Evidence::certified:
      return "certified";
    case Evidence::estimated:
      return "estimated";
    case Evidence::computed:
      return "computed";
  }
  require_invariant(false, "every evidence has a word");
  std::abort();
}

std::string_view to_text(Verdict verdict) {
  switch (verdict) {
    case Verdict::holds:
      return "holds";
    case Verdict::violated:
      return "violated";
    case Verdict::undecided:
      return "undecided";
    case Verdict::not_applicable:
      return "not-applicable";
  }
  require_invariant(false, "every verdict has a word");
  std::abort();
}

Evidence weaker(Evidence a, Evidence b) { return std::max(a, b); }

Comparison compare(const Quantity& lhs, const Quantity& rhs) {
  Comparison result{lhs, rhs, Verdict::undecided, weaker(lhs.evidence, rhs.evidence), std::nullopt, ""};
  if (!is_finite(lhs.value) || !is_finite(rhs.value)) {
    result.reason = "a side is not finite";
    return result;
  }
  const Truth above = less(rhs.value, lhs.value);
  if (above == Truth::no) {
    result.verdict = Verdict::holds;
    result.reason = "lhs <= rhs throughout both enclosures";
  } else if (above == Truth::yes) {
    result.verdict = Verdict::violated;
    result.reason = "lhs > rhs throughout both enclosures";
  } else {
    result.reason = "the enclosures overlap";
  }
  if (less(Ball(0), rhs.value) == Truth::yes) result.ratio = lhs.value / rhs.value;
  return result;
}

Comparison not_applicable(std::string hypothesis) {
  Comparison result;
  result.verdict = Verdict::not_applicable;
  result.reason = std::move(hypothesis);
  return result;
}

}  // namespace verimix
