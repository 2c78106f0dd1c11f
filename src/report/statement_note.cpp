#include "verimix/report/statement_note.hpp"

#include <algorithm>
#include <cctype>
#include <regex>

#include "embedded.hpp"

namespace verimix {
namespace {

struct NoteSection {
  std::string_view heading, text;
};

/// What stands before the first "## " (without the title), and the sections after it.
std::vector<NoteSection> sections_of(std::string_view note) {
  std::vector<NoteSection> sections;
  if (note.starts_with("# ")) note.remove_prefix(std::min(note.find('\n'), note.size()));
  std::string_view heading;
  while (true) {
    const std::size_t next = note.find("\n## ");
    sections.push_back({heading, note.substr(0, next)});
    if (next == std::string_view::npos) return sections;
    note.remove_prefix(next + 4);
    const std::size_t end = std::min(note.find('\n'), note.size());
    heading = note.substr(0, end);
    note.remove_prefix(end);
  }
}

/// Is the title's number named, with its kind somewhere before it: "Lemmas 33 and 34" names "Lemma 34".
bool names(std::string_view text, std::string_view statement) {
  const std::size_t space = statement.find(' ');
  const std::string kind(statement.substr(0, space));
  const std::string number(statement.substr(space + 1));
  // Between the kind and the number only other numbers of the same list.
  const std::string plural = kind.ends_with("y") ? kind.substr(0, kind.size() - 1) + "(y|ies)" : kind + "s?";
  return std::regex_search(text.begin(), text.end(),
                           std::regex(plural + "((\\s|,|–|and|to|[0-9])*[^0-9])? ?\\b" + number + "\\b"));
}

std::string joined(const std::vector<NoteSection>& sections) {
  std::string out;
  for (const NoteSection& section : sections) {
    if (!section.heading.empty()) out.append("\n\n## ").append(section.heading).append("\n");
    out.append(section.text);
  }
  return out;
}

std::vector<std::string> table_cells(std::string_view line) {
  std::vector<std::string> cells;
  line.remove_prefix(std::min<std::size_t>(2, line.size()));
  while (!line.empty()) {
    const std::size_t end = line.find(" |");
    cells.emplace_back(line.substr(0, end));
    line.remove_prefix(end == std::string_view::npos ? line.size() : std::min(line.size(), end + 3));
  }
  return cells;
}

}  // namespace

std::string statement_title(std::string_view id) {
  std::string title(id);
  std::ranges::replace(title, '-', ' ');
  if (!title.empty()) title[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(title[0])));
  return title;
}

std::string note_claim(std::string_view note, std::string_view statement) {
  const std::vector<NoteSection> sections = sections_of(note);
  const auto chosen = [&](auto&& wanted) {
    std::vector<NoteSection> out;
    for (const NoteSection& section : sections)
      if (!section.heading.empty() && wanted(section.heading)) out.push_back(section);
    return out;
  };
  const auto claims =
      chosen([](std::string_view heading) { return heading.starts_with("Claim") && !heading.starts_with("Claim "); });
  if (!claims.empty()) return joined(claims);
  const auto named = chosen([&](std::string_view heading) { return names(heading, statement); });
  if (!named.empty()) return joined(named);
  return joined(
      {sections.begin(), sections.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(2, sections.size()))});
}

std::vector<StatementConstant> statement_constants(std::string_view constants, std::string_view statement) {
  std::vector<StatementConstant> out;
  while (!constants.empty()) {
    const std::size_t end = std::min(constants.find('\n'), constants.size());
    const std::string_view line = constants.substr(0, end);
    constants.remove_prefix(std::min(constants.size(), end + 1));
    if (!line.starts_with("| ")) continue;
    const std::vector<std::string> cells = table_cells(line);
    if (cells.size() >= 3 && names(cells[1], statement)) out.push_back({cells[0], cells[1], cells[2]});
  }
  return out;
}

std::string_view built_in_note(std::string_view path) {
  constexpr std::string_view folder = "proofs-notes/";
  if (!path.starts_with(folder)) return {};
  path.remove_prefix(folder.size());
  const auto notes = embedded_notes();
  const auto found = std::ranges::find(notes, path, &EmbeddedFile::name);
  return found == notes.end() ? std::string_view() : found->text;
}

std::string_view built_in_constants() { return embedded_text(embedded_notes(), "CONSTANTS.md"); }

}  // namespace verimix
