#include "verimix/ledger/registry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "rows.hpp"
#include "verimix/core/error.hpp"

namespace verimix {
namespace {

std::vector<LedgerRow> rows_in_order() {
  std::vector<LedgerRow> unordered;
  for (const std::span<const LedgerRow> part :
       {ledger_rows::diffusion(), ledger_rows::estimate(), ledger_rows::cluster(), ledger_rows::simplify(),
        ledger_rows::polynomial(), ledger_rows::regress()})
    unordered.insert(unordered.end(), part.begin(), part.end());
  require_invariant(unordered.size() == all_statements().size(), "the ledger has one row a statement");
  std::vector<LedgerRow> rows;
  for (const StatementId id : all_statements()) {
    const auto found = std::ranges::find(unordered, id, &LedgerRow::id);
    require_invariant(found != unordered.end(), "every statement has a row in the ledger");
    rows.push_back(*found);
  }
  return rows;
}

std::string code(std::string_view path) { return path.empty() ? "" : fmt::format("`{}`", path); }

}  // namespace

std::string_view to_text(PrintedJudgement judgement) {
  switch (judgement) {
    case PrintedJudgement::true_as_printed:
      return "true";
    case PrintedJudgement::true_with_constant:
      return "true-with-constant";
    case PrintedJudgement::false_as_printed:
      return "false";
    case PrintedJudgement::ambiguous:
      return "ambiguous";
    case PrintedJudgement::proof_gap:
      return "proof-gap";
    case PrintedJudgement::definition:
      return "definition";
    case PrintedJudgement::cited:
      return "cited";
    case PrintedJudgement::open:
      return "open";
  }
  require_invariant(false, "every judgement has a word");
  std::abort();
}

std::span<const LedgerRow> ledger() {
  static const std::vector<LedgerRow> rows = rows_in_order();
  return rows;
}

Json ledger_json() {
  Json document = {{"format", "verimix.ledger/1"}, {"statements", Json::array()}};
  for (const LedgerRow& row : ledger())
    document["statements"].push_back({{"id", to_text(row.id)},
                                      {"title", row.title},
                                      {"page", row.page},
                                      {"stage", row.stage},
                                      {"printed", to_text(row.printed)},
                                      {"explicit", row.explicit_form},
                                      {"witness", Json::parse(row.witness)},
                                      {"note", row.note},
                                      {"header", row.header},
                                      {"test", row.test},
                                      {"remark", row.remark}});
  return document;
}

std::string ledger_markdown() {
  std::string text =
      "# The statements\n\n"
      "Every numbered statement and algorithm of [CKS25] (S. Chen, V. Kontonis, K. Shah, *Learning general Gaussian\n"
      "mixtures with efficient score matching*, PMLR 291, COLT 2025), and what this tree says of it. This page is the\n"
      "output of `verimix ledger --format markdown`.\n\n"
      "*Printed* is the judgement of the statement as the paper prints it; a word other than `open` is derived in the "
      "note\n"
      "and checked in the test of its row. *Explicit* says whether a form in which every constant is explicit is "
      "checked.\n\n"
      "| statement | title | page | stage | printed | explicit | note, header, test | remark |\n"
      "|---|---|---|---|---|---|---|---|\n";
  for (const LedgerRow& row : ledger()) {
    std::string places;
    for (const std::string_view path : {row.note, row.header, row.test})
      if (!path.empty()) places += (places.empty() ? "" : "<br>") + code(path);
    text += fmt::format("| {} | {} | {} | {} | {} | {} | {} | {} |\n", to_text(row.id), row.title, row.page, row.stage,
                        to_text(row.printed), row.explicit_form ? "yes" : "no", places, row.remark);
  }
  return text;
}

}  // namespace verimix
