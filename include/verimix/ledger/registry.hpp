// The ledger: what this tree says about each numbered statement and algorithm of [CKS25], and where it shows it.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "verimix/core/json.hpp"
#include "verimix/core/statement.hpp"

namespace verimix {

/// What is known of a statement as the paper prints it. `open`: nothing here decides it (yet); `cited`: taken from the
/// literature, not judged here. Any other word is allowed only with a note that derives it and a test that checks it.
enum class PrintedJudgement {
  true_as_printed,
  true_with_constant,
  false_as_printed,
  ambiguous,
  proof_gap,
  definition,
  cited,
  open
};

/// The word of the file format: `true`, `true-with-constant`, `false`, ...
std::string_view to_text(PrintedJudgement judgement);

/// One row. Paths are relative to the root of the source tree; empty where there is nothing yet.
struct LedgerRow {
  StatementId id;
  std::string_view title;
  /// Page of the published version on which the statement begins.
  int page;
  /// The stage that is its home.
  std::string_view stage;
  PrintedJudgement printed = PrintedJudgement::open;
  /// Is a form in which every constant is explicit checked by a test of this tree?
  bool explicit_form = false;
  /// JSON object: the instance that refutes the printed form, `{}` where there is none.
  std::string_view witness = "{}";
  std::string_view note = "";
  std::string_view header = "";
  std::string_view test = "";
  /// One line: what is checked, or why nothing is.
  std::string_view remark = "";
};

/// All 56 rows in the order of `all_statements()`.
std::span<const LedgerRow> ledger();

/// The document verimix.ledger/1 (with each row's `remark` as an added field).
Json ledger_json();

/// The same rows as a Markdown page with one table; proofs-notes/INDEX.md is this text.
std::string ledger_markdown();

}  // namespace verimix
