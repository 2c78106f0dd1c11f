// Learning the pieces by denoising regression.
#include <array>

#include "rows.hpp"

namespace verimix::ledger_rows {
namespace {

constexpr std::array<LedgerRow, 4> rows = {{
    {.id = {StatementKind::proposition, 3},
     .title = "Learning the score (informal)",
     .page = 7,
     .stage = "regress",
     .remark = "Informal; its content is judged with propositions 49 and 51."},
    {.id = {StatementKind::proposition, 49},
     .title = "Learning the score at one noise level",
     .page = 60,
     .stage = "regress",
     .note = "proofs-notes/regress/learner.md",
     .header = "include/verimix/regress/learner.hpp",
     .test = "tests/regress/learner_test.cpp",
     .remark = "A budgeted learner is built and compared with the truth on instances; the guarantee is not "
               "judged yet."},
    {.id = {StatementKind::lemma, 50},
     .title = "Samples for the clipped regression",
     .page = 61,
     .stage = "regress",
     .remark = "Not decided here: the bounds with their sample sizes are not built yet."},
    {.id = {StatementKind::proposition, 51},
     .title = "Learning the score at all noise levels",
     .page = 61,
     .stage = "regress",
     .remark = "Not decided here: the bounds with their sample sizes are not built yet."},
}};

}  // namespace

std::span<const LedgerRow> regress() { return rows; }

}  // namespace verimix::ledger_rows
