// Reading a whole file, and writing one so that nobody ever sees half of it.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace verimix {

/// The bytes of the file. Throws InputError (field "path") if it cannot be read.
std::string read_file(const std::filesystem::path& path);

/// Writes beside `path` under a temporary name and renames, so that `path` holds the old bytes or all of the new ones.
/// Throws InputError (field "path") if that cannot be done; the temporary file is removed.
void write_file(const std::filesystem::path& path, std::string_view bytes);

}  // namespace verimix
