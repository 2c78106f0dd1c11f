// Reading a whole file, and writing one so that nobody ever sees half of it.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace verimix {

/// The bytes of the file. Throws InputError (field "path") if it cannot be read.
std::string read_file(const std::filesystem::path& path);

/// Writes beside `path` under a temporary name and renames, so that `path` holds the old bytes or all of the new ones.
/// Throws InputError (field "path") if that cannot be done; the temporary file is removed.
/// A device or a pipe is written in place; of a symbolic link the file that it points to is replaced.
void write_file(const std::filesystem::path& path, std::string_view bytes);

/// The same in parts: what is appended is written at once, under the temporary name, and `commit` renames. Without a
/// commit the temporary file is removed at the end of the object's life.
class OutputFile {
 public:
  explicit OutputFile(const std::filesystem::path& path);
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;
  ~OutputFile();

  void append(std::string_view bytes);
  void commit();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

/// Throws what write_file would throw if no file can be made there, without touching `path`: to be asked before long
/// work.
void require_writable(const std::filesystem::path& path);

/// A file's name, or any other argument of a command, as a POSIX shell reads it back: quoted where it has to be.
std::string shell_quoted(std::string_view argument);

}  // namespace verimix
