// An implementation under test as a process: a JSON line a case into its standard input, a JSON line each out of its
// standard output.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "verimix/validate/answers.hpp"

namespace verimix {

struct PeerLimits {
  /// For an answer, from the moment the request is sent.
  std::chrono::duration<double> answer{10};
  /// More, for the first request after a start.
  std::chrono::duration<double> start{30};
  /// After so many failures of the process in a row it is not asked again.
  int failures = 5;
  /// The longest line that is read, in bytes.
  std::size_t line = std::size_t{256} << 20U;
};

/// The shell command as a process of its own group; what it writes to standard error goes to ours. Ended, with all of
/// its group, by the destructor.
class PipePeer {
 public:
  /// What came back for a line: the answer's line, or the outcome crash, hang or garbage (too long a line) with a word
  /// on it, and on the part of a line that was there.
  struct Reply {
    Outcome outcome = Outcome::pass;
    std::string text;
  };

  /// Throws UndecidedError if no process can be made.
  explicit PipePeer(const std::string& command, std::size_t longest_line = PeerLimits{}.line);
  PipePeer(const PipePeer&) = delete;
  PipePeer& operator=(const PipePeer&) = delete;
  ~PipePeer();

  /// Sends the line and waits for one. Writing and reading go on together, so that a peer which answers while it reads
  /// does not block. Throws Interrupted if that was asked for.
  Reply ask(const std::string& line, std::chrono::duration<double> limit);
  /// Waits for another line, without a request.
  Reply next(std::chrono::duration<double> limit);
  /// Closes its standard input and returns what it writes until it closes its output, or until the limit.
  std::string rest(std::chrono::duration<double> limit);

 private:
  Reply exchange(const std::string& request, std::chrono::duration<double> limit);
  Reply crash(const std::string& closed);

  int process_ = -1;
  int to_peer_ = -1;
  int from_peer_ = -1;
  std::size_t longest_line_;
  std::string buffer_;
};

/// Asks for every case that applies to the dtype, one at a time, in order. A crash, a hang, garbage or an answer with
/// another id fails the case and starts the process anew; after `limits.failures` of them in a row the rest is not
/// asked. A second answer to the case before is garbage of that case, and the answer after it is awaited.
std::vector<Judgement> judge_command(const std::vector<VectorCase>& cases, const std::string& command, Dtype dtype,
                                     const PeerLimits& limits);

}  // namespace verimix
