#include "verimix/validate/expected_failures.hpp"

#include <fnmatch.h>

#include <algorithm>
#include <sstream>

#include "verimix/core/file.hpp"

namespace verimix {
namespace {

std::string trimmed(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(" \t\r");
  if (begin == std::string::npos) return "";
  return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

bool matches(const ExpectedFailure& expected, const std::string& id) {
  return ::fnmatch(expected.pattern.c_str(), id.c_str(), 0) == 0;
}

}  // namespace

std::vector<ExpectedFailure> read_expected_failures(const std::filesystem::path& path) {
  std::vector<ExpectedFailure> expected;
  std::istringstream lines(read_file(path));
  for (std::string line; std::getline(lines, line);) {
    const std::size_t comment = std::min(line.find('#'), line.size());
    const std::string pattern = trimmed(line.substr(0, comment));
    if (!pattern.empty()) expected.push_back({pattern, comment < line.size() ? trimmed(line.substr(comment + 1)) : ""});
  }
  return expected;
}

bool is_expected(const std::vector<ExpectedFailure>& expected, const std::string& id) {
  return std::ranges::any_of(expected, [&](const ExpectedFailure& e) { return matches(e, id); });
}

std::vector<std::string> stale_patterns(const std::vector<ExpectedFailure>& expected,
                                        const std::vector<std::string>& failed_ids) {
  std::vector<std::string> stale;
  for (const ExpectedFailure& e : expected)
    if (std::ranges::none_of(failed_ids, [&](const std::string& id) { return matches(e, id); }))
      stale.push_back(e.pattern);
  return stale;
}

}  // namespace verimix
