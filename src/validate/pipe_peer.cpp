#include "verimix/validate/pipe_peer.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <thread>

#include "verimix/core/error.hpp"
#include "verimix/core/interrupt.hpp"

namespace verimix {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t longest_line = std::size_t{256} << 20U;

struct Pipe {
  int read_end = -1;
  int write_end = -1;
};

Pipe make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0)
    throw UndecidedError(fmt::format("no pipe to the command: {}", ::strerror(errno)));
  return {ends[0], ends[1]};
}

[[noreturn]] void become(const std::string& command, int input, int output) {
  ::setpgid(0, 0);
  ::signal(SIGPIPE, SIG_DFL);
  ::dup2(input, STDIN_FILENO);
  ::dup2(output, STDOUT_FILENO);
  ::execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
  constexpr int not_found = 127;
  ::_exit(not_found);
}

void dont_block(int descriptor) {
  ::fcntl(descriptor, F_SETFL, ::fcntl(descriptor, F_GETFL) | O_NONBLOCK);  // NOLINT(hicpp-signed-bitwise)
}

std::string shortened(const std::string& text) {
  constexpr std::size_t shown = 80;
  return text.size() <= shown ? text : text.substr(0, shown) + "...";
}

}  // namespace

PipePeer::PipePeer(const std::string& command) {
  // A peer that has gone must be an error of write(), not a signal to us.
  ::signal(SIGPIPE, SIG_IGN);
  const Pipe input = make_pipe();
  const Pipe output = make_pipe();
  process_ = ::fork();
  if (process_ < 0) throw UndecidedError(fmt::format("no process for the command: {}", ::strerror(errno)));
  if (process_ == 0) become(command, input.read_end, output.write_end);
  ::setpgid(process_, process_);
  ::close(input.read_end);
  ::close(output.write_end);
  to_peer_ = input.write_end;
  from_peer_ = output.read_end;
  dont_block(to_peer_);
  dont_block(from_peer_);
}

PipePeer::~PipePeer() {
  ::close(to_peer_);
  ::close(from_peer_);
  if (process_ > 0) {
    ::kill(-process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
  }
}

PipePeer::Reply PipePeer::ask(const std::string& line, std::chrono::duration<double> limit) {
  const std::string request = line + "\n";
  std::size_t sent = 0;
  const auto deadline = Clock::now() + std::chrono::duration_cast<Clock::duration>(limit);
  while (true) {
    throw_if_interrupted();
    if (const std::size_t end = buffer_.find('\n'); end != std::string::npos) {
      Reply reply{Outcome::pass, buffer_.substr(0, end)};
      buffer_.erase(0, end + 1);
      return reply;
    }
    if (buffer_.size() > longest_line) return {Outcome::garbage, "a line of more than 256 MB"};
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) return {Outcome::hang, fmt::format("no answer within {} s", limit.count())};
    std::array<pollfd, 2> ends{{{from_peer_, POLLIN, 0}, {sent < request.size() ? to_peer_ : -1, POLLOUT, 0}}};
    constexpr long slice = 200;  // so that an interruption is noticed
    if (::poll(ends.data(), ends.size(), static_cast<int>(std::min<long>(left, slice))) <= 0) continue;
    if (ends[1].revents != 0) {
      const ssize_t written = ::write(to_peer_, request.data() + sent, request.size() - sent);
      if (written > 0) sent += static_cast<std::size_t>(written);
      if (written < 0 && errno != EAGAIN && errno != EINTR && ends[0].revents == 0) return {Outcome::crash, ending()};
    }
    if (ends[0].revents != 0) {
      std::array<char, 65536> block;  // NOLINT(cppcoreguidelines-pro-type-member-init)
      const ssize_t count = ::read(from_peer_, block.data(), block.size());
      if (count > 0) buffer_.append(block.data(), static_cast<std::size_t>(count));
      if (count == 0) return {Outcome::crash, ending()};
    }
  }
}

std::string PipePeer::ending() {
  // Its output is closed; it may need a moment to end.
  constexpr int patience = 100;
  int status = 0;
  for (int i = 0; i < patience; ++i) {
    if (::waitpid(process_, &status, WNOHANG) == process_) {
      ::kill(-process_, SIGKILL);
      process_ = -1;
      // A shell that waits for the command turns its signal into a status above 128.
      constexpr int of_signals = 128;
      const int signal = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status) - of_signals;
      if (signal > 0) return fmt::format("ended by signal {} ({})", signal, ::strsignal(signal));
      return fmt::format("ended with status {}", WEXITSTATUS(status));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return "closed its standard output";
}

std::vector<Judgement> judge_command(const std::vector<VectorCase>& cases, const std::string& command, Dtype dtype,
                                     const PeerLimits& limits) {
  std::vector<Judgement> judgements;
  std::unique_ptr<PipePeer> peer;
  int failures = 0;
  for (const VectorCase& a_case : cases) {
    if (!a_case.answer.tolerance.at(static_cast<std::size_t>(dtype))) {
      judgements.push_back(judge(a_case, Json::object(), dtype));
      continue;
    }
    if (failures >= limits.failures) {
      judgements.push_back(
          judgement(a_case, Outcome::not_asked, fmt::format("the command failed {} times in a row", failures)));
      continue;
    }
    const bool fresh = peer == nullptr;
    if (fresh) peer = std::make_unique<PipePeer>(command);
    const PipePeer::Reply reply =
        peer->ask(request_json(a_case.question, dtype).dump(), fresh ? limits.answer + limits.start : limits.answer);
    Judgement result = judgement(a_case, reply.outcome, reply.text);
    bool in_step = false;
    if (reply.outcome == Outcome::pass) {
      try {
        const Json answer = parse_answer_line(reply.text);
        in_step = answer.is_object() && answer.contains("id") && answer["id"] == a_case.question.id;
        result = in_step ? judge(a_case, answer, dtype)
                         : judgement(a_case, Outcome::garbage, "an answer without this id: " + shortened(reply.text));
      } catch (const InputError&) {
        result = judgement(a_case, Outcome::garbage, "no JSON: " + shortened(reply.text));
      }
    }
    failures = in_step ? 0 : failures + 1;
    if (!in_step) peer.reset();
    judgements.push_back(std::move(result));
  }
  return judgements;
}

}  // namespace verimix
