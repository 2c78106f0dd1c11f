// Simplification of the score of separated components.
#include <array>

#include "rows.hpp"

namespace verimix::ledger_rows {
namespace {

constexpr std::array<LedgerRow, 9> rows = {{
    {.id = {StatementKind::proposition, 7},
     .title = "Simplification of the score (informal)",
     .page = 11,
     .stage = "simplify",
     .printed = PrintedJudgement::ambiguous,
     .explicit_form = true,
     .note = "proofs-notes/simplify/simplification_bound.md",
     .header = "include/verimix/simplify/simplification_bound.hpp",
     .test = "tests/simplify/simplification_bound_test.cpp",
     .remark = "poly hides the power of R (2), epsilon_part is not tied to epsilon. True with 50 k^{5/4} (R^2/alpha^3) "
               "sqrt(epsilon) for epsilon_part <= epsilon and delta_out >= 4 sqrt(2) beta sqrt(log(1/epsilon))."},
    {.id = {StatementKind::proposition, 32},
     .title = "Simplification of the score",
     .page = 42,
     .stage = "simplify",
     .printed = PrintedJudgement::false_as_printed,
     .explicit_form = true,
     .witness =
         R"json({"parameters": "k = 1, N(0, 1), c = 1, R = 2, any epsilon", "error": "4", "printed": "2 C sqrt(epsilon)"})json",
     .note = "proofs-notes/simplify/simplification_bound.md",
     .header = "include/verimix/simplify/simplification_bound.hpp",
     .test = "tests/simplify/simplification_bound_test.cpp",
     .remark =
         "p. 42 drops the minus of the score. With the sign of p. 11 true with 12.5 and the absolute constant 16, "
         "though the printed proof has gaps; for the unsquared distance R must be R^2."},
    {.id = {StatementKind::lemma, 33},
     .title = "Removing all far components",
     .page = 43,
     .stage = "simplify",
     .printed = PrintedJudgement::false_as_printed,
     .explicit_form = true,
     .witness =
         R"json({"family": "1/2 N(0, A) + 1/2 N(4 sqrt(A), A), alpha = beta = A, A -> 0", "left": "2.46/A^2", "printed": "2.83 C exp(-16 c/A)/A^2", "members": [{"A": "1/100"}, {"A": "1/10000"}, {"A": "1/1000000"}]})json",
     .note = "proofs-notes/simplify/score_removal.md",
     .header = "include/verimix/simplify/score_removal.hpp",
     .test = "tests/simplify/score_removal_test.cpp",
     .remark =
         "False without alpha <= 1 <= beta, which it does not ask for. With it and the squared distance true with "
         "C = 1.02e4, c = 1/32; a bound from exact moments and overlaps holds for every instance."},
    {.id = {StatementKind::lemma, 34},
     .title = "Removing one component",
     .page = 44,
     .stage = "simplify",
     .printed = PrintedJudgement::true_with_constant,
     .explicit_form = true,
     .note = "proofs-notes/simplify/score_removal.md",
     .header = "include/verimix/simplify/score_removal.hpp",
     .test = "tests/simplify/score_removal_test.cpp",
     .remark = "C = 1.02e4, c = 1/32; 3 in the second part, sharp. For the squared distance: with Definition 6's the "
               "second part is false."},
    {.id = {StatementKind::claim, 35},
     .title = "Simplification of a softmax",
     .page = 45,
     .stage = "simplify",
     .printed = PrintedJudgement::true_as_printed,
     .explicit_form = true,
     .note = "proofs-notes/simplify/score_simplification.md",
     .header = "include/verimix/simplify/score_simplification.hpp",
     .test = "tests/simplify/score_simplification_test.cpp",
     .remark = "A sharper form for sets is proved and checked; the printed one follows from it."},
    {.id = {StatementKind::claim, 36},
     .title = "Overlap of two Gaussians",
     .page = 46,
     .stage = "simplify",
     .printed = PrintedJudgement::false_as_printed,
     .explicit_form = true,
     .witness =
         R"json({"parameters": "N(0, 1), N(2, 1), alpha = beta = 1", "overlap": "0.2248", "printed": "0.0183"})json",
     .note = "proofs-notes/simplify/overlap.md",
     .header = "include/verimix/simplify/overlap.hpp",
     .test = "tests/simplify/overlap_test.cpp",
     .remark = "m^2/beta must be m^2/(8 beta); then true with a factor 1/2 in front and D^2/(16 beta^2), for every "
               "condition number. 8 and 16 are sharp."},
    {.id = {StatementKind::fact, 37},
     .title = "Inequality for the logarithm",
     .page = 47,
     .stage = "simplify",
     .printed = PrintedJudgement::false_as_printed,
     .explicit_form = true,
     .witness = R"json({"x": "9/10", "left": "0.0249", "right": "-0.000173"})json",
     .note = "proofs-notes/simplify/overlap.md",
     .header = "include/verimix/simplify/overlap.hpp",
     .test = "tests/simplify/overlap_test.cpp",
     .remark = "log(1/2 + x/2) lacks the factor 1/2 that the proof has; with it true, with 1/4 (sharp) in the place of "
               "1/16."},
    {.id = {StatementKind::claim, 38},
     .title = "Moments of the difference of two scores",
     .page = 47,
     .stage = "simplify",
     .printed = PrintedJudgement::false_as_printed,
     .explicit_form = true,
     .witness =
         R"json({"family": "N_1 = N(0, A), N_2 = N(A^2, A), alpha = beta = A", "ratio": "A^2/2", "members": [{"A": 10}, {"A": 100}, {"A": 1000}]})json",
     .note = "proofs-notes/simplify/score_difference.md",
     .header = "include/verimix/simplify/score_difference.hpp",
     .test = "tests/simplify/score_difference_test.cpp",
     .remark = "False without alpha <= 1. True with (2n-1)!! (D^2/alpha^3 + m^2/alpha^2)^n for every moment, sharp; "
               "with alpha <= 1 <= beta and the squared distance the printed form holds with 3."},
    {.id = {StatementKind::fact, 39},
     .title = "Gaussian hypercontractivity",
     .page = 48,
     .stage = "core",
     .printed = PrintedJudgement::ambiguous,
     .explicit_form = true,
     .note = "proofs-notes/core/hypercontractivity.md",
     .header = "include/verimix/core/hypercontractivity.hpp",
     .test = "tests/core/hypercontractivity_test.cpp",
     .remark = "p^t is not defined for broken t and p < 0. With |p|^t true for every Gaussian, constant 1, proved; the "
               "base t - 1 is sharp."},
}};

}  // namespace

std::span<const LedgerRow> simplify() { return rows; }

}  // namespace verimix::ledger_rows
