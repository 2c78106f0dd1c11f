#include "verimix/core/statement.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "verimix/core/error.hpp"

namespace verimix {
namespace {

using enum StatementKind;

// The kinds of statements 1 to 51 in the order of the paper.
constexpr std::array<StatementKind, 51> kinds = {
    definition,  theorem,     proposition, remark,      proposition, definition,
    proposition, lemma,       lemma,       definition,  // 1-10
    theorem,     lemma,       lemma,       lemma,       lemma,       lemma,
    lemma,       lemma,       fact,        lemma,  // 11-20
    lemma,       lemma,       corollary,   definition,  proposition, lemma,
    lemma,       lemma,       lemma,       corollary,  // 21-30
    corollary,   proposition, lemma,       lemma,       claim,       claim,
    fact,        claim,       fact,        proposition,  // 31-40
    lemma,       lemma,       lemma,       lemma,       lemma,       lemma,
    lemma,       proposition, proposition, lemma,       proposition};  // 41-51
constexpr int algorithms = 5;

constexpr auto make_statements() {
  std::array<StatementId, kinds.size() + algorithms> ids{};
  for (std::size_t i = 0; i < kinds.size(); ++i) ids[i] = {kinds[i], static_cast<int>(i) + 1};
  for (int i = 0; i < algorithms; ++i) ids[kinds.size() + static_cast<std::size_t>(i)] = {algorithm, i + 1};
  return ids;
}
constexpr auto statements = make_statements();

constexpr std::array<std::string_view, 9> words = {"definition", "theorem",   "proposition", "remark",   "lemma",
                                                   "fact",       "corollary", "claim",       "algorithm"};

}  // namespace

std::span<const StatementId> all_statements() { return statements; }

std::string to_text(StatementId id) {
  return std::string(words.at(static_cast<std::size_t>(id.kind))) + "-" + std::to_string(id.number);
}

std::optional<StatementId> parse_statement(std::string_view text) {
  const auto found = std::ranges::find_if(statements, [&](StatementId id) { return to_text(id) == text; });
  if (found == statements.end()) return std::nullopt;
  return *found;
}

}  // namespace verimix
