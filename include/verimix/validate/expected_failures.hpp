// Failures that are known and looked at: a file names them, so that a build server stays green until something changes.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace verimix {

/// A line of the file: a pattern of ids as in a shell ("score-far-tail-*"), and the reason after a `#`.
struct ExpectedFailure {
  std::string pattern, reason;
};

/// Empty lines and lines of nothing but a comment are left out. Throws InputError for a file that cannot be read.
std::vector<ExpectedFailure> read_expected_failures(const std::filesystem::path& path);

/// Does a pattern match the id?
bool is_expected(const std::vector<ExpectedFailure>& expected, const std::string& id);

/// The patterns that match none of the ids that failed: what they expect has passed, so they are to be removed.
std::vector<std::string> stale_patterns(const std::vector<ExpectedFailure>& expected,
                                        const std::vector<std::string>& failed_ids);

}  // namespace verimix
