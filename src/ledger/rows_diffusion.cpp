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
     .printed = PrintedJudgement::false_as_printed,
     .witness = R"json({"laws": "N(0, 1), N(1/2, 1), k = 1, R = e", "d": 1, "eps": "0.09", "samples": 1, )json"
                R"json("tv": "0.197413", "failure_lower": "0.4012"})json",
     .note = "proofs-notes/sample/two_point.md",
     .header = "include/verimix/sample/two_point.hpp",
     .test = "tests/sample/two_point_test.cpp",
     .remark = "At d = 1 d^poly is one sample, at tau = 0 one number for every eps; Le Cam's two points refute both. "
               "With max(d, 2), max(tau, 1): not decided, see theorem-11."},
    {.id = {StatementKind::remark, 4},
     .title = "Degenerate covariances and early stopping",
     .page = 8,
     .stage = "sample",
     .printed = PrintedJudgement::false_as_printed,
     .explicit_form = true,
     .witness =
         R"json({"point_mass": {"delta": "2^-40", "w2": "sqrt(1 - e^(-2 delta))", "w2_over_delta_lower": "2^20"}, )json"
         R"json("family": "N(0, a Id), d = a^(-2p), delta = a^2", "ratio": "a^(-1/2)/2", )json"
         R"json("members": [{"a": "2^-8"}, {"a": "2^-16"}, {"a": "2^-24"}]})json",
     .note = "proofs-notes/sample/early_stopping.md",
     .header = "include/verimix/sample/early_stopping.hpp",
     .test = "tests/sample/early_stopping_test.cpp",
     .remark =
         "(a) and (b), with 1 - e^-2, are true (diffusion/ornstein_uhlenbeck). (c) is false for every constant and "
         "polynomial; W2 <= delta R/sqrt(alpha), attained, and for degenerate covariances order sqrt(delta)."},
    {.id = {StatementKind::theorem, 11},
     .title = "Efficient sampler for mixtures",
     .page = 22,
     .stage = "sample",
     .printed = PrintedJudgement::false_as_printed,
     .witness = R"json({"laws": "N(0, 1), N(1/2, 1), k = 1, R = e", "d": 1, "eps": "0.09", "delta_f": "1/e", )json"
                R"json("samples": 1, "failure_lower": "0.4012"})json",
     .note = "proofs-notes/sample/sampling_terms.md",
     .header = "include/verimix/sample/sampling_terms.hpp",
     .test = "tests/sample/sampling_terms_test.cpp",
     .remark = "One sample at d = 1 (sample/two_point); its eps_score gives sqrt(eps). Given the scores' errors the TV "
               "bound is proved with constants and measured; the number of samples has no explicit form."},
    {.id = {StatementKind::lemma, 12},
     .title = "Convergence of the sampler given approximate scores",
     .page = 23,
     .stage = "sample",
     .printed = PrintedJudgement::false_as_printed,
     .explicit_form = true,
     .witness = R"({"T": "3", "N": 8, "t_7": "3.0556"})",
     .note = "proofs-notes/sample/sampling_terms.md",
     .header = "include/verimix/sample/sampling_terms.hpp",
     .test = "tests/sample/sampling_terms_test.cpp",
     .remark = "The printed schedule contradicts itself (diffusion/time_grid). On the repaired one every term has "
               "constants (diffusion/discretisation), enclosed for mixtures on the line, measured beside its bound."},
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
     .remark = "The printed step coefficient follows the reverse process at half speed; e^(t_(l+1) - t_l) solves the "
               "frozen equation exactly. Times of the scores, y_0 and T repaired too (sample/output_law)."},
}};

}  // namespace

std::span<const LedgerRow> diffusion() { return rows; }

}  // namespace verimix::ledger_rows
