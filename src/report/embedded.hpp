// Files of the source tree that are part of the program (written by tools/cmake/embed_files.cmake).
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace verimix {

struct EmbeddedFile {
  std::string_view name;
  std::string_view text;
};

/// An entry whose length is the literal's: counting it as a constant would exceed what compilers evaluate.
template <std::size_t N>
constexpr EmbeddedFile embedded(std::string_view name, const char (&text)[N]) {
  return {name, {text, N - 1}};
}

/// The statements' notes as `simplify/score_removal.md`, and `CONSTANTS.md`.
std::span<const EmbeddedFile> embedded_notes();
/// `page.html`, `page.css`, and `page.js`: empty where the program was built without node and npm's packages.
std::span<const EmbeddedFile> embedded_page();
/// The file of that name; an invariant breaks if there is none.
std::string_view embedded_text(std::span<const EmbeddedFile> files, std::string_view name);

}  // namespace verimix
