#include "verimix/core/file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <iterator>
#include <system_error>

#include "verimix/core/error.hpp"

namespace verimix {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(const fs::path& path, const std::string& expected, int error) {
  const std::string why = error == 0 ? "" : fmt::format(" ({})", std::generic_category().message(error));
  throw InputError("", "path", path.string(), expected + why);
}

/// An open file that is closed, and if it was not kept also removed, when the scope ends.
class NewFile {
 public:
  NewFile(fs::path path, int flags) : path_(std::move(path)), descriptor_(::open(path_.c_str(), flags, 0666)) {}
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  ~NewFile() {
    close();
    if (remove_) ::unlink(path_.c_str());
  }

  bool is_open() const { return descriptor_ >= 0; }
  void remove_at_end(bool remove) { remove_ = remove; }

  bool write(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
  }
  bool flush_to_disk() { return ::fsync(descriptor_) == 0; }
  bool close() {
    const int descriptor = descriptor_;
    descriptor_ = -1;
    return descriptor < 0 || ::close(descriptor) == 0;
  }

 private:
  fs::path path_;
  int descriptor_;
  bool remove_ = false;
};

/// What a path names: through a symbolic link the file that it points to, and whether it is written in place. A device
/// or a pipe has no old bytes to keep, and a rename would replace the device itself.
struct Target {
  fs::path path;
  bool in_place;
};

Target resolve(const fs::path& path) {
  std::error_code failure;
  fs::path target = fs::canonical(path, failure);
  if (failure) target = path;
  const fs::file_status status = fs::status(target, failure);
  if (fs::is_directory(status)) refuse(path, "a path that can be written, not a directory", 0);
  return {target, fs::exists(status) && !fs::is_regular_file(status)};
}

fs::path beside(const fs::path& path) { return path.string() + fmt::format(".partial-{}", ::getpid()); }

constexpr const char* writable = "a path that can be written";
constexpr int new_file = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC;

}  // namespace

std::string read_file(const fs::path& path) {
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) refuse(path, "a file that can be read, not a directory", 0);
  errno = 0;
  std::ifstream stream(path, std::ios::binary);
  if (!stream) refuse(path, "a file that can be read", errno);
  std::string bytes{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  if (stream.bad()) refuse(path, "a file that can be read", errno);
  return bytes;
}

struct OutputFile::Parts {
  fs::path path;
  Target target;
  fs::path written;
  NewFile file;

  explicit Parts(const fs::path& to)
      : path(to),
        target(resolve(to)),
        written(target.in_place ? target.path : beside(target.path)),
        file(written, target.in_place ? O_WRONLY | O_CLOEXEC : new_file) {
    if (!file.is_open()) refuse(path, writable, errno);
    file.remove_at_end(!target.in_place);
  }
};

OutputFile::OutputFile(const fs::path& path) : parts_(std::make_unique<Parts>(path)) {}
OutputFile::~OutputFile() = default;

void OutputFile::append(std::string_view bytes) {
  if (!parts_->file.write(bytes)) refuse(parts_->path, writable, errno);
}

void OutputFile::commit() {
  Parts& parts = *parts_;
  if (!parts.target.in_place && !parts.file.flush_to_disk()) refuse(parts.path, writable, errno);
  if (!parts.file.close()) refuse(parts.path, writable, errno);
  if (parts.target.in_place) return;
  if (::rename(parts.written.c_str(), parts.target.path.c_str()) != 0) refuse(parts.path, writable, errno);
  parts.file.remove_at_end(false);
}

void write_file(const fs::path& path, std::string_view bytes) {
  OutputFile file(path);
  file.append(bytes);
  file.commit();
}

void require_writable(const fs::path& path) {
  const Target target = resolve(path);
  const fs::path written = target.in_place ? target.path : beside(target.path);
  NewFile file(written, target.in_place ? O_WRONLY | O_CLOEXEC : new_file);
  if (!file.is_open()) refuse(path, writable, errno);
  file.remove_at_end(!target.in_place);
}

std::string shell_quoted(std::string_view argument) {
  constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+=:,./-";
  if (!argument.empty() && argument.find_first_not_of(plain) == std::string_view::npos) return std::string(argument);
  std::string text = "'";
  for (const char c : argument) text += c == '\'' ? "'\\''" : std::string(1, c);
  return text + "'";
}

}  // namespace verimix
