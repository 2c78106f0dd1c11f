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

std::string after_part(const std::string& part) {
  return part.empty() ? "" : fmt::format(" after a part of a line: {}", shortened(part));
}

}  // namespace

PipePeer::PipePeer(const std::string& command, std::size_t longest_line) : longest_line_(longest_line) {
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
  if (to_peer_ >= 0) ::close(to_peer_);
  ::close(from_peer_);
  if (process_ > 0) {
    ::kill(-process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
  }
}

PipePeer::Reply PipePeer::ask(const std::string& line, std::chrono::duration<double> limit) {
  return exchange(line + "\n", limit);
}

PipePeer::Reply PipePeer::next(std::chrono::duration<double> limit) { return exchange("", limit); }

PipePeer::Reply PipePeer::exchange(const std::string& request, std::chrono::duration<double> limit) {
  std::size_t sent = 0;
  std::size_t searched = 0;
  const auto deadline = Clock::now() + std::chrono::duration_cast<Clock::duration>(limit);
  while (true) {
    throw_if_interrupted();
    // A line that was there before the request is read only once the request is on its way.
    const std::size_t end = sent < request.size() ? std::string::npos : buffer_.find('\n', searched);
    if (end != std::string::npos) {
      Reply reply{Outcome::pass, buffer_.substr(0, end)};
      buffer_.erase(0, end + 1);
      return reply;
    }
    if (sent == request.size()) searched = buffer_.size();
    if (buffer_.size() > longest_line_)
      return {Outcome::garbage, fmt::format("a line of more than {} bytes", longest_line_)};
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) return {Outcome::hang, fmt::format("no answer within {} s{}", limit.count(), after_part(buffer_))};
    std::array<pollfd, 2> ends{{{from_peer_, POLLIN, 0}, {sent < request.size() ? to_peer_ : -1, POLLOUT, 0}}};
    constexpr long slice = 200;  // so that an interruption is noticed
    if (::poll(ends.data(), ends.size(), static_cast<int>(std::min<long>(left, slice))) <= 0) continue;
    if (ends[1].revents != 0) {
      const ssize_t written = ::write(to_peer_, request.data() + sent, request.size() - sent);
      if (written > 0) sent += static_cast<std::size_t>(written);
      if (written < 0 && errno != EAGAIN && errno != EINTR && ends[0].revents == 0) return crash("input");
    }
    if (ends[0].revents != 0) {
      std::array<char, 65536> block;  // NOLINT(cppcoreguidelines-pro-type-member-init)
      const ssize_t count = ::read(from_peer_, block.data(), block.size());
      if (count > 0) buffer_.append(block.data(), static_cast<std::size_t>(count));
      if (count == 0) return crash("output");
    }
  }
}

