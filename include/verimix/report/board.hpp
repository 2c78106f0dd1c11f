// The statements as a board: one row a statement, with what was checked of it.
#pragma once

#include <string>
#include <vector>

#include "verimix/core/json.hpp"
#include "verimix/core/verdict.hpp"

namespace verimix {

/// One entry of a verimix.check/1, and the ends of log10(lhs/rhs): -inf for lhs = 0, NaN where lhs or rhs is not
/// positive and finite enough to say.
struct BoardCheck {
  std::string mixture, form, part, choice, verdict, evidence, reason;
  std::string lhs, rhs, ratio, implied_constant;
  double log_lower, log_upper;
  /// The command that makes this entry again.
  std::string command;
};

struct BoardRow {
  /// `lemma-33`.
  std::string id;
  std::string title, stage, printed, remark, note, header, test;
  bool explicit_form = false;
  int page = 0;
  /// JSON of the instance that refutes the printed form, empty where there is none.
  std::string witness;
  std::vector<BoardCheck> checks;

  /// The worst verdict of a form ("" for any): violated, undecided, holds, not-applicable; "" where nothing was
  /// checked.
  std::string verdict(const std::string& form) const;
  /// The weakest evidence among the checks that have this verdict; "" where there is none, or nothing applies.
  std::string evidence(const std::string& form) const;
};

/// A row for each statement of the ledger, in its order, with the checks of all documents. Without a ledger document
/// (`ledger` null) the program's own ledger tells titles, stages and notes, and statements that were not checked are
/// left out. A statement that the ledger lacks has a row with what its checks say.
std::vector<BoardRow> board_rows(const Json* ledger, const std::vector<const Json*>& checks);

/// The board as HTML: filters by stage and verdict (shown by the page's script), and a disclosure a row.
std::string board_html(const std::vector<BoardRow>& rows);

/// log10 of a number >= 0 as files write it, beyond the range of doubles too; NaN for what is no such number.
double log10_text(const std::string& number);

}  // namespace verimix
