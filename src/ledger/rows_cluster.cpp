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
     .remark = "Not decided here yet."},
    {.id = {StatementKind::definition, 10},
     .title = "Separated partition, sub-mixture and joint law",
     .page = 21,
     .stage = "cluster",
     .remark = "Not decided here yet."},
    {.id = {StatementKind::definition, 24},
     .title = "Pair of partitions by means and by covariances",
     .page = 34,
     .stage = "cluster",
     .remark = "Not decided here yet."},
    {.id = {StatementKind::proposition, 25},
     .title = "Guarantee of the clustering",
     .page = 34,
     .stage = "cluster",
     .remark = "Not decided here: its probability bound is not built yet."},
    {.id = {StatementKind::lemma, 26},
     .title = "Inverse of a clipped covariance estimate",
     .page = 35,
     .stage = "cluster",
     .remark = "Not decided here yet."},
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
     .remark = "Not decided here yet."},
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
     .remark = "Not decided here yet."},
}};

}  // namespace

std::span<const LedgerRow> cluster() { return rows; }

}  // namespace verimix::ledger_rows