PipePeer::Reply PipePeer::crash(const std::string& closed) {
  // It may need a moment to end.
  constexpr int patience = 100;
  int status = 0;
  for (int i = 0; i < patience; ++i) {
    if (::waitpid(process_, &status, WNOHANG) == process_) {
      ::kill(-process_, SIGKILL);
      process_ = -1;
      // A shell that waits for the command turns its signal into a status above 128.
      constexpr int of_signals = 128;
      const int signal = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status) - of_signals;
      const std::string how = signal > 0 ? fmt::format("signal {} ({})", signal, ::strsignal(signal))
                                         : fmt::format("status {}", WEXITSTATUS(status));
      return {Outcome::crash, (signal > 0 ? "ended by " : "ended with ") + how + after_part(buffer_)};
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return {Outcome::crash, "closed its standard " + closed + after_part(buffer_)};
}

std::string PipePeer::rest(std::chrono::duration<double> limit) {
  ::close(to_peer_);
  to_peer_ = -1;
  std::string text;
  const auto deadline = Clock::now() + std::chrono::duration_cast<Clock::duration>(limit);
  while (true) {
    const auto left = std::chrono::duration<double>(deadline - Clock::now());
    if (left.count() <= 0) break;
    const Reply reply = next(left);
    if (reply.outcome != Outcome::pass) break;
    text += reply.text + "\n";
  }
  return text + buffer_;
}

namespace {

/// The conversation with a command about one case after another.
class Conversation {
 public:
  Conversation(const std::string& command, Dtype dtype, const PeerLimits& limits)
      : command_(command), dtype_(dtype), limits_(limits) {}

  void ask(const VectorCase& a_case) {
    if (!a_case.answer.tolerance.at(static_cast<std::size_t>(dtype_))) {
      judgements_.push_back(judge(a_case, Json::object(), dtype_));
      return;
    }
    if (failures_ >= limits_.failures) {
      judgements_.push_back(
          judgement(a_case, Outcome::not_asked, fmt::format("the command failed {} times in a row", failures_)));
      return;
    }
    const bool fresh = peer_ == nullptr;
    if (fresh) peer_ = std::make_unique<PipePeer>(command_, limits_.line);
    PipePeer::Reply reply = peer_->ask(request_json(a_case.question, dtype_).dump(),
                                       fresh ? limits_.answer + limits_.start : limits_.answer);
    if (answered_ != nullptr && reply.outcome == Outcome::pass && has_id(reply.text, answered_->question.id)) {
      blame_for_more(reply.text);
      reply = peer_->next(limits_.answer);
    }
    const bool in_step = reply.outcome == Outcome::pass && has_id(reply.text, a_case.question.id);
    judgements_.push_back(in_step ? judge(a_case, parse_answer_line(reply.text), dtype_) : misstep(a_case, reply));
    failures_ = in_step ? 0 : failures_ + 1;
    if (!in_step) peer_.reset();
    answered_ = in_step ? &a_case : nullptr;
    answered_place_ = judgements_.size() - 1;
  }

  std::vector<Judgement> take() {
    constexpr std::chrono::duration<double> patience{1};
    if (peer_ != nullptr && answered_ != nullptr)
      if (const std::string more = peer_->rest(std::min(limits_.answer, patience));
          more.find_first_not_of(" \t\r\n") != std::string::npos)
        blame_for_more(more);
    return std::move(judgements_);
  }

 private:
  static bool has_id(const std::string& line, const std::string& id) {
    try {
      const Json answer = parse_answer_line(line);
      return answer.is_object() && answer.contains("id") && answer["id"] == id;
    } catch (const InputError&) {
      return false;
    }
  }

  static Judgement misstep(const VectorCase& a_case, const PipePeer::Reply& reply) {
    if (reply.outcome != Outcome::pass) return judgement(a_case, reply.outcome, reply.text);
    try {
      parse_answer_line(reply.text);
      return judgement(a_case, Outcome::garbage, "an answer without this id: " + shortened(reply.text));
    } catch (const InputError&) {
      return judgement(a_case, Outcome::garbage, "no JSON: " + shortened(reply.text));
    }
  }

  void blame_for_more(const std::string& text) {
    judgements_[answered_place_] = judgement(*answered_, Outcome::garbage, "more than one answer: " + shortened(text));
  }

  const std::string& command_;
  Dtype dtype_;
  const PeerLimits& limits_;
  std::unique_ptr<PipePeer> peer_;
  int failures_ = 0;
  /// The case that was answered last by this process, and where its judgement is.
  const VectorCase* answered_ = nullptr;
  std::size_t answered_place_ = 0;
  std::vector<Judgement> judgements_;
};

}  // namespace

std::vector<Judgement> judge_command(const std::vector<VectorCase>& cases, const std::string& command, Dtype dtype,
                                     const PeerLimits& limits) {
  Conversation conversation(command, dtype, limits);
  for (const VectorCase& a_case : cases) conversation.ask(a_case);
  return conversation.take();
}

}  // namespace verimix
