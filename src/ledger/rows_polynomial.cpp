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
     .remark = "Informal; its content is judged with proposition-48."},
    {.id = {StatementKind::lemma, 8},
     .title = "Polynomial for the score of a sub-mixture (informal)",
     .page = 11,
     .stage = "polynomial",
     .remark = "Informal; its content is judged with lemma-45."},
    {.id = {StatementKind::proposition, 40},
     .title = "Polynomial approximation of a sub-mixture",
     .page = 50,
     .stage = "polynomial",
     .remark = "Not decided here: the approximation bounds are not built yet."},
    {.id = {StatementKind::lemma, 41},
     .title = "Jackson approximation in several variables",
     .page = 50,
     .stage = "polynomial",
     .remark = "Not decided here: the approximation bounds are not built yet."},
    {.id = {StatementKind::lemma, 42},
     .title = "Coefficients of a bounded polynomial",
     .page = 50,
     .stage = "polynomial",
     .remark = "Not decided here: the approximation bounds are not built yet."},
    {.id = {StatementKind::lemma, 43},
     .title = "Polynomial for a softmax times a linear function",
     .page = 50,
     .stage = "polynomial",
     .remark = "Not decided here: the approximation bounds are not built yet."},
    {.id = {StatementKind::lemma, 44},
     .title = "Difference of two quadratic forms",
     .page = 51,
     .stage = "polynomial",
     .remark = "Not decided here: the approximation bounds are not built yet."},
    {.id = {StatementKind::lemma, 45},
     .title = "Small softmax inputs of a sub-mixture",
     .page = 52,
     .stage = "polynomial",
     .remark = "Not decided here: the approximation bounds are not built yet."},
    {.id = {StatementKind::lemma, 46},
     .title = "Error of the estimated inputs",
     .page = 54,
     .stage = "polynomial",
     .remark = "Not decided here: the approximation bounds are not built yet."},
    {.id = {StatementKind::lemma, 47},
     .title = "Error of samples in the wrong cell",
     .page = 57,
     .stage = "polynomial",
     .remark = "Not decided here: the approximation bounds are not built yet."},
    {.id = {StatementKind::proposition, 48},
     .title = "Piecewise polynomial approximation of the mixture",
     .page = 58,
     .stage = "polynomial",
     .remark = "Not decided here: the approximation bounds are not built yet."},
}};

}  // namespace

std::span<const LedgerRow> polynomial() { return rows; }

}  // namespace verimix::ledger_rows
