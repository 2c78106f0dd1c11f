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
     .printed = PrintedJudgement::false_as_printed,
     .witness = R"json({"laws": "N(0, 1), N(mu, 1), mu^2 = 5 eps e^(2t), t = eps, dimension 1", "samples": 30000, )json"
                R"json("epsilon": "1e-9", "success": "0.51"})json",
     .note = "proofs-notes/regress/score_risk.md",
     .header = "include/verimix/regress/score_risk.hpp",
     .test = "tests/regress/score_risk_test.cpp",
     .remark = "As proposition-49: at d = 1 the number of samples is the same for every epsilon. lambda_min is missing "
               "as well."},
    {.id = {StatementKind::proposition, 49},
     .title = "Learning the score at one noise level",
     .page = 60,
     .stage = "regress",
     .printed = PrintedJudgement::false_as_printed,
     .explicit_form = true,
     .witness = R"json({"laws": "N(0, 1), N(mu, 1), mu^2 = 5 eps e^(2t), t = eps, alpha = beta = R = 1", )json"
                R"json("members": [{"samples": 3, "epsilon": "1e-5"}, {"samples": 300, "epsilon": "1e-7"}, )json"
                R"json({"samples": 30000, "epsilon": "1e-9"}], "success": "0.51"})json",
     .note = "proofs-notes/regress/score_samples.md",
     .header = "include/verimix/regress/score_samples.hpp",
     .test = "tests/regress/score_samples_test.cpp",
     .remark =
         "At d = 1, and at R = 1 in every dimension, the samples do not depend on epsilon: two points refute it "
         "(proofs-notes/regress/score_risk.md). A number of samples with every constant is proved for clusterings and "
         "regions that are given, one of them good; that the printed net of estimates holds a good one is "
         "proposition-40's gap. The learner itself: proofs-notes/regress/learner.md."},
    {.id = {StatementKind::lemma, 50},
     .title = "Samples for the clipped regression",
     .page = 61,
     .stage = "regress",
     .printed = PrintedJudgement::false_as_printed,
     .explicit_form = true,
     .witness = R"json({"family": "N(0, 1), e^(-2t) = 1/2, l = 0, M = epsilon = 1/(100 n), delta = 1/4", )json"
                R"json("members": [{"n": 2}, {"n": 20}, {"n": 200}], "largest_t_min": "0.79681213"})json",
     .note = "proofs-notes/regress/clipped_regression.md",
     .header = "include/verimix/regress/clipped_regression.hpp",
     .test = "tests/regress/clipped_regression_test.cpp",
     .remark = "False for small M, and the step from sqrt(1 - e^(-2t)) to sqrt(t_min) for t_min above 0.79681213, to "
               "where it is true. The explicit form is proved and checked, within a third of a family; the cells cost "
               "the root of their number."},
    {.id = {StatementKind::proposition, 51},
     .title = "Learning the score at all noise levels",
     .page = 61,
     .stage = "regress",
     .printed = PrintedJudgement::false_as_printed,
     .explicit_form = true,
     .witness = R"json({"laws": "N(0, 1), N(mu, 1), mu^2 = 5 eps e^(2t), t = eps, alpha = beta = R = 1", )json"
                R"json("members": [{"samples": 3, "epsilon": "1e-5"}, {"samples": 300, "epsilon": "1e-7"}, )json"
                R"json({"samples": 30000, "epsilon": "1e-9"}], "success": "0.51"})json",
     .note = "proofs-notes/regress/score_risk.md",
     .header = "include/verimix/regress/score_risk.hpp",
     .test = "tests/regress/score_risk_test.cpp",
     .remark = "As proposition-49; displays (66) and (67) are false too (proofs-notes/regress/clipping.md). Explicit "
               "relative to any member of the class; with proposition-48's polynomials as that member: "
               "proofs-notes/regress/score_samples.md."},
}};

}  // namespace

std::span<const LedgerRow> regress() { return rows; }

}  // namespace verimix::ledger_rows
