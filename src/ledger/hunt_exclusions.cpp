#include <algorithm>
#include <array>

#include "verimix/ledger/hunt_problem.hpp"

namespace verimix {
namespace {

struct Exclusion {
  StatementId statement;
  std::string_view printed, explicit_form;
};

constexpr std::string_view definition = "a definition: it claims no inequality";
constexpr std::string_view no_constants = "there is no form with explicit constants";
constexpr std::string_view printed_only_false =
    "its repaired form is that of the statement it is the informal version of";

/// Forms without a problem, and why.
constexpr auto exclusions = std::to_array<Exclusion>({
    {{StatementKind::definition, 1}, definition, definition},
    {{StatementKind::theorem, 2}, "", no_constants},
    {{StatementKind::proposition, 3}, "", no_constants},
    {{StatementKind::proposition, 5}, "informal version of proposition-48", "informal version of proposition-48"},
    {{StatementKind::definition, 6}, definition, definition},
    {{StatementKind::proposition, 7}, "poly hides the power of R: searched as proposition-32", ""},
    {{StatementKind::lemma, 8}, "informal version of lemma-45", "informal version of lemma-45"},
    {{StatementKind::lemma, 9}, "", printed_only_false},
    {{StatementKind::definition, 10}, definition, definition},
    {{StatementKind::lemma, 13},
     "",
     "the error is that of the best member of a list made from a sample: no cheap "
     "certified left side"},
    {{StatementKind::lemma, 14}, "", "the accuracy is lemma-16's plus the mesh of a net, searched there"},
    {{StatementKind::lemma, 17},
     "the error is that of the best member of a list: no cheap certified lower bound of it",
     "the error is that of the best member of a list: no cheap certified left side"},
    {{StatementKind::definition, 24}, definition, definition},
    {{StatementKind::proposition, 25},
     "",
     "its left side needs a clustering object per instance; its parts are "
     "searched as lemma-27, lemma-28, lemma-29"},
    {{StatementKind::corollary, 30},
     "its hidden constant is lemma-27's, searched there",
     "a sum of lemma-27's bounds, searched there one by one; checked in blocks of up to 10^6 coordinates by its suite"},
    {{StatementKind::corollary, 31},
     "its hidden constant is lemma-28's, searched there",
     "at least 1 for d < 18225, as xi <= 4 sqrt(d)/27 and it says something from xi = 20 on; checked in blocks of up "
     "to "
     "10^12 coordinates by its suite"},
    {{StatementKind::proposition, 40},
     "the error of the best polynomial has no cheap certified left side",
     "the error of the best polynomial has no cheap certified left side"},
    {{StatementKind::lemma, 41},
     "the error of the best polynomial has no cheap certified left side",
     "the error of the best polynomial has no cheap certified left side"},
    {{StatementKind::lemma, 43},
     "the least degree has no cheap certified left side (`experiment degree` certifies single ones)",
     "the least degree has no cheap certified left side (`experiment degree` certifies single ones)"},
    {{StatementKind::lemma, 47},
     "the error on a region of estimates has no certified left side in this tree",
     "the error on a region of estimates has no certified left side in this tree"},
    {{StatementKind::proposition, 48},
     "the least degree has no cheap certified left side (`experiment degree` certifies single ones)",
     "the error of a piecewise polynomial has no cheap certified left side"},
    {{StatementKind::proposition, 49},
     "",
     "a number of samples too large to draw; its parts are searched as lemma-45, lemma-50 and proposition-51"},
    {{StatementKind::algorithm, 2}, "as lemma-14", "as lemma-14"},
    {{StatementKind::algorithm, 3}, "as lemma-17", "as lemma-17"},
    {{StatementKind::algorithm, 4}, "as lemma-13", "as lemma-13"},
    {{StatementKind::algorithm, 5}, "as proposition-25", "as proposition-25"},
});

}  // namespace

std::string_view hunt_exclusion(StatementId statement, StatementForm form) {
  const auto found = std::ranges::find(exclusions, statement, &Exclusion::statement);
  if (found == exclusions.end()) return "";
  return form == StatementForm::printed ? found->printed : found->explicit_form;
}

}  // namespace verimix
