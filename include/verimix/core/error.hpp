// The ways a computation can end without an answer, each with its own exit status of the program (one more is in
// interrupt.hpp).
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace verimix {

/// Bad usage or bad input (exit status 2). The message is one line that names the file, the field, the value and what
/// was expected: `mixture.json: components[0].weight: value "-1": expected a weight >= 0`.
class InputError : public std::runtime_error {
 public:
  /// `file` may be empty (a value that came from the command line or from a call); so may `value`, of which the message
  /// shows the first 60 characters.
  InputError(std::string file, std::string field, std::string value, std::string expected);

  const std::string& file() const noexcept { return file_; }
  const std::string& field() const noexcept { return field_; }
  const std::string& value() const noexcept { return value_; }
  const std::string& expected() const noexcept { return expected_; }

  /// The same complaint about a named file, for readers that learn the name of the file only further up.
  InputError in_file(std::string file) const;

 private:
  std::string file_, field_, value_, expected_;
};

/// No answer at the precision or the budget allowed (exit status 3). The message says what to raise.
class UndecidedError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Checks an invariant of our own in every build: if `ok` is false it prints `what` and the place to standard error and
/// aborts. Never for input, never for a violated bound. (The place comes from the compilers' built-ins because clang 14
/// has no std::source_location.)
void require_invariant(bool ok, std::string_view what, const char* file = __builtin_FILE(), int line = __builtin_LINE(),
                       const char* function = __builtin_FUNCTION());

}  // namespace verimix
