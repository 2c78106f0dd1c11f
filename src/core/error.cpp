#include "verimix/core/error.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <utility>

namespace verimix {
namespace {

std::string one_line(std::string text) {
  for (char& c : text)
    if (c == '\n' || c == '\r') c = ' ';
  return text;
}

std::string message(const std::string& file, const std::string& field, const std::string& value,
                    const std::string& expected) {
  std::string text = file.empty() ? "" : file + ": ";
  text += field;
  if (!value.empty()) text += fmt::format(": value \"{}\"", value);
  return one_line(text + ": expected " + expected);
}

}  // namespace

InputError::InputError(std::string file, std::string field, std::string value, std::string expected)
    : std::runtime_error(message(file, field, value, expected)),
      file_(std::move(file)),
      field_(std::move(field)),
      value_(std::move(value)),
      expected_(std::move(expected)) {}

InputError InputError::in_file(std::string file) const { return {std::move(file), field_, value_, expected_}; }

void require_invariant(bool ok, std::string_view what, const char* file, int line, const char* function) {
  if (ok) return;
  fmt::print(stderr, "verimix: broken invariant at {}:{} in {}: {}\n", file, line, function, what);
  std::abort();
}

}  // namespace verimix
