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
     .remark = "The same distances as definition-10, where they are computed; the printed text is not judged by "
               "itself."},
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
     .explicit_form = true,
     .note = "proofs-notes/cluster/clustering_error.md",
     .header = "include/verimix/cluster/clustering_error.hpp",
     .test = "tests/cluster/clustering_error_test.cpp",
     .remark = "A form with midpoint thresholds and constants is proved and checked. The note refutes the "
               "printed form (alpha for beta); no test shows it yet."},
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
     .remark = "Not decided here: the tail bounds are not built yet."},
    {.id = {StatementKind::lemma, 28},
     .title = "Upper deviation of the covariance statistic",
     .page = 37,
     .stage = "cluster",
     .remark = "Not decided here: the tail bounds are not built yet."},
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
     .remark = "Not decided here: the tail bounds are not built yet."},
    {.id = {StatementKind::corollary, 31},
     .title = "Some covariance group is accepted",
     .page = 40,
     .stage = "cluster",
     .remark = "Not decided here: the tail bounds are not built yet."},
    {.id = {StatementKind::algorithm, 5},
     .title = "Clustering",
     .page = 41,
     .stage = "cluster",
     .printed = PrintedJudgement::ambiguous,
     .explicit_form = true,
     .note = "proofs-notes/cluster/clustering.md",
     .header = "include/verimix/cluster/clustering.hpp",
     .test = "tests/cluster/clustering_test.cpp",
     .remark = "The printed text chooses arbitrarily in four places and its eta is not homogeneous; a rule is "
               "fixed for each place, three thresholds are offered."},
}};

}  // namespace

std::span<const LedgerRow> cluster() { return rows; }

}  // namespace verimix::ledger_rows
