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
     .printed = PrintedJudgement::ambiguous,
     .explicit_form = true,
     .witness = R"({"components": [{"weight": "1", "mean": ["0"], "covariance": [["1"]]}], "R": "1", "tau": "0"})",
     .note = "proofs-notes/mixture/conditioning.md",
     .header = "include/verimix/mixture/conditioning.hpp",
     .test = "tests/mixture/conditioning_test.cpp",
     .remark = "The printed tau is 0 or negative for R at most 1; log(e + R) takes the place of log R, and the "
               "best alpha, beta, R are computed."},
    {.id = {StatementKind::theorem, 2},
     .title = "Learning a sampler (informal)",
     .page = 3,
     .stage = "sample",
     .remark = "Informal; its content is judged with theorem-11."},
    {.id = {StatementKind::remark, 4},
     .title = "Degenerate covariances and early stopping",
     .page = 8,
     .stage = "sample",
     .explicit_form = true,
     .note = "proofs-notes/diffusion/ornstein_uhlenbeck.md",
     .header = "include/verimix/diffusion/ornstein_uhlenbeck.hpp",
     .test = "tests/diffusion/ornstein_uhlenbeck_test.cpp",
     .remark = "(a) and (b), with the constant 1 - e^-2, are proved and checked; (c), the Wasserstein distance, "
               "is open."},
    {.id = {StatementKind::theorem, 11},
     .title = "Efficient sampler for mixtures",
     .page = 22,
     .stage = "sample",
     .note = "proofs-notes/regress/learner.md",
     .header = "include/verimix/regress/hypotheses.hpp",
     .test = "tests/regress/learner_test.cpp",
     .remark = "The number of steps of a repaired recipe is computed and reported; the end-to-end guarantee is "
               "not judged yet."},
    {.id = {StatementKind::lemma, 12},
     .title = "Convergence of the sampler given approximate scores",
     .page = 23,
     .stage = "sample",
     .printed = PrintedJudgement::false_as_printed,
     .witness = R"({"T": "3", "N": 8, "t_7": "3.0556"})",
     .note = "proofs-notes/diffusion/time_grid.md",
     .header = "include/verimix/diffusion/time_grid.hpp",
     .test = "tests/diffusion/time_grid_test.cpp",
     .remark = "The printed schedule contradicts itself; a repaired one is built and checked. The discretisation "
               "error has explicit constants (proofs-notes/diffusion/discretisation.md), checked in balls for "
               "Gaussians; for mixtures it is not checked yet."},
    {.id = {StatementKind::algorithm, 1},
     .title = "GenerateSample",
     .page = 22,
     .stage = "sample",
     .printed = PrintedJudgement::false_as_printed,
     .explicit_form = true,
     .witness = R"({"target": {"mean": "0", "covariance": "4"}, "T": "8", "delta": "0.001", "steps": 6400, )"
                R"("kl_printed": "0.07", "kl_exact": "3e-7"})",
     .note = "proofs-notes/sample/reverse_process.md",
     .header = "include/verimix/sample/linear_recursion.hpp",
     .test = "tests/sample/linear_recursion_test.cpp",
     .remark = "The printed step coefficient follows the reverse process at half speed; e^(t_(l+1) - t_l) "
               "solves the frozen equation exactly."},
}};

}  // namespace

std::span<const LedgerRow> diffusion() { return rows; }

}  // namespace verimix::ledger_rows
