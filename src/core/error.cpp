#include "verimix/core/error.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <utility>

namespace verimix {
namespace {

/// Control characters would break the line, or speak to the terminal.
std::string one_line(std::string text) {
  for (char& c : text)
    if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') c = ' ';
  return text;
}

std::string shortened(const std::string& value) {
  constexpr std::size_t shown = 60;
  return value.size() <= shown ? value : value.substr(0, shown) + "...";
}

std::string message(const std::string& file, const std::string& field, const std::string& value,
                    const std::string& expected) {
  std::string text = file.empty() ? "" : file + ": ";
  text += field;
  if (!value.empty()) text += fmt::format(": value \"{}\"", shortened(value));
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
