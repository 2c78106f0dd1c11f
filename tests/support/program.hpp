// Runs the real program `verimix` in a folder of its own.
#pragma once

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "support/places.hpp"
#include "support/temporary_folder.hpp"
#include "verimix/core/file.hpp"

namespace verimix::support {

struct ProgramResult {
  /// The exit status; -1 if a signal ended the program.
  int status;
  std::string output;
  std::string errors;
};

class Program {
 public:
  const TemporaryFolder& folder() const { return folder_; }

  /// Runs `verimix arguments...` with the folder as working directory. Standard output goes to `output`, if that is
  /// given.
  ProgramResult run(const std::vector<std::string>& arguments, const std::string& output = "") const {
    const int status = wait_for(start(arguments, output));
    return {status, output.empty() ? read_file(logs_ / "out") : "", read_file(logs_ / "err")};
  }
  /// From now on the program is started by these words in front of its path ("mpirun", "-n", "2"); by none, directly.
  void launch_by(std::vector<std::string> words) { launcher_ = std::move(words); }

  pid_t start(const std::vector<std::string>& arguments, const std::string& output = "") const {
    const std::string out = output.empty() ? (logs_ / "out").string() : output;
    const std::string err = (logs_ / "err").string();
    std::vector<std::string> words = launcher_;
    words.emplace_back(launcher_.empty() ? "verimix" : program().string());
    words.insert(words.end(), arguments.begin(), arguments.end());
    const std::string path = launcher_.empty() ? program().string() : launcher_.front();
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    const pid_t child = ::fork();
    if (child < 0) throw std::runtime_error("no new process");
    if (child > 0) return child;
    constexpr int mode = 0600;
    ::dup2(::open(out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, mode), STDOUT_FILENO);
    ::dup2(::open(err.c_str(), O_WRONLY | O_CREAT | O_TRUNC, mode), STDERR_FILENO);
    if (::chdir(folder_.path().c_str()) == 0) ::execv(path.c_str(), argv.data());
    ::_exit(127);
  }
  static int wait_for(pid_t child) {
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  std::string errors() const { return read_file(logs_ / "err"); }

 private:
  TemporaryFolder folder_;
  TemporaryFolder logs_;
  std::vector<std::string> launcher_;
};

}  // namespace verimix::support
