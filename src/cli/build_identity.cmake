# Writes the header with the version and the git hash, at every build, but touches it only when they have changed.
#   cmake -D SOURCE=<source tree> -D VERSION=<version> -D OUTPUT=<header> -P build_identity.cmake
execute_process(COMMAND git -C "${SOURCE}" describe --always --dirty --abbrev=12 --match=none
  OUTPUT_VARIABLE git_hash OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE status)
if(NOT status EQUAL 0)
  set(git_hash "unknown")
endif()
file(CONFIGURE OUTPUT "${OUTPUT}" CONTENT [[
#pragma once

namespace verimix::build_identity {

inline constexpr const char* version = "@VERSION@";
inline constexpr const char* git_hash = "@git_hash@";

}  // namespace verimix::build_identity
]] @ONLY)
