// JUnit XML, the form in which build servers take test results.
#pragma once

#include <string>
#include <vector>

namespace verimix {

struct JunitCase {
  enum class Result { passed, failed, skipped };
  std::string suite, name;
  Result result = Result::passed;
  /// Of what failed or was skipped; `type` and `text` only of what failed, where there is something to say.
  std::string message = {}, type = {}, text = {};
};

/// A document with a test suite for each that occurs, in alphabetical order.
std::string junit_document(const std::vector<JunitCase>& cases);

}  // namespace verimix
