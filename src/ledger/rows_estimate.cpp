// Crude estimates of means and covariances.
#include <array>

#include "rows.hpp"

namespace verimix::ledger_rows {
namespace {

constexpr std::array<LedgerRow, 15> rows = {{
    {.id = {StatementKind::lemma, 9},
     .title = "Crude estimates (informal)",
     .page = 12,
     .stage = "estimate",
     .printed = PrintedJudgement::false_as_printed,
     .explicit_form = true,
     .witness = R"json({"dimension": 1, "components": [{"weight": "1", "mean": "0", "covariance": )json"
                R"json([["1"]]}], "alpha": "1", "beta": "1", "R": "1/10", "error_at_least": "0", "claim": )json"
                R"json("C (1 - log 10) < 0"})json",
     .note = "proofs-notes/estimate/crude_estimate.md",
     .header = "include/verimix/estimate/crude_estimate.hpp",
     .test = "tests/estimate/crude_estimate_test.cpp",
     .remark = "The informal version of lemma-13, with the same two displays and the same refutation; its "
               "repaired form is that of lemma-13."},
    {.id = {StatementKind::lemma, 13},
     .title = "Crude estimates of all parameters",
     .page = 24,
     .stage = "estimate",
     .printed = PrintedJudgement::false_as_printed,
     .explicit_form = true,
     .witness = R"json({"dimension": 1, "components": [{"weight": "1", "mean": "0", "covariance": )json"
                R"json([["1"]]}], "alpha": "1", "beta": "1", "R": "1/10", "error_at_least": "0", "claim": )json"
                R"json("C (1 - log 10) < 0"})json",
     .note = "proofs-notes/estimate/crude_estimate.md",
     .header = "include/verimix/estimate/crude_estimate.hpp",
     .test = "tests/estimate/crude_estimate_test.cpp",
     .remark = "False at the corners: the error is negative for small R, the list shorter than one member "
               "for R < sqrt(beta), d = 1. For R >= e the accuracy is true with 5.83 and 6.4 by a simpler "
               "algorithm; the printed proof goes through lemma-17, which is false."},
    {.id = {StatementKind::lemma, 14},
     .title = "Crude estimates of the means",
     .page = 24,
     .stage = "estimate",
     .printed = PrintedJudgement::false_as_printed,
     .explicit_form = true,
     .witness = R"json({"d": 1, "k": 1, "R": "1", "beta": "4", "list_at_least": "1", "claim": "2^-c for )json"
                R"json(every c > 0"})json",
     .note = "proofs-notes/estimate/crude_means.md",
     .header = "include/verimix/estimate/crude_means.hpp",
     .test = "tests/estimate/crude_means_test.cpp",
     .remark = "Accuracy true with (sqrt 2 + 1)^2 beta/lambda_i; the printed sizes of the list and of the "
               "sample are false, explicit ones take their place."},
    {.id = {StatementKind::lemma, 15},
     .title = "Perturbation of the leading singular subspace",
     .page = 24,
     .stage = "core",
     .printed = PrintedJudgement::true_as_printed,
     .explicit_form = true,
     .note = "proofs-notes/estimate/subspace.md",
     .header = "include/verimix/estimate/subspace.hpp",
     .test = "tests/estimate/subspace_test.cpp",
     .remark = "The constant 2 is proved and attained, also for unsymmetric errors; for the largest "
               "eigenvalues the spread of E takes its place. Balls certify a computed subspace."},
    {.id = {StatementKind::lemma, 16},
     .title = "The second moment spans the means",
     .page = 25,
     .stage = "estimate",
     .printed = PrintedJudgement::true_with_constant,
     .explicit_form = true,
     .note = "proofs-notes/estimate/crude_means.md",
     .header = "include/verimix/estimate/crude_means.hpp",
     .test = "tests/estimate/crude_means_test.cpp",
     .remark = "With (beta - alpha + 2 eta)/lambda_i; a family attains 0.99 of it."},
    {.id = {StatementKind::lemma, 17},
     .title = "Crude estimates of the covariances",
     .page = 26,
     .stage = "estimate",
     .printed = PrintedJudgement::false_as_printed,
     .explicit_form = true,
     .witness = R"json({"k": 2, "d": "2^14", "means": "0", "covariances": ["Id", "Id + 2 P, P on one )json"
                R"json(coordinate of each pair"], "lambda_min": "1/(100 N)", "N": "samples, poly(d)", )json"
                R"json("share_of_P_served_log2_at_most": "-100"})json",
     .note = "proofs-notes/estimate/crude_covariances.md",
     .header = "include/verimix/estimate/crude_covariances.hpp",
     .test = "tests/estimate/crude_covariances_test.cpp",
     .remark = "No lambda_min: a component that no sample shows cannot be listed. True with 8 (k beta + "
               "v)/sqrt(lambda_i) for the printed algorithm, checked on exact moments; lemma-13 does without "
               "it."},
    {.id = {StatementKind::lemma, 18},
     .title = "Probability of recentring at a far mean",
     .page = 27,
     .stage = "estimate",
     .printed = PrintedJudgement::false_as_printed,
     .explicit_form = true,
     .witness = R"json({"components": [{"mean": "0", "covariance": "1"}, {"mean": "C (sqrt 2 + 2^(1/4))", )json"
                R"json("covariance": "1/log R"}], "log_R": "max(8, C^2)", )json"
                R"json("probability_over_claim_at_least": "1000", "C": ["1", "10", "100"]})json",
     .note = "proofs-notes/estimate/recentring.md",
     .header = "include/verimix/estimate/recentring.hpp",
     .test = "tests/estimate/recentring_test.cpp",
     .remark = "Delta has alpha where beta is needed. With Delta = 2 sqrt(v) + 2 sqrt(2 beta (8 log R + "
               "log((k-1)/2))) it is true, by a one-dimensional bound that is attained."},
    {.id = {StatementKind::fact, 19},
     .title = "Hanson-Wright inequality",
     .page = 27,
     .stage = "core",
     .printed = PrintedJudgement::true_with_constant,
     .explicit_form = true,
     .note = "proofs-notes/core/concentration.md",
     .header = "include/verimix/core/concentration.hpp",
     .test = "tests/core/concentration_test.cpp",
     .remark = "With exp(-(r/2)(y - log(1 + y))), y = s/sqrt r; the hidden constant is (1 - log 2)/2, "
               "certified to be sharp."},
    {.id = {StatementKind::lemma, 20},
     .title = "Signal terms of the recentred fourth moment",
     .page = 28,
     .stage = "estimate",
     .printed = PrintedJudgement::true_with_constant,
     .explicit_form = true,
     .note = "proofs-notes/estimate/signal_terms.md",
     .header = "include/verimix/estimate/signal_terms.hpp",
     .test = "tests/estimate/signal_terms_test.cpp",
     .remark = "2 beta^2 + 4 beta v (00, 11) and beta^2 + beta v (01), each attained."},
    {.id = {StatementKind::lemma, 21},
     .title = "Fourth-moment identity",
     .page = 28,
     .stage = "core",
     .printed = PrintedJudgement::false_as_printed,
     .explicit_form = true,
     .witness = R"json({"A": [["0", "1"], ["0", "0"]], "Q": [["1", "0"], ["0", "1"]], "mu": ["0", "0"], )json"
                R"json("second_moment": "1", "claim": "2"})json",
     .note = "proofs-notes/core/concentration.md",
     .header = "include/verimix/core/concentration.hpp",
     .test = "tests/core/concentration_test.cpp",
     .remark = "The identity has 2 |B|_F^2 for |B|_F^2 + tr B^2, B = Q^(1/2) A Q^(1/2): true for symmetric A "
               "only. (14), which is what is used, is true with 6, attained."},
    {.id = {StatementKind::lemma, 22},
     .title = "Error terms of recentring",
     .page = 30,
     .stage = "estimate",
     .printed = PrintedJudgement::false_as_printed,
     .explicit_form = true,
     .witness = R"json({"part": "ii", "d": 2, "k": 2, "covariances": "Id", "mu": [["0", "sqrt(v/2)"], ["0", )json"
                R"json("0"]], "muhat": [["sqrt(v/2)", "0"], ["0", "0"]], "ratio": "v/(4 C^2)", "v": ["2e6", )json"
                R"json("2e10", "2e14"]})json",
     .note = "proofs-notes/estimate/recentring_errors.md",
     .header = "include/verimix/estimate/recentring_errors.hpp",
     .test = "tests/estimate/recentring_errors_test.cpp",
     .remark = "(ii) is false (rate (beta + v) Delta^2), (i) too in the far case as lemma-18 is; (i) is true "
               "with 40 in the close case, (iii) exactly. Explicit forms certified over slabs."},
    {.id = {StatementKind::corollary, 23},
     .title = "Signal that remains after recentring",
     .page = 31,
     .stage = "estimate",
     .printed = PrintedJudgement::false_as_printed,
     .explicit_form = true,
     .witness = R"json({"part": "ii", "d": 2, "k": 2, "covariances": "Id", "mu": [["0", "sqrt(v/2)"], ["0", )json"
                R"json("0"]], "muhat": [["sqrt(v/2)", "0"], ["0", "0"]], "lhs": "v^2/4 - v/2 - 1", "claim": )json"
                R"json("C (v + ...)", "v": ["2e6", "2e10", "2e14"]})json",
     .note = "proofs-notes/estimate/recentring_errors.md",
     .header = "include/verimix/estimate/recentring_errors.hpp",
     .test = "tests/estimate/recentring_errors_test.cpp",
     .remark = "(ii) is false; with (r + 1/2) beta^2 + (r + 1) beta v + v^2/4 it is true and attained. (i) "
               "and (iii) are true with 4. No Delta and no far or close components are needed."},
    {.id = {StatementKind::algorithm, 2},
     .title = "CrudeEstimateMeans",
     .page = 25,
     .stage = "estimate",
     .printed = PrintedJudgement::true_with_constant,
     .explicit_form = true,
     .note = "proofs-notes/estimate/crude_means.md",
     .header = "include/verimix/estimate/crude_means.hpp",
     .test = "tests/estimate/crude_means_test.cpp",
     .remark = "Does what lemma-14 wants with the explicit number of samples of the note, which takes the "
               "place of the printed one; radius R is enough."},
    {.id = {StatementKind::algorithm, 3},
     .title = "CrudeEstimateCovariances",
     .page = 32,
     .stage = "estimate",
     .printed = PrintedJudgement::true_with_constant,
     .explicit_form = true,
     .note = "proofs-notes/estimate/crude_covariances.md",
     .header = "include/verimix/estimate/crude_covariances.hpp",
     .test = "tests/estimate/crude_covariances_test.cpp",
     .remark = "With 1/lambda_i (lemma-17) and nets that reach beta sqrt(d) + v. The algorithm that is built "
               "uses one block without recentring."},
    {.id = {StatementKind::algorithm, 4},
     .title = "CrudeEstimate",
     .page = 33,
     .stage = "estimate",
     .printed = PrintedJudgement::true_with_constant,
     .explicit_form = true,
     .note = "proofs-notes/estimate/crude_estimate.md",
     .header = "include/verimix/estimate/crude_estimate.hpp",
     .test = "tests/estimate/crude_estimate_test.cpp",
     .remark = "The complete list of lemma-13 as repaired: counted exactly, walked below a limit, or read "
               "where the truth points. The loop over tuples of means is not needed."},
}};

}  // namespace

std::span<const LedgerRow> estimate() { return rows; }

}  // namespace verimix::ledger_rows
