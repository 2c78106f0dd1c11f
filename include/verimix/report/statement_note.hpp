// What the notes in this tree say of a statement, for a reader of the board who has only the page.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace verimix {

/// "lemma-33" as it is printed: "Lemma 33".
std::string statement_title(std::string_view id);

/// From a note's Markdown: the sections whose heading names a claim ("Claim", "Claims", ...), else those whose heading
/// names the statement ("Lemma 29, exactly"), else what stands before the second section. `statement` is a title.
std::string note_claim(std::string_view note, std::string_view statement);

/// A row of CONSTANTS.md.
struct StatementConstant {
  std::string constant, where, kind;
};
/// The rows of the table whose column "where" names the statement, also in lists: "Lemmas 33, 34".
std::vector<StatementConstant> statement_constants(std::string_view constants, std::string_view statement);

/// The note `proofs-notes/<stage>/<stem>.md` as it was when the program was built; empty for a path that is not one.
std::string_view built_in_note(std::string_view path);
/// CONSTANTS.md, likewise.
std::string_view built_in_constants();

}  // namespace verimix
