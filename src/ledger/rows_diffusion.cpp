// Definitions, the forward and the reverse process, the sampler.
#include <array>

#include "rows.hpp"

namespace verimix::ledger_rows {
namespace {

constexpr std::array<LedgerRow, 6> rows = {{
    {.id = {StatementKind::definition, 1},
     .title = "Well-conditioned mixture",
     .page = 3,
     .stage = "mixture",
     .remark = "Not decided here yet."},
    {.id = {StatementKind::theorem, 2},
     .title = "Learning a sampler (informal)",
     .page = 3,
     .stage = "sample",
     .remark = "Informal; its content is judged with theorem-11."},
    {.id = {StatementKind::remark, 4},
     .title = "Degenerate covariances and early stopping",
     .page = 8,
     .stage = "sample",
     .remark = "Not decided here yet."},
    {.id = {StatementKind::theorem, 11},
     .title = "Efficient sampler for mixtures",
     .page = 22,
     .stage = "sample",
     .remark = "Not decided here: the end-to-end guarantee is not built yet."},
    {.id = {StatementKind::lemma, 12},
     .title = "Convergence of the sampler given approximate scores",
     .page = 23,
     .stage = "sample",
     .remark = "Not decided here yet."},
    {.id = {StatementKind::algorithm, 1},
     .title = "GenerateSample",
     .page = 22,
     .stage = "sample",
     .remark = "Not decided here yet."},
}};

}  // namespace

std::span<const LedgerRow> diffusion() { return rows; }

}  // namespace verimix::ledger_rows
