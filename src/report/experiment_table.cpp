#include "experiment_table.hpp"

#include <algorithm>
#include <cmath>

#include "verimix/core/error.hpp"
#include "verimix/report/result_document.hpp"

namespace verimix {

ExperimentTable::ExperimentTable(const Json& document)
    : columns_(json_member(document, "columns", "").get<std::vector<std::string>>()),
      rows_(&json_member(document, "rows", "")) {}

bool ExperimentTable::has(const std::string& column) const {
  return std::ranges::find(columns_, column) != columns_.end();
}

const Json& ExperimentTable::at(std::size_t row, const std::string& column) const {
  const auto found = std::ranges::find(columns_, column);
  if (found == columns_.end()) throw InputError("", "columns", "", "a column " + column);
  return (*rows_)[row][static_cast<std::size_t>(found - columns_.begin())];
}

std::string ExperimentTable::text(std::size_t row, const std::string& column) const {
  return spoken_number(at(row, column));
}

std::vector<std::string> ExperimentTable::values(const std::string& column) const {
  std::vector<std::string> out;
  for (std::size_t row = 0; row < size(); ++row) {
    const std::string value = text(row, column);
    if (std::ranges::find(out, value) == out.end()) out.push_back(value);
  }
  return out;
}

bool ExperimentTable::is_text(const std::string& column) const {
  for (std::size_t row = 0; row < size(); ++row) {
    const Json& value = at(row, column);
    if (!value.is_null() && std::isnan(drawn_number(value))) return true;
  }
  return false;
}

}  // namespace verimix
