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
     .remark = "Informal; its content is judged with proposition-32."},
    {.id = {StatementKind::proposition, 32},
     .title = "Simplification of the score",
     .page = 42,
     .stage = "simplify",
     .note = "proofs-notes/simplify/score_simplification.md",
     .header = "include/verimix/simplify/score_simplification.hpp",
     .test = "tests/simplify/score_simplification_test.cpp",
     .remark = "The left-hand side is estimated; the bound with its constants is not built yet."},
    {.id = {StatementKind::lemma, 33},
     .title = "Removing all far components",
     .page = 43,
     .stage = "simplify",
     .remark = "Not decided here: the bounds on the overlap of components are not built yet."},
    {.id = {StatementKind::lemma, 34},
     .title = "Removing one component",
     .page = 44,
     .stage = "simplify",
     .remark = "Not decided here: the bounds on the overlap of components are not built yet."},
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
     .remark = "Not decided here: the bounds on the overlap of components are not built yet."},
    {.id = {StatementKind::fact, 37},
     .title = "Inequality for the logarithm",
     .page = 47,
     .stage = "simplify",
     .remark = "Not decided here: the bounds on the overlap of components are not built yet."},
    {.id = {StatementKind::claim, 38},
     .title = "Moments of the difference of two scores",
     .page = 47,
     .stage = "simplify",
     .remark = "Not decided here: the bounds on the overlap of components are not built yet."},
    {.id = {StatementKind::fact, 39},
     .title = "Gaussian hypercontractivity",
     .page = 48,
     .stage = "core",
     .remark = "Not decided here: the bounds on the overlap of components are not built yet."},
}};

}  // namespace

std::span<const LedgerRow> simplify() { return rows; }

}  // namespace verimix::ledger_rows
