// Clustering.
#include <array>

#include "rows.hpp"

namespace verimix::ledger_rows {
namespace {

constexpr std::array<LedgerRow, 11> rows = {{
    {.id = {StatementKind::definition, 6},
     .title = "Separated partition",
     .page = 10,
     .stage = "cluster",
     .printed = PrintedJudgement::ambiguous,
     .explicit_form = true,
     .witness = R"json({"parameters": "means 0, 0.6, variances 1, 1.6", "unsquared": "1.2", "squared": "0.72"})json",
     .note = "proofs-notes/cluster/partition.md",
     .header = "include/verimix/cluster/partition.hpp",
     .test = "tests/cluster/partition_test.cpp",
     .remark = "Its parameter distance is unsquared, that of proposition-32 squared, under one symbol; eps_part is not "
               "specified. Two functions carry the two distances."},
    {.id = {StatementKind::definition, 10},
     .title = "Separated partition, sub-mixture and joint law",
     .page = 21,
     .stage = "cluster",
     .printed = PrintedJudgement::definition,
     .explicit_form = true,
     .note = "proofs-notes/cluster/partition.md",
     .header = "include/verimix/cluster/partition.hpp",
     .test = "tests/cluster/partition_test.cpp",
     .remark = "The best constants of a partition are computed. Sub-mixtures keep the weights of M where the "
               "paper prints uniform ones."},
    {.id = {StatementKind::definition, 24},
     .title = "Pair of partitions by means and by covariances",
     .page = 34,
     .stage = "cluster",
     .printed = PrintedJudgement::definition,
     .explicit_form = true,
     .note = "proofs-notes/cluster/partition.md",
     .header = "include/verimix/cluster/partition.hpp",
     .test = "tests/cluster/partition_test.cpp",
     .remark = "The best constants of a pair of partitions are computed."},
    {.id = {StatementKind::proposition, 25},
     .title = "Guarantee of the clustering",
     .page = 34,
     .stage = "cluster",
     .printed = PrintedJudgement::false_as_printed,
     .explicit_form = true,
     .witness =
         R"json({"components": [{"mean": "0", "covariance": "1"}, {"mean": "6*sqrt(3)", "covariance": "1"}, )json"
         R"json({"mean": "10000", "covariance": "alpha"}], "alpha": "to 0", "probability": "1.017e-7", )json"
         R"json("claim": "to 0"})json",
     .note = "proofs-notes/cluster/clustering_error.md",
     .header = "include/verimix/cluster/clustering_error.hpp",
     .test = "tests/cluster/group_errors_test.cpp",
     .remark = "alpha stands where beta is needed: no function c meets the claim. Repaired with constants for midpoint "
               "thresholds and for the printed ones."},
    {.id = {StatementKind::lemma, 26},
     .title = "Inverse of a clipped covariance estimate",
     .page = 35,
     .stage = "cluster",
     .printed = PrintedJudgement::true_as_printed,
     .explicit_form = true,
     .note = "proofs-notes/cluster/clipped_inverse.md",
     .header = "include/verimix/cluster/clipped_inverse.hpp",
     .test = "tests/cluster/clipped_inverse_test.cpp",
     .remark = "True with 4; the sharp constant is 2, also for indefinite estimates."},
    {.id = {StatementKind::lemma, 27},
     .title = "Lower deviation of the covariance statistic",
     .page = 35,
     .stage = "cluster",
     .printed = PrintedJudgement::false_as_printed,
     .explicit_form = true,
     .witness =
         R"json({"Q_j": "1", "Q_i": "2", "estimates": "exact", "c_prime": "to infinity", "tail": "P[z^2 > 1 + c']"})json",
     .note = "proofs-notes/cluster/statistic_deviation.md",
     .header = "include/verimix/cluster/statistic_deviation.hpp",
     .test = "tests/cluster/statistic_deviation_test.cpp",
     .remark =
         "Not for any c' > 0, and not with c^2 (two certified families); true with c' <= 1, c <= 1, 2 c^2 and the "
         "constant 1/16."},
    {.id = {StatementKind::lemma, 28},
     .title = "Upper deviation of the covariance statistic",
     .page = 37,
     .stage = "cluster",
     .printed = PrintedJudgement::false_as_printed,
     .explicit_form = true,
     .witness =
         R"json({"Q_1": "Id", "Q_2": "2 Id", "Qhat_1": "Id - e e^T/2", "Qhat_2": "2 Id", "centre": "mu_1 - (c )json"
         R"json(sqrt(d)/2) e", "d": "to infinity", "probability of the claimed bound": "to 0"})json",
     .note = "proofs-notes/cluster/statistic_deviation.md",
     .header = "include/verimix/cluster/statistic_deviation.hpp",
     .test = "tests/cluster/statistic_deviation_test.cpp",
     .remark =
         "The constant of c^2 Delta^2/beta^2 must be 2, which is sharp; then true with exp(-s/120), for every c. As "
         "printed it holds for exact estimates."},
    {.id = {StatementKind::lemma, 29},
     .title = "Clustering by means",
     .page = 38,
     .stage = "cluster",
     .printed = PrintedJudgement::false_as_printed,
     .explicit_form = true,
     .witness =
         R"json({"components": [{"mean": "0", "covariance": "1"}, {"mean": "6*sqrt(2)", "covariance": "1"}, )json"
         R"json({"mean": "far", "covariance": "alpha"}], "alpha": "to 0", "probability": "1.105e-5", )json"
         R"json("claim": "to 0"})json",
     .note = "proofs-notes/cluster/clustering_error.md",
     .header = "include/verimix/cluster/clustering_error.hpp",
     .test = "tests/cluster/clustering_error_test.cpp",
     .remark = "True with exp(-m^2/(18 beta))/2, where 18 is sharp, or by the exact normal tail."},
    {.id = {StatementKind::corollary, 30},
     .title = "No wrong covariance group is accepted",
     .page = 39,
     .stage = "cluster",
     .printed = PrintedJudgement::true_with_constant,
     .explicit_form = true,
     .note = "proofs-notes/cluster/group_errors.md",
     .header = "include/verimix/cluster/group_errors.hpp",
     .test = "tests/cluster/group_errors_test.cpp",
     .remark = "With c <= 1, c' <= 1 and the repaired E (or c^2 <= c'); |S_a| sums in the place of 2 k^2."},
    {.id = {StatementKind::corollary, 31},
     .title = "Some covariance group is accepted",
     .page = 40,
     .stage = "cluster",
     .printed = PrintedJudgement::true_with_constant,
     .explicit_form = true,
     .note = "proofs-notes/cluster/group_errors.md",
     .header = "include/verimix/cluster/group_errors.hpp",
     .test = "tests/cluster/group_errors_test.cpp",
     .remark =
         "With exp(-xi/2400) and no large constant in (36); the printed proof takes an s for which its chain never "
         "holds."},
    {.id = {StatementKind::algorithm, 5},
     .title = "Clustering",
     .page = 41,
     .stage = "cluster",
     .printed = PrintedJudgement::ambiguous,
     .explicit_form = true,
     .note = "proofs-notes/cluster/clustering.md",
     .header = "include/verimix/cluster/clustering.hpp",
     .test = "tests/cluster/clustering_test.cpp",
     .remark = "The printed text chooses arbitrarily in four places and its eta is not homogeneous "
               "(certified witness); a rule is fixed for each place, thresholds by five rules."},
}};

}  // namespace

std::span<const LedgerRow> cluster() { return rows; }

}  // namespace verimix::ledger_rows
