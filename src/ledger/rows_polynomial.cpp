// Piecewise polynomial approximation.
#include <array>

#include "rows.hpp"

namespace verimix::ledger_rows {
namespace {

constexpr std::array<LedgerRow, 11> rows = {{
    {.id = {StatementKind::proposition, 5},
     .title = "Piecewise polynomial approximation (informal)",
     .page = 8,
     .stage = "polynomial",
     .printed = PrintedJudgement::false_as_printed,
     .explicit_form = true,
     .witness = R"json({"mixture": "N(0, 1)", "alpha": 1, "beta": 1, "R": 1, "tau": 0, "dimension": 1})json",
     .note = "proofs-notes/polynomial/degree_experiment.md",
     .header = "include/verimix/polynomial/degree_experiment.hpp",
     .test = "tests/polynomial/degree_experiment_test.cpp",
     .remark =
         "As proposition-48: tau = 0 at R = 1 leaves one degree for all epsilon, and d^poly is 1 at d = 1. The "
         "slope at the origin is R^2 - 1, not about R. The count of pieces is 2 n_c. The explicit form is that of "
         "proposition-48."},
    {.id = {StatementKind::lemma, 8},
     .title = "Polynomial for the score of a sub-mixture (informal)",
     .page = 11,
     .stage = "polynomial",
     .printed = PrintedJudgement::false_as_printed,
     .explicit_form = true,
     .witness = R"json({"mixture": "1/2 N(-1/2, 1) + 1/2 N(1/2, 1)", "R": 1, "tau": 0})json",
     .note = "proofs-notes/polynomial/sub_mixture_score.md",
     .header = "include/verimix/polynomial/sub_mixture_score.hpp",
     .test = "tests/polynomial/sub_mixture_score_test.cpp",
     .remark = "At tau = 0 the degree is the same for all epsilon, and no polynomial is this score. The explicit form "
               "is that of lemma-45 with log(e + R)."},
    {.id = {StatementKind::proposition, 40},
     .title = "Polynomial approximation of a sub-mixture",
     .page = 50,
     .stage = "polynomial",
     .printed = PrintedJudgement::false_as_printed,
     .explicit_form = true,
     .witness = R"json({"mixture": "N(0, 1)", "upsilon": 0, "Delta_in": 0, "degree": 0, "best_error": 1})json",
     .note = "proofs-notes/polynomial/sub_mixture_score.md",
     .header = "include/verimix/polynomial/sub_mixture_score.hpp",
     .test = "tests/polynomial/sub_mixture_score_test.cpp",
     .remark =
         "Degree 0 for exact estimates. The proof has a gap besides: a polynomial good on the true region is enormous "
         "on that of estimates (certified witness). With the true region it is proved and checked with constants."},
    {.id = {StatementKind::lemma, 41},
     .title = "Jackson approximation in several variables",
     .page = 50,
     .stage = "polynomial",
     .printed = PrintedJudgement::true_with_constant,
     .explicit_form = true,
     .note = "proofs-notes/polynomial/jackson.md",
     .header = "include/verimix/polynomial/jackson.hpp",
     .test = "tests/polynomial/jackson_test.cpp",
     .remark = "With C_n = 1 + 2 j/n <= 1 + pi, j the first zero of the Bessel function of order (n - 2)/2. The "
               "polynomial is made."},
    {.id = {StatementKind::lemma, 42},
     .title = "Coefficients of a bounded polynomial",
     .page = 50,
     .stage = "polynomial",
     .printed = PrintedJudgement::true_as_printed,
     .explicit_form = true,
     .note = "proofs-notes/polynomial/coefficient_sum.md",
     .header = "include/verimix/polynomial/coefficient_sum.hpp",
     .test = "tests/polynomial/coefficient_sum_test.cpp",
     .remark =
         "A sharper form (R/2)(2 + 8 e d)^l is proved and implies it; L >= 1 is necessary (regression at L = .3)."},
    {.id = {StatementKind::lemma, 43},
     .title = "Polynomial for a softmax times a linear function",
     .page = 50,
     .stage = "polynomial",
     .printed = PrintedJudgement::true_with_constant,
     .explicit_form = true,
     .note = "proofs-notes/polynomial/softmax_polynomial.md",
     .header = "include/verimix/polynomial/softmax_polynomial.hpp",
     .test = "tests/polynomial/softmax_polynomial_test.cpp",
     .remark = "Degree at most 2.2215 L M m^{3/2}/epsilon rounded up; the printed proof has errors that compensate. "
               "Least degrees for m = 2 are certified."},
    {.id = {StatementKind::lemma, 44},
     .title = "Difference of two quadratic forms",
     .page = 51,
     .stage = "polynomial",
     .printed = PrintedJudgement::true_with_constant,
     .explicit_form = true,
     .note = "proofs-notes/polynomial/quadratic_forms.md",
     .header = "include/verimix/polynomial/quadratic_forms.hpp",
     .test = "tests/polynomial/quadratic_forms_test.cpp",
     .remark = "With 10.2 for delta <= 1/2, by a sharper explicit form for all delta. One constant for all delta < 1 "
               "is not proved."},
    {.id = {StatementKind::lemma, 45},
     .title = "Small softmax inputs of a sub-mixture",
     .page = 52,
     .stage = "polynomial",
     .printed = PrintedJudgement::false_as_printed,
     .explicit_form = true,
     .witness = R"json({"C": 100, "D": "1/1000", "delta": "1/2", "means": ["0", "1/1000"], "variances": [1, 1]})json",
     .note = "proofs-notes/polynomial/sub_mixture_score.md",
     .header = "include/verimix/polynomial/sub_mixture_score.hpp",
     .test = "tests/polynomial/sub_mixture_score_test.cpp",
     .remark = "(a), (b) fail for small Delta_in, certified; they hold with 15.4 and 3.3 for Delta_in >= 1, and with "
               "explicit zeta* always. (c) as the sum of the coefficients fails in d."},
    {.id = {StatementKind::lemma, 46},
     .title = "Error of the estimated inputs",
     .page = 54,
     .stage = "polynomial",
     .printed = PrintedJudgement::false_as_printed,
     .explicit_form = true,
     .witness =
         R"json({"d": 1, "means": [0, 0], "variances": [1, 1], "Khat": [1, "3/2"], "omega_1": 0, "omega_2": 0})json",
     .note = "proofs-notes/polynomial/estimated_inputs.md",
     .header = "include/verimix/polynomial/estimated_inputs.hpp",
     .test = "tests/polynomial/estimated_inputs_test.cpp",
     .remark = "False for Delta_in = 0, for small upsilon (the rate is linear), and in alpha (omega_1 needs "
               "1/alpha^2). Rates with constants are proved and checked."},
    {.id = {StatementKind::lemma, 47},
     .title = "Error of samples in the wrong cell",
     .page = 57,
     .stage = "polynomial",
     .printed = PrintedJudgement::false_as_printed,
     .explicit_form = true,
     .witness =
         R"json({"U": ["N(2, 1)", "N(3, 1)"], "other": "N(-2, 1)", "cell": "x > 0", "upsilon": 0, "right_side": 0})json",
     .note = "proofs-notes/polynomial/wrong_cell.md",
     .header = "include/verimix/polynomial/wrong_cell.hpp",
     .test = "tests/polynomial/wrong_cell_test.cpp",
     .remark = "The printed bound is 0 for exact estimates, where the error is not. A form with the true region, the "
               "epsilon term and explicit constants is proved and checked; (56) + (57) needs a factor 2."},
    {.id = {StatementKind::proposition, 48},
     .title = "Piecewise polynomial approximation of the mixture",
     .page = 58,
     .stage = "polynomial",
     .printed = PrintedJudgement::false_as_printed,
     .explicit_form = true,
     .witness = R"json({"mixture": "1/2 N(-1/2, 1) + 1/2 N(1/2, 1)", "alpha": 1, "beta": 1, "R": 1, "log_R": 0})json",
     .note = "proofs-notes/polynomial/piecewise_error.md",
     .header = "include/verimix/polynomial/piecewise_error.hpp",
     .test = "tests/polynomial/piecewise_error_test.cpp",
     .remark = "At R = 1 the degree poly(0) is the same for all epsilon. Elsewhere the proof inherits the gap of "
               "proposition-40. With regions of the true parameters it is proved with constants; on the line the "
               "score is made and its error enclosed."},
}};

}  // namespace

std::span<const LedgerRow> polynomial() { return rows; }

}  // namespace verimix::ledger_rows
