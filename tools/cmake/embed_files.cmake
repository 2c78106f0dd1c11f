# Writes a C++ source that holds files as text.
#   cmake -D OUTPUT=<source> -D FUNCTION=<name> -D "FILES=<name=path>|<name=path>..." -P embed_files.cmake
# The source defines std::span<const EmbeddedFile> FUNCTION(), declared in src/report/embedded.hpp.
string(REPLACE "|" ";" files "${FILES}")
set(entries "")
foreach(entry IN LISTS files)
  string(REGEX MATCH "^([^=]+)=(.*)$" ignored "${entry}")
  set(name "${CMAKE_MATCH_1}")
  file(READ "${CMAKE_MATCH_2}" text)
  string(APPEND entries "    embedded(\"${name}\", R\"embedded~file(${text})embedded~file\"),\n")
endforeach()
file(CONFIGURE OUTPUT "${OUTPUT}" CONTENT [[
#include "embedded.hpp"

namespace verimix {

std::span<const EmbeddedFile> @FUNCTION@() {
  static constexpr EmbeddedFile files[] = {
@entries@  };
  return files;
}

}  // namespace verimix
]] @ONLY)
