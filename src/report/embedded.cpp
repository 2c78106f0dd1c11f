#include "embedded.hpp"

#include <algorithm>

#include "verimix/core/error.hpp"

namespace verimix {

std::string_view embedded_text(std::span<const EmbeddedFile> files, std::string_view name) {
  const auto found = std::ranges::find(files, name, &EmbeddedFile::name);
  require_invariant(found != files.end(), "an embedded file");
  return found->text;
}

}  // namespace verimix
