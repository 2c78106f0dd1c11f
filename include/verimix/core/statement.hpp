// The 51 numbered statements and 5 algorithms of [CKS25], by the names that files and the command line use.
#pragma once

#include <compare>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace verimix {

enum class StatementKind { definition, theorem, proposition, remark, lemma, fact, corollary, claim, algorithm };

/// One statement: `lemma-33`, `algorithm-5`. The numbers of statements run through all kinds; algorithms have their
/// own.
struct StatementId {
  StatementKind kind;
  int number;
  friend auto operator<=>(const StatementId&, const StatementId&) = default;
};

/// All 56, statements 1..51 first, then algorithms 1..5.
std::span<const StatementId> all_statements();
/// The word of the file formats: `lemma-33`.
std::string to_text(StatementId id);
/// The statement of that name; nothing if there is none (also for a wrong kind: `lemma-11` is a theorem).
std::optional<StatementId> parse_statement(std::string_view text);

}  // namespace verimix
